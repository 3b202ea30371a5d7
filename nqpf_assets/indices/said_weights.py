"""Weights that do not come from the data: equal ones, those that a study gives, those of compared pairs.

With minimum and maximum as the scale a score then rests on its own row and on these alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, Unpack

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.indices.gradients.extremes import Floats
from nqpf_assets.indices.gradients.weighted import weighted_gradient
from nqpf_assets.indices.method import Gradient, IndexResult, IndexTest, Indicators, Weights
from nqpf_assets.indices.normalising import rows_of_base
from nqpf_assets.indices.weighted import Making, weighted_index


def equal_weights(dimensions: Sequence[str], by: Literal["indicators", "dimensions"]) -> Floats:
    """(J,) the same for all, or the same for all dimensions and for all indicators of one."""
    if by == "indicators":
        return np.full(len(dimensions), 1 / len(dimensions))
    sizes = Counter(dimensions)
    return np.array([1 / len(sizes) / sizes[one] for one in dimensions])


def index_of_said(
    indicators: Indicators,
    weights: Floats,
    *,
    tests: tuple[IndexTest, ...] = (),
    **made: Unpack[Making],
) -> IndexResult:
    """The index by these (J,) weights; other arguments as of `weighted_index`."""
    found = weighted_index(indicators, lambda _indicators, _z: weights, tests=tests, **made)
    found = replace(found, weights=(Weights(weights, is_said=True),))
    if made["normalise"] != "min_max":
        return found
    base_year = made["base_year"]
    is_distance = made["aggregate"] == "topsis" and base_year is not None
    return replace(found, bounds=_bounds(indicators, base_year, is_distance=is_distance))


def gradient_of_said(indicators: Indicators, weights: Floats, **made: Unpack[Making]) -> Gradient:
    """From changes per score to changes per value: weights stay."""

    def stay(_i: Indicators, z: Floats, _w: Floats, _of_weight: Floats) -> tuple[Floats, Floats]:
        return np.zeros_like(z), np.zeros_like(z)

    return weighted_gradient(indicators, lambda _indicators, _z: weights, stay, **made)


def _bounds(
    indicators: Indicators, base_year: int | None, *, is_distance: bool
) -> tuple[NDArray[np.intp], ...]:
    """Rows of the least and greatest value of each indicator: in the base year, for distances of all."""
    base = rows_of_base(indicators, base_year)
    found = []
    for column in indicators.values.T:
        inside = column[base]
        ends = base & ((column == inside.min()) | (column == inside.max()))
        if is_distance:
            ends |= (column == column.min()) | (column == column.max())
        found.append(np.flatnonzero(ends))
    return tuple(found)
