"""An index by weights put together from those of several methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Unpack

import numpy as np

from nqpf_assets.indices.contrast import critic_information, shares_of, variation
from nqpf_assets.indices.entropy import entropy_of
from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.indicators import Floats
from nqpf_assets.indices.method import IndexResult, Indicators
from nqpf_assets.indices.methods.given_weights import given
from nqpf_assets.indices.said_weights import equal_weights
from nqpf_assets.indices.weighted import Making, Weigh, weighted_index

SHIFT = 1e-4
"""Before the logarithms of entropy, as an index by entropy has it where it says nothing."""
Combination = Literal["multiplicative", "linear"]


def index(
    indicators: Indicators,
    *,
    of: Sequence[str],
    combine: Combination,
    shares: Sequence[float] | None,
    weights: Mapping[str, float] | None,
    **made: Unpack[Making],
) -> IndexResult:
    """The index; other arguments as of `weighted_index`.

    Args:
        indicators: what it is made of.
        of: methods whose weights are put together.
        combine: product over the sum of products, or weighted mean.
        shares: of each method in a mean; the same for all where None.
        weights: indicator → weight, for `given_weights`.

    Raises:
        IndicatorError: the indicators do not carry the index.
    """
    return weighted_index(indicators, weigh_by(of, combine, shares, weights), **made)


def weigh_by(
    of: Sequence[str],
    combine: Combination,
    shares: Sequence[float] | None,
    weights: Mapping[str, float] | None,
) -> Weigh:
    """The function that weighs."""

    def weigh(indicators: Indicators, z: Floats) -> Floats:
        parts = np.array([part_of(one, indicators, z, weights) for one in of])
        if combine == "linear":
            return np.asarray(shares_or_equal(of, shares) @ parts)
        product = parts.prod(axis=0)
        if not product.sum() > 0:
            raise IndicatorError("no indicator has a weight above zero by all methods")
        return shares_of(product)

    return weigh


def shares_or_equal(of: Sequence[str], shares: Sequence[float] | None) -> Floats:
    """(K,) the share of each method."""
    return np.full(len(of), 1 / len(of)) if shares is None else np.array(shares, dtype=np.float64)


def part_of(
    method: str, indicators: Indicators, z: Floats, weights: Mapping[str, float] | None
) -> Floats:
    """(J,) the weights of one method."""
    if method == "entropy":
        return entropy_of(z + SHIFT, indicators.names).weights
    if method == "critic":
        return shares_of(critic_information(z))
    if method == "coefficient_of_variation":
        return shares_of(variation(indicators.values, indicators.names))
    if method == "given_weights":
        assert weights is not None, "the study's options ask for them"
        return given(indicators, weights)
    return equal_weights(indicators.dimensions, "indicators")
