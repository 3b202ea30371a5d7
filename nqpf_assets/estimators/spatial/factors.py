"""LU decompositions of I − ρW: sparse, or of all elements where many weights of many units are not zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.spatial.last_found import LastFound

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
EIGENVALUES_UP_TO = 800
"""Up to here N³ takes a second or two; sparse LU wins only if W is also sparse."""
SPARSE_BELOW = 0.05


@dataclass(frozen=True)
class SparseLU:
    """SciPy's SuperLU."""

    found: Any

    def solve(self, right: Floats) -> Floats:
        """(I − ρW)⁻¹ times (N,) or (N, m)."""
        return np.asarray(self.found.solve(right))

    def log_abs_det(self) -> float:
        """log|I − ρW|."""
        return float(np.log(np.abs(self.found.U.diagonal())).sum())


@dataclass(frozen=True)
class DenseLU:
    """LAPACK's, with its order of rows."""

    found: tuple[Floats, NDArray[Any]]

    def solve(self, right: Floats) -> Floats:
        """(I − ρW)⁻¹ times (N,) or (N, m)."""
        from scipy.linalg import lu_solve

        return np.asarray(lu_solve(self.found, right), dtype=np.float64)

    def log_abs_det(self) -> float:
        """log|I − ρW|."""
        return float(np.log(np.abs(self.found[0].diagonal())).sum())


_found = LastFound[DenseLU]()
"""Residuals, information and what is fitted ask for the same."""


def is_dense(matrix: csr_array[np.float64]) -> bool:
    """Whether so many weights are not zero that a sparse LU would take longer."""
    n = matrix.shape[0]
    return n > EIGENVALUES_UP_TO and matrix.nnz >= SPARSE_BELOW * n * n


def factor(matrix: csr_array[np.float64], rho: float) -> SparseLU | DenseLU:
    """LU of I − ρW."""
    from scipy.sparse import csc_array, eye_array

    if is_dense(matrix):
        return _dense(matrix, rho)
    from scipy.sparse.linalg import splu

    a = csc_array(eye_array(matrix.shape[0]) - rho * matrix)
    # Neighbours are mostly mutual: an ordering for symmetric patterns halves what is filled in.
    return SparseLU(splu(a, permc_spec="MMD_AT_PLUS_A"))


def _dense(matrix: csr_array[np.float64], rho: float) -> DenseLU:
    from scipy.linalg import lu_factor

    last = _found.of(matrix, rho)
    if last is not None:
        return last
    a = -rho * matrix.toarray()
    a[np.diag_indices(len(a))] += 1
    return _found.keep(DenseLU(lu_factor(a, overwrite_a=True)), matrix, rho)
