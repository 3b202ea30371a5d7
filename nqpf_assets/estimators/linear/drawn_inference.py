"""Inference from draws: error, p-value and interval of one distribution, which cannot contradict each other.

For estimates whose distribution is known by simulation or bootstrap alone. A ratio such as 1/(1 − ρ)
has no variance, and the standard deviation of its draws is whatever the most extreme of them is; quantiles
exist always, so everything here is made of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ONE_ERROR = 0.6826894921370859
"""Share of a normal distribution within one standard deviation of its mean."""


@dataclass(frozen=True)
class DrawnInference:
    """Inference of K estimates.

    Attributes:
        std_errors: (K,) half the width of the central 68 % of the draws, which is the standard
            deviation where they are normal.
        p_values: (K,) see `drawn_p_values`.
        conf_int: (K, 2) quantiles of the draws (R type 7).
    """

    std_errors: Floats
    p_values: Floats
    conf_int: Floats


def drawn_inference(drawn: Floats, confidence_level: float) -> DrawnInference:
    """Error, p-value and interval from draws (D, K)."""
    tail = (1 - confidence_level) / 2
    return DrawnInference(
        drawn_spread(drawn),
        drawn_p_values(drawn),
        np.quantile(drawn, [tail, 1 - tail], axis=0).T,
    )


def drawn_spread(drawn: Floats) -> Floats:
    """Half the width of the central 68 % of draws (D, K): an error that exists whatever their tails."""
    low, high = np.quantile(drawn, [(1 - ONE_ERROR) / 2, (1 + ONE_ERROR) / 2], axis=0)
    return np.asarray((high - low) / 2)


def drawn_p_values(drawn: Floats) -> Floats:
    """Twice the smaller tail beyond zero of draws (D, K), at least 2/(D + 1).

    The tail is where the quantiles of R's type 7 pass through zero, between two draws too, so that p is
    below α exactly where the interval of those quantiles at level 1 − α leaves zero out.
    """
    ordered = np.sort(drawn, axis=0)
    below = np.array([_level_of_zero(column) for column in ordered.T])
    above = np.array([_level_of_zero(-column[::-1]) for column in ordered.T])
    return np.asarray(np.clip(2 * np.minimum(below, above), least_p_value(len(drawn)), 1.0))


def least_p_value(n_draws: int) -> float:
    """The smallest p-value that so many draws can give."""
    return 2 / (n_draws + 1)


def has_interval(n_draws: int, confidence_level: float) -> bool:
    """Whether so many draws can leave a value outside an interval of this level."""
    return least_p_value(n_draws) < 1 - confidence_level


def distinct_samples(n_blocks: int) -> int:
    """How many different samples of B blocks there are; beyond these, draws only repeat themselves.

    Two blocks give three samples, however often they are drawn.
    """
    return comb(2 * n_blocks - 1, n_blocks)


def _level_of_zero(ordered: Floats) -> float:
    """The level of the quantile that is zero, of sorted draws (D,): 0 and 1 beyond their ends."""
    place = int(np.searchsorted(ordered, 0.0, side="right"))
    if place == 0:
        return 0.0
    if place == len(ordered):
        return 1.0
    under, over = float(ordered[place - 1]), float(ordered[place])
    return (place - 1 - under / (over - under)) / (len(ordered) - 1)
