"""Sigma convergence: whether the spread between regions narrows.

The measures of spread, per period and per group; whether poorer regions grow faster is the
question of `beta_convergence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.regional_differences.errors import DifferenceError
from nqpf_assets.estimators.regional_differences.observations import Floats, observations


@dataclass(frozen=True)
class SigmaConvergence:
    """Spread of T periods, over all regions and inside k groups.

    Attributes:
        periods, groups: labels.
        mean, sd, variation: (T,) mean, standard deviation, and their ratio, the coefficient of
            variation.
        log_sd: (T,) standard deviation of logarithms; NaN where a value is zero.
        group_mean, group_sd, group_variation, group_log_sd: (T, k); NaN where a group has fewer
            regions than the measure needs.
        ddof: subtracted from the number of regions in the standard deviations.
        is_weighted: whether regions count by their weights.
    """

    periods: tuple[Any, ...]
    groups: tuple[Any, ...]
    mean: Floats
    sd: Floats
    variation: Floats
    log_sd: Floats
    group_mean: Floats
    group_sd: Floats
    group_variation: Floats
    group_log_sd: Floats
    ddof: int
    is_weighted: bool


def sigma_convergence(
    values: ArrayLike,
    periods: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    weights: ArrayLike | None = None,
    ddof: int = 0,
) -> SigmaConvergence:
    """Coefficient of variation and standard deviation of logarithms, period by period.

    Args:
        values: (n,) non-negative; with weights, per head.
        periods: (n,) labels.
        groups: (n,) labels, or None for one group.
        weights: (n,) such as populations; by default every region counts alike.
        ddof: 0 divides by the number of regions: they are all there are, not a sample; 1 as
            Stata's `summarize` and Excel's STDEV.S. With weights it is 0.

    Raises:
        DifferenceError: missing or negative values, a period of zeros, another `ddof`.

    Source: Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2).
    """
    if ddof not in (0, 1) or (ddof and weights is not None):
        raise DifferenceError(f"ddof is 0, or 1 without weights; found {ddof}")
    data = observations(values, periods, groups, weights)
    t, k = len(data.periods), len(data.groups)
    overall, by_group = np.empty((4, t)), np.full((4, t, k), np.nan)
    for at, y, group, w in data.by_period():
        overall[:, at] = _spread(y, w, ddof)
        for g in np.unique(group):
            by_group[:, at, g] = _spread(y[group == g], w[group == g], ddof)
    return SigmaConvergence(
        data.periods,
        data.groups,
        overall[0],
        overall[1],
        overall[2],
        overall[3],
        by_group[0],
        by_group[1],
        by_group[2],
        by_group[3],
        ddof,
        data.is_weighted,
    )


def _spread(y: Floats, w: Floats, ddof: int) -> tuple[float, float, float, float]:
    """Mean, standard deviation, coefficient of variation, standard deviation of logarithms."""
    mean, sd = _moments(y, w, ddof)
    variation = sd / mean if mean > 0 else float("nan")
    log_sd = _moments(np.log(y), w, ddof)[1] if (y > 0).all() else float("nan")
    return mean, sd, variation, log_sd


def _moments(y: Floats, w: Floats, ddof: int) -> tuple[float, float]:
    share = w / w.sum()
    mean = float(share @ y)
    if len(y) <= ddof:
        return mean, float("nan")
    variance = float(share @ (y - mean) ** 2) * len(y) / (len(y) - ddof)
    return mean, float(np.sqrt(variance))
