"""The bias that Lee and Yu's correction takes off spatial estimates: how it moves with rows and weights.

Reported is θ + f(θ, σ², data), with (θ, σ²) at the maximum of the direct likelihood, f = T I⁻¹a, I the
information and a the expected scores (`spatial.lee_yu`). For g, the derivative of a number by what is
reported, d(g'f) = T h'da − h'(dI)f with h = I⁻¹g. As rows move it is told by two vectors, Zh + mh_ρ and
Zf + mf_ρ, with m the mean of Wy; as weights move, by the traces in I and by a besides. How f moves with its
parameters is taken from small steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.spatial_error_scores import ErrorScores
from nqpf_assets.estimators.influence.spatial_lag_scores import LagScores
from nqpf_assets.estimators.influence.spatial_scores import of_pairs
from nqpf_assets.estimators.spatial.error_effects import filter_pattern
from nqpf_assets.estimators.spatial.information import (
    Point,
    error_point,
    information_matrix,
    inverse_information,
    lag_point,
)
from nqpf_assets.estimators.spatial.lee_yu import bias_corrected
from nqpf_assets.estimators.spatial.period_matrices import row_sums

STEP = 1e-4
"""Of parameters, in standard errors: f is smooth and small, so that its third order is out of sight."""


@dataclass(frozen=True, eq=False)
class Bias:
    """f at the maximum of a direct likelihood.

    Attributes:
        scores: of a model with a spatial parameter, at the maximum.
    """

    scores: LagScores | ErrorScores

    def turned(self, by: Floats) -> Floats:
        """(P + 1,) derivative by θ of a weighted sum of what is reported; σ² moves with θ as well."""
        found = by + by @ self._by_parameters[:, :-1]
        found[-1] += self._of_variance(by) * self.scores.variance_slope
        return np.asarray(found)

    def back(self, by: Floats) -> tuple[Floats, Floats]:
        """(T, N) and (T, N, P) change of the same per change of outcome and columns, θ held fast."""
        of_y, of_columns = self.scores.variance_back(self._of_variance(by))
        more_y, more_columns = self.scores.information_back(*self._of_information(by))
        return of_y + more_y, of_columns + more_columns

    def weights_back(self, by: Floats) -> Floats:
        """(B, N, N) change of the same per change of each spatial weight."""
        found = self.scores.variance_weights_back(self._of_variance(by))
        found = found + self.scores.information_weights_back(*self._of_information(by))
        h, u = self._inverse[:, :-1] @ by, self._whole_shift
        whole, g = self.scores.whole, self.scores.g
        n_maps = self.scores.counts.n_maps / self.scores.n_blocks
        # tr(G), tr(GG) and tr(G'G), each by its transpose: dG = S dW S.
        once = np.swapaxes(whole @ whole, 1, 2)
        twice = np.swapaxes(whole @ (2 * (g + np.swapaxes(g, 1, 2))) @ whole, 1, 2)
        found -= n_maps * h[-2] * u[-2] * twice
        found -= n_maps / self._sigma2 * (h[-2] * u[-1] + h[-1] * u[-2]) * once
        return np.asarray(found + self.scores.data.n_periods * h[-2] * self._expected_by_weights)

    def _of_information(self, by: Floats) -> tuple[Floats, Floats]:
        """(T, N, P) and (T, N) change of −h'(dI)f per change of Z and of m."""
        h, u = self._inverse[:-1, :-1] @ by, self._whole_shift[:-1]
        maps = self.scores.columns.shape
        z, m = self._point.z, self._point.lag_mean
        left, right = (z @ one[:-1] + m * one[-1] for one in (h, u))
        of_z = -(np.outer(right, h[:-1]) + np.outer(left, u[:-1])) / self._sigma2
        of_mean = -(h[-1] * right + u[-1] * left).reshape(maps[:2]) / self._sigma2
        return of_z.reshape(maps), of_mean

    @property
    def _expected_by_weights(self) -> Floats:
        """(B, N, N) change of the expected score of ρ or λ, the mean over periods of v'Gv / v'v."""
        data, n_blocks = self.scores.data, self.scores.n_blocks
        ones = np.ones((n_blocks, data.n_units))
        if not isinstance(self.scores, ErrorScores):
            down, across = self.scores.whole.sum(axis=1), self.scores.whole.sum(axis=2)
            return of_pairs(down, across, n_blocks) / (data.n_units * n_blocks)
        # Of v = (I − λW)ι, Gv is Wι.
        lam, sums = self.scores.parameter, row_sums(data.matrix).reshape(ones.shape)
        v = 1 - lam * sums
        square = (v * v).sum(axis=1, keepdims=True)
        ratio = (v * sums).sum(axis=1, keepdims=True) / square
        by_sums = (v - lam * sums + 2 * lam * ratio * v) / square
        return of_pairs(by_sums, ones, n_blocks) / n_blocks

    def _of_variance(self, by: Floats) -> float:
        return float(by @ self._by_parameters[:, -1])

    @cached_property
    def _sigma2(self) -> float:
        return self.scores.variance

    @cached_property
    def _vector(self) -> Floats:
        return np.append(self.scores.theta, self._sigma2)

    @cached_property
    def _point(self) -> Point:
        return self._at(self._vector)

    @cached_property
    def _inverse(self) -> Floats:
        matrix = self.scores.data.matrix
        return inverse_information(information_matrix(self._point, matrix, self.scores.counts))

    @cached_property
    def _by_parameters(self) -> Floats:
        """(P + 1, P + 2) derivatives of f by θ and σ²."""
        found = np.empty((len(self._vector) - 1, len(self._vector)))
        for place, error in enumerate(np.sqrt(np.diag(self._inverse))):
            turn = np.zeros(len(self._vector))
            turn[place] = STEP * error
            above, below = (self._shift(self._vector + sign * turn)[:-1] for sign in (1, -1))
            found[:, place] = (above - below) / (2 * STEP * error)
        return found

    @cached_property
    def _whole_shift(self) -> Floats:
        return self._shift(self._vector)

    def _shift(self, vector: Floats) -> Floats:
        """(P + 2,) f; of σ² without what is beside I⁻¹a in its correction."""
        data = self.scores.data
        is_error = isinstance(self.scores, ErrorScores)
        pattern = filter_pattern(data.matrix, vector[-2]) if is_error else np.ones(data.n_units)
        corrected = bias_corrected(self._at(vector), data, pattern)
        if "unit" in data.effects:
            corrected[-1] *= (data.n_periods - 1) / data.n_periods
        return np.asarray(corrected - vector)

    def _at(self, vector: Floats) -> Point:
        data, columns = self.scores.data, self.scores.columns
        params, parameter, sigma2 = vector[:-2], float(vector[-2]), float(vector[-1])
        if isinstance(self.scores, ErrorScores):
            return error_point(
                data, (data.outcome, columns), params, parameter, sigma2, is_demeaned=False
            )
        return lag_point(
            data, columns, params, parameter, sigma2, information="exact", demeaned=None
        )
