"""An index by weights that a study gives, indicator by indicator."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Unpack

import numpy as np

from nqpf_assets.indices.indicators import Floats
from nqpf_assets.indices.method import IndexResult, IndexTest, Indicators
from nqpf_assets.indices.said_weights import index_of_said
from nqpf_assets.indices.weighted import Making


def index(
    indicators: Indicators, *, weights: Mapping[str, float], **made: Unpack[Making]
) -> IndexResult:
    """The index; other arguments as of `weighted_index`.

    Args:
        indicators: what it is made of.
        weights: indicator → its weight; divided by their sum.

    Raises:
        IndicatorError: the indicators do not carry the index.
    """
    return index_of_said(indicators, given(indicators, weights), tests=_sum(weights), **made)


def given(indicators: Indicators, weights: Mapping[str, float]) -> Floats:
    """(J,) weights in the order of the indicators, adding up to one."""
    said = np.array([weights[name] for name in indicators.names], dtype=np.float64)
    return np.asarray(said / said.sum())


def _sum(weights: Mapping[str, float]) -> tuple[IndexTest, ...]:
    """How far the weights were from adding up to one before they were divided by their sum."""
    total = math.fsum(weights.values())
    if abs(total - 1) <= 1e-9:
        return ()
    words = f"the weights add up to {total:.6g} and were divided by their sum"
    return (IndexTest("weight_sum", statistic=total, detail=words, rows=()),)
