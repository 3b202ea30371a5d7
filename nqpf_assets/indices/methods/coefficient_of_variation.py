"""An index by coefficients of variation: indicators weigh by how much they differ beside their mean."""

from __future__ import annotations

from typing import Literal, Unpack

from nqpf_assets.indices.contrast import shares_of, variation
from nqpf_assets.indices.indicators import Floats
from nqpf_assets.indices.method import IndexResult, Indicators
from nqpf_assets.indices.weighted import Making, Weigh, weighted_index


def index(
    indicators: Indicators, *, variation_of: Literal["values", "normalised"], **made: Unpack[Making]
) -> IndexResult:
    """The index; other arguments as of `weighted_index`.

    Args:
        indicators: what it is made of.
        variation_of: the indicators as they are measured, or normalised.

    Raises:
        IndicatorError: the indicators do not carry the index.
    """
    return weighted_index(indicators, weigh_by(variation_of), **made)


def weigh_by(variation_of: Literal["values", "normalised"]) -> Weigh:
    """The function that weighs."""

    def weigh(indicators: Indicators, z: Floats) -> Floats:
        x = indicators.values if variation_of == "values" else z
        return shares_of(variation(x, indicators.names))

    return weigh
