"""How scores by equal weights move with each indicator value."""

from __future__ import annotations

from typing import Literal

from nqpf_assets.indices.aggregating import Aggregation
from nqpf_assets.indices.method import Gradient, Indicators
from nqpf_assets.indices.normalising import Normalisation
from nqpf_assets.indices.said_weights import equal_weights, gradient_of_said


def gradient(
    indicators: Indicators,
    *,
    by: Literal["indicators", "dimensions"],
    normalise: Normalisation,
    base_year: int | None,
    aggregate: Aggregation,
    shift: float,
) -> Gradient:
    """From changes per score to changes per value, under the options of the index."""
    return gradient_of_said(
        indicators,
        equal_weights(indicators.dimensions, by),
        normalise=normalise,
        base_year=base_year,
        aggregate=aggregate,
        shift=shift,
    )
