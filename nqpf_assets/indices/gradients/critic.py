"""How scores by CRITIC weights move with each indicator value, through contrasts and correlations."""

from __future__ import annotations

from typing import Unpack

import numpy as np

from nqpf_assets.indices.contrast import critic_information
from nqpf_assets.indices.gradients.extremes import Floats
from nqpf_assets.indices.gradients.weighted import of_standardised, weighted_gradient
from nqpf_assets.indices.method import Gradient, Indicators
from nqpf_assets.indices.methods.critic import weigh
from nqpf_assets.indices.weighted import Making


def gradient(indicators: Indicators, **made: Unpack[Making]) -> Gradient:
    """From changes per score to changes per value, under the options of the index."""
    return weighted_gradient(indicators, weigh, of_weights, **made)


def of_weights(
    _indicators: Indicators, z: Floats, weights: Floats, of_weight: Floats
) -> tuple[Floats, Floats]:
    """Changes per normalised value; none per value otherwise."""
    scale = z.std(axis=0, ddof=1)
    u, n = (z - z.mean(axis=0)) / scale, len(z)
    information = critic_information(z)
    of_information = (of_weight - of_weight @ weights) / information.sum()
    # Each information is contrast times conflict; a correlation takes part in two conflicts.
    of_contrast = of_information * information / scale
    part = np.repeat((-of_information * scale)[:, None], len(scale), axis=1)
    np.fill_diagonal(part, 0.0)
    of_u = u @ (part + part.T) / (n - 1)
    return of_standardised(of_u, z) + of_contrast * u / (n - 1), np.zeros_like(z)
