"""Scores of spatial errors with σ² put in, over the maps of `spatial_scores`.

e = A(y − Zβ), with A = M_λ(I − λW) and M_λ what removes effects from filtered maps, so that scores are forms
in K = A'A and its derivatives by λ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.spatial_scores import SpatialScores
from nqpf_assets.estimators.spatial.design import demean
from nqpf_assets.estimators.spatial.error_effects import filter_pattern
from nqpf_assets.estimators.spatial.period_matrices import lag

TURN = 1e-4
"""Step of λ; K is of the second degree in it, or nearly so where rows do not add up to one."""


@dataclass(frozen=True, eq=False)
class ErrorScores(SpatialScores):
    """Of spatial errors."""

    @cached_property
    def rest(self) -> Floats:
        """y − Zβ."""
        return np.asarray(self.data.outcome - self.columns @ self.params)

    def _k(self, maps: Floats, order: int = 0) -> Floats:
        """K of maps, or its first or second derivative by λ."""
        if order == 0:
            return self._form(maps, self.parameter)
        below, here, above = (
            self._form(maps, self.parameter + turn) for turn in (-TURN, 0.0, TURN)
        )
        if order == 1:
            return (above - below) / (2 * TURN)
        return (above - 2 * here + below) / TURN**2

    def _form(self, maps: Floats, lam: float) -> Floats:
        matrix, effects = self.data.matrix, self.data.effects
        left = demean(maps - lam * lag(matrix, maps), effects, filter_pattern(matrix, lam))
        return np.asarray(left - lam * self.lag_back(left))

    @cached_property
    def jacobian(self) -> Floats:
        x = self.columns.reshape(-1, len(self.params))
        r, n = self.rest.ravel(), self.counts.n_rows
        k_r, first, second = (self._k(self.rest, order).ravel() for order in range(3))
        k_x = self._k(self.columns).reshape(x.shape)
        across = x.T @ first
        last = self.curvature / n * (r @ k_r) + self.slope / n * (r @ first) - r @ second / 2
        return np.block([[-(x.T @ k_x), across[:, None]], [across[None], np.array([[last]])]])

    def back(self, weights: Floats) -> tuple[Floats, Floats]:
        of_terms, of_parameter = weights[:-1], weights[-1]
        k_r, first = self._k(self.rest), self._k(self.rest, 1)
        of_rest = self._k(self.columns @ of_terms)
        of_rest = of_rest + of_parameter * (2 * self.slope / self.counts.n_rows * k_r - first)
        return of_rest, k_r[:, :, None] * of_terms - of_rest[:, :, None] * self.params

    def by_weights(self, moved: Floats) -> Floats:
        """Between weights a little more and a little less moved."""
        from scipy.sparse import csr_array

        size = TURN / max(float(np.abs(moved).max()), 1e-300)
        ends = []
        for sign in (1, -1):
            matrix = csr_array(self.data.constant.matrix + sign * size * moved)
            weights = replace(self.data.constant, matrix=matrix)
            other = replace(self, data=replace(self.data, weights=weights))
            x = self.columns.reshape(-1, len(self.params))
            k_r, first = other._k(self.rest).ravel(), other._k(self.rest, 1).ravel()
            r, n = self.rest.ravel(), self.counts.n_rows
            ends.append(np.append(x.T @ k_r, self.slope / n * (r @ k_r) - r @ first / 2))
        found = (ends[0] - ends[1]) / (2 * size)
        r = self.rest.ravel()
        found[-1] += (
            self._slope_moves(moved) / self.counts.n_rows * (r @ self._k(self.rest).ravel())
        )
        return np.asarray(found)

    @cached_property
    def variance(self) -> float:
        return float((self.rest * self._k(self.rest)).sum()) / self.counts.n_rows

    @property
    def variance_slope(self) -> float:
        return float((self.rest * self._k(self.rest, 1)).sum()) / self.counts.n_rows

    def variance_back(self, weight: float) -> tuple[Floats, Floats]:
        of_rest = 2 * weight / self.counts.n_rows * self._k(self.rest)
        return of_rest, -of_rest[:, :, None] * self.params

    def information_back(self, of_z: Floats, of_mean: Floats) -> tuple[Floats, Floats]:
        """Z is filtered; of Wy the information of spatial errors knows nothing."""
        matrix, effects = self.data.matrix, self.data.effects
        left = demean(of_z, effects, filter_pattern(matrix, self.parameter))
        return np.zeros(of_mean.shape), np.asarray(left - self.parameter * self.lag_back(left))
