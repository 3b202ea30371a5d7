"""What each dimension of an entropy index contributes: weights and scores added up.

The dimensions themselves are a choice of the study; here they are only labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.indices.entropy import EntropyIndex
from nqpf_assets.indices.errors import IndicatorError, counted
from nqpf_assets.indices.row_blocks import row_blocks


@dataclass(frozen=True)
class DimensionScores:
    """Contributions of D dimensions to an index; they add up to its weights and scores.

    Attributes:
        dimensions: labels in the order of their first indicator.
        weights: (D,), or (G, D) when the index has weights by group.
        scores: (n, D); the row sums are the scores of the index.
    """

    dimensions: tuple[str, ...]
    weights: NDArray[np.float64]
    scores: NDArray[np.float64]


def dimension_scores(index: EntropyIndex, dimensions: Sequence[str]) -> DimensionScores:
    """Add up an index by dimension.

    Args:
        index: the index, with pooled weights or weights by group.
        dimensions: for each indicator the dimension to which it belongs, length J.

    Raises:
        IndicatorError: not one dimension per indicator.
    """
    if len(dimensions) != len(index.names):
        raise IndicatorError(
            f"{counted(len(dimensions), 'dimensions')} given for {counted(len(index.names), 'indicators')}"
        )
    labels = tuple(dict.fromkeys(dimensions))
    member = np.array([[d == label for label in labels] for d in dimensions], dtype=np.float64)
    weights = np.atleast_2d(index.weights)
    scores = np.empty((len(index.scores), len(labels)))
    for rows in row_blocks(len(scores)):
        scores[rows] = (index.normalized[rows] * weights[index.group_codes[rows]]) @ member
    return DimensionScores(labels, index.weights @ member, scores)
