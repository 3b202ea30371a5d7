"""The numbers of a spatial column as functions of parameters and weights: coefficients, ρ or λ, effects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.number import Number
from nqpf_assets.estimators.influence.spatial_scores import inverses
from nqpf_assets.estimators.spatial.multipliers import multipliers
from nqpf_assets.estimators.spatial.result import SpatialModel

KINDS = ("direct", "indirect", "total")


def parameters_of(one: SpatialModel) -> Floats:
    """Coefficients, and ρ or λ."""
    return np.append(one.params, [] if one.parameter is None else [one.parameter.estimate])


@dataclass(frozen=True, eq=False)
class SpatialNumbers:
    """Those of K regressors, some of them with their lag.

    Attributes:
        result: what is reported.
    """

    result: SpatialModel

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Coefficients, ρ or λ, then effects by kind."""
        one = self.result
        terms = [f"{name[2:]}:lag" if name.startswith("W*") else name for name in one.names]
        terms += [] if one.parameter is None else [one.parameter.name]
        effects = [Number(name, kind) for kind in KINDS for name in one.regressors]
        return (*(Number(term) for term in terms), *effects)

    @cached_property
    def estimates(self) -> Floats:
        m = multipliers(self.result.weights.matrix, np.array([self.result.rho]))
        beta, lags = self._own_and_lags
        direct = beta * m.own[0] + lags * m.own_lagged[0]
        total = beta * m.all[0] + lags * m.all_lagged[0]
        return np.concatenate([parameters_of(self.result), direct, total - direct, total])

    @cached_property
    def lagged(self) -> list[int]:
        """Which of the regressors have their lag in the model."""
        return [self.result.regressors.index(name) for name in self.result.lagged]

    @cached_property
    def gradients(self) -> Floats:
        """(numbers, parameters)."""
        k, p = len(self.result.regressors), len(self.result.params)
        size, here = len(parameters_of(self.result)), np.array([self.result.rho])
        m = multipliers(self.result.weights.matrix, here)
        direct, total = np.zeros((k, size)), np.zeros((k, size))
        direct[:, :k], total[:, :k] = m.own[0] * np.eye(k), m.all[0] * np.eye(k)
        for place, of in enumerate(self.lagged):
            direct[of, k + place], total[of, k + place] = m.own_lagged[0], m.all_lagged[0]
        if self.result.model in ("sar", "sdm"):
            beta, lags = self._own_and_lags
            by = multipliers(self.result.weights.matrix, here, derivative=True)
            direct[:, p] = beta * by.own[0] + lags * by.own_lagged[0]
            total[:, p] = beta * by.all[0] + lags * by.all_lagged[0]
        return np.vstack([np.eye(size), direct, total - direct, total])

    def by_weights(self, number: int) -> Floats:
        """(B, N, N) change of a number per spatial weight with parameters held, or zero.

        Direct, indirect and total effects are means over the B matrices.
        """
        kind, of = divmod(number - len(parameters_of(self.result)), len(self.result.regressors))
        if kind < 0:
            return np.zeros(1)
        beta, lags = self._own_and_lags
        direct, total = self._multipliers_by_weights
        by_kind = (direct, total - direct, total)[kind]
        return np.asarray((beta[of] * self.result.rho + lags[of]) * by_kind)

    @cached_property
    def _multipliers_by_weights(self) -> tuple[Floats, Floats]:
        """(B, N, N) changes of the mean of own and of all multipliers: d(SW) = S dW S, dS is that times ρ."""
        whole = inverses(self.result.weights.matrix, self.result.rho)
        count = whole.shape[0] * whole.shape[1]
        own = np.swapaxes(whole @ whole, 1, 2) / count
        return own, whole.sum(axis=1)[:, :, None] * whole.sum(axis=2)[:, None] / count

    @cached_property
    def _own_and_lags(self) -> tuple[Floats, Floats]:
        """(K,) coefficients of regressors, and of their lags; zero where there is none."""
        k = len(self.result.regressors)
        lags = np.zeros(k)
        lags[self.lagged] = self.result.params[k:]
        return self.result.params[:k], lags
