"""Scores of spatial panels with σ² put in: how they move with parameters, weights, outcome and regressors.

All models are written over the same maps: an outcome y and columns Z, the lags of regressors among them. A
spatial lag has e = M(y − ρWy − Zδ), with M what removes effects. Of spatial errors: `spatial_error_scores`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.spatial.design import SpatialData, demean
from nqpf_assets.estimators.spatial.likelihood import Counts
from nqpf_assets.estimators.spatial.logdet import log_determinant, traces
from nqpf_assets.estimators.spatial.period_matrices import lag

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def inverse(matrix: csr_array[np.float64], rho: float) -> Floats:
    """(I − ρW)⁻¹."""
    n = matrix.shape[0]
    return np.asarray(np.linalg.inv(np.eye(n) - rho * matrix.toarray()))


@dataclass(frozen=True, eq=False)
class SpatialScores:
    """What both have.

    Attributes:
        x: (T, N, K) regressors as given; lagged: which of them have their lag among the columns.
        theta: (P + 1,), or (P,) without a spatial parameter.
    """

    data: SpatialData
    x: Floats
    lagged: Sequence[int]
    theta: Floats
    counts: Counts
    has_parameter: bool

    def lag_back(self, maps: Floats) -> Floats:
        """W' times maps: from changes by spatial lags to changes by what is lagged."""
        return lag(self._turned, maps)

    @cached_property
    def _turned(self) -> csr_array[np.float64]:
        from scipy.sparse import csr_array

        return csr_array(self.data.constant.matrix.T)

    @cached_property
    def columns(self) -> Floats:
        return np.concatenate([self.x, lag(self.data.matrix, self.x[:, :, self.lagged])], axis=2)

    @property
    def params(self) -> Floats:
        return self.theta[: self.columns.shape[2]]

    @property
    def parameter(self) -> float:
        return float(self.theta[-1]) if self.has_parameter else 0.0

    @cached_property
    def slope(self) -> float:
        """c: of the log-determinant, as often as it counts."""
        found = log_determinant(self.data.matrix).slope(self.parameter)
        root = 1 / (1 - self.parameter) if self.counts.drops_unit_root else 0.0
        return self.counts.n_maps * (found + root)

    @cached_property
    def curvature(self) -> float:
        """Its derivative by the parameter."""
        root = 1 / (1 - self.parameter) ** 2 if self.counts.drops_unit_root else 0.0
        return self.counts.n_maps * (root - traces(self.data.constant.matrix, self.parameter).gg)

    @cached_property
    def _twice(self) -> Floats:
        """How tr(W(I − ρW)⁻¹) moves with each weight: the transpose of (I − ρW)⁻²."""
        whole = inverse(self.data.constant.matrix, self.parameter)
        return (whole @ whole).T

    def _slope_moves(self, moved: Floats) -> float:
        return -self.counts.n_maps * float((self._twice * moved).sum())


@dataclass(frozen=True, eq=False)
class LagScores(SpatialScores):
    """Of a spatial lag, or of least squares where there is no spatial parameter."""

    @cached_property
    def z(self) -> Floats:
        return demean(self.columns, self.data.effects)

    @cached_property
    def wy(self) -> Floats:
        return demean(lag(self.data.matrix, self.data.outcome), self.data.effects)

    @cached_property
    def e(self) -> Floats:
        y = demean(self.data.outcome, self.data.effects)
        return y - self.parameter * self.wy - self.z @ self.params

    @cached_property
    def jacobian(self) -> Floats:
        """(P + 1, P + 1) derivatives of scores by parameters; (P, P) without a spatial one."""
        z = self.z.reshape(-1, len(self.params))
        if not self.has_parameter:
            return -(z.T @ z)
        wy, e, n = self.wy.ravel(), self.e.ravel(), self.counts.n_rows
        across = z.T @ wy
        last = self.curvature / n * (e @ e) - 2 * self.slope / n * (wy @ e) - wy @ wy
        return -np.block([[z.T @ z, across[:, None]], [across[None], np.array([[-last]])]])

    def back(self, weights: Floats) -> tuple[Floats, Floats]:
        """(T, N) and (T, N, P) change of a weighted sum of the scores per change of outcome and columns."""
        of_terms, of_parameter = weights[: len(self.params)], 0.0
        h = self.z @ of_terms
        of_y = h
        if self.has_parameter:
            of_parameter = weights[-1]
            h = h + of_parameter * (2 * self.slope / self.counts.n_rows * self.e + self.wy)
            of_lag = of_parameter * self.e - self.parameter * h
            of_y = h + self.lag_back(of_lag)
        of_columns = self.e[:, :, None] * of_terms - h[:, :, None] * self.params
        return of_y, of_columns

    def by_weights(self, moved: Floats) -> Floats:
        """Changes of the scores with the (N, N) weights: by Wy, lags of regressors, the log-determinant."""
        effects = self.data.effects
        wy = demean(self.data.outcome @ moved.T, effects)
        z = np.zeros_like(self.z)
        k = self.x.shape[2]
        of_lags = np.moveaxis(self.x[:, :, self.lagged], 2, 1) @ moved.T
        z[:, :, k:] = demean(np.moveaxis(of_lags, 1, 2), effects)
        e = -self.parameter * wy - z @ self.params
        found = np.einsum("tnp,tn->p", z, self.e) + np.einsum("tnp,tn->p", self.z, e)
        if not self.has_parameter:
            return np.asarray(found)
        n = self.counts.n_rows
        last = self._slope_moves(moved) / n * (self.e**2).sum()
        last += 2 * self.slope / n * (self.e * e).sum() + (wy * self.e).sum() + (self.wy * e).sum()
        return np.append(found, last)

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

    def information_back(self, of_z: Floats, of_mean: Floats) -> tuple[Floats, Floats]:
        """From changes by what the information reads, Z and the mean of Wy, to those by outcome and columns.

        This mean is MG of what effects are in y − ρWy, and of Zδ.
        """
        effects = self.data.effects
        whole = inverse(self.data.constant.matrix, self.parameter)
        of_mean = np.asarray(demean(of_mean, effects) @ (self.data.constant.matrix @ whole))
        if "period" in effects and self.data.weights.has_unit_row_sums:
            of_mean = demean(of_mean, ("period",))
        within = demean(of_mean, effects)
        of_columns = demean(of_z, effects) + within[:, :, None] * self.params
        return self._filtered_back(of_mean - within), of_columns

    def _filtered_back(self, maps: Floats) -> Floats:
        """(I − ρW)' times maps."""
        return np.asarray(maps - self.parameter * self.lag_back(maps))
