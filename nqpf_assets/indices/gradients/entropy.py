"""How a sum of entropy scores moves with each indicator value, through minimum, maximum and weights.

The derivative of `entropy_index`, step by step backwards: from scores to weights and normalised values, from
weights to entropies, from entropies to shares, and from normalised values to the indicators and their ends.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from nqpf_assets.indices.entropy import EntropyIndex, Floats, entropy_index
from nqpf_assets.indices.gradients.extremes import of_maximum, of_minimum
from nqpf_assets.indices.method import Gradient, Indicators


def gradient(
    indicators: Indicators,
    *,
    shift: float | Literal["limit"],
    weights: Literal["pooled", "by_period"],
) -> Gradient:
    """From changes per score to changes per value, under the options of the index."""
    values = indicators.values
    index = entropy_index(
        values,
        indicators.directions,
        names=indicators.names,
        shift=shift,
        groups=indicators.periods if weights == "by_period" else None,
    )
    turn = np.asarray(indicators.directions, dtype=np.float64)
    return lambda of_scores: _of_values(values, turn, _of_normalized(index, of_scores))


def _of_normalized(index: EntropyIndex, of_scores: Floats) -> Floats:
    """Changes per normalised value, through its score and through the weights."""
    z, codes = index.normalized, index.group_codes
    weights, divergence = np.atleast_2d(index.weights), np.atleast_2d(index.divergence)
    of_z = of_scores[:, None] * weights[codes]
    for group in range(len(weights)):
        inside = codes == group
        part, weight = z[inside], weights[group]
        of_weight = of_scores[inside] @ part
        # Weights are divergences over their sum; an entropy is one minus a divergence.
        of_entropy = -(of_weight - of_weight @ weight) / divergence[group].sum()
        total = part.sum(axis=0)
        shares = part / total
        logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
        slope = -(logs - (shares * logs).sum(axis=0)) / (total * np.log(len(part)))
        of_z[inside] += of_entropy * slope
    return np.asarray(of_z)


def _of_values(values: Floats, turn: Floats, of_z: Floats) -> Floats:
    """From changes per normalised value to changes per value, which may move an end of its indicator."""
    low, high = values.min(axis=0), values.max(axis=0)
    width, place = high - low, (values - low) / (high - low)
    turned = of_z * turn / width
    of_low = -(turned * (1 - place)).sum(axis=0)
    of_high = -(turned * place).sum(axis=0)
    return np.asarray(turned + of_low * of_minimum(values) + of_high * of_maximum(values))
