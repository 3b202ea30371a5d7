"""How scores by equal weights move with each indicator value."""

from __future__ import annotations

from typing import Literal, Unpack

from nqpf_assets.indices.method import Gradient, Indicators
from nqpf_assets.indices.said_weights import equal_weights, gradient_of_said
from nqpf_assets.indices.weighted import Making


def gradient(
    indicators: Indicators, *, by: Literal["indicators", "dimensions"], **made: Unpack[Making]
) -> Gradient:
    """From changes per score to changes per value, under the options of the index."""
    return gradient_of_said(indicators, equal_weights(indicators.dimensions, by), **made)
