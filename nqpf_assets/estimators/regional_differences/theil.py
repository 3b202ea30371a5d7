"""Theil's indices T and L, within and between groups.

Both are exact sums of the two parts; which one to use, and why zero values exclude the second,
is explained in docs/methods/regional_differences.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.regional_differences.errors import DifferenceError
from nqpf_assets.estimators.regional_differences.observations import Floats, observations


@dataclass(frozen=True)
class Theil:
    """Theil's index of T periods, decomposed by k groups.

    Attributes:
        periods, groups: labels.
        kind: ``"T"`` or ``"L"``.
        index: (T,); `within` plus `between`.
        within, between: (T,).
        within_share, between_share: (T,) of the index; NaN where it is zero.
        group_index: (T, k) inside each group; NaN where it has no region.
        group_weights: (T, k) with which these add up to `within`: shares of the value for T,
            of the population for L.
        group_shares: (T, k) what each group's own inequality contributes to the index.
        is_weighted: whether regions count by their weights.
    """

    periods: tuple[Any, ...]
    groups: tuple[Any, ...]
    kind: str
    index: Floats
    within: Floats
    between: Floats
    within_share: Floats
    between_share: Floats
    group_index: Floats
    group_weights: Floats
    group_shares: Floats
    is_weighted: bool


def theil_index(
    values: ArrayLike,
    periods: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    weights: ArrayLike | None = None,
    kind: Literal["T", "L"] = "T",
) -> Theil:
    """Theil's index of each period, within and between groups.

    Args:
        values: (n,) non-negative for T, positive for L; with weights, per head.
        periods: (n,) labels.
        groups: (n,) labels; None for one group, so that `between` is zero.
        weights: (n,) such as populations; by default every region counts alike.
        kind: ``"T"``: sum of w (y/m) ln(y/m); ``"L"``, the mean log deviation: sum of w ln(m/y).

    Raises:
        DifferenceError: missing or negative values, zeros for L, a period of zeros.

    Source: Theil (1967), Economics and Information Theory; Shorrocks (1980), Econometrica 48(3).
    """
    if kind not in ("T", "L"):
        raise DifferenceError(f"kind is 'T' or 'L'; found {kind!r}")
    data = observations(
        values, periods, groups, weights, least="non-negative" if kind == "T" else "positive"
    )
    t, k = len(data.periods), len(data.groups)
    shape = (t, k)
    own, shares, gaps = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape)
    index = np.empty(t)
    for at, y, group, w in data.by_period():
        w = w / w.sum()
        y = y / (w @ y)
        p = np.bincount(group, weights=w, minlength=k)
        s = np.bincount(group, weights=w * y, minlength=k)
        index[at] = (w * _contribution(y, kind)).sum()
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = s / p
            inside = _contribution(y / relative[group], kind)
        there = p > 0
        own[at, there] = np.bincount(group, weights=w * inside, minlength=k)[there] / p[there]
        shares[at] = s if kind == "T" else p
        gaps[at, there] = p[there] * _contribution(relative[there], kind)
    within = np.nansum(own * shares, axis=1)
    between = gaps.sum(axis=1)
    total = np.where(index > 0, index, np.nan)
    return Theil(
        data.periods,
        data.groups,
        kind,
        index,
        within,
        between,
        within / total,
        between / total,
        own,
        shares,
        own * shares / total[:, None],
        data.is_weighted,
    )


def _contribution(relative: Floats, kind: str) -> Floats:
    """What values relative to their mean add; 0 ln 0 = 0."""
    # A group of zeros has no mean to be relative to, and no inequality.
    relative = np.where(np.isnan(relative), 1.0 if kind == "L" else 0.0, relative)
    logs = np.log(relative, out=np.zeros_like(relative), where=relative > 0)
    return np.asarray(relative * logs if kind == "T" else -logs, dtype=np.float64)
