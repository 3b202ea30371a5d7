"""How scores by given weights move with each indicator value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

from nqpf_assets.indices.method import Gradient, Indicators
from nqpf_assets.indices.methods.given_weights import given
from nqpf_assets.indices.said_weights import gradient_of_said
from nqpf_assets.indices.weighted import Making


def gradient(
    indicators: Indicators, *, weights: Mapping[str, float], **made: Unpack[Making]
) -> Gradient:
    """From changes per score to changes per value, under the options of the index."""
    return gradient_of_said(indicators, given(indicators, weights), **made)
