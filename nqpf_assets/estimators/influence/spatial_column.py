"""Spatial panels by maximum likelihood: how coefficients, ρ or λ and effects move with rows and weights.

With σ² put in, an estimate θ = (δ, ρ) is a root of its scores: Z'e and c(ρ) e'e/n + (Wy)'e for a spatial lag,
with c the slope of the log-determinant; the same of filtered maps for spatial errors, and one score more with
random unit effects. So for a number q it is dq = −b'∂s + ∂q, with b = J⁻¹ ∂q/∂θ and J the derivatives of the
scores. How scores move with outcome, regressors and weights is one pass back through demeaning and weights
(`spatial_scores`); with weights that are made from a variable, effects move by these as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.influence.likelihood_column import LikelihoodColumn
from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.raw_weights import OfRawWeights, per_entry, why_untold
from nqpf_assets.estimators.influence.spatial_bias import Bias
from nqpf_assets.estimators.influence.spatial_error_scores import ErrorScores
from nqpf_assets.estimators.influence.spatial_lag_scores import LagScores
from nqpf_assets.estimators.influence.spatial_numbers import SpatialNumbers, parameters_of
from nqpf_assets.estimators.influence.spatial_random_scores import RandomScores
from nqpf_assets.estimators.influence.spatial_weighing import WeighedBy
from nqpf_assets.estimators.spatial.design import SpatialData, spatial_data
from nqpf_assets.estimators.spatial.lee_yu import LeeYu, likelihood_counts
from nqpf_assets.estimators.spatial.model import Model, spatial_panel
from nqpf_assets.estimators.spatial.period_weights import AnyWeights
from nqpf_assets.estimators.spatial.random_effects import (
    SpatialRandomEffects,
    spatial_random_effects,
)
from nqpf_assets.estimators.spatial.result import SpatialModel, SpatialPanel
from nqpf_assets.estimators.spatial.weights import SpatialWeights

AT_BOUND = "the spatial parameter is at its bound, where it does not move with the rows"


def spatial_column(
    outcome: Floats,
    regressors: Floats,
    units: NDArray[np.str_],
    periods: NDArray[np.int32],
    weights: AnyWeights,
    *,
    names: Sequence[str],
    outcome_name: str,
    model: Model,
    effects: Sequence[str],
    lee_yu: LeeYu,
    weighed_by: WeighedBy | None,
    is_raw: bool = False,
    lagged: Sequence[str] | None = None,
) -> LikelihoodColumn | str:
    """What `spatial_panel` and `spatial_effects` report of the same arguments, or why it is not told."""

    def panel(lee_yu: LeeYu) -> SpatialPanel:
        return spatial_panel(
            outcome, regressors, units, periods, weights,
            names=names, model=model, lagged=lagged, effects=effects, lee_yu=lee_yu,
        )  # fmt: skip

    result = top = panel(lee_yu)
    if lee_yu == "bias_correction":
        top = panel("none")
    data = spatial_data(outcome, regressors, units, periods, weights, names=names, effects=effects)
    return _Column(data, result, top, list(names), weighed_by, is_raw).told(outcome_name)


def random_spatial_column(
    outcome: Floats,
    regressors: Floats,
    units: NDArray[np.str_],
    periods: NDArray[np.int32],
    weights: AnyWeights,
    *,
    names: Sequence[str],
    outcome_name: str,
    model: Model,
    period_effects: bool,
    lee_yu: Literal["transformation", "none"],
    weighed_by: WeighedBy | None,
    is_raw: bool = False,
    lagged: Sequence[str] | None = None,
) -> LikelihoodColumn | str:
    """What `spatial_random_effects` and `spatial_effects` report, or why it is not told."""
    panel = (outcome, regressors, units, periods, weights)
    result = spatial_random_effects(
        *panel,
        names=names,
        model=model,
        lagged=lagged,
        period_effects=period_effects,
        lee_yu=lee_yu,
    )
    data = spatial_data(*panel, names=names, effects=("period",) if period_effects else ())
    return _Column(data, result, result, list(names), weighed_by, is_raw).told(outcome_name)


@dataclass(frozen=True, eq=False)
class _Column:
    """One spatial model.

    Attributes:
        result: what is reported; `top` the same at the maximum of the likelihood, which Lee and Yu's bias
            correction leaves.
        given: the names of all regressors, from which its own were chosen.
        is_raw: whether a raw file gives the weights.
    """

    data: SpatialData
    result: SpatialModel
    top: SpatialModel
    given: list[str]
    weighed_by: WeighedBy | None
    is_raw: bool

    def told(self, outcome_name: str) -> LikelihoodColumn | str:
        """All of it, or why nothing is told."""
        if self.result.parameter is not None and self.result.parameter.is_at_bound:
            return AT_BOUND
        return LikelihoodColumn(
            self.reported.numbers,
            self.reported.estimates,
            self.variables(outcome_name),
            np.ones(self.data.outcome.size, dtype=np.bool_),
            lambda number: self.changes(number, outcome_name),
            raw_weights=self.raw_weights() if self.is_raw else None,
        )

    def raw_weights(self) -> OfRawWeights:
        """How numbers move with the entries of a raw file's weights."""
        weights = self.data.weights
        return OfRawWeights(
            tuple(map(str, self.data.sample.unit_labels)),
            () if isinstance(weights, SpatialWeights) else weights.periods,
            lambda number: per_entry(self.by_weights(number), weights),
            why_untold(weights),
        )

    @cached_property
    def reported(self) -> SpatialNumbers:
        return SpatialNumbers(self.result)

    def variables(self, outcome_name: str) -> tuple[str, ...]:
        by = [] if self.weighed_by is None else [self.weighed_by.variable]
        return tuple(dict.fromkeys([outcome_name, *self.result.regressors, *by]))

    def changes(self, number: int, outcome_name: str) -> Mapping[str, Floats]:
        """Variable → (n,) change of a number per change of its entry."""
        by = self.reported.gradients[number]
        of_y, of_columns = self.scores.back(-self._turned(by))
        if self.bias is not None:
            more = self.bias.back(by)
            of_y, of_columns = of_y + more[0], of_columns + more[1]
        x = self._lag_back(of_columns)
        moved = {outcome_name: self._as_given(of_y)}
        for place, name in enumerate(self.result.regressors):
            moved[name] = moved.get(name, 0.0) + self._as_given(x[:, :, place])
        if self.weighed_by is not None:
            of_values = self._by_values[number]
            # What is made from means by unit moves with each of their periods alike.
            each = np.broadcast_to(of_values, self.data.outcome.shape) * len(of_values)
            own = self._as_given(each / self.data.n_periods)
            moved[self.weighed_by.variable] = moved.get(self.weighed_by.variable, 0.0) + own
        return moved

    def _turned(self, by: Floats) -> Floats:
        """J⁻¹ ∂q/∂θ; a share of unit effects, where scores have one, is no part of the number itself."""
        turned = self.bias.turned(by) if self.bias else by
        jacobian = self.scores.jacobian
        whole = np.pad(turned, (0, len(jacobian) - len(turned)))
        return np.asarray(np.linalg.solve(jacobian.T, whole), dtype=np.float64)

    def by_weights(self, number: int) -> Floats:
        """(B, N, N) change of a number per spatial weight."""
        by = self.reported.gradients[number]
        found = self.scores.weights_back(-self._turned(by))
        if self.bias is not None:
            found = found + self.bias.weights_back(by)
        # Effects are taken at what is reported: scores are those of the maximum.
        return np.asarray(found + self.reported.by_weights(number))

    @cached_property
    def _by_values(self) -> Floats:
        """(numbers, B, N) changes per value that weights are made from."""
        assert self.weighed_by is not None, "asked for weights that are made from a variable"
        found = np.array([self.by_weights(number) for number in range(len(self.reported.numbers))])
        return self.weighed_by.back(found, self.data.sample.unit_labels)

    @cached_property
    def bias(self) -> Bias | None:
        """What is taken off the maximum; of period effects alone, coefficients without ρ or λ have none."""
        is_corrected = self.result.lee_yu == "bias_correction" and "period" in self.data.effects
        return Bias(self.scores) if is_corrected and self.result.parameter is not None else None

    @cached_property
    def scores(self) -> LagScores | ErrorScores:
        """At the maximum."""
        one, data = self.top, self.data
        x = data.regressors[:, :, [self.given.index(name) for name in one.regressors]]
        has_parameter = one.parameter is not None
        counts = likelihood_counts(data, one.lee_yu, has_parameter=has_parameter)  # type: ignore[arg-type]
        kind, theta = ErrorScores if one.model == "sem" else LagScores, parameters_of(one)
        if isinstance(one, SpatialRandomEffects) and one.phi < 1:
            kind, theta = RandomScores, np.append(theta, one.phi)
        return kind(data, x, self.reported.lagged, theta, counts, has_parameter)

    def _lag_back(self, of_columns: Floats) -> Floats:
        """(T, N, K) from changes by regressors and their lags to those by regressors."""
        k = len(self.result.regressors)
        found = of_columns[:, :, :k].copy()
        found[:, :, self.reported.lagged] += self.scores.lag_back(of_columns[:, :, k:])
        return found

    def _as_given(self, maps: Floats) -> Floats:
        found = np.empty(maps.size)
        found[self.data.rows] = maps.ravel()
        return found
