"""By what a wild bootstrap multiplies the residuals of whole clusters, and what share of it is a p-value.

The changes that are tried are all there are, or draws of them. What is bootstrapped stands in
`wild_bootstrap` and in `instruments.wild_bootstrap`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Floats

Multipliers = Literal["rademacher", "webb"]
KINDS = {"rademacher": np.array([-1.0, 1.0]), "webb": np.sqrt(np.array([0.5, 1.0, 1.5]))}
KINDS["webb"] = np.concatenate([-KINDS["webb"], KINDS["webb"]])
"""Values of which each is as likely: mean zero and variance one (Webb 2023)."""


@dataclass(frozen=True)
class WildBootstrap:
    """How it is drawn.

    Attributes:
        draws: how often; all changes of sign are tried instead where there are no more of them and the
            bootstrap is restricted.
        multipliers: ``"rademacher"``, the sign alone, or ``"webb"``, one of six numbers, for few clusters.
        restricted: whether the hypothesis holds in what is drawn (WCR), or the estimate (WCU).
        seed: of the draws.
    """

    draws: int = 1999
    multipliers: Multipliers = "rademacher"
    restricted: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        if self.multipliers not in KINDS:
            raise EstimationError(
                f"multipliers are one of {', '.join(KINDS)}; found {self.multipliers!r}"
            )
        if self.draws < 19:
            raise EstimationError(f"fewer than 19 draws reject nothing at 5 %; found {self.draws}")


@dataclass(frozen=True)
class Changes:
    """By what residuals are multiplied.

    Attributes:
        values: (B, G) for each draw and cluster.
        is_complete: whether these are all there are; the sample itself is then one of them.
        n_changes: how many there are, drawn or not; at most 2^60.
        least_p_value: the smallest p-value that they can give.
    """

    values: Floats
    is_complete: bool
    n_changes: int
    least_p_value: float

    @property
    def tells(self) -> bool:
        """Whether anything can be rejected at 5 %."""
        return self.least_p_value < 0.05

    def p_value(self, n_as_large: int) -> float:
        """The share of draws whose statistic is as large as the sample's, which counts as one of them."""
        more = 0 if self.is_complete else 1
        return (n_as_large + more) / (len(self.values) + more)


def changes_of(options: WildBootstrap, n_clusters: int, *, is_even: bool) -> Changes:
    """All changes of sign where they are no more than the draws, and draws otherwise.

    Args:
        is_even: whether a change and its opposite give the same statistic, so that each comes twice.
    """
    kinds, twice = KINDS[options.multipliers], 2 if is_even else 1
    n_all = len(kinds) ** min(n_clusters, 60)
    least = twice / n_all
    if options.restricted and options.multipliers == "rademacher" and n_all <= options.draws:
        bits = (np.arange(n_all)[:, None] >> np.arange(n_clusters)) & 1
        return Changes(kinds[bits], True, n_all, least)
    drawn = np.random.default_rng(options.seed).choice(kinds, size=(options.draws, n_clusters))
    return Changes(drawn, False, n_all, max(least, 1 / (options.draws + 1)))
