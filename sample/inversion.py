"""Indicators whose index equals a given score: the index methods, run backwards.

The truth must be planted through the index, because the pipeline knows indicators only. Here
is the arithmetic on normalised indicators; units and magnitudes belong to `shapes`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.indices.entropy import entropy_index
from sample.paths import Floats

# A free indicator stays clear of 0 and 1, which belong to the two observations that anchor it.
LOWEST, HIGHEST = 0.004, 0.97
# Of many indicators, one that is low almost everywhere weighs up to so much above the average.
HEAVIER = 0.5
CLOSE_ENOUGH = 1e-10
ATTEMPTS = 30


class NoIndicatorsError(ArithmeticError):
    """No indicators between 0 and 1 were found whose index is the target."""


def first_fitting(target: Floats, profile: Callable[[], Floats]) -> Floats:
    """`entropy_indicators` for the first of some profiles that can carry the target."""
    for _ in range(ATTEMPTS):
        try:
            return entropy_indicators(target.ravel(), profile())
        except NoIndicatorsError:
            continue
    raise NoIndicatorsError(f"none of {ATTEMPTS} profiles carries the index")


def entropy_indicators(
    target: Floats, profile: Floats, *, shift: float = 1e-4, iterations: int = 2000
) -> Floats:
    """(n, J) values in [0, 1], each column reaching both, whose entropy score is the target.

    Entropy weights depend on the indicators, so the two are found together: weigh, compare the
    score with the target, stretch the free indicators of each observation by what is missing,
    weigh again.

    Args:
        target: (n,) scores between 0 and 1.
        profile: (n, J) positive; how much of its score an observation draws from each indicator.
        shift: added to the normalised values, as the index does.
        iterations: after so many without success there is no solution nearby.

    Raises:
        NoIndicatorsError: when the target cannot be reached.
    """
    columns = np.arange(profile.shape[1])
    z = profile / profile.mean(axis=1, keepdims=True) * target[:, None]
    top, bottom = _anchors(z, target)
    fixed: NDArray[np.bool_] = np.zeros(z.shape, dtype=bool)
    fixed[top, columns] = fixed[bottom, columns] = True
    names = [str(column) for column in columns]
    for _ in range(iterations):
        z = np.clip(z, LOWEST, HIGHEST)
        z[top, columns], z[bottom, columns] = 1.0, 0.0
        index = entropy_index(z, [1] * len(columns), names=names, shift=shift)
        missing = target - index.scores
        if np.abs(missing).max() < CLOSE_ENOUGH:
            return np.asarray(z)
        free = ~fixed & (np.where(missing[:, None] > 0, z < HIGHEST, z > LOWEST))
        movable = (z * index.weights * free).sum(axis=1)
        stretch = 1.0 + missing / np.maximum(movable, 1e-9)
        z = np.where(free, z * np.clip(stretch, 0.2, 5.0)[:, None], z)
    raise NoIndicatorsError(f"scores differ from the target by up to {np.abs(missing).max():.2g}")


def _anchors(z: Floats, target: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each indicator the observation where it is 1, and the one where it is 0.

    A 1 needs a score that has room for it, and an observation bears one 0 at most.
    """
    n, j = z.shape
    rooms = np.floor(target * j / (1 + HEAVIER * (j - 2) / j))
    top, bottom = np.zeros(j, dtype=np.intp), np.zeros(j, dtype=np.intp)
    for column in range(j):
        if (rooms < 1).all():
            raise NoIndicatorsError(
                "no score is high enough for an indicator that is at its highest"
            )
        top[column] = np.where(rooms >= 1, z[:, column], -1.0).argmax()
        rooms[top[column]] -= 1
    taken = np.zeros(n, dtype=bool)
    taken[top] = True
    for column in range(j):
        bottom[column] = np.where(taken, np.inf, z[:, column]).argmin()
        taken[bottom[column]] = True
    return top, bottom
