"""A wild bootstrap in a column: what it says of itself, and intervals that have no end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isinf, nan
from typing import TYPE_CHECKING

from nqpf_assets.estimation.result_rows import Estimate
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.shown_text import listed

if TYPE_CHECKING:
    from nqpf_assets.estimators.linear.wild_inference import WildInference

CALLED = {"rademacher": "Rademacher", "webb": "Webb's six"}


def wild_words(found: WildInference, names: Sequence[str]) -> Iterator[str]:
    """How p-values and intervals were drawn, and which intervals have no end."""
    asked = found.options
    how = f"{CALLED[asked.multipliers]}, {'restricted' if asked.restricted else 'unrestricted'}"
    clusters = counted(found.n_clusters, "clusters")
    if found.least_p_value >= 0.05:
        remedy = "take another covariance, or clusters that are more"
        if asked.multipliers == "rademacher":
            remedy = "`multipliers: webb` knows more of them, another covariance needs none"
        yield (
            f"{clusters} have {counted(found.n_changes, 'changes')} of sign alone: the smallest p-value "
            f"of their wild bootstrap is {found.least_p_value:.2g}, so that it has no p-value and no "
            f"interval; {remedy}"
        )
        return
    drawn = counted(found.n_draws, "changes" if found.is_complete else "draws")
    drawn = f"all {drawn}" if found.is_complete else drawn
    seed = "" if found.is_complete else f", seed {asked.seed}"
    yield (
        f"p-values and intervals from a wild bootstrap of {clusters} ({how}; {drawn}{seed}), standard "
        "errors clustered as they stand; the constant is not tested"
    )
    ends = found.conf_int[: len(names)]
    open_ended = [name for name, end in zip(names, ends, strict=True) if any(map(isinf, end))]
    if open_ended:
        yield f"The interval of {listed(open_ended)} has no end on a side: no value there is rejected"


def bounded(terms: Sequence[Estimate]) -> tuple[Estimate, ...]:
    """Terms whose intervals have an end or say nothing: a table holds no infinity."""
    return tuple(
        replace(
            one,
            conf_low=nan if isinf(one.conf_low) else one.conf_low,
            conf_high=nan if isinf(one.conf_high) else one.conf_high,
        )
        for one in terms
    )
