"""An index by the analytic hierarchy process: weights from comparisons of every pair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

import numpy as np

from nqpf_assets.indices.indicators import Floats
from nqpf_assets.indices.method import IndexResult, IndexTest, Indicators
from nqpf_assets.indices.pairwise import Pairwise, matrix_of, pairwise_weights
from nqpf_assets.indices.said_weights import index_of_said
from nqpf_assets.indices.weighted import Making

Pairs = Mapping[str, Mapping[str, float | str]]


def index(
    indicators: Indicators,
    *,
    comparisons: Pairs,
    dimension_comparisons: Pairs | None,
    **made: Unpack[Making],
) -> IndexResult:
    """The index; other arguments as of `weighted_index`.

    Args:
        indicators: what it is made of.
        comparisons: indicator → other → how many times as important it is; of all, or within dimensions.
        dimension_comparisons: the same of dimensions; None where indicators are compared across them.

    Raises:
        IndicatorError: the indicators do not carry the index.
    """
    weights, tests = compared(indicators, comparisons, dimension_comparisons)
    return index_of_said(indicators, weights, tests=tests, **made)


def compared(
    indicators: Indicators, comparisons: Pairs, dimension_comparisons: Pairs | None
) -> tuple[Floats, tuple[IndexTest, ...]]:
    """(J,) weights, and how consistent the comparisons are."""
    if dimension_comparisons is None:
        whole = pairwise_weights(matrix_of(comparisons, indicators.names))
        return whole.weights, (_consistency("", whole),)
    dimensions = tuple(dict.fromkeys(indicators.dimensions))
    above = pairwise_weights(matrix_of(dimension_comparisons, dimensions))
    weights, tests = np.empty(len(indicators.names)), [_consistency("", above)]
    for share, dimension in zip(above.weights, dimensions, strict=True):
        places = [at for at, one in enumerate(indicators.dimensions) if one == dimension]
        inside = pairwise_weights(
            matrix_of(comparisons, [indicators.names[place] for place in places])
        )
        weights[places] = share * inside.weights
        tests.append(_consistency(dimension, inside))
    return weights, tuple(tests)


def _consistency(of: str, made: Pairwise) -> IndexTest:
    n = len(made.weights)
    words = f"consistency ratio of {n} compared, greatest eigenvalue {made.eigenvalue:.6g}"
    return IndexTest("consistency_ratio", of, made.consistency_ratio, detail=words, rows=())
