"""Outcomes of 0 and 1 that regressors tell from all others: their likelihood has no maximum."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
APART = 1e-6
"""Of a bound of one, from which on a row is told apart: far above the rounding of linear programmes."""


def separated(y: Floats, design: Floats) -> NDArray[np.bool_]:
    """(n,) rows that some sum of the columns tells apart.

    The sum is not negative where y is 1, not positive where it is 0, and zero in between; along it the
    likelihood rises without end.

    Args:
        y: (n,) from 0 to 1.
        design: (n, P) columns of about the same size, the constant among them.

    Source: Albert and Anderson (1984), Biometrika 71(1).
    """
    from scipy.optimize import linprog

    apart = np.zeros(len(y), dtype=np.bool_)
    is_end = (y == 0) | (y == 1)
    inner = design[~is_end]
    if not is_end.any() or np.linalg.matrix_rank(inner) == design.shape[1]:
        return apart
    ends = design[is_end] * np.where(y[is_end] == 1, 1.0, -1.0)[:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Rows at the ends lie between 0 and 1, as far above as can be; all others are 0.
        found = linprog(
            -ends.sum(axis=0),
            A_ub=np.vstack([ends, -ends]),
            b_ub=np.concatenate([np.ones(len(ends)), np.zeros(len(ends))]),
            A_eq=inner if len(inner) else None,
            b_eq=np.zeros(len(inner)) if len(inner) else None,
            bounds=(None, None),
            method="highs",
        )
    if found.x is not None:
        apart[is_end] = ends @ found.x > APART
    return apart
