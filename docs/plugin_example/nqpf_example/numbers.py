"""The numbers of an index of ranges: arrays in, an `IndexResult` out."""

from __future__ import annotations

from typing import Literal

import numpy as np

from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.method import IndexResult, Indicators, Weights


def index(indicators: Indicators, *, mean: Literal["arithmetic", "geometric"]) -> IndexResult:
    """Mean of all indicators, of which 0 is the worst and 1 the best value in the data.

    Args:
        indicators: what it is made of.
        mean: of which kind.

    Raises:
        IndicatorError: an indicator that does not vary has no worst and no best value.
    """
    x = indicators.values
    low, high = x.min(axis=0), x.max(axis=0)
    flat = [name for name, varies in zip(indicators.names, high > low, strict=True) if not varies]
    if flat:
        raise IndicatorError(f"indicator has a gap, or does not vary: {', '.join(flat)}")
    is_better = np.array(indicators.directions) > 0
    ranges = np.where(is_better, x - low, high - x) / (high - low)
    weight = np.full(len(indicators.names), 1 / len(indicators.names))
    scores = ranges @ weight if mean == "arithmetic" else np.prod(ranges**weight, axis=1)
    return IndexResult(scores, (Weights(weight),))
