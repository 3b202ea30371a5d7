"""Weights that are made from a variable: how they, and effects through them, move with its unit means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.spatial_scores import inverse
from nqpf_assets.estimators.spatial.weights import SpatialWeights, restrict_weights

if TYPE_CHECKING:
    from scipy.sparse import csr_array

STEP = 1e-5
"""Of the smallest gap between two units' values, by which one is moved: none passes another."""


@dataclass(frozen=True)
class WeighedBy:
    """What weights are made from.

    Attributes:
        variable: whose means by unit they are made from.
        values: (N,) these, units in the order of their labels.
        make: from such values to weights.
    """

    variable: str
    values: Floats
    make: Callable[[Floats], SpatialWeights]

    def moved(self, labels: Sequence[Any]) -> list[Floats]:
        """Of each unit the (N, N) change of the weights per change of its value; by differences."""
        ordered, found = np.unique(self.values), []
        step = STEP * float(np.diff(ordered).min() if len(ordered) > 1 else abs(ordered[0]))
        for unit in range(len(self.values)):
            ends = []
            for sign in (1, -1):
                values = self.values.copy()
                values[unit] += sign * step
                ends.append(restrict_weights(self.make(values), labels).matrix.toarray())
            found.append((ends[0] - ends[1]) / (2 * step))
        return found


def effects_by_weights(
    matrix: csr_array[np.float64],
    rho: float,
    beta: Floats,
    lagged: Floats,
    weights_moved: Sequence[Floats],
) -> Floats:
    """(N, 3K) changes of direct, indirect and total effects per change of each unit's value.

    Args:
        beta, lagged: (K,) coefficients of regressors and of their lags.
    """
    whole = inverse(matrix, rho)
    n, twice, down, across = (
        len(whole),
        (whole @ whole).T,
        whole.sum(axis=0),
        whole.sum(axis=1),
    )
    found = []
    for moved in weights_moved:
        # d(I − ρW)⁻¹ = ρ S dW S, and d(SW) = S dW S.
        g, h = float((twice * moved).sum()) / n, float(down @ moved @ across) / n
        direct, total = (beta * rho + lagged) * g, (beta * rho + lagged) * h
        found.append(np.concatenate([direct, total - direct, total]))
    return np.array(found)
