"""Scores of a spatial lag, or of least squares where there is no spatial parameter.

e = A(y − ρWy − Zδ), with A what removes effects. A is its own transpose; with random unit effects
(`spatial_random_scores`) it weighs unit means as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.spatial_scores import SpatialScores, of_pairs
from nqpf_assets.estimators.spatial.design import demean
from nqpf_assets.estimators.spatial.period_matrices import lag


@dataclass(frozen=True, eq=False)
class LagScores(SpatialScores):
    """Z'e, and c(ρ) e'e/n + (Wy)'e."""

    def reduced(self, maps: Floats) -> Floats:
        """A of maps."""
        return demean(maps, self.data.effects)

    @cached_property
    def z(self) -> Floats:
        return self.reduced(self.columns)

    @cached_property
    def wy(self) -> Floats:
        return self.reduced(lag(self.data.matrix, self.data.outcome))

    @cached_property
    def e(self) -> Floats:
        return self.reduced(self.data.outcome) - self.parameter * self.wy - self.z @ self.params

    @cached_property
    def jacobian(self) -> Floats:
        """(P + 1, P + 1) derivatives of scores by parameters; (P, P) without a spatial one."""
        return self._by_parameters()

    def _by_parameters(self) -> Floats:
        z = self.z.reshape(-1, len(self.params))
        if not self.has_parameter:
            return -(z.T @ z)
        wy, e, n = self.wy.ravel(), self.e.ravel(), self.counts.n_rows
        across = z.T @ wy
        last = self.curvature / n * (e @ e) - 2 * self.slope / n * (wy @ e) - wy @ wy
        return -np.block([[z.T @ z, across[:, None]], [across[None], np.array([[-last]])]])

    def back(self, weights: Floats) -> tuple[Floats, Floats]:
        """(T, N) and (T, N, P) change of a weighted sum of the scores per change of outcome and columns."""
        directly, of_lag, of_columns = self._back(weights)
        return directly + self.lag_back(of_lag) if self.has_parameter else directly, of_columns

    def weights_back(self, weights: Floats) -> Floats:
        """(B, N, N) change of the same per change of each spatial weight."""
        _, of_lag, of_columns = self._back(weights)
        found = self._lags_by_weights(of_lag, of_columns)
        if self.has_parameter:
            squares = float((self.e**2).sum()) / self.counts.n_rows
            found = found + weights[len(self.params)] * squares * self.slope_by_weights
        return found

    def _back(self, weights: Floats) -> tuple[Floats, Floats, Floats]:
        """Of the same sum (T, N) per change of y and of Wy, and (T, N, P) of columns."""
        of_terms, of_parameter = weights[: len(self.params)], 0.0
        h = self.z @ of_terms
        if self.has_parameter:
            of_parameter = weights[len(self.params)]
            h = h + of_parameter * (2 * self.slope / self.counts.n_rows * self.e + self.wy)
        h, e = self.reduced(h), self.reduced(self.e)
        of_columns = e[:, :, None] * of_terms - h[:, :, None] * self.params
        return h, of_parameter * e - self.parameter * h, of_columns

    def _lags_by_weights(self, of_lag: Floats, of_columns: Floats) -> Floats:
        """(B, N, N) per spatial weight, of changes by Wy and by the columns, which hold WX."""
        k, lagged = self.x.shape[2], self.x[:, :, self.lagged]
        found = of_pairs(of_columns[:, :, k:], lagged, self.n_blocks)
        return found + of_pairs(of_lag, self.data.outcome, self.n_blocks)

    @cached_property
    def variance(self) -> float:
        """σ², as it was put in."""
        return float((self.e**2).sum()) / self.counts.n_rows

    @property
    def variance_slope(self) -> float:
        """Its derivative by the spatial parameter; by coefficients there is none at the maximum."""
        return -2 / self.counts.n_rows * float((self.wy * self.e).sum())

    def variance_back(self, weight: float) -> tuple[Floats, Floats]:
        """Its change, times a weight, per change of outcome and columns."""
        of_rest = 2 * weight / self.counts.n_rows * self.e
        return self._filtered_back(of_rest), -of_rest[:, :, None] * self.params

    def variance_weights_back(self, weight: float) -> Floats:
        """(B, N, N) the same per spatial weight."""
        of_rest = 2 * weight / self.counts.n_rows * self.e
        of_columns = -of_rest[:, :, None] * self.params
        return self._lags_by_weights(-self.parameter * of_rest, of_columns)

    def information_back(self, of_z: Floats, of_mean: Floats) -> tuple[Floats, Floats]:
        """From changes by what the information reads, Z and the mean of Wy, to those by outcome and columns.

        This mean is AG of what effects are in y − ρWy, and of Zδ.
        """
        _, of_structure, of_columns = self._information_back(of_z, of_mean)
        return self._filtered_back(of_structure), of_columns

    def information_weights_back(self, of_z: Floats, of_mean: Floats) -> Floats:
        """(B, N, N) the same per spatial weight; dG = S dW S, with S = (I − ρW)⁻¹."""
        of_far, of_structure, of_columns = self._information_back(of_z, of_mean)
        structure = self.data.outcome - self.parameter * lag(self.data.matrix, self.data.outcome)
        mean = structure - demean(structure - self.columns @ self.params, self.data.effects)
        if self._is_apart:
            mean = demean(mean, ("period",))
        left = (of_far[:, None] @ self.whole)[:, 0]
        right = (self.whole @ mean[:, :, None])[:, :, 0]
        found = of_pairs(left, right, self.n_blocks)
        return found + self._lags_by_weights(-self.parameter * of_structure, of_columns)

    def _information_back(self, of_z: Floats, of_mean: Floats) -> tuple[Floats, Floats, Floats]:
        """Changes by G's result (T, N), by y − ρWy (T, N), and by columns (T, N, P)."""
        effects = self.data.effects
        of_far = np.asarray(demean(of_mean, effects))
        of_mean = (of_far[:, None] @ self.g)[:, 0]
        if self._is_apart:
            of_mean = demean(of_mean, ("period",))
        within = demean(of_mean, effects)
        of_columns = demean(of_z, effects) + within[:, :, None] * self.params
        return of_far, of_mean - within, of_columns

    @property
    def _is_apart(self) -> bool:
        """Whether what periods have in common is taken out before G, as `information.lag_point` does."""
        return "period" in self.data.effects and self.data.weights.has_unit_row_sums

    def _filtered_back(self, maps: Floats) -> Floats:
        """(I − ρW)' times maps."""
        return np.asarray(maps - self.parameter * self.lag_back(maps))
