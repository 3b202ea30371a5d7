"""The matrices behind spatial weights, one for all periods or one for each, and what is done with maps.

`lag` and `solved` are the two things that a panel asks of them. What is known of a single matrix, its
determinant and traces, is in `logdet`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.spatial.factors import factor

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PeriodMatrices:
    """The blocks of a block-diagonal W.

    Attributes:
        periods: their T labels, for messages.
        of_periods: T matrices (N, N).
    """

    periods: tuple[Any, ...]
    of_periods: tuple[csr_array[np.float64], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """That of one block."""
        n = int(self.of_periods[0].shape[0])
        return n, n


if TYPE_CHECKING:
    Matrix = csr_array[np.float64] | PeriodMatrices


def lag(matrix: Matrix, maps: Floats) -> Floats:
    """Spatial lags W·map of (T, N) or (T, N, m) maps, each period by itself."""
    if isinstance(matrix, PeriodMatrices):
        return np.stack([one @ map_ for one, map_ in zip(matrix.of_periods, maps, strict=True)])
    by_unit = np.moveaxis(maps, 1, 0)
    product = np.asarray(matrix @ by_unit.reshape(len(by_unit), -1))
    return np.ascontiguousarray(np.moveaxis(product.reshape(by_unit.shape), 0, 1))


def solved(matrix: Matrix, rho: float, maps: Floats) -> Floats:
    """(I − ρW)⁻¹·map of (T, N) maps, each period by itself."""
    if isinstance(matrix, PeriodMatrices):
        pairs = zip(matrix.of_periods, maps, strict=True)
        return np.stack([factor(one, rho).solve(np.ascontiguousarray(map_)) for one, map_ in pairs])
    return np.asarray(factor(matrix, rho).solve(np.ascontiguousarray(maps.T)).T)


def row_sums(matrix: Matrix) -> Floats:
    """Row sums of the weights: (N,), or (T, N) of each period's."""
    if isinstance(matrix, PeriodMatrices):
        return np.stack([row_sums(one) for one in matrix.of_periods])
    return np.asarray(matrix @ np.ones(matrix.shape[0]), dtype=np.float64)
