"""Normalised indicators and their weights put together into scores.

A weighted sum lets a strong indicator make up for a weak one in full, a weighted geometric mean in part, and
TOPSIS asks how near a row is to the best of everything and how far from the worst.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from nqpf_assets.indices.indicators import Floats

Aggregation = Literal["arithmetic", "geometric", "topsis"]


def aggregated(z: Floats, weights: Floats, how: Aggregation) -> Floats:
    """(n,) scores.

    Args:
        z: (n, J) normalised values, of which more is better; above zero for ``geometric``.
        weights: (J,), or (n, J) where rows have weights of their own.
        how: ``arithmetic``: sum of w z; ``geometric``: product of z to the power of w; ``topsis``: distance
            from the worst row over that plus the distance from the best, Euclidean, of w z, where best and
            worst are the largest and smallest of each column.

    Source: OECD and JRC (2008), step 6; Hwang and Yoon (1981), Multiple Attribute Decision Making, ch. III.
    """
    if how == "arithmetic":
        return np.asarray((z * weights).sum(axis=1))
    if how == "geometric":
        return np.asarray(np.exp((np.log(z) * weights).sum(axis=1)))
    from_best, from_worst = distances(z * weights)
    return np.asarray(from_worst / (from_best + from_worst))


def distances(v: Floats) -> tuple[Floats, Floats]:
    """(n,) Euclidean distances of rows from the best and from the worst of each column."""
    best, worst = v.max(axis=0), v.min(axis=0)
    return np.sqrt(((v - best) ** 2).sum(axis=1)), np.sqrt(((v - worst) ** 2).sum(axis=1))
