"""How minimum and maximum move with the values that they are taken from.

One value that is the greatest takes the maximum with it. Of several equal ones each takes it along when it
rises, and none when it falls; with the minimum it is the other way round. What is given here is what happens
when a value rises.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def of_minimum(values: Floats) -> Floats:
    """(n, J) change of each column's minimum per rise of each value."""
    least = values == values.min(axis=0)
    return np.asarray(least & (least.sum(axis=0) == 1), dtype=np.float64)


def of_maximum(values: Floats) -> Floats:
    """(n, J) change of each column's maximum per rise of each value."""
    return np.asarray(values == values.max(axis=0), dtype=np.float64)
