"""The bias that Lee and Yu's correction takes off spatial estimates: how it moves with rows and weights.

Reported is θ + f(θ, σ², data), with (θ, σ²) at the maximum of the direct likelihood, f = T I⁻¹a, I the
information and a the expected scores (`spatial.lee_yu`). For g, the derivative of a number by what is
reported, d(g'f) = −h'(dI)u with h = I⁻¹g and u = f, as rows move: it is told by two vectors, Zh + mh_ρ and
Zu + mu_ρ, with m the mean of Wy. How f moves with its parameters and with weights is taken from small steps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.spatial_error_scores import ErrorScores
from nqpf_assets.estimators.influence.spatial_scores import LagScores
from nqpf_assets.estimators.spatial.design import SpatialData
from nqpf_assets.estimators.spatial.error_effects import filter_pattern
from nqpf_assets.estimators.spatial.information import (
    Point,
    error_point,
    information_matrix,
    inverse_information,
    lag_point,
)
from nqpf_assets.estimators.spatial.lee_yu import bias_corrected

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
        h, u = self._inverse[:-1, :-1] @ by, self._shift(self._vector, self.scores.data)
        maps = self.scores.columns.shape
        z, m = self._point.z, self._point.lag_mean
        left, right = (z @ one[:-1] + m * one[-1] for one in (h, u))
        of_z = -(np.outer(right, h[:-1]) + np.outer(left, u[:-1])) / self._sigma2
        of_mean = -(h[-1] * right + u[-1] * left).reshape(maps[:2]) / self._sigma2
        more_y, more_columns = self.scores.information_back(of_z.reshape(maps), of_mean)
        return of_y + more_y, of_columns + more_columns

    def by_weights(self, moved: Floats, by: Floats) -> float:
        """Change of the same with the (N, N) weights, θ held fast."""
        from scipy.sparse import csr_array

        size = STEP / max(float(np.abs(moved).max()), 1e-300)
        data, of_variance, ends = self.scores.data, self._of_variance(by), []
        for sign in (1, -1):
            matrix = csr_array(data.constant.matrix + sign * size * moved)
            other = replace(data, weights=replace(data.constant, matrix=matrix))
            variance = replace(self.scores, data=other).variance
            ends.append(of_variance * variance + by @ self._shift(self._vector, other))
        return float(ends[0] - ends[1]) / (2 * size)

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
        return self._at(self._vector, self.scores.data)

    @cached_property
    def _inverse(self) -> Floats:
        data = self.scores.data
        return inverse_information(information_matrix(self._point, data.matrix, self.scores.counts))

    @cached_property
    def _by_parameters(self) -> Floats:
        """(P + 1, P + 2) derivatives of f by θ and σ²."""
        found = np.empty((len(self._vector) - 1, len(self._vector)))
        for place, error in enumerate(np.sqrt(np.diag(self._inverse))):
            turn = np.zeros(len(self._vector))
            turn[place] = STEP * error
            above, below = (
                self._shift(self._vector + sign * turn, self.scores.data) for sign in (1, -1)
            )
            found[:, place] = (above - below) / (2 * STEP * error)
        return found

    def _shift(self, vector: Floats, data: SpatialData) -> Floats:
        """f, without that of σ²."""
        is_error = isinstance(self.scores, ErrorScores)
        pattern = filter_pattern(data.matrix, vector[-2]) if is_error else np.ones(data.n_units)
        return (bias_corrected(self._at(vector, data), data, pattern) - vector)[:-1]

    def _at(self, vector: Floats, data: SpatialData) -> Point:
        columns = replace(self.scores, data=data).columns
        params, parameter, sigma2 = vector[:-2], float(vector[-2]), float(vector[-1])
        if isinstance(self.scores, ErrorScores):
            return error_point(
                data, (data.outcome, columns), params, parameter, sigma2, is_demeaned=False
            )
        return lag_point(
            data, columns, params, parameter, sigma2, information="exact", demeaned=None
        )
