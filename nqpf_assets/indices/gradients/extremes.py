"""How minimum and maximum move with the values that they are taken from.

One value that is the least takes the minimum with it. Several equal ones share it: those that clipping set to
one bound move together, and take it along as one. A single one of equal published values takes it along in
one direction and not in the other; what is given here lies between.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def of_minimum(values: Floats) -> Floats:
    """(n, J) change of each column's minimum per change of each value."""
    least = values == values.min(axis=0)
    return np.asarray(least / least.sum(axis=0), dtype=np.float64)


def of_maximum(values: Floats) -> Floats:
    """(n, J) change of each column's maximum per change of each value."""
    return of_minimum(-values)
