"""How scores by weights of compared pairs move with each indicator value."""

from __future__ import annotations

from nqpf_assets.indices.aggregating import Aggregation
from nqpf_assets.indices.method import Gradient, Indicators
from nqpf_assets.indices.methods.ahp import Pairs, compared
from nqpf_assets.indices.normalising import Normalisation
from nqpf_assets.indices.said_weights import gradient_of_said


def gradient(
    indicators: Indicators,
    *,
    comparisons: Pairs,
    dimension_comparisons: Pairs | None,
    normalise: Normalisation,
    base_year: int | None,
    aggregate: Aggregation,
    shift: float,
) -> Gradient:
    """From changes per score to changes per value, under the options of the index."""
    return gradient_of_said(
        indicators,
        compared(indicators, comparisons, dimension_comparisons)[0],
        normalise=normalise,
        base_year=base_year,
        aggregate=aggregate,
        shift=shift,
    )
