"""An index by entropy weights: weights from the whole panel or of each year, scores, and their dimensions."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.indices.aggregating import Aggregation, aggregated
from nqpf_assets.indices.dimensions import dimension_scores
from nqpf_assets.indices.entropy import EntropyIndex, entropy_of
from nqpf_assets.indices.method import IndexResult, Indicators, Weights
from nqpf_assets.indices.normalising import Normalisation, normalised, require_positive
from nqpf_assets.indices.weighted import POSITIVE, checked


def index(
    indicators: Indicators,
    *,
    shift: float | Literal["limit"],
    weights: Literal["pooled", "by_period"],
    normalise: Normalisation,
    aggregate: Aggregation,
) -> IndexResult:
    """The index.

    Args:
        indicators: what it is made of.
        shift: added before the logarithm.
        weights: one set for all years, or one of each year.
        normalise: how indicators are made comparable, as `normalised` says.
        aggregate: how they are put together, as `aggregated` says.

    Raises:
        IndicatorError: the indicators do not carry the index.
    """
    by_period = weights == "by_period"
    result = weighed_by_entropy(indicators, shift=shift, weights=weights, normalise=normalise)
    found = IndexResult(
        result.scores,
        tuple(
            Weights(weight, year, entropy, divergence)
            for year, entropy, divergence, weight in zip(
                result.groups if by_period else (None,),
                np.atleast_2d(result.entropy),
                np.atleast_2d(result.divergence),
                np.atleast_2d(result.weights),
                strict=True,
            )
        ),
        bounds=_bounds(indicators) if by_period else None,
    )
    if aggregate == "arithmetic":
        parts = dimension_scores(result, indicators.dimensions)
        by_dimension = {name: parts.scores[:, at] for at, name in enumerate(parts.dimensions)}
        return replace(found, dimension_scores=by_dimension, normalised=result.normalized)
    if aggregate == "geometric":
        require_positive(result.normalized, indicators.names, POSITIVE)
    rows = np.atleast_2d(result.weights)[result.group_codes]
    return replace(found, scores=aggregated(result.normalized, rows, aggregate))


def weighed_by_entropy(
    indicators: Indicators,
    *,
    shift: float | Literal["limit"],
    weights: Literal["pooled", "by_period"],
    normalise: Normalisation,
) -> EntropyIndex:
    """Normalised values, entropies and weights behind the index, and behind its gradient."""
    given = checked(indicators)
    z = normalised(given, normalise)
    z += 0.0 if shift == "limit" else float(shift)
    return entropy_of(z, given.names, given.periods if weights == "by_period" else None)


def _bounds(indicators: Indicators) -> tuple[NDArray[np.intp], ...]:
    """Rows of the smallest and largest value of each indicator, which normalise all years."""
    return tuple(
        np.flatnonzero((column == column.min()) | (column == column.max()))
        for column in indicators.values.T
    )
