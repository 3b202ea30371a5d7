"""Unit and period effects of a spatial error panel: y = Xβ + effects + u, (I − λW)u = ε.

Filtering by I − λW makes of what a period adds to all units the map (I − λW)ι. What a unit adds stays a
constant of time as long as W does; with W_t it becomes a path of its own, and is taken out by least squares
on these paths. Other maps are reduced in `design`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.spatial.design import demean
from nqpf_assets.estimators.spatial.period_matrices import PeriodMatrices, row_sums

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.period_matrices import Matrix

Floats = NDArray[np.float64]


def filter_pattern(matrix: Matrix, lam: float) -> Floats:
    """(I − λW)ι: the map that one period's effect makes once errors are filtered; (N,) or (T, N)."""
    return np.asarray(1 - lam * row_sums(matrix))


def without_effects(
    filtered: Floats, matrix: Matrix, lam: float, effects: tuple[str, ...]
) -> Floats:
    """Take filtered effects, or a filtered constant, out of filtered maps.

    Args:
        filtered: (T, N, m) of y and X, already filtered by I − λW.
        matrix: (N, N) weights, or those of every period.
        lam: λ.
        effects: as in `demean`.
    """
    if not isinstance(matrix, PeriodMatrices):
        return demean(filtered, effects, filter_pattern(matrix, lam))
    flat = filtered.reshape(-1, filtered.shape[2])
    basis = np.linalg.qr(_paths(matrix, lam, effects))[0]
    for _ in range(2):  # once more against rounding
        flat = flat - basis @ (basis.T @ flat)
    return flat.reshape(filtered.shape)


def filtered_levels(
    filtered: Floats, matrix: PeriodMatrices, lam: float, effects: tuple[str, ...]
) -> tuple[Floats, Floats]:
    """What filtered (T, N) maps say of effects before filtering: (N,) of units, (T,) of periods.

    Only differences between units, and between periods, have a meaning; of absent effects they are zero.
    """
    t, n = filtered.shape
    paths = _paths(matrix, lam, effects)
    found = np.linalg.lstsq(paths, filtered.ravel(), rcond=None)[0]
    units, periods = np.zeros(n), np.zeros(t)
    if "unit" in effects:
        own = n - 1 if "period" in effects else n
        units[:own], found = found[:own], found[own:]
    if "period" in effects:
        periods[:] = found
    return units, periods


def _paths(matrix: PeriodMatrices, lam: float, effects: tuple[str, ...]) -> Floats:
    """Columns (T·N, ·) that effects make, none of which follows from the others."""
    n = matrix.shape[0]
    made = []
    if "unit" in effects:
        filters = np.concatenate([np.eye(n) - lam * one.toarray() for one in matrix.of_periods])
        made.append(filters[:, :-1] if "period" in effects else filters)
    pattern = filter_pattern(matrix, lam)
    if "period" in effects:
        t = len(pattern)
        of_periods = np.zeros((t, n, t))
        of_periods[np.arange(t), :, np.arange(t)] = pattern
        made.append(of_periods.reshape(t * n, t))
    elif not effects:
        made.append(pattern.reshape(-1, 1))
    return np.concatenate(made, axis=1)
