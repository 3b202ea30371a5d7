"""An index by equal weights: of all indicators, or of all dimensions."""

from __future__ import annotations

from typing import Literal, Unpack

from nqpf_assets.indices.method import IndexResult, Indicators
from nqpf_assets.indices.said_weights import equal_weights, index_of_said
from nqpf_assets.indices.weighted import Making


def index(
    indicators: Indicators, *, by: Literal["indicators", "dimensions"], **made: Unpack[Making]
) -> IndexResult:
    """The index; other arguments as of `weighted_index`.

    Args:
        indicators: what it is made of.
        by: what weighs the same.

    Raises:
        IndicatorError: the indicators do not carry the index.
    """
    return index_of_said(indicators, equal_weights(indicators.dimensions, by), **made)
