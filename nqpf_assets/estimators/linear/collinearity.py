"""Which regressors carry information once the effects are removed, and which do not.

The decision is free of scale: multiplying a regressor by a million changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.lengths import clear_products, lengths, means

Floats = NDArray[np.float64]

# Share of a regressor's own length that must be left. Real variables keep well above 1e-6,
# rounding stays below 1e-12; reghdfe and fixest decide at the same place.
TOLERANCE = 1e-9

# Of a regressor that is made of others: weights below are rounding, of columns of length one.
NEEDED = 1e-10


@dataclass(frozen=True)
class DroppedRegressor:
    """A regressor left out of the estimation, and why."""

    name: str
    reason: str


def independent_columns(
    within: Floats, regressors: Floats, names: Sequence[str]
) -> tuple[list[int], tuple[DroppedRegressor, ...]]:
    """Positions of the regressors to keep, earlier ones first, and those dropped.

    Args:
        within: (n, K) regressors with the effects removed.
        regressors: (n, K) as given, against which "nothing is left" is measured.
        names: the K regressors.
    """
    kept: list[int] = []
    dropped: list[DroppedRegressor] = []
    basis = np.empty((len(within), 0))
    spread = lengths(regressors, means(regressors))
    rounding = np.finfo(np.float64).eps * lengths(regressors)
    products = clear_products(within)
    if products is not None and _are_far(products.length, spread, rounding):
        return list(range(len(names))), ()
    for j, name in enumerate(names):
        length = float(np.linalg.norm(within[:, j]))
        # Far from zero with little variation, a column's digits are spent on its level.
        noise = 10.0 * rounding[j]
        if length <= max(TOLERANCE * spread[j], noise):
            dropped.append(DroppedRegressor(name, "absorbed by the effects or constant"))
            continue
        column = within[:, j] / length
        for _ in range(2):  # once more against rounding
            column = column - basis @ (basis.T @ column)
        left = float(np.linalg.norm(column))
        allowed = max(TOLERANCE, noise / length)
        if left <= allowed:
            others = ", ".join(names[k] for k in _made_of(within, j, kept, allowed))
            dropped.append(DroppedRegressor(name, f"collinear with {others}"))
            continue
        kept.append(j)
        basis = np.column_stack([basis, column / left])
    return kept, tuple(dropped)


def _are_far(length: Floats, spread: Floats, rounding: Floats) -> bool:
    """Whether columns that are clearly independent are far above what would be taken for nothing."""
    return bool((length > 1e3 * np.maximum(TOLERANCE * spread, 10.0 * rounding)).all())


def _made_of(within: Floats, j: int, kept: Sequence[int], allowed: float) -> Sequence[int]:
    """Those of the regressors kept that make the j-th: all of them where fewer do not within rounding."""
    lengths = np.linalg.norm(within, axis=0)
    columns, column = within[:, kept] / lengths[kept], within[:, j] / lengths[j]
    shares = np.linalg.lstsq(columns, column, rcond=None)[0]
    needed = np.abs(shares) > NEEDED
    left = column - columns[:, needed] @ shares[needed]
    fewer = [k for k, is_needed in zip(kept, needed, strict=True) if is_needed]
    return fewer if np.linalg.norm(left) <= allowed else kept
