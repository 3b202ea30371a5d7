"""Links of fractional outcomes: the mean of y at an index, its slopes, and what rows say of the index.

Rows of all functions are those of the index η = x b.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Link = Literal["logit", "probit"]


@dataclass(frozen=True)
class Means:
    """What a link gives at an index (n,).

    Attributes:
        mean: G(η), the expected outcome; complement: 1 − G(η).
        slope, curvature: G′(η), G″(η).
        score: what one more of y adds to the derivative of the quasi-likelihood by η: G′/(G(1 − G)).
    """

    mean: Floats
    complement: Floats
    slope: Floats
    curvature: Floats
    score: Floats

    @property
    def weights(self) -> Floats:
        """G′²/(G(1 − G)): what rows say of the index."""
        return self.slope * self.score


def means(link: Link, index: Floats) -> Means:
    """Of ``"logit"`` or ``"probit"``, exact in both tails."""
    from scipy.special import expit, log_ndtr, ndtr

    if link == "logit":
        mean, complement = expit(index), expit(-index)
        slope = mean * complement
        return Means(mean, complement, slope, slope * (complement - mean), np.ones_like(index))
    log_density = -(index**2) / 2 - np.log(2 * np.pi) / 2
    score = np.exp(log_density - log_ndtr(index) - log_ndtr(-index))
    slope = np.exp(log_density)
    return Means(ndtr(index), ndtr(-index), slope, -index * slope, score)


def log_likelihood(link: Link, y: Floats, index: Floats) -> float:
    """Bernoulli's, Σ y ln G + (1 − y) ln(1 − G), which shares have as a quasi-likelihood."""
    from scipy.special import log_expit, log_ndtr

    log_mean = log_expit if link == "logit" else log_ndtr
    return float((y * log_mean(index) + (1 - y) * log_mean(-index)).sum())
