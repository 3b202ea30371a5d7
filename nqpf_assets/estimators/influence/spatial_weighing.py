"""Weights that are made from a variable: how they move with its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.spatial.weights import SpatialWeights, restrict_weights

STEP = 1e-5
"""Of the smallest gap between two units' values, by which one is moved: none passes another."""


@dataclass(frozen=True)
class WeighedBy:
    """What weights are made from.

    Attributes:
        variable: whose values they are made from.
        values: (B, N) means by unit, or the values of each of B periods; units in the order of their labels.
        make: from values of the units to weights.
    """

    variable: str
    values: Floats
    make: Callable[[Floats], SpatialWeights]

    def back(self, of_weights: Floats, labels: Sequence[Any]) -> Floats:
        """(Q, B, N) changes of Q numbers per value, of (Q, B, N, N) changes per weight."""
        found = np.empty(of_weights.shape[:3])
        for block in range(of_weights.shape[1]):
            moved = np.array(self._moved(self.values[block], labels))
            found[:, block] = np.tensordot(of_weights[:, block], moved, axes=([1, 2], [1, 2]))
        return found

    def _moved(self, given: Floats, labels: Sequence[Any]) -> list[Floats]:
        """Of each unit the (N, N) change of the weights per change of its value; by differences."""
        ordered, found = np.unique(given), []
        step = STEP * float(np.diff(ordered).min() if len(ordered) > 1 else abs(ordered[0]))
        for unit in range(len(given)):
            ends = []
            for sign in (1, -1):
                values = given.copy()
                values[unit] += sign * step
                ends.append(restrict_weights(self.make(values), labels).matrix.toarray())
            found.append((ends[0] - ends[1]) / (2 * step))
        return found
