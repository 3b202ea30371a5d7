"""How a sum of scores by coefficients of variation moves with each indicator value."""

from __future__ import annotations

from typing import Literal, Unpack

import numpy as np

from nqpf_assets.indices.contrast import variation
from nqpf_assets.indices.gradients.extremes import Floats
from nqpf_assets.indices.gradients.weighted import OfWeights, weighted_gradient
from nqpf_assets.indices.method import Gradient, Indicators
from nqpf_assets.indices.methods.coefficient_of_variation import weigh_by
from nqpf_assets.indices.weighted import Making


def gradient(
    indicators: Indicators, *, variation_of: Literal["values", "normalised"], **made: Unpack[Making]
) -> Gradient:
    """From changes per score to changes per value, under the options of the index."""
    return weighted_gradient(
        indicators, weigh_by(variation_of), of_weights_by(variation_of), **made
    )


def of_weights_by(variation_of: Literal["values", "normalised"]) -> OfWeights:
    """The derivative of the weights: per normalised value, or per value where these are weighed."""

    def of_weights(
        indicators: Indicators, z: Floats, weights: Floats, of_weight: Floats
    ) -> tuple[Floats, Floats]:
        x = indicators.values if variation_of == "values" else z
        mean, scale, n = x.mean(axis=0), x.std(axis=0, ddof=1), len(x)
        of_variation = (of_weight - of_weight @ weights) / variation(x, indicators.names).sum()
        slope = (x - mean) / (scale * (n - 1) * mean) - scale / (mean**2 * n)
        found, nothing = np.asarray(of_variation * slope), np.zeros_like(z)
        return (nothing, found) if variation_of == "values" else (found, nothing)

    return of_weights
