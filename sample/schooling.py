"""Counts of the population survey whose education equity equals a given score.

Levels of schooling follow an ordered normal; its mean is the one number that is solved for.
"""

from __future__ import annotations

import math

import numpy as np

from nqpf_assets.indices.education_gini import education_gini
from sample.paths import Floats

LEVELS = ("none", "primary", "junior", "senior", "college")
YEARS = (0.0, 6.0, 9.0, 12.0, 16.0)
_CUTS = np.array([-1.45, -0.25, 0.85, 1.55])
_erf = np.vectorize(math.erf)


def survey_counts(equity: Floats, sampled: Floats) -> dict[str, Floats]:
    """Whole numbers of persons by level of schooling, and their total.

    Args:
        equity: 1 − Gini.
        sampled: persons in the sample, same shape.
    """
    low, high = np.full(equity.size, -1.2), np.full(equity.size, 2.2)
    for _ in range(50):
        middle = (low + high) / 2
        is_low = _equity(_shares(middle)) < equity.ravel()
        low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
    shares = _shares((low + high) / 2).reshape(*equity.shape, len(LEVELS))
    counts = np.round(shares * sampled[..., None])
    named = {f"educated_{level}": counts[..., k] for k, level in enumerate(LEVELS)}
    return named | {"educated_total": counts.sum(axis=-1)}


def _equity(shares: Floats) -> Floats:
    return education_gini(shares, YEARS).equity


def _shares(mean: Floats) -> Floats:
    below = 0.5 * (1 + _erf((_CUTS[None, :] - mean[:, None]) / math.sqrt(2)))
    edges = np.column_stack([np.zeros(len(mean)), below, np.ones(len(mean))])
    return np.asarray(np.diff(edges, axis=1))
