"""Covariance of least-squares coefficients under the assumptions that people report.

Everything is made from influences: row i of `influences` is what observation i adds to each
coefficient's error, so that coefficients and the constant are treated alike. Which correction
belongs to which program is explained in docs/methods/two_way_fe.md; CR2 has its own module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.cluster_parts import ClusterParts
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.several_keys import products_by_cluster, sizes_of
from nqpf_assets.estimators.linear.within import Codes, Floats, group_sums

# A standard error below this share of the one that unrelated errors would give is what rounding left
# of sums that are zero. Rounding leaves 1e-16 to 1e-12 of it; no sample of real errors comes near.
CANCELLED = 1e-8
# The same for a difference of variances, two-way clusters': there rounding is not squared.
CANCELLED_VARIANCE = 1e-12


@dataclass(frozen=True)
class Covariance:
    """A covariance matrix with the inference that belongs to it.

    Attributes:
        matrix: (P, P); NaN in rows and columns of terms whose errors cancel, see `without_cancelled`.
        df_inference: (P,) degrees of freedom of t.
        factor: the small-sample factor contained in `matrix`; NaN where it is not one number.
        n_parameters: k in that factor.
        n_clusters: clusters of each key; empty when there are none.
        is_repaired: whether negative eigenvalues were set to zero (clusters of several keys only).
        parts: of bias-reduced errors, for combinations of terms; None of others.
    """

    matrix: Floats
    df_inference: Floats
    factor: float
    n_parameters: int
    n_clusters: tuple[int, ...] = ()
    is_repaired: bool = False
    parts: ClusterParts | None = None


def without_cancelled(made: Covariance, scale: Floats) -> Covariance:
    """The covariance without the terms whose errors cancel: they have no standard error.

    Scores of least squares add up to zero. Where a cluster holds all of them, or two clusters hold
    halves of them (two periods), the sums over clusters are zero but for rounding, and say nothing
    of how far the estimate is from the truth.

    Args:
        made: of P terms.
        scale: (P,) their variances were errors unrelated.
    """
    is_estimated = np.diag(made.matrix) > CANCELLED**2 * scale  # false for NaN, too
    keeps = np.outer(is_estimated, is_estimated)
    return replace(made, matrix=np.where(keeps, made.matrix, np.nan))


def unadjusted(weights: Floats, rss: float, n_parameters: int, small_sample: str) -> Covariance:
    """Equal variances, no correlation: sigma^2 times the sum of weights' squares.

    Args:
        weights: (n, P) derivative of each coefficient with respect to each outcome.
        rss: residual sum of squares.
        n_parameters: all of them, the effects included.
        small_sample: ``"xtreg"`` divides by n - k, ``"none"`` by n.
    """
    return of_equal_errors(weights.T @ weights, len(weights), rss, n_parameters, small_sample)


def of_equal_errors(
    products: Floats, n: int, rss: float, n_parameters: int, small_sample: str
) -> Covariance:
    """The same from the products (P, P) of n rows' weights."""
    factor = n / (n - n_parameters) if small_sample == "xtreg" else 1.0
    matrix = products * (rss / n * factor)
    return Covariance(matrix, _all(products, n - n_parameters), factor, n_parameters)


def robust(
    influences: Floats,
    n_parameters: int,
    small_sample: str,
    weighing: Floats | None = None,
    n_obs: int | None = None,
) -> Covariance:
    """Unequal variances (White 1980): HC1 under ``"xtreg"``, HC0 under ``"none"``.

    Args:
        influences: (n, P), or the scores (n, Q) of which `weighing` (Q, P) makes them.
        n_obs: observations that the rows stand for; their number where left out.
    """
    n = len(influences) if n_obs is None else n_obs
    return of_squares(influences.T @ influences, n, n_parameters, small_sample, weighing)


def of_squares(
    products: Floats, n: int, n_parameters: int, small_sample: str, weighing: Floats | None = None
) -> Covariance:
    """The same from the products of n rows' influences (P, P), or scores (Q, Q)."""
    factor = n / (n - n_parameters) if small_sample == "xtreg" else 1.0
    matrix = _weighed(products, weighing) * factor
    return Covariance(matrix, _all(matrix, n - n_parameters), factor, n_parameters)


def clustered(
    influences: Floats,
    clusters: Sequence[Codes],
    n_parameters: int,
    small_sample: str,
    weighing: Floats | None = None,
    n_obs: int | None = None,
    n_slopes: int | None = None,
) -> Covariance:
    """Correlation within clusters of one to three keys.

    Args:
        influences: (n, P), the constant's in the last column; or scores, as in `robust`.
        clusters: one to three arrays (n,) of codes from 0 without gaps.
        n_parameters: k of the factor G/(G-1) (n-1)/(n-k), see `counted_parameters`; with several
            keys G is the smallest number of clusters.
        small_sample: ``"none"`` for a factor of one.
        n_obs: as in `robust`.
        n_slopes: terms from the first on of which a matrix with negative eigenvalues is repaired; all but
            the last where left out.

    With several keys a variance can turn out negative; it is NaN in the result, as are those of terms
    whose errors cancel.

    Source: Liang and Zeger (1986); Cameron, Gelbach and Miller (2011), JBES 29(2), whose
    repair of a matrix with negative eigenvalues is used.
    """
    n = len(influences) if n_obs is None else n_obs
    sizes = sizes_of(clusters)
    squares = influences.T @ influences
    if len(clusters) == 1:
        sums = group_sums(influences, clusters[0], sizes[0])
        made = of_cluster_sums(sums, n, n_parameters, small_sample, weighing)
        return without_cancelled(made, np.diag(_weighed(squares, weighing)))
    matrix = _weighed(products_by_cluster(influences, influences, clusters), weighing)
    of_each = [products_by_cluster(influences, influences, (one,)) for one in clusters]
    whole = np.diag(_weighed(np.sum(of_each, axis=0), weighing))
    slopes = len(matrix) - 1 if n_slopes is None else n_slopes
    factor = of_clusters(min(sizes), n, n_parameters, small_sample)
    made = of_several_keys(matrix, whole, sizes, factor, n_parameters, slopes)
    return without_cancelled(made, np.diag(_weighed(squares, weighing)))


def of_several_keys(
    products: Floats,
    whole: Floats,
    sizes: tuple[int, ...],
    factor: float,
    n_parameters: int,
    n_slopes: int,
) -> Covariance:
    """The covariance of two or three keys, which need not be one: impossible variances NaN, others repaired.

    Args:
        products: (P, P) of each key less those of each pair of keys and so on, without a factor.
        whole: (P,) variances of all keys added up, by which a difference is judged to be rounding.
        sizes: clusters of each key; factor, n_parameters: as in `Covariance`.
        n_slopes: terms from the first on that a repair is made of; the others are made of them.
    """
    matrix = np.asarray(products * factor, dtype=np.float64)
    impossible = np.diag(matrix) <= CANCELLED_VARIANCE * whole * factor
    # The constant, last, is a combination of the others and must not cause a repair.
    slopes = slice(n_slopes)
    matrix[slopes, slopes], is_repaired = _repaired(matrix[slopes, slopes])
    # A repaired variance that was negative would be near zero: an error of nothing at all.
    matrix[impossible, :] = matrix[:, impossible] = np.nan
    return Covariance(
        matrix, _all(matrix, min(sizes) - 1), factor, n_parameters, sizes, is_repaired
    )


def of_cluster_sums(
    sums: Floats, n: int, n_parameters: int, small_sample: str, weighing: Floats | None = None
) -> Covariance:
    """The same of one key, from sums of n rows by cluster; errors that cancel are not looked for.

    Args:
        sums: (G, P) of the influences, or (G, Q) of the scores, of each cluster.
    """
    return of_cluster_products(sums.T @ sums, len(sums), n, n_parameters, small_sample, weighing)


def of_cluster_products(
    products: Floats,
    n_clusters: int,
    n: int,
    n_parameters: int,
    small_sample: str,
    weighing: Floats | None = None,
) -> Covariance:
    """The same from the products (P, P) or (Q, Q) of these sums."""
    if n_clusters < 2:
        raise EstimationError("clustered standard errors need two or more clusters")
    factor = of_clusters(n_clusters, n, n_parameters, small_sample)
    matrix = np.asarray(_weighed(products, weighing) * factor, dtype=np.float64)
    df = _all(matrix, n_clusters - 1)
    return Covariance(matrix, df, factor, n_parameters, (n_clusters,))


def of_clusters(n_clusters: int, n: int, n_parameters: int, small_sample: str) -> float:
    """The factor of the smallest number of clusters."""
    if small_sample == "none":
        return 1.0
    return n_clusters / (n_clusters - 1) * (n - 1) / (n - n_parameters)


def default_lags(n_periods: int) -> int:
    """The last lag where none is said: floor(T^(1/4))."""
    return int(n_periods**0.25)


def bandwidth(lags: int | None, n_periods: int, errors: str) -> int:
    """The last lag of a kernel over T periods.

    Raises:
        EstimationError: fewer than two periods, or lags that reach beyond them.
    """
    if n_periods < 2:
        raise EstimationError(f"{errors} standard errors need two or more periods")
    lags = default_lags(n_periods) if lags is None else lags
    if not 0 <= lags < n_periods:
        raise EstimationError(
            f"lags must be from 0 to {n_periods - 1}, below the number of periods: {lags}"
        )
    return lags


def driscoll_kraay(
    influences: Floats,
    periods: Codes,
    lags: int | None,
    n_parameters: int,
    small_sample: str,
    weighing: Floats | None = None,
) -> Covariance:
    """Correlation between units and over time (Driscoll and Kraay 1998, REStat 80(4)).

    Args:
        influences: (n, P), or scores, as in `robust`.
        periods: (n,) codes in the order of time; lags count observed periods.
        lags: bandwidth of the Bartlett kernel; default floor(T^(1/4)).
        n_parameters: k of the factor T/(T-1) (n-1)/(n-k), all effects included.
        small_sample: ``"xtreg"`` as fixest's DK, ``"none"`` as plm's vcovSCC.
    """
    n, t = len(influences), int(periods.max()) + 1
    lags = bandwidth(lags, t, "Driscoll-Kraay")
    h = group_sums(influences, periods, t)
    h = h if weighing is None else h @ weighing
    matrix = h.T @ h
    for lag in range(1, lags + 1):
        cross = h[lag:].T @ h[:-lag]
        matrix = matrix + (1 - lag / (lags + 1)) * (cross + cross.T)
    factor = 1.0 if small_sample == "none" else t / (t - 1) * (n - 1) / (n - n_parameters)
    return Covariance(matrix * factor, _all(matrix, t - 1), factor, n_parameters, (t,))


def _weighed(products: Floats, weighing: Floats | None) -> Floats:
    return products if weighing is None else weighing.T @ products @ weighing


def _repaired(matrix: Floats) -> tuple[Floats, bool]:
    # Judged on the scale of correlations, so that a regressor's unit does not decide.
    scale = np.sqrt(np.abs(np.diag(matrix)))
    scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(matrix / np.outer(scale, scale))
    if values.min() >= -1e-12:
        return matrix, False
    whole = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return np.asarray(whole * np.outer(scale, scale), dtype=np.float64), True


def _all(rows: NDArray[np.float64], df: int) -> Floats:
    return np.full(rows.shape[1], float(df))
