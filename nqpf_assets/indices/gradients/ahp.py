"""How scores by weights of compared pairs move with each indicator value."""

from __future__ import annotations

from typing import Unpack

from nqpf_assets.indices.method import Gradient, Indicators
from nqpf_assets.indices.methods.ahp import Pairs, compared
from nqpf_assets.indices.said_weights import gradient_of_said
from nqpf_assets.indices.weighted import Making


def gradient(
    indicators: Indicators,
    *,
    comparisons: Pairs,
    dimension_comparisons: Pairs | None,
    **made: Unpack[Making],
) -> Gradient:
    """From changes per score to changes per value, under the options of the index."""
    return gradient_of_said(
        indicators, compared(indicators, comparisons, dimension_comparisons)[0], **made
    )
