"""How a sum of entropy scores moves with each indicator value, through its scale and the weights.

The derivative of the index, step by step backwards: from scores to weights and normalised values, from
weights to entropies, from entropies to shares, and from normalised values to the indicators and their ends.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from nqpf_assets.indices.aggregating import Aggregation
from nqpf_assets.indices.entropy import EntropyIndex, Floats
from nqpf_assets.indices.gradients.weighted import through_aggregation, through_normalising
from nqpf_assets.indices.method import Gradient, Indicators
from nqpf_assets.indices.methods.entropy import weighed_by_entropy
from nqpf_assets.indices.normalising import Normalisation


def gradient(
    indicators: Indicators,
    *,
    shift: float | Literal["limit"],
    weights: Literal["pooled", "by_period"],
    normalise: Normalisation,
    aggregate: Aggregation,
) -> Gradient:
    """From changes per score to changes per value, under the options of the index."""
    index = weighed_by_entropy(indicators, shift=shift, weights=weights, normalise=normalise)
    return lambda of_scores: through_normalising(
        indicators, _of_normalized(index, of_scores, aggregate), normalise
    )


def _of_normalized(index: EntropyIndex, of_scores: Floats, aggregate: Aggregation) -> Floats:
    """Changes per normalised value, through its score and through the weights."""
    z, codes = index.normalized, index.group_codes
    weights, divergence = np.atleast_2d(index.weights), np.atleast_2d(index.divergence)
    of_z, of_weights = through_aggregation(of_scores, z, weights[codes], aggregate)
    for group in range(len(weights)):
        inside = codes == group
        of_weight = of_weights[inside].sum(axis=0)
        of_z[inside] += through_entropy(z[inside], weights[group], divergence[group], of_weight)
    return np.asarray(of_z)


def through_entropy(z: Floats, weights: Floats, divergence: Floats, of_weight: Floats) -> Floats:
    """(n, J) changes per normalised value of n rows that have (J,) weights, from changes per weight."""
    # Weights are divergences over their sum; an entropy is one minus a divergence.
    of_entropy = -(of_weight - of_weight @ weights) / divergence.sum()
    total = z.sum(axis=0)
    shares = z / total
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    slope = -(logs - (shares * logs).sum(axis=0)) / (total * np.log(len(z)))
    return np.asarray(of_entropy * slope)
