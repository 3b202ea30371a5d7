"""Weights from comparisons of every pair, and how far the comparisons contradict each other (AHP).

A judge says for each pair how many times as important one is as the other, on Saaty's scale of 1 to 9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.indicators import Floats

RANDOM_INDEX = (
    0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
)  # fmt: skip
"""Mean consistency index of random comparisons of 1 to 15, after Saaty (1980)."""


@dataclass(frozen=True)
class Pairwise:
    """Weights of J things compared in pairs.

    Attributes:
        weights: (J,) principal eigenvector, adding up to one.
        eigenvalue: the greatest; J where no comparison contradicts others.
        consistency_ratio: (eigenvalue - J)/(J - 1) over that of random comparisons; 0 for two.
    """

    weights: Floats
    eigenvalue: float
    consistency_ratio: float


def pairwise_weights(matrix: Floats) -> Pairwise:
    """Weights of J compared things.

    Args:
        matrix: (J, J), entry i, j how many times as important i is as j; its mirror is one over it.

    Raises:
        IndicatorError: more than 15, for which no random index is known.

    Source: Saaty (1980), The Analytic Hierarchy Process.
    """
    n = len(matrix)
    if n > len(RANDOM_INDEX):
        raise IndicatorError(
            f"comparisons of pairs are of {len(RANDOM_INDEX)} at most; found {n}: compare dimensions with "
            "each other, and indicators within each"
        )
    values, vectors = np.linalg.eig(matrix)
    first = int(np.argmax(values.real))
    vector = np.abs(vectors[:, first].real)
    greatest = float(values[first].real)
    ratio = 0.0
    if n > 2:
        ratio = max(0.0, (greatest - n) / (n - 1)) / RANDOM_INDEX[n - 1]
    return Pairwise(vector / vector.sum(), greatest, ratio)


def consistency_ratio(
    pairs: Mapping[str, Mapping[str, float | str]], group: Sequence[str]
) -> float:
    """How far the comparisons within a group contradict each other; errors as of `pairwise_weights`."""
    return pairwise_weights(matrix_of(pairs, group)).consistency_ratio


def matrix_of(pairs: Mapping[str, Mapping[str, float | str]], group: Sequence[str]) -> Floats:
    """(J, J) the comparisons within a group: one → other → how many times, each pair one way."""
    found = np.eye(len(group))
    for i, one in enumerate(group):
        for j, other in enumerate(group):
            if other in pairs.get(one, {}):
                found[i, j] = _times(pairs[one][other])
                found[j, i] = 1 / found[i, j]
    return found


def _times(said: float | str) -> float:
    """A number, also as 1/3."""
    if isinstance(said, str):
        over, _, under = said.partition("/")
        return float(over) / float(under)
    return said
