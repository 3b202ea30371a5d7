"""Covariance of maximum-likelihood coefficients around the scores of rows, or of clusters of several keys.

Scores times the inverse information are influences, row by row, as those of least squares are; so the sums
are the same, and here stand the factors of Stata's ml: G/(G − 1), or n/(n − 1) of rows.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.linear import covariance as cov
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster, cluster_codes
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.several_keys import products_by_cluster
from nqpf_assets.estimators.linear.within import Codes, Floats


def clusters_of(cluster: Cluster | None, sample: PanelSample, vcov: str) -> tuple[Codes, ...]:
    """(n,) codes of each key; none where errors are not clustered.

    Raises:
        EstimationError: there is no more than one cluster of a key.
    """
    if vcov != "clustered":
        return ()
    found = cluster_codes(cluster, sample, vcov)
    if min(int(codes.max()) for codes in found) < 1:
        raise EstimationError("clustered standard errors need two or more clusters")
    return found


def of_terms(
    influences: Floats, clusters: tuple[Codes, ...], small_sample: str, n_slopes: int
) -> cov.Covariance:
    """The covariance of P terms; of several keys with the repairs of least squares.

    Args:
        influences: (n, P) scores of the rows times the inverse information.
        clusters: codes of each key; none for those of rows.
        small_sample: ``"stata"``, or ``"none"`` for a factor of one.
        n_slopes: terms from the first on that a repair is made of; the others are made of them.
    """
    # With one parameter counted, the least-squares factors are those of Stata's ml.
    correction = "xtreg" if small_sample == "stata" else "none"
    if not clusters:
        return cov.robust(influences, 1, correction)
    return cov.clustered(influences, clusters, 1, correction, n_slopes=n_slopes)


def as_it_is(influences: Floats, clusters: tuple[Codes, ...], small_sample: str) -> Floats:
    """(P, P) without repairs, for functions of all terms: a variance of several keys may be negative."""
    if clusters:
        products = products_by_cluster(influences, influences, clusters)
        n = min(int(codes.max()) + 1 for codes in clusters)
    else:
        products, n = influences.T @ influences, len(influences)
    return np.asarray(products * (n / (n - 1) if small_sample == "stata" else 1.0))
