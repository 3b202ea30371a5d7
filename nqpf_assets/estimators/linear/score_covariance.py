"""Covariance of maximum-likelihood coefficients around the scores of rows or of clusters of one key."""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster, cluster_codes
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.within import Codes, Floats


def one_key(cluster: Cluster | None, sample: PanelSample, vcov: str) -> Codes | None:
    """(n,) codes of the clusters; None where errors are not clustered.

    Raises:
        EstimationError: there is no more than one cluster.
    """
    if vcov != "clustered":
        return None
    codes = cluster_codes(cluster, sample, vcov)[0]
    if codes.max() < 1:
        raise EstimationError("clustered standard errors need two or more clusters")
    return codes


def around_scores(
    bread: Floats, scores: Floats, clusters: Codes | None, small_sample: str
) -> Floats:
    """(P, P): the inverse information on both sides of the products of scores.

    Args:
        bread: (P, P) inverse information; scores: (n, P) of the rows.
        clusters: (n,) codes, whose scores are summed; None for those of rows.
        small_sample: ``"stata"``: G/(G − 1), or n/(n − 1) of rows; ``"none"``: as it is.
    """
    if clusters is not None:
        sums = np.zeros((int(clusters.max()) + 1, scores.shape[1]))
        np.add.at(sums, clusters, scores)
        scores = sums
    n = len(scores)
    correction = n / (n - 1) if small_sample == "stata" else 1.0
    return np.asarray(bread @ (scores.T @ scores) @ bread * correction)
