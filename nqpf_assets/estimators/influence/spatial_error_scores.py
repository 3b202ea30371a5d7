"""Scores of spatial errors with σ² put in, over the maps of `spatial_scores`.

e = A(y − Zβ), with A = M_λ F, F = I − λW, and M_λ what removes filtered effects, so that scores are forms in
K = A'A and its derivatives by λ. As weights move, du'Kv = −λ [(Av)'dW F⁻¹Au + (Au)'dW F⁻¹Av].
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.spatial_scores import SpatialScores, of_pairs
from nqpf_assets.estimators.spatial.error_effects import without_effects
from nqpf_assets.estimators.spatial.period_matrices import lag, solved

TURN = 1e-4
"""Step of λ; K is of the second degree in it, or nearly so where rows do not add up to one."""


@dataclass(frozen=True, eq=False)
class ErrorScores(SpatialScores):
    """Of spatial errors."""

    @cached_property
    def rest(self) -> Floats:
        """y − Zβ."""
        return np.asarray(self.data.outcome - self.columns @ self.params)

    def filtered(self, maps: Floats, lam: float) -> Floats:
        """A of (T, N) or (T, N, m) maps."""
        return self.without_effects(maps - lam * lag(self.data.matrix, maps), lam)

    def without_effects(self, maps: Floats, lam: float) -> Floats:
        """M_λ of filtered maps."""
        whole = maps if maps.ndim > 2 else maps[:, :, None]
        left = without_effects(whole, self.data.matrix, lam, self.data.effects)
        return left.reshape(maps.shape)

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
        left = self.filtered(maps, lam)
        return np.asarray(left - lam * self.lag_back(left))

    def _form_by_weights(self, u: Floats, v: Floats, lam: float) -> Floats:
        """(B, N, N) change of u'Kv per spatial weight."""
        left, right = (self.filtered(one, lam) for one in (u, v))
        whole_left, whole_right = (solved(self.data.matrix, lam, one) for one in (left, right))
        found = of_pairs(right, whole_left, self.n_blocks)
        return np.asarray(-lam * (found + of_pairs(left, whole_right, self.n_blocks)))

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

    def weights_back(self, weights: Floats) -> Floats:
        """(B, N, N) change of the same per change of each spatial weight."""
        of_terms, of_parameter, n = weights[:-1], weights[-1], self.counts.n_rows
        found = self._form_by_weights(self.columns @ of_terms, self.rest, self.parameter)
        below, here, above = (
            self._form_by_weights(self.rest, self.rest, self.parameter + turn)
            for turn in (-TURN, 0.0, TURN)
        )
        moved = self.slope / n * here - (above - below) / (4 * TURN)
        moved = moved + self.variance * self.slope_by_weights
        return np.asarray(found + of_parameter * moved)

    @cached_property
    def variance(self) -> float:
        return float((self.rest * self._k(self.rest)).sum()) / self.counts.n_rows

    @property
    def variance_slope(self) -> float:
        return float((self.rest * self._k(self.rest, 1)).sum()) / self.counts.n_rows

    def variance_back(self, weight: float) -> tuple[Floats, Floats]:
        of_rest = 2 * weight / self.counts.n_rows * self._k(self.rest)
        return of_rest, -of_rest[:, :, None] * self.params

    def variance_weights_back(self, weight: float) -> Floats:
        found = self._form_by_weights(self.rest, self.rest, self.parameter)
        return weight / self.counts.n_rows * found

    def information_back(self, of_z: Floats, of_mean: Floats) -> tuple[Floats, Floats]:
        """Z is filtered; of Wy the information of spatial errors knows nothing."""
        left = self.without_effects(of_z, self.parameter)
        return np.zeros(of_mean.shape), np.asarray(left - self.parameter * self.lag_back(left))

    def information_weights_back(self, of_z: Floats, of_mean: Floats) -> Floats:
        """(B, N, N) the same per spatial weight: do'Ax = −λ [(Mo)'dW F⁻¹Ax − (Ax)'dW F⁻¹(o − Mo)]."""
        del of_mean
        lam = self.parameter
        left, z = self.without_effects(of_z, lam), self.filtered(self.columns, lam)
        found = np.zeros((self.n_blocks, self.data.n_units, self.data.n_units))
        for o, kept, one in zip(*(np.moveaxis(m, 2, 0) for m in (of_z, left, z)), strict=True):
            through = solved(self.data.matrix, lam, o - kept)
            found += of_pairs(kept, solved(self.data.matrix, lam, one), self.n_blocks)
            found -= of_pairs(one, through, self.n_blocks)
        return -lam * found
