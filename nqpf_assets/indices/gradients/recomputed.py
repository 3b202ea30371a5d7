"""How scores of any index move with its indicators: computed again for every value, moved a little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.indices.gradients.extremes import Floats
from nqpf_assets.indices.method import Gradient, Indicators

STEP = 1e-6
"""By how much of its indicator's standard deviation a value is moved."""
MOST_VALUES = 2_000
"""Values of indicators up to which an index is computed again for each."""


def recomputed_gradient(
    compute: Callable[..., Any], indicators: Indicators, **options: Any
) -> Gradient | None:
    """From changes per score to changes per value; None for an index of more values than the limit.

    Several equal values at an end of their indicator share what they do together, as `extremes` says.
    """
    values = indicators.values
    if values.size > MOST_VALUES:
        return None
    base = compute(indicators, **options).scores

    def slope(rows: int | NDArray[np.intp], column: int) -> Floats:
        step = STEP * values[:, column].std()
        moved = values.copy()
        moved[rows, column] += step
        scores = compute(replace(indicators, values=moved), **options).scores
        return np.asarray((scores - base) / step)

    slopes = np.empty((*values.shape, len(values)))
    for row, column in np.ndindex(*values.shape):
        slopes[row, column] = slope(row, column)
    for column, own in enumerate(values.T):
        for end in np.unique([own.min(), own.max()]):
            equal = np.flatnonzero(own == end)
            if len(equal) > 1:
                alone = slopes[equal, column]
                slopes[equal, column] += (slope(equal, column) - alone.sum(axis=0)) / len(equal)
    return lambda of_scores: np.asarray(slopes @ of_scores)
