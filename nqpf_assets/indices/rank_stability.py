"""How far the places of units depend on one indicator: ranks by year, and what leaving it out does to them.

Ranks are those of a year: scores of other years are another contest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.indices.indicators import Floats


@dataclass(frozen=True)
class RankStability:
    """Places by one set of scores beside those by another.

    Attributes:
        ranks, others: (n,) place in the year, 1 the highest score; those that are equal share the best place.
        years: (T,) in their order.
        spearman: (T,) rank correlation of the two in each year; NaN where one does not vary.
    """

    ranks: NDArray[np.int64]
    others: NDArray[np.int64]
    years: NDArray[np.int64]
    spearman: Floats

    @property
    def changes(self) -> NDArray[np.int64]:
        """(n,) places lost by the other scores; below zero where won."""
        return self.others - self.ranks


def rank_stability(scores: Floats, others: Floats, periods: NDArray[np.int64]) -> RankStability:
    """Hold the places by two sets of scores against each other, year by year.

    Args:
        scores, others: (n,) finite.
        periods: (n,) of which year a row is.

    Source: Spearman's ρ is Pearson's correlation of mean ranks; OECD and JRC (2008), Handbook on Constructing
    Composite Indicators, step 7, has the shift in ranks where an indicator is left out.
    """
    years = np.unique(periods)
    places = [np.empty(len(scores), dtype=np.int64) for _ in range(2)]
    spearman = np.empty(len(years))
    for at, year in enumerate(years):
        rows = periods == year
        for into, of in zip(places, (scores, others), strict=True):
            into[rows] = _places(of[rows])
        spearman[at] = _spearman(scores[rows], others[rows])
    return RankStability(places[0], places[1], years, spearman)


def _places(values: Floats) -> NDArray[np.int64]:
    """One more than the number of values that are greater."""
    falling = np.sort(-values)
    return np.asarray(np.searchsorted(falling, -values, side="left") + 1)


def _spearman(a: Floats, b: Floats) -> float:
    from scipy.stats import rankdata

    ranks = np.vstack([rankdata(a), rankdata(b)])
    ranks -= ranks.mean(axis=1, keepdims=True)
    size = float(np.sqrt((ranks**2).sum(axis=1).prod()))
    return float(ranks[0] @ ranks[1] / size) if size > 0 else float("nan")
