"""An index by entropy weights: weights from the whole panel or of each year, scores, and their dimensions."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.indices.dimensions import dimension_scores
from nqpf_assets.indices.entropy import entropy_index
from nqpf_assets.indices.method import IndexResult, Indicators, Weights


def index(
    indicators: Indicators,
    *,
    shift: float | Literal["limit"],
    weights: Literal["pooled", "by_period"],
) -> IndexResult:
    """The index.

    Args:
        indicators: what it is made of.
        shift: added before the logarithm.
        weights: one set for all years, or one of each year.

    Raises:
        IndicatorError: the indicators do not carry the index.
    """
    by_period = weights == "by_period"
    result = entropy_index(
        indicators.values,
        indicators.directions,
        names=indicators.names,
        shift=shift,
        groups=indicators.periods if by_period else None,
    )
    parts = dimension_scores(result, indicators.dimensions)
    return IndexResult(
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
        {name: parts.scores[:, place] for place, name in enumerate(parts.dimensions)},
        normalised=result.normalized,
        bounds=_bounds(indicators) if by_period else None,
    )


def _bounds(indicators: Indicators) -> tuple[NDArray[np.intp], ...]:
    """Rows of the smallest and largest value of each indicator, which normalise all years."""
    return tuple(
        np.flatnonzero((column == column.min()) | (column == column.max()))
        for column in indicators.values.T
    )
