"""How scores by combined weights move with each indicator value, through the weights of every method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Unpack

import numpy as np

from nqpf_assets.indices.entropy import entropy_of
from nqpf_assets.indices.gradients import critic
from nqpf_assets.indices.gradients.coefficient_of_variation import of_weights_by
from nqpf_assets.indices.gradients.entropy import through_entropy
from nqpf_assets.indices.gradients.extremes import Floats
from nqpf_assets.indices.gradients.weighted import weighted_gradient
from nqpf_assets.indices.method import Gradient, Indicators
from nqpf_assets.indices.methods.combined_weights import (
    SHIFT,
    Combination,
    part_of,
    shares_or_equal,
    weigh_by,
)
from nqpf_assets.indices.weighted import Making


def gradient(
    indicators: Indicators,
    *,
    of: Sequence[str],
    combine: Combination,
    shares: Sequence[float] | None,
    weights: Mapping[str, float] | None,
    **made: Unpack[Making],
) -> Gradient:
    """From changes per score to changes per value, under the options of the index."""

    def of_weights(
        given: Indicators, z: Floats, found: Floats, of_weight: Floats
    ) -> tuple[Floats, Floats]:
        parts = np.array([part_of(one, given, z, weights) for one in of])
        of_z, directly = np.zeros_like(z), np.zeros_like(z)
        for place, method in enumerate(of):
            others = np.delete(parts, place, axis=0).prod(axis=0)
            if combine == "linear":
                of_part = of_weight * shares_or_equal(of, shares)[place]
            else:
                of_part = (of_weight - of_weight @ found) / parts.prod(axis=0).sum() * others
            by_z, by_value = _of_method(method, given, z, parts[place], of_part)
            of_z, directly = of_z + by_z, directly + by_value
        return of_z, directly

    return weighted_gradient(indicators, weigh_by(of, combine, shares, weights), of_weights, **made)


def _of_method(
    method: str, indicators: Indicators, z: Floats, weights: Floats, of_weight: Floats
) -> tuple[Floats, Floats]:
    """Changes per normalised value, and per value, of one method's weights; none of weights that are said."""
    if method == "entropy":
        divergence = entropy_of(z + SHIFT, indicators.names).divergence
        return through_entropy(z + SHIFT, weights, divergence, of_weight), np.zeros_like(z)
    if method == "critic":
        return critic.of_weights(indicators, z, weights, of_weight)
    if method == "coefficient_of_variation":
        return of_weights_by("values")(indicators, z, weights, of_weight)
    return np.zeros_like(z), np.zeros_like(z)
