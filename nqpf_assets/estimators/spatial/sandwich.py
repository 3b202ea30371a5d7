"""Covariances of spatial estimates that do not rest on normal, independent errors.

The score of ρ is a linear-quadratic form e′Ae + b′e in the errors, so a sum of squares by row
or cluster is not enough: the pairs of errors that A connects belong to it (`score_forms`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.counted_parameters import counted_parameters
from nqpf_assets.estimators.linear.covariance import (
    Covariance,
    of_clusters,
    of_several_keys,
    without_cancelled,
)
from nqpf_assets.estimators.linear.covariance_kinds import BIAS_REDUCED, BiasReduced
from nqpf_assets.estimators.linear.cr2 import cr2
from nqpf_assets.estimators.linear.several_keys import sizes_of
from nqpf_assets.estimators.linear.within import Codes, FixedEffects
from nqpf_assets.estimators.spatial.information import Point
from nqpf_assets.estimators.spatial.period_weights import dense_blocks
from nqpf_assets.estimators.spatial.score_forms import ScoreForms

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.period_matrices import Matrix

Floats = NDArray[np.float64]
SpatialVcov = Literal["information", "robust", "clustered"] | BiasReduced
SPATIAL_VCOVS = (*get_args(get_args(SpatialVcov)[0]), *BIAS_REDUCED)


def sandwich(
    bread: Floats,
    forms: ScoreForms,
    fe: FixedEffects,
    clusters: Sequence[Codes],
    *,
    n_variances: int = 1,
) -> Covariance:
    """Inverse information times the covariance of the scores times inverse information.

    Args:
        bread: (Q, Q) inverse information.
        forms: the Q scores.
        fe: the effects that were taken out of the T·N rows of the panel.
        clusters: codes of one to three keys on the same rows, period by period, of which scores by unit
            take those of the first; none for errors that are independent, not normal, of unequal variance.
        n_variances: how many of the parameters, the last ones, are variances, which do not count in k.

    The small-sample factors are those of `two_way_fe`: n/(n − k), and G/(G − 1)·(n − 1)/(n − k), k without
    effects that are nested in the clusters; with several keys G is the smallest number of clusters.

    With unequal variances between units the estimate itself is consistent only as far as they
    are unrelated to the diagonal of W(I − ρW)⁻¹ (Lin and Lee 2010), and with errors that neighbours in a
    cluster share not at all; normality and equal variance over time are not needed.

    Source: Kelejian and Prucha (2001), J. Econometrics 104(2), theorem 1, for the variance of a
    linear-quadratic form, summed over the rows of a cluster; Cameron, Gelbach and Miller (2011), JBES 29(2),
    for several keys.
    """
    n = len(fe.unit_codes)
    n_slopes = len(bread) - n_variances
    if not clusters:
        every = n_slopes + fe.rank
        single: Codes = np.arange(n)
        matrix = bread @ forms.covariance([single]) @ bread * (n / (n - every))
        return Covariance(matrix, np.full(len(bread), np.inf), n / (n - every), every)
    sizes = sizes_of(clusters)
    k = counted_parameters(n_slopes, fe, clusters)
    factor = of_clusters(min(sizes), n, k, "xtreg")
    own = [codes[: len(forms.rows)] for codes in clusters]
    products = bread @ forms.covariance(own) @ bread
    if len(clusters) == 1:
        df = np.full(len(bread), float(sizes[0] - 1))
        made = Covariance(np.asarray(products * factor), df, factor, k, sizes)
    else:
        of_each = [np.diag(bread @ forms.covariance([one]) @ bread) for one in own]
        made = of_several_keys(products, np.sum(of_each, axis=0), sizes, factor, k, n_slopes)
    influences = forms.by_row @ bread
    return without_cancelled(made, (influences**2).sum(axis=0))


def bias_reduced(
    point: Point, fe: FixedEffects, clusters: Sequence[Codes], *, is_jackknife: bool
) -> Covariance:
    """CR2 or CR3 of coefficients that are least squares; σ², the last, has no such error."""
    bread = np.linalg.inv(point.z.T @ point.z)
    weights, e = point.z @ bread, point.residuals.ravel()
    made = cr2(weights, point.z, e, clusters[0], fe, is_jackknife=is_jackknife)
    made = without_cancelled(made, (weights**2).sum(axis=0) * float(e @ e) / len(e))
    matrix = np.full((len(bread) + 1, len(bread) + 1), np.nan)
    matrix[:-1, :-1] = made.matrix
    df = np.append(made.df_inference, made.df_inference.min())
    return replace(made, matrix=matrix, df_inference=df)


def forms_of(point: Point, matrix: Matrix, pattern: Floats | None) -> ScoreForms:
    """Scores of coefficients, ρ or λ if any, and σ² at an estimate.

    Args:
        point: the estimate.
        matrix: (N, N) weights, or those of every period.
        pattern: (N,) map of a period effect that was removed, (T, N) where they differ, or None without
            period effects.
    """
    e, s2, p = point.residuals, point.sigma2, point.params.size
    spread = e**2 - (e**2).mean()
    scores = [point.z * e.reshape(-1, 1) / s2]
    if point.parameter is not None:
        scores.append((point.lag_mean * e.ravel() / s2)[:, None])
    scores.append(spread.reshape(-1, 1) / (2 * s2**2))
    rows = np.concatenate(scores, axis=1)
    if point.parameter is None:
        return ScoreForms(rows, len(e), None, lambda _t: np.zeros((0, 0)))
    a = quadratic_form(matrix, point.parameter, pattern)

    def products(t: int) -> Floats:
        of_period = a[min(t, len(a) - 1)]
        found = of_period * (e[t][:, None] * e[t]) / s2
        np.fill_diagonal(found, np.diagonal(of_period) * spread[t] / s2)
        return np.asarray(found)

    return ScoreForms(rows, len(e), p, products)


def quadratic_form(matrix: Matrix, rho: float, pattern: Floats | None) -> Floats:
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
