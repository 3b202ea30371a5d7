"""How scores by given weights move with each indicator value."""

from __future__ import annotations

from collections.abc import Mapping

from nqpf_assets.indices.aggregating import Aggregation
from nqpf_assets.indices.method import Gradient, Indicators
from nqpf_assets.indices.methods.given_weights import given
from nqpf_assets.indices.normalising import Normalisation
from nqpf_assets.indices.said_weights import gradient_of_said


def gradient(
    indicators: Indicators,
    *,
    weights: Mapping[str, float],
    normalise: Normalisation,
    base_year: int | None,
    aggregate: Aggregation,
    shift: float,
) -> Gradient:
    """From changes per score to changes per value, under the options of the index."""
    return gradient_of_said(
        indicators,
        given(indicators, weights),
        normalise=normalise,
        base_year=base_year,
        aggregate=aggregate,
        shift=shift,
    )
