"""How the average of (I − ρW)⁻¹ and (I − ρW)⁻¹W depends on ρ, for many values of ρ at once.

Two functions are enough: g(ρ), the mean of the diagonal of (I − ρW)⁻¹W, and h(ρ), the mean of
its row sums, since (I − ρW)⁻¹ = I + ρ(I − ρW)⁻¹W. Both are smooth, so for large N they are
computed at a few nodes and interpolated to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.spatial.eigenvalues import eigenvalues
from nqpf_assets.estimators.spatial.factors import EIGENVALUES_UP_TO, factor
from nqpf_assets.estimators.spatial.logdet import EigenvalueLogDet, log_determinant, traces
from nqpf_assets.estimators.spatial.period_matrices import PeriodMatrices, row_sums

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from nqpf_assets.estimators.spatial.period_matrices import Matrix

Floats = NDArray[np.float64]
AGREEMENT = 1e-9


@dataclass(frozen=True)
class Multipliers:
    """Averages for D values of ρ, each (D,).

    Attributes:
        own: mean diagonal of S = (I − ρW)⁻¹; own_lagged: of SW.
        all: mean row sum of S; all_lagged: of SW.
    """

    own: Floats
    own_lagged: Floats
    all: Floats
    all_lagged: Floats


def multipliers(matrix: Matrix, rho: Floats, *, derivative: bool = False) -> Multipliers:
    """Averages of the multiplier matrices, or their derivatives by ρ.

    Args:
        matrix: (N, N) weights; of every period where they differ, and then means over these.
        rho: (D,) inside the bounds where I − ρW is regular.
        derivative: give derivatives instead of values.
    """
    if isinstance(matrix, PeriodMatrices):
        each = [multipliers(one, rho, derivative=derivative) for one in matrix.of_periods]
        names = [field.name for field in fields(Multipliers)]
        return Multipliers(*(np.mean([getattr(m, name) for m in each], axis=0) for name in names))
    n = matrix.shape[0]
    if derivative:
        return _derivatives(matrix, float(rho[0]))
    sums = row_sums(matrix)

    def row_mean(r: float) -> float:
        return float(factor(matrix, r).solve(sums).mean())

    if n <= EIGENVALUES_UP_TO:
        g = _mean_diagonal(eigenvalues(matrix), rho)
    else:
        log_det = log_determinant(matrix)
        g = (
            _mean_diagonal(log_det.eigenvalues, rho)
            if isinstance(log_det, EigenvalueLogDet)
            else _smooth(lambda r: -log_det.slope(r) / n, rho)
        )
    if np.abs(sums - 1).max() < 1e-10:
        h = 1 / (1 - rho)
    else:
        h = _smooth(row_mean, rho)
    return Multipliers(1 + rho * g, g, 1 + rho * h, h)


def _mean_diagonal(values: NDArray[np.complex128], rho: Floats) -> Floats:
    """(D,) g at all ρ, from all eigenvalues (N,) of W."""
    of_each = values / (1 - rho[:, None] * values)
    return np.asarray(of_each.sum(axis=1).real / len(values), dtype=np.float64)


def _derivatives(matrix: csr_array[np.float64], rho: float) -> Multipliers:
    """dS/dρ = SWS, so d(SW)/dρ = (SW)²."""
    n, t = matrix.shape[0], traces(matrix, rho)
    lu = factor(matrix, rho)
    once = lu.solve(row_sums(matrix))
    g, h = t.g / n, float(once.mean())
    dg, dh = t.gg / n, float(lu.solve(np.asarray(matrix @ once)).mean())
    values = (g + rho * dg, dg, h + rho * dh, dh)
    return Multipliers(*(np.array([value]) for value in values))


def _smooth(function: Callable[[float], float], rho: Floats) -> Floats:
    """Values at all ρ from a Chebyshev polynomial through a few, checked between its nodes."""
    low, high = float(rho.min()), float(rho.max())
    if high == low:
        return np.full(rho.shape, function(low))
    if len(rho) <= 32:
        return np.array([function(float(r)) for r in rho])
    checks = np.quantile(rho, [0.01, 0.37, 0.81, 0.99])
    exact = np.array([function(float(r)) for r in checks])
    for degree in (15, 31, 63, 127):
        polynomial = np.polynomial.Chebyshev.interpolate(
            np.vectorize(function), degree, domain=[low, high]
        )
        if np.abs(polynomial(checks) - exact).max() <= AGREEMENT * np.abs(exact).max():
            return np.asarray(polynomial(rho))
    return np.array([function(float(r)) for r in rho])
