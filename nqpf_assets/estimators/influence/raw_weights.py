"""From changes per spatial weight to changes per entry of the matrix that it was scaled from.

An entry a_ij that is larger by a share ε makes its weight larger, and by the scale all others smaller: of
weights w that were scaled by rows dw_ik = ε w_ij (1[k = j] − w_ik); by the largest eigenvalue, with u and v
its left and right vectors and u'v = 1, dW = ε w_ij (E_ij − u_i v_j W).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.spatial.period_weights import AnyWeights
from nqpf_assets.estimators.spatial.weights import SpatialWeights

MOST_UNITS = {"row": 4_000, "none": 4_000, "spectral": 1_000}
"""Changes per weight are an array of units by units; of a spectrum all of it is needed."""
APART = 1e-8
"""Eigenvalues nearer than this, of themselves, are one that stands twice."""


@dataclass(frozen=True)
class OfRawWeights:
    """How numbers move with the spatial weights that a raw file gives.

    Attributes:
        units: the N labels; periods: of the B matrices, where they differ by period.
        changes: from a number's place to (B, N, N) change per entry that is larger by all of itself.
        why_untold: why there are none.
    """

    units: tuple[str, ...]
    periods: tuple[int, ...]
    changes: Callable[[int], Floats]
    why_untold: str


def why_untold(weights: AnyWeights) -> str:
    """Why changes per entry are not told; empty where they are."""
    most = MOST_UNITS[weights.standardization]
    if len(weights.units) > most:
        return f"they are of more than {counted(most, 'units')}"
    if weights.standardization == "spectral" and any(map(_is_double, _blocks(weights))):
        return "the largest eigenvalue of the weights stands twice: it does not move smoothly"
    return ""


def per_entry(of_weights: Floats, weights: AnyWeights) -> Floats:
    """(B, N, N) change per entry that is larger by all of itself, of (B, N, N) changes per weight."""
    each = zip(of_weights, _blocks(weights), strict=True)
    return np.array([_of_one(changes, one) for changes, one in each])


def _blocks(weights: AnyWeights) -> tuple[SpatialWeights, ...]:
    return (weights,) if isinstance(weights, SpatialWeights) else weights.of_periods


def _of_one(changes: Floats, one: SpatialWeights) -> Floats:
    matrix = one.matrix.toarray()
    by_scale = np.zeros_like(changes)
    if one.standardization == "row":
        by_scale += (changes * matrix).sum(axis=1, keepdims=True)
    elif one.standardization == "spectral":
        left, right = _vectors(matrix.T), _vectors(matrix)
        by_scale += np.outer(left, right) * ((changes * matrix).sum() / (left @ right))
    return np.asarray(matrix * (changes - by_scale))


def _vectors(matrix: Floats) -> Floats:
    """The vector of the largest eigenvalue, which is real and not negative (Perron, Frobenius)."""
    values, vectors = np.linalg.eig(matrix)
    return np.asarray(np.abs(vectors[:, np.argmax(values.real)].real))


def _is_double(one: SpatialWeights) -> bool:
    """Whether two eigenvalues are the largest: parts that no weights connect, each as large."""
    values = np.sort(np.linalg.eigvals(one.matrix.toarray()).real)
    return bool(values[-1] - values[-2] < APART * values[-1])
