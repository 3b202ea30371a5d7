"""Scores of spatial panels with σ² put in: what all of them share, and how weights are moved.

All models are written over the same maps: an outcome y and columns Z, the lags of regressors among them. Of a
spatial lag: `spatial_lag_scores`, of spatial errors: `spatial_error_scores`. Weights may differ by period;
there are B matrices then, one for each, and else B = 1. A change per weight is an array (B, N, N).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.spatial.design import SpatialData
from nqpf_assets.estimators.spatial.likelihood import Counts
from nqpf_assets.estimators.spatial.logdet import log_determinant, traces
from nqpf_assets.estimators.spatial.period_matrices import PeriodMatrices, lag
from nqpf_assets.estimators.spatial.period_weights import dense_blocks

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.period_matrices import Matrix


def inverses(matrix: Matrix, rho: float) -> Floats:
    """(B, N, N): (I − ρW)⁻¹ of each matrix."""
    blocks = dense_blocks(matrix)
    return np.asarray(np.linalg.inv(np.eye(blocks.shape[-1]) - rho * blocks))


def of_pairs(left: Floats, right: Floats, n_blocks: int) -> Floats:
    """(B, N, N) change of Σ left'W right per weight, of (T, N) or (T, N, m) maps."""
    left, right = (one[..., None] if one.ndim == 2 else one for one in (left, right))
    by_period = left @ np.swapaxes(right, 1, 2)
    return by_period if n_blocks > 1 else by_period.sum(axis=0, keepdims=True)


@dataclass(frozen=True, eq=False)
class SpatialScores:
    """What all have.

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
    def _turned(self) -> Matrix:
        from scipy.sparse import csr_array

        matrix = self.data.matrix
        if isinstance(matrix, PeriodMatrices):
            turned = tuple(csr_array(one.T) for one in matrix.of_periods)
            return PeriodMatrices(matrix.periods, turned)
        return csr_array(matrix.T)

    @cached_property
    def columns(self) -> Floats:
        return np.concatenate([self.x, lag(self.data.matrix, self.x[:, :, self.lagged])], axis=2)

    @property
    def params(self) -> Floats:
        return self.theta[: self.columns.shape[2]]

    @property
    def parameter(self) -> float:
        return float(self.theta[len(self.params)]) if self.has_parameter else 0.0

    @property
    def n_blocks(self) -> int:
        """B."""
        matrix = self.data.matrix
        return len(matrix.of_periods) if isinstance(matrix, PeriodMatrices) else 1

    @cached_property
    def whole(self) -> Floats:
        """(B, N, N): (I − ρW)⁻¹."""
        return inverses(self.data.matrix, self.parameter)

    @cached_property
    def g(self) -> Floats:
        """(B, N, N): W(I − ρW)⁻¹."""
        return np.asarray(dense_blocks(self.data.matrix) @ self.whole)

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
        matrix = self.data.matrix
        blocks = matrix.of_periods if isinstance(matrix, PeriodMatrices) else (matrix,)
        gg = float(np.mean([traces(one, self.parameter).gg for one in blocks]))
        return self.counts.n_maps * (root - gg)

    @cached_property
    def slope_by_weights(self) -> Floats:
        """(B, N, N) how c moves with each weight: by tr(W(I − ρW)⁻¹), whose change is (I − ρW)⁻² turned."""
        twice = np.swapaxes(self.whole @ self.whole, 1, 2)
        return np.asarray(-self.counts.n_maps / self.n_blocks * twice)
