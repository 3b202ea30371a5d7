"""How bounds of clipping move with the values that they are quantiles of."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WHOLE = 1e-6
"""How far n·p may be from a whole rank and be one: 100 times 0.07 is 7.000000000000001 in binary."""


def bound_weights(values: Floats, share: float, rule: str) -> tuple[Floats, Floats]:
    """(n,) and (n,) change of the lower and the upper quantile of (n,) values per change of each.

    `linear` is R's type 7: two neighbours, by their distance from the place; `stata` type 2: the mean of two
    neighbours at a whole rank, else the value above.
    """
    order, n = np.argsort(values, kind="stable"), len(values)
    found = []
    for part in (share, 1 - share):
        weights = np.zeros(n)
        if rule == "linear":
            place = part * (n - 1)
            below = math.floor(place)
            above, weight = min(below + 1, n - 1), place - below
        else:
            place = part * n
            rank = round(place)
            if abs(place - rank) < WHOLE:
                below, above, weight = max(rank, 1) - 1, min(rank + 1, n) - 1, 0.5
            else:
                below = above = math.ceil(place) - 1
                weight = 0.5
        weights[order[below]] += 1 - weight
        weights[order[above]] += weight
        found.append(weights)
    return found[0], found[1]


def through_clip(
    of_clipped: Floats, values: Floats, low: float, high: float, weights: tuple[Floats, Floats]
) -> Floats:
    """(n,) change per change of each value of what changes by `of_clipped` per change of each clipped one.

    Args:
        values: (n,) before they are clipped, all of one pool.
        low, high: the bounds, and `weights`, how they move with the values.
    """
    is_below, is_above = values < low, values > high
    kept = np.where(is_below | is_above, 0.0, of_clipped)
    of_low, of_high = of_clipped[is_below].sum(), of_clipped[is_above].sum()
    return np.asarray(kept + of_low * weights[0] + of_high * weights[1])
