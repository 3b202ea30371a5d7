"""Information matrices of the spatial lag and the spatial error panel.

Second derivatives of the log-likelihood, for coefficients, the spatial parameter and σ², in this
order: expected, and of a spatial lag also as observed; effects are partialled out. Covariances
that do not rest on normal errors are in `sandwich`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.spatial.design import SpatialData, demean
from nqpf_assets.estimators.spatial.error_effects import without_effects
from nqpf_assets.estimators.spatial.likelihood import Counts
from nqpf_assets.estimators.spatial.logdet import (
    DENSE_UP_TO,
    Traces,
    dense_traces,
    mean_traces,
    traces,
)
from nqpf_assets.estimators.spatial.period_matrices import PeriodMatrices, lag, solved

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.period_matrices import Matrix

Floats = NDArray[np.float64]
Information = Literal["exact", "elhorst", "observed"]


@dataclass(frozen=True)
class Point:
    """Where the information is evaluated.

    Attributes:
        params: (P,) coefficients.
        parameter: ρ or λ; None for a model without one.
        sigma2: error variance.
        z: (n, P) regressors with effects removed; for the spatial error filtered before.
        residuals: (T, N) structural residuals, effects removed.
        lag_mean: (n,) effects removed from the mean of Wy, M(I⊗G)(Zδ + effects); zeros where
            there is no spatial lag of the outcome.
        lagged_outcome: (n,) Wy itself, effects removed, where the information is the observed one.
    """

    params: Floats
    parameter: float | None
    sigma2: float
    z: Floats
    residuals: Floats
    lag_mean: Floats
    lagged_outcome: Floats | None = None

    @property
    def vector(self) -> Floats:
        """Coefficients, spatial parameter if any, σ²."""
        middle = [] if self.parameter is None else [self.parameter]
        return np.concatenate([self.params, middle, [self.sigma2]])


def lag_point(
    data: SpatialData,
    columns: Floats,
    params: Floats,
    rho: float,
    sigma2: float,
    *,
    information: Information,
    demeaned: tuple[Floats, Floats, Floats] | None,
) -> Point:
    """The point (δ, ρ, σ²) of a spatial lag model.

    Args:
        data: the panel.
        columns: (T, N, P) regressors as given.
        params, rho, sigma2: where.
        information: ``"exact"``, or ``"elhorst"``: the mean of Wy from demeaned regressors,
            period means not removed again (Elhorst's Matlab routines, splm, SDPDmod); ``"observed"``:
            second derivatives at the sample, not expected.
        demeaned: (y, Wy, Z) lagged after demeaning, or None for the exact transform.
    """
    if demeaned is None:
        structural = data.outcome - rho * lag(data.matrix, data.outcome)
        residuals = demean(structural - columns @ params, data.effects)
        z = demean(columns, data.effects)
        mean = structural - residuals
        if "period" in data.effects and data.weights.has_unit_row_sums:
            # G makes of a constant a multiple of it, 1/(1 − ρ), which near the bound would leave no digits.
            mean = demean(mean, ("period",))
    else:
        y, wy, z = demeaned
        residuals = y - rho * wy - z @ params
    lagged = None
    if information == "observed":
        own = demean(lag(data.matrix, data.outcome), data.effects)
        lagged = (own if demeaned is None else demeaned[1]).ravel()
    if information == "elhorst" or demeaned is not None:
        lag_mean = _g_times(data.matrix, rho, z @ params)
    else:
        lag_mean = demean(_g_times(data.matrix, rho, mean), data.effects)
    flat = z.reshape(-1, z.shape[2])
    return Point(params, rho, sigma2, flat, residuals, lag_mean.ravel(), lagged)


def error_point(
    data: SpatialData,
    maps: tuple[Floats, Floats],
    params: Floats,
    lam: float,
    sigma2: float,
    *,
    is_demeaned: bool,
) -> Point:
    """The point (β, λ, σ²) of a spatial error model with outcome and regressors `maps`."""
    both = np.concatenate([maps[0][:, :, None], maps[1]], axis=2)
    filtered = both - lam * lag(data.matrix, both)
    if not is_demeaned:
        filtered = without_effects(filtered, data.matrix, lam, data.effects)
    residuals = filtered[:, :, 0] - filtered[:, :, 1:] @ params
    z = filtered[:, :, 1:].reshape(-1, params.size)
    return Point(params, lam, sigma2, z, residuals, np.zeros(residuals.size))


def covariance(point: Point, matrix: Matrix, counts: Counts) -> Floats:
    """Inverse information, (P + 2, P + 2), or (P + 1, P + 1) without a spatial parameter."""
    return inverse_information(information_matrix(point, matrix, counts))


def information_matrix(point: Point, matrix: Matrix, counts: Counts) -> Floats:
    """Expected information at a point; the observed one where the point has Wy itself.

    Source: Elhorst (2014), Spatial Econometrics, ch. 3; Lee and Yu (2010), JoE 154(2).
    """
    p, s2 = point.params.size, point.sigma2
    size = p + 1 if point.parameter is None else p + 2
    info = np.zeros((size, size))
    info[:p, :p] = point.z.T @ point.z / s2
    info[-1, -1] = counts.n_rows / (2 * s2**2)
    if point.parameter is None:
        return info
    t = counted_traces(matrix, point.parameter, counts)
    if (wy := point.lagged_outcome) is not None:
        e = point.residuals.ravel()
        info[:p, p] = info[p, :p] = point.z.T @ wy / s2
        info[p, p] = counts.n_maps * t.gg + wy @ wy / s2
        info[p, -1] = info[-1, p] = wy @ e / s2**2
        info[:p, -1] = info[-1, :p] = point.z.T @ e / s2**2
        info[-1, -1] = e @ e / s2**3 - counts.n_rows / (2 * s2**2)
        return info
    info[:p, p] = info[p, :p] = point.z.T @ point.lag_mean / s2
    info[p, p] = counts.n_maps * (t.gg + t.g_g) + point.lag_mean @ point.lag_mean / s2
    info[p, -1] = info[-1, p] = counts.n_maps * t.g / s2
    return info


def counted_traces(matrix: Matrix, rho: float, counts: Counts) -> Traces:
    """Traces of G, or of F′GF, where F spans the maps that add up to zero and Wι = ι; means over periods."""
    if isinstance(matrix, PeriodMatrices):
        return mean_traces([counted_traces(one, rho, counts) for one in matrix.of_periods])
    if not counts.drops_unit_root:
        return traces(matrix, rho)
    n = matrix.shape[0]
    if n <= DENSE_UP_TO:
        # Without the unit root from the start: taken out afterwards it leaves no digits near the bound.
        dense = matrix.toarray()
        return dense_traces(dense - dense.mean(axis=0), rho)
    t = traces(matrix, rho)
    root = 1 / (1 - rho)
    columns = float(t.column_sums @ t.column_sums) / n
    return replace(t, g=t.g - root, gg=t.gg - root**2, g_g=t.g_g - columns)


def _g_times(matrix: Matrix, rho: float, maps: Floats) -> Floats:
    """W(I − ρW)⁻¹ applied to every (N,) map of (T, N)."""
    return lag(matrix, solved(matrix, rho, maps))


def inverse_information(info: Floats) -> Floats:
    """Inverse of a symmetric information matrix."""
    # On one scale first: σ² and a regressor in yuan lie twenty digits apart.
    scale = 1 / np.sqrt(np.diag(info))
    inverse = np.linalg.inv(info * np.outer(scale, scale))
    return np.asarray((inverse + inverse.T) / 2 * np.outer(scale, scale))
