"""How the education Gini moves with the shares of the levels of schooling, each row by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from nqpf_assets.indices.education_gini import education_gini
from nqpf_assets.indices.method import Floats, Gradient, Indicators


def gradient(
    indicators: Indicators,
    *,
    measure: Literal["gini", "equity"],
    tolerance: float,
    years: Sequence[float],
) -> Gradient:
    """From changes per score to changes per share, under the options of the index.

    `tolerance` says which shares are refused, and is none of the derivative's.
    """
    slopes = gini_slopes(indicators.values, np.asarray(years, dtype=np.float64))
    slopes *= 1.0 if measure == "gini" else -1.0
    return lambda of_scores: np.asarray(of_scores[:, None] * slopes)


def gini_slopes(shares: Floats, years: Floats) -> Floats:
    """(n, L) change of each row's Gini coefficient per change of each of its shares.

    With D = |y_a − y_b| and p the shares over their sum, G = p'Dp / (2μ) moves by (Dp − G y) / μ per change
    of p, of which the part that all shares have in common is taken off by the sum.

    Args:
        shares: (n, L) without missing values.
        years: (L,).
    """
    total = shares.sum(axis=1, keepdims=True)
    p = shares / total
    mean = p @ years
    gini = education_gini(shares, years, renormalize=True).gini
    apart = np.abs(years[:, None] - years[None, :])
    slopes = (p @ apart - gini[:, None] * years) / mean[:, None]
    return np.asarray((slopes - (slopes * p).sum(axis=1, keepdims=True)) / total)
