"""Covariances of spatial estimates that do not rest on normal, independent errors.

The score of ρ is a linear-quadratic form e′Ae + b′e in the errors, so a sum of squares by row
or cluster is not enough: the pairs of errors that A connects belong to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.spatial.information import Point, covariance
from nqpf_assets.estimators.spatial.likelihood import Counts
from nqpf_assets.estimators.spatial.period_weights import dense_blocks

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.period_matrices import Matrix

Floats = NDArray[np.float64]
SpatialVcov = Literal["information", "robust", "clustered"]


def sandwich(
    point: Point,
    matrix: Matrix,
    counts: Counts,
    *,
    vcov: SpatialVcov,
    pattern: Floats | None,
    n_absorbed: dict[str, int],
) -> Floats:
    """Inverse information times the covariance of the score times inverse information.

    Args:
        point: the estimate.
        matrix: (N, N) weights, or those of every period.
        counts: of the likelihood.
        vcov: ``"robust"``: errors independent, not normal, of unequal variance; ``"clustered"``:
            also correlated over time within a unit.
        pattern: (N,) map of a period effect that was removed, (T, N) where they differ, or None without
            period effects.
        n_absorbed: parameters that count beside those of the model: ``"robust"``: constant and
            all effects; ``"clustered"``: constant and period effects, since unit effects are
            nested in the clusters.

    The small-sample factors are those of `two_way_fe`: n/(n − k), and N/(N − 1)·(n − 1)/(n − k).

    With unequal variances between units the estimate itself is consistent only as far as they
    are unrelated to the diagonal of W(I − ρW)⁻¹ (Lin and Lee 2010); normality and equal variance
    over time are not needed.

    Source: Kelejian and Prucha (2001), J. Econometrics 104(2), theorem 1, for the variance of a
    linear-quadratic form; summed over the periods of a unit for ``"clustered"``.
    """
    n_periods, n_units = point.residuals.shape
    by_unit = vcov == "clustered"
    e, s2 = point.residuals, point.sigma2
    p, n = point.params.size, point.residuals.size
    k = n_absorbed[vcov] + p + (point.parameter is not None)
    factor = n_units / (n_units - 1) * (n - 1) / (n - k) if by_unit else n / (n - k)
    spread = e**2 - (e**2).mean()
    scores = [point.z.reshape(n_periods, n_units, p) * e[:, :, None] / s2]
    a = np.zeros((1, n_units, n_units))
    if point.parameter is not None:
        a = _quadratic_form(matrix, point.parameter, pattern)
        linear = point.lag_mean.reshape(e.shape) * e
        scores.append((linear + np.diagonal(a, axis1=1, axis2=2) * spread)[:, :, None] / s2)
    scores.append(spread[:, :, None] / (2 * s2**2))
    rows = np.concatenate(scores, axis=2)
    meat = np.zeros((rows.shape[2], rows.shape[2]))
    for part in [rows.sum(axis=0)] if by_unit else rows:
        meat += part.T @ part
    if point.parameter is not None:
        meat[p, p] += 2 * _of_pairs(a, e, by_unit) / s2**2
    bread = covariance(point, matrix, counts)
    return np.asarray(bread @ meat @ bread * factor)


def _of_pairs(a: Floats, e: Floats, by_unit: bool) -> float:
    """Squares of what pairs i ≠ j add to e′Ae: of every period, or of all periods together."""
    a = a * (1 - np.eye(a.shape[1]))
    if len(a) == 1:
        products = (e.T @ e) ** 2 if by_unit else (e**2).T @ e**2
        return float((a[0] ** 2 * products).sum())
    added = a * e[:, :, None] * e[:, None, :]
    return float((added.sum(axis=0) ** 2 if by_unit else added**2).sum())


def _quadratic_form(matrix: Matrix, rho: float, pattern: Floats | None) -> Floats:
    """The symmetric part of G = W(I − ρW)⁻¹, period effects removed on both sides.

    (1, N, N), or (T, N, N) where weights differ by period.
    """
    dense = dense_blocks(matrix)
    turned = np.swapaxes(dense, 1, 2)
    g = np.swapaxes(np.linalg.solve(np.eye(dense.shape[1]) - rho * turned, turned), 1, 2)
    if pattern is not None:
        v = np.atleast_2d(pattern)
        v = v / np.linalg.norm(v, axis=1, keepdims=True)
        g = g - v[:, :, None] * (v[:, None, :] @ g)
        g = g - (g @ v[:, :, None]) * v[:, None, :]
    return np.asarray((g + np.swapaxes(g, 1, 2)) / 2)
