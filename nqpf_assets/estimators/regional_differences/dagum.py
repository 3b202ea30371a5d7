"""Dagum's decomposition of the Gini coefficient: within groups, between them, and overlap.

Every pair of regions counts, but sums over pairs are taken from sorted values: O(n log n) with
few groups. The formulas stand in docs/methods/regional_differences.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.regional_differences.observations import (
    Codes,
    Floats,
    Observations,
    observations,
)

ROUNDING = 1e-12
"""Share of the distance between two groups that is an overlap, and not what sums of numbers leave."""


@dataclass(frozen=True)
class DagumGini:
    """Gini coefficients of T periods, decomposed by k groups.

    `within`, `between` and `transvariation` add up to `gini`. A group without a region in some
    period has NaN there and takes no part.

    Attributes:
        periods, groups: labels.
        gini: (T,).
        within: (T,) G_w, inequality inside groups.
        between: (T,) G_nb, net inequality between groups.
        transvariation: (T,) G_t, from regions of a poorer group that are ahead of regions of a
            richer one.
        within_share, between_share, transvariation_share: (T,) of gini; NaN where gini is zero.
        group_gini: (T, k) G_jj.
        pair_gini: (T, k, k) G_jh between groups, symmetric, group_gini on the diagonal.
        affluence: (T, k, k) D_jh, relative economic affluence between 0 (full overlap) and 1
            (none); 0 on the diagonal.
        means: (T, k) of the groups.
        population_shares, value_shares: (T, k) p_j and s_j.
        n_regions: (T, k).
        is_weighted: whether regions count by their weights.
    """

    periods: tuple[Any, ...]
    groups: tuple[Any, ...]
    gini: Floats
    within: Floats
    between: Floats
    transvariation: Floats
    within_share: Floats
    between_share: Floats
    transvariation_share: Floats
    group_gini: Floats
    pair_gini: Floats
    affluence: Floats
    means: Floats
    population_shares: Floats
    value_shares: Floats
    n_regions: Codes
    is_weighted: bool


def dagum_gini(
    values: ArrayLike,
    periods: ArrayLike,
    groups: ArrayLike,
    *,
    weights: ArrayLike | None = None,
) -> DagumGini:
    """Gini coefficient of each period and its decomposition by group.

    Args:
        values: (n,) non-negative; with weights, per head of what the weights count.
        periods, groups: (n,) labels.
        weights: (n,) such as populations; by default every region counts alike, as in the
            papers that apply the method to Chinese provinces and cities.

    Raises:
        DifferenceError: missing or negative values, a period whose values are all zero.

    Source: Dagum (1997), "A new approach to the decomposition of the Gini income inequality
    ratio", Empirical Economics 22(4).
    """
    data = observations(values, periods, groups, weights)
    groups_of = _group_moments(data)
    means, p, s, exceeds = groups_of.means, groups_of.p, groups_of.s, groups_of.exceeds
    k = len(data.groups)
    distance = exceeds + exceeds.transpose(0, 2, 1)  # mean |y - x| of y from j and x from h
    level = means[:, :, None] + means[:, None, :]
    gap = np.abs(means[:, :, None] - means[:, None, :])
    with np.errstate(divide="ignore", invalid="ignore"):  # of groups of zeros
        pair_gini = np.where(level > 0, distance / level, 0.0 * level)
        affluence = np.where(distance > 0, gap / distance, 0.0 * distance)
    # Groups that do not overlap are apart by their whole distance, but for rounding: no trace of an overlap.
    affluence[(distance > 0) & (gap >= distance * (1 - ROUNDING))] = 1.0
    affluence[:, np.arange(k), np.arange(k)] *= 0.0
    part = np.nan_to_num(pair_gini * p[:, :, None] * s[:, None, :])
    rich = np.nan_to_num(affluence)
    own = np.eye(k, dtype=np.bool_)
    within = part[:, own].sum(axis=1)
    between = (part * rich)[:, ~own].sum(axis=1)
    transvariation = (part * (1 - rich))[:, ~own].sum(axis=1)
    # From all pairs at once, not as the sum of the parts: that they add up is a check.
    gini = np.nansum(distance * p[:, :, None] * p[:, None, :], axis=(1, 2)) / (2 * groups_of.mean)
    total = np.where(gini > 0, gini, np.nan)
    return DagumGini(
        data.periods,
        data.groups,
        gini,
        within,
        between,
        transvariation,
        within / total,
        between / total,
        transvariation / total,
        pair_gini[:, own],
        pair_gini,
        affluence,
        means,
        p,
        s,
        groups_of.n_regions,
        data.is_weighted,
    )


@dataclass(frozen=True)
class _GroupMoments:
    """Of each of T periods and k groups.

    Attributes:
        mean: (T,) of all regions; means: (T, k).
        p, s: (T, k) shares of the groups in weights and in what they measure.
        n_regions: (T, k).
        exceeds: (T, k, k) by how much a region of one is ahead of one of another on average.
    """

    mean: Floats
    means: Floats
    p: Floats
    s: Floats
    n_regions: Codes
    exceeds: Floats


def _group_moments(data: Observations) -> _GroupMoments:
    """Means, shares and distances of the groups, period by period."""
    t, k = len(data.periods), len(data.groups)
    exceeds, means = np.full((t, k, k), np.nan), np.full((t, k), np.nan)
    p, s = np.zeros((t, k)), np.zeros((t, k))
    n_regions = np.zeros((t, k), dtype=np.intp)
    mean = np.empty(t)
    for at, y, group, w in data.by_period():
        w = w / w.sum()
        mean[at] = w @ y
        p[at] = np.bincount(group, weights=w, minlength=k)
        s[at] = np.bincount(group, weights=w * y, minlength=k) / mean[at]
        n_regions[at] = np.bincount(group, minlength=k)
        there = p[at] > 0
        means[at, there] = s[at, there] * mean[at] / p[at, there]
        exceeds[at][np.ix_(there, there)] = _mean_exceedance(y, group, w, k)[np.ix_(there, there)]
    return _GroupMoments(mean, means, p, s, n_regions, exceeds)


def _mean_exceedance(y: Floats, group: Codes, w: Floats, k: int) -> Floats:
    """(k, k): by how much a region of j is ahead of one of h on average, zero where behind."""
    order = np.argsort(y, kind="stable")
    y, w = y[order] - w @ y, w[order]  # centred, because only differences matter
    member = (group[order][:, None] == np.arange(k)) * w[:, None]
    below, below_value = member.cumsum(axis=0), (member * y[:, None]).cumsum(axis=0)
    ahead = member.T @ (y[:, None] * below - below_value)
    size = below[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.maximum(ahead, 0.0) / np.outer(size, size), dtype=np.float64)
