"""How scores of any index move with its indicators: computed again for every value, moved a little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nqpf_assets.indices.method import Gradient, Indicators

STEP = 1e-6
"""By how much of its indicator's standard deviation a value is moved."""
MOST_VALUES = 2_000
"""Values of indicators up to which an index is computed again for each."""


def recomputed_gradient(
    compute: Callable[..., Any], indicators: Indicators, **options: Any
) -> Gradient | None:
    """From changes per score to changes per value; None for an index of more values than the limit."""
    values = indicators.values
    if values.size > MOST_VALUES:
        return None
    base = compute(indicators, **options).scores
    slopes = np.empty((*values.shape, len(values)))
    for row, column in np.ndindex(*values.shape):
        step = STEP * values[:, column].std()
        moved = values.copy()
        moved[row, column] += step
        scores = compute(replace(indicators, values=moved), **options).scores
        slopes[row, column] = (scores - base) / step
    return lambda of_scores: np.asarray(slopes @ of_scores)
