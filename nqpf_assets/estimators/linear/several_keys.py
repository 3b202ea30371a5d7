"""Sums over clusters of one to three keys, in which pairs of rows that share several count once.

Covariances that are made of such sums are in `covariance`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Codes, Floats, group_sums


def sizes_of(clusters: Sequence[Codes]) -> tuple[int, ...]:
    """How many clusters each key has.

    Raises:
        EstimationError: there is no more than one of a key.
    """
    sizes = tuple(int(codes.max()) + 1 for codes in clusters)
    if min(sizes) < 2:
        raise EstimationError("clustered standard errors need two or more clusters")
    return sizes


def products_by_cluster(left: Floats, right: Floats, clusters: Sequence[Codes]) -> Floats:
    """Products of (n, P) and (n, Q) rows that share a cluster of any key, summed: (P, Q).

    Pairs of rows that share clusters of several keys are counted once: sums over each key, less those over
    each pair of keys, plus those over all three (Cameron, Gelbach and Miller 2011).
    """
    total = np.zeros((left.shape[1], right.shape[1]))
    for sign, codes in signed_keys(clusters):
        g = int(codes.max()) + 1
        ours = group_sums(left, codes, g)
        theirs = ours if right is left else group_sums(right, codes, g)
        total += sign * (ours.T @ theirs)
    return total


def signed_keys(clusters: Sequence[Codes]) -> Iterator[tuple[int, Codes]]:
    """Each key and each meeting of keys as codes (n,), with the sign of its sums: added together they count
    pairs of rows that share a cluster of any key, once."""
    for size in range(1, len(clusters) + 1):
        for keys in combinations(clusters, size):
            yield (-1) ** (size + 1), joint_codes(keys)


def joint_codes(keys: Sequence[Codes]) -> Codes:
    """Codes (n,) from 0 of what rows have in all keys at once."""
    codes = keys[0]
    for key in keys[1:]:
        codes = np.unique(codes * (int(key.max()) + 1) + key, return_inverse=True)[1]
    return codes
