"""The panel as a spatial model sees it: T maps of N units, with effects to take out.

Rows become arrays (T, N) in the order of period and unit labels, so their order on arrival
cannot matter; the weights are put in the same order. Estimation is elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.linear.collinearity import DroppedRegressor, independent_columns
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster, cluster_codes
from nqpf_assets.estimators.linear.sample import PanelSample, panel_sample
from nqpf_assets.estimators.linear.within import EFFECTS, Codes, FixedEffects, fixed_effects
from nqpf_assets.estimators.spatial.period_matrices import lag
from nqpf_assets.estimators.spatial.period_weights import (
    AnyWeights,
    PeriodWeights,
    require_constant,
    weights_among,
)
from nqpf_assets.estimators.spatial.weights import SpatialWeights

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.period_matrices import Matrix

Floats = NDArray[np.float64]
Transform = Literal["exact", "demean_first"]


@dataclass(frozen=True, eq=False)
class SpatialData:
    """A balanced panel of N units in T periods with its weights.

    Attributes:
        outcome: (T, N), periods and units sorted by label.
        regressors: (T, N, K).
        rows: (T·N,) position in the input of each element of `outcome`, read row by row.
        sample: labels and codes.
        weights: among these units, in this order; of the panel's periods, where they differ.
        effects: ``"unit"``, ``"period"``, both, or none.
    """

    outcome: Floats
    regressors: Floats
    rows: NDArray[np.intp]
    sample: PanelSample
    weights: AnyWeights
    effects: tuple[str, ...]

    @property
    def matrix(self) -> Matrix:
        """The (N, N) weights, or those of every period."""
        return self.weights.matrix

    @property
    def constant(self) -> SpatialWeights:
        """The weights, where they are the same in all periods."""
        return require_constant(self.weights, "here are needed")

    @property
    def fixed_effects(self) -> FixedEffects:
        """The effects on the rows of the maps, period by period."""
        units, periods = (
            codes[self.rows] for codes in (self.sample.unit_codes, self.sample.period_codes)
        )
        return fixed_effects(self.effects, units, periods)

    def clusters(self, cluster: Cluster | None, vcov: str) -> tuple[Codes, ...]:
        """Codes (T·N,) of each key on the same rows, as many as `vcov` takes; the unit when none is given."""
        found = cluster_codes(cluster, self.sample, vcov, self.effects)
        return tuple(codes[self.rows] for codes in found)

    @property
    def n_periods(self) -> int:
        """T."""
        return int(self.outcome.shape[0])

    @property
    def n_units(self) -> int:
        """N."""
        return int(self.outcome.shape[1])


def spatial_data(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    weights: AnyWeights,
    *,
    names: Sequence[str],
    effects: Sequence[str],
) -> SpatialData:
    """Check the panel and bring it and its weights into one order.

    Raises:
        EstimationError: see `panel_sample`; an unbalanced panel, weights that do not cover its
            units, or too few periods for the effects.
    """
    if not isinstance(weights, SpatialWeights | PeriodWeights):
        raise EstimationError(
            "weights need their units: make them with weights_from_matrix(matrix, units) or "
            f"another function of spatial_weights; found {type(weights).__name__}"
        )
    if len(set(effects)) != len(effects) or not set(effects) <= set(EFFECTS):
        raise EstimationError(
            f"effects are 'unit', 'period' or both; found {', '.join(effects) or 'none'}"
        )
    sample = panel_sample(outcome, regressors, units, periods, names=names)
    n_units, n_periods = len(sample.unit_labels), len(sample.period_labels)
    if not sample.is_balanced:
        raise EstimationError(_gaps(sample), units=sample.unit_labels)
    if n_units < 3:
        raise EstimationError(f"a spatial model needs three or more units; found {n_units}")
    if "unit" in effects and n_periods < 2:
        raise EstimationError(
            f"unit effects need two or more periods; the sample has only {sample.period_labels[0]}"
        )
    rows = np.lexsort((sample.unit_codes, sample.period_codes))
    return SpatialData(
        outcome=sample.outcome[rows].reshape(n_periods, n_units),
        regressors=sample.regressors[rows].reshape(n_periods, n_units, -1),
        rows=rows,
        sample=sample,
        weights=weights_among(weights, sample.unit_labels, sample.period_labels),
        effects=tuple(effect for effect in EFFECTS if effect in effects),
    )


def demean(maps: Floats, effects: tuple[str, ...], pattern: Floats | None = None) -> Floats:
    """Take effects, or a constant, out of (T, N) or (T, N, m) maps of a balanced panel.

    Args:
        maps: what to reduce.
        effects: ``"unit"``, ``"period"``, both; none takes out one constant.
        pattern: (N,) the map that one period's effect makes; ones unless the errors have been
            filtered by weights whose rows do not add up to one.
    """
    shape = (1, -1) + (1,) * (maps.ndim - 2)
    v = np.ones(maps.shape[1]) if pattern is None else pattern
    v = (v / np.linalg.norm(v)).reshape(shape)
    for _ in range(2):  # once more against rounding
        if "unit" in effects:
            maps = maps - maps.mean(axis=0, keepdims=True)
        along = (v * maps).sum(axis=1, keepdims=True)
        if "period" in effects:
            maps = maps - v * along
        elif not effects:
            maps = maps - v * along.mean(axis=0, keepdims=True)
    return maps


@dataclass(frozen=True, eq=False)
class Design:
    """Regressors and their spatial lags that carry information.

    Attributes:
        names: the regressors kept; lagged: those of them whose lag is kept too.
        terms: names of the columns, lags as ``"W*name"``.
        columns: (T, N, P) as given.
        dropped: what was left out, and why.
    """

    names: tuple[str, ...]
    lagged: tuple[str, ...]
    terms: tuple[str, ...]
    columns: Floats
    dropped: tuple[DroppedRegressor, ...]


def design(data: SpatialData, names: Sequence[str], lagged: Sequence[str]) -> Design:
    """Choose the columns X and WX; absorbed and collinear ones are dropped and named.

    Of a regressor that is dropped the lag is dropped too: an effect of neighbours alone cannot
    be told apart from it.
    """
    unknown = [name for name in lagged if name not in names]
    if unknown:
        raise EstimationError(f"lagged regressors are not in the model: {', '.join(unknown)}")
    x = data.regressors
    kept, dropped = _independent(data, x, names)
    chosen = tuple(names[j] for j in kept)
    if not chosen:
        reasons = "; ".join(f"{d.name}: {d.reason}" for d in dropped)
        raise EstimationError(f"no regressor is left ({reasons})")
    x = x[:, :, kept]
    wanted = [name for name in names if name in lagged]
    orphans = tuple(
        DroppedRegressor(f"W*{name}", f"{name} itself was dropped")
        for name in wanted
        if name not in chosen
    )
    wanted = [name for name in wanted if name in chosen]
    wx = lag(data.matrix, x[:, :, [chosen.index(name) for name in wanted]])
    columns = np.concatenate([x, wx], axis=2)
    terms = (*chosen, *(f"W*{name}" for name in wanted))
    both, gone = _independent(data, columns, terms)
    return Design(
        names=chosen,
        lagged=tuple(wanted[j - len(chosen)] for j in both if j >= len(chosen)),
        terms=tuple(terms[j] for j in both),
        columns=columns[:, :, both],
        dropped=(*dropped, *orphans, *gone),
    )


def _independent(
    data: SpatialData, columns: Floats, names: Sequence[str]
) -> tuple[list[int], tuple[DroppedRegressor, ...]]:
    m = columns.shape[2]
    within = demean(columns, data.effects)
    return independent_columns(within.reshape(-1, m), columns.reshape(-1, m), names)


def _gaps(sample: PanelSample) -> str:
    """Name the missing pairs of an unbalanced panel."""
    n_periods = len(sample.period_labels)
    present = sample.unit_codes * n_periods + sample.period_codes
    absent = np.setdiff1d(np.arange(len(sample.unit_labels) * n_periods), present)
    listed = ", ".join(
        f"{sample.unit_labels[pair // n_periods]} in {sample.period_labels[pair % n_periods]}"
        for pair in absent[:5]
    )
    more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
    return (
        "spatial models need every unit in every period, because a missing unit is a missing "
        f"neighbour; there is no row for {listed}{more}. Interpolate, shorten the period, or "
        "leave these units out"
    )
