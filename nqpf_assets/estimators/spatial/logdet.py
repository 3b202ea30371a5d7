"""log|I − ρW| and what else of I − ρW a likelihood and its information need.

By eigenvalues for small or dense weights, by sparse LU for large sparse ones; both exact, and
never on a grid. One matrix of N units is meant; a panel counts it once per period. Where every period has
a matrix of its own, a number is the mean of theirs, so that it counts as often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial.eigenvalues import eigenvalues, spectrum
from nqpf_assets.estimators.spatial.factors import (
    EIGENVALUES_UP_TO,
    factor,
    is_dense,
)
from nqpf_assets.estimators.spatial.period_matrices import PeriodMatrices, row_sums

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from nqpf_assets.estimators.spatial.period_matrices import Matrix

Floats = NDArray[np.float64]
LogDetMethod = Literal["auto", "eigenvalues", "lu"]

DENSE_UP_TO = 3000
BLOCK = 256


class LogDet(Protocol):
    """log|I − ρW| for one matrix.

    Attributes:
        method: ``"eigenvalues"`` or ``"lu"``.
        lower, upper: interval around zero in which I − ρW is not singular.
    """

    @property
    def method(self) -> str: ...

    @property
    def lower(self) -> float: ...

    @property
    def upper(self) -> float: ...

    def value(self, rho: float) -> float:
        """log|I − ρW|."""

    def slope(self, rho: float) -> float:
        """Its derivative, −tr(G) with G = W(I − ρW)⁻¹."""


@dataclass(frozen=True)
class EigenvalueLogDet:
    """Ord's (1975) form: the sum of log(1 − ρω) over the eigenvalues ω, complex ones included."""

    eigenvalues: NDArray[np.complex128]
    lower: float
    upper: float
    method: str = "eigenvalues"

    def value(self, rho: float) -> float:
        return float(np.log(np.abs(1 - rho * self.eigenvalues)).sum())

    def slope(self, rho: float) -> float:
        return -float((self.eigenvalues / (1 - rho * self.eigenvalues)).sum().real)


@dataclass(frozen=True, eq=False)
class SparseLULogDet:
    """The sum of the logs of the diagonal of U in a sparse LU decomposition."""

    matrix: csr_array[np.float64]
    lower: float
    upper: float
    method: str = "lu"

    def value(self, rho: float) -> float:
        return factor(self.matrix, rho).log_abs_det()

    def slope(self, rho: float) -> float:
        # Five points on exact values; the trace of the inverse would need N solutions.
        h = 1e-3 * min(rho - self.lower, self.upper - rho)
        near = self.value(rho + h) - self.value(rho - h)
        far = self.value(rho + 2 * h) - self.value(rho - 2 * h)
        return (8 * near - far) / (12 * h)


@dataclass(frozen=True)
class MeanLogDet:
    """The mean over periods of log|I − ρW_t|, inside what all periods allow."""

    of_periods: tuple[LogDet, ...]

    @property
    def method(self) -> str:
        return " and ".join(sorted({one.method for one in self.of_periods}))

    @property
    def lower(self) -> float:
        return max(one.lower for one in self.of_periods)

    @property
    def upper(self) -> float:
        return min(one.upper for one in self.of_periods)

    def value(self, rho: float) -> float:
        return sum(one.value(rho) for one in self.of_periods) / len(self.of_periods)

    def slope(self, rho: float) -> float:
        return sum(one.slope(rho) for one in self.of_periods) / len(self.of_periods)


def log_determinant(matrix: Matrix, method: LogDetMethod = "auto") -> LogDet:
    """Prepare log|I − ρW|.

    Args:
        matrix: (N, N) weights, not negative; those of all periods where they differ.
        method: ``"eigenvalues"``, ``"lu"``, or ``"auto"``: eigenvalues up to 800 units or where
            more than 5 % of the weights are not zero.
    """
    if isinstance(matrix, PeriodMatrices):
        each: list[LogDet] = []
        for period, one in zip(matrix.periods, matrix.of_periods, strict=True):
            try:
                each.append(log_determinant(one, method))
            except EstimationError as error:
                raise EstimationError(
                    f"weights of {period}: {error}", units=error.units, remedy=error.remedy
                ) from error
        return MeanLogDet(tuple(each))
    n = matrix.shape[0]
    if method not in ("auto", "eigenvalues", "lu"):
        raise EstimationError(f"logdet is 'auto', 'eigenvalues' or 'lu'; found {method!r}")
    if is_acyclic(matrix):
        raise EstimationError(
            "no chain of neighbours leads back to where it began, so the weights do not bound "
            "the spatial parameter; check the direction of the weights"
        )
    is_small = n <= EIGENVALUES_UP_TO
    if method == "lu" or (method == "auto" and not is_small and not is_dense(matrix)):
        extremes = eigenvalues(matrix) if is_small else _extreme_eigenvalues(matrix)
        return SparseLULogDet(matrix, *_interval(extremes))
    found = spectrum(matrix)
    by_eigenvalues = EigenvalueLogDet(found.values, *_interval(found.values))
    if method == "auto" and (is_small or not found.are_exact):
        # Eigenvalues of weights without any symmetry can be inexact; LU never is.
        by_lu = SparseLULogDet(matrix, by_eigenvalues.lower, by_eigenvalues.upper)
        middle = by_lu.upper / 2
        if abs(by_lu.value(middle) - by_eigenvalues.value(middle)) > 1e-10 * n:
            return by_lu
    return by_eigenvalues


def is_acyclic(matrix: csr_array[np.float64]) -> bool:
    """Whether no unit is, through others, its own neighbour: then |I − ρW| is one for every ρ."""
    from scipy.sparse.csgraph import connected_components

    parts = connected_components(matrix, directed=True, connection="strong")[0]
    return int(parts) == matrix.shape[0]


@dataclass(frozen=True)
class Traces:
    """What the information matrix needs of G = W(I − ρW)⁻¹.

    Attributes:
        g: tr(G).
        gg: tr(GG).
        g_g: tr(G′G).
        row_sums, column_sums: (N,) Gι and G′ι.
    """

    g: float
    gg: float
    g_g: float
    row_sums: Floats
    column_sums: Floats


def traces(matrix: csr_array[np.float64], rho: float) -> Traces:
    """Exact traces of G: dense up to 3,000 units, then in blocks, so that memory is N times 256."""
    n = matrix.shape[0]
    if rho == 0:
        gg, g_g = float(matrix.multiply(matrix.T).sum()), float((matrix.data**2).sum())
        columns = np.asarray(matrix.T @ np.ones(n))
        return Traces(float(matrix.diagonal().sum()), gg, g_g, row_sums(matrix), columns)
    if n <= DENSE_UP_TO:
        return dense_traces(matrix.toarray(), rho)
    lu = factor(matrix, rho)
    g = gg = g_g = 0.0
    across, down = np.zeros(n), np.zeros(n)
    for start in range(0, n, BLOCK):
        stop = min(start + BLOCK, n)
        block = lu.solve(matrix[:, start:stop].toarray())
        g += float(block[start:stop].trace())
        g_g += float((block**2).sum())
        gg += float(lu.solve(np.asarray(matrix @ block))[start:stop].trace())
        across += block.sum(axis=1)
        down[start:stop] = block.sum(axis=0)
    return Traces(g, gg, g_g, across, down)


def dense_traces(dense: Floats, rho: float) -> Traces:
    """Traces of G for a dense W."""
    # Without a parameter G is W itself, and a solution as large as all other work is not needed.
    whole = np.linalg.solve(np.eye(len(dense)) - rho * dense, dense) if rho else dense
    gg, g_g = float((whole * whole.T).sum()), float((whole**2).sum())
    return Traces(float(whole.trace()), gg, g_g, whole.sum(axis=1), whole.sum(axis=0))


def mean_traces(each: Sequence[Traces]) -> Traces:
    """The traces of several matrices, averaged."""
    return Traces(
        float(np.mean([one.g for one in each])),
        float(np.mean([one.gg for one in each])),
        float(np.mean([one.g_g for one in each])),
        np.mean([one.row_sums for one in each], axis=0),
        np.mean([one.column_sums for one in each], axis=0),
    )


def _interval(eigenvalues: NDArray[np.complex128]) -> tuple[float, float]:
    """Where I − ρW stays regular: between the reciprocals of the extreme real eigenvalues."""
    largest = float(np.abs(eigenvalues).max())
    real = eigenvalues.real[np.abs(eigenvalues.imag) <= 1e-9 * largest]
    negative = real[real < -1e-10 * largest]
    return (1 / float(negative.min()) if negative.size else -1 / largest), 1 / largest


def _extreme_eigenvalues(matrix: csr_array[np.float64]) -> NDArray[np.complex128]:
    from scipy.sparse.linalg import ArpackNoConvergence, eigs

    start = np.ones(matrix.shape[0])  # a fixed start, so that two runs agree to the last digit
    largest = eigs(matrix, k=1, which="LR", v0=start, return_eigenvectors=False)
    start[::2] = -0.5
    try:
        smallest = eigs(matrix, k=1, which="SR", v0=start, return_eigenvectors=False)
    except ArpackNoConvergence:
        smallest = np.zeros(0, dtype=np.complex128)  # the interval is then symmetric
    return np.concatenate([largest, smallest]).astype(np.complex128)
