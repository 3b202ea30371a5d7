"""An index of weighted indicators, whatever the weights: normalise, weigh, put together, by dimension.

What methods differ in is the function that weighs; how normalised values and weights become an `IndexResult`
is one thing for all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypedDict, Unpack

import numpy as np

from nqpf_assets.indices.aggregating import Aggregation, aggregated
from nqpf_assets.indices.indicators import Floats, check_directions, check_indicators
from nqpf_assets.indices.method import IndexResult, IndexTest, Indicators, Weights
from nqpf_assets.indices.normalising import Normalisation, normalised, require_positive

Weigh = Callable[[Indicators, Floats], Floats]
"""From indicators and their (n, J) normalised values to (J,) weights that add up to one."""


class Making(TypedDict):
    """How weighted indicators become an index, whatever their weights.

    Attributes:
        normalise, base_year: how indicators are made comparable, as `normalised` says.
        aggregate: how they are put together, as `aggregated` says.
        shift: added to normalised values before a geometric mean.
    """

    normalise: Normalisation
    base_year: int | None
    aggregate: Aggregation
    shift: float


POSITIVE = (
    "a geometric mean is of normalised values above zero: give a `shift`, or another `normalise`"
)


def checked(indicators: Indicators) -> Indicators:
    """The same, whose values are finite numbers and whose directions are directions.

    Raises:
        IndicatorError: they are not; the message names the indicators at fault.
    """
    values, names = check_indicators(indicators.values, indicators.names)
    check_directions(indicators.directions, len(names))
    return replace(indicators, values=values)


def weighted_index(
    indicators: Indicators,
    weigh: Weigh,
    *,
    tests: tuple[IndexTest, ...] = (),
    **made: Unpack[Making],
) -> IndexResult:
    """The index.

    Args:
        indicators: what it is made of.
        weigh: gives the weights.
        tests: what the weights are to be judged by.
        made: as `Making` says.

    Raises:
        IndicatorError: the indicators do not carry the index.
    """
    given = checked(indicators)
    z = normalised(given, made["normalise"], made["base_year"])
    weights = weigh(given, z)
    z = z + made["shift"]
    if made["aggregate"] == "geometric":
        require_positive(z, given.names, POSITIVE)
    scores = aggregated(z, weights, made["aggregate"])
    found = IndexResult(scores, (Weights(weights),), tests=tests)
    if made["aggregate"] != "arithmetic":
        return found
    return replace(found, dimension_scores=_by_dimension(given, z * weights), normalised=z)


def _by_dimension(indicators: Indicators, parts: Floats) -> dict[str, Floats]:
    """What the indicators of each dimension add to the scores."""
    of = np.array(indicators.dimensions)
    return {name: parts[:, of == name].sum(axis=1) for name in dict.fromkeys(of.tolist())}
