"""The bootstrap of indirect effects: what draws say of each, its error, intervals and p-value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.distributions import normal_cdf, normal_ppf
from nqpf_assets.estimators.linear.drawn_inference import (
    distinct_samples,
    drawn_p_values,
    drawn_spread,
    has_interval,
)
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Floats

Interval = tuple[float, float]


@dataclass(frozen=True)
class BootstrapEffect:
    """The bootstrap distribution of one effect.

    Attributes:
        effect: ``"indirect"``, ``"direct"``, ``"total"``, ``"share"`` or another of its mediation.
        estimate: in the sample.
        std_error: standard deviation of the draws (ddof = 1); of a share half the width of their
            central 68 %, since a ratio has no variance.
        percentile: quantiles of the draws (linear, R type 7).
        bias_corrected: the same at levels shifted by twice z0, the normal quantile of the share
            of draws below the estimate; NaN where all draws lie on one side of it.
        p_value: twice the smaller share of draws on either side of zero, at least 2/(draws + 1), and
            below α where the percentile interval at level 1 − α leaves zero out (`drawn_p_values`).

    Intervals and the p-value are NaN where so few draws, or so few different samples, cannot reject.
    """

    effect: str
    estimate: float
    std_error: float
    percentile: Interval
    bias_corrected: Interval
    p_value: float


@dataclass(frozen=True)
class Drawn:
    """What a bootstrap found: effects, draws that identify nothing, blocks that are drawn from."""

    effects: tuple[BootstrapEffect, ...] = ()
    n_failed: int = 0
    n_blocks: int = 0


def drawn_effects(
    draws: Mapping[str, Floats], estimates: Mapping[str, float], confidence_level: float
) -> tuple[tuple[BootstrapEffect, ...], int]:
    """Summaries of effects, and the number of draws that failed.

    Args:
        draws: effect → (S,) its draws; NaN where a sample does not identify it.
        estimates: of each in the sample, and of ``"share"``, which is drawn as indirect over total effect.
        confidence_level: of the intervals.

    Raises:
        EstimationError: fewer than half of the draws identify the effects.
    """
    good = np.logical_and.reduce([np.isfinite(drawn) for drawn in draws.values()])
    if 2 * good.sum() < len(good) or good.sum() < 2:
        raise EstimationError(
            f"only {int(good.sum())} of {counted(len(good), 'bootstrap draws')} identify the coefficients: "
            "too few units carry the variation"
        )
    values = {effect: drawn[good] for effect, drawn in draws.items()}
    if "share" in estimates:
        with np.errstate(divide="ignore"):
            values["share"] = values["indirect"] / values["total"]
    summaries = tuple(
        _summary(effect, estimates[effect], drawn, confidence_level)
        for effect, drawn in values.items()
    )
    return summaries, int((~good).sum())


def tested_effects(
    draws: Mapping[str, Floats],
    estimates: Mapping[str, float],
    n_blocks: int,
    confidence_level: float,
) -> Drawn:
    """As `drawn_effects`, without intervals and p-values where draws or samples are too few to reject.

    Args:
        n_blocks: B, from which samples are drawn.
    """
    effects, n_failed = drawn_effects(draws, estimates, confidence_level)
    n_drawn = len(next(iter(draws.values()))) - n_failed
    if not has_interval(min(n_drawn, distinct_samples(n_blocks)), confidence_level):
        effects = tuple(without_inference(one) for one in effects)
    return Drawn(effects, n_failed, n_blocks)


def without_inference(effect: BootstrapEffect) -> BootstrapEffect:
    """The same where draws are too few, or repeat too few samples, for intervals and p-values."""
    none = (float("nan"), float("nan"))
    return replace(effect, percentile=none, bias_corrected=none, p_value=float("nan"))


def percentile_interval(draws: Floats, confidence_level: float) -> Interval:
    """The quantiles that leave half of the rest on either side."""
    tail = (1 - confidence_level) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return float(low), float(high)


def bias_corrected_interval(draws: Floats, estimate: float, confidence_level: float) -> Interval:
    """Percentile interval shifted by the median bias of the draws.

    Source: Efron (1981), Canadian Journal of Statistics 9(2); MacKinnon, Lockwood and Williams
    (2004), Multivariate Behavioral Research 39(1), for indirect effects.
    """

    below = (np.count_nonzero(draws < estimate) + np.count_nonzero(draws <= estimate)) / 2
    if not 0 < below < len(draws):
        return float("nan"), float("nan")
    z0 = float(normal_ppf(below / len(draws)))
    z = float(normal_ppf((1 + confidence_level) / 2))
    levels = np.array([normal_cdf(2 * z0 - z), normal_cdf(2 * z0 + z)])
    low, high = np.quantile(draws, levels)
    return float(low), float(high)


def _summary(
    effect: str, estimate: float, draws: Floats, confidence_level: float
) -> BootstrapEffect:
    column = draws[:, None]
    # A share is a ratio, which has no variance where the total effect may be zero.
    spread = drawn_spread(column)[0] if effect == "share" else draws.std(ddof=1)
    return BootstrapEffect(
        effect,
        estimate,
        float(spread),
        percentile_interval(draws, confidence_level),
        bias_corrected_interval(draws, estimate, confidence_level),
        float(drawn_p_values(column)[0]),
    )
