"""Sums of squares of long columns, and what of least squares their products decide alone.

Columns of many rows are read once instead of being copied, squared and orthogonalised. That is
as good as the slow way where columns are far from making each other up, which is measured here; where
they are not, `collinearity` and `least_squares` go the slow way. Small samples always do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROWS_AT_ONCE = 8192  # of a few columns: what is made of so many rows stays in a processor's cache
# From so many numbers on it takes half of the time. Below, a few milliseconds would be gained, and samples
# as small as those of papers keep all digits.
LONG = 100_000
# Smallest eigenvalue of the correlations: products lose at most four of sixteen digits above it, and
# refinement brings those of the coefficients back.
CLEAR = 1e-4


def row_blocks(n_rows: int) -> Iterator[slice]:
    """Slices of rows that cover n, in order."""
    for start in range(0, n_rows, ROWS_AT_ONCE):
        yield slice(start, start + ROWS_AT_ONCE)


def means(columns: Floats, weights: Floats | None = None) -> Floats:
    """Means (m,) of (n, m) columns, of which few stand beside each other in memory; weighted by (n,)."""
    sums, ones = np.zeros(columns.shape[1]), np.ones(ROWS_AT_ONCE)
    for block in row_blocks(len(columns)):
        rows = columns[block]
        sums += (ones[: len(rows)] if weights is None else weights[block]) @ rows
    return sums / (len(columns) if weights is None else weights.sum())


def lengths(columns: Floats, centre: Floats | None = None, weights: Floats | None = None) -> Floats:
    """Euclidean lengths (m,) of (n, m) columns, of their distances from a centre (m,) where given.

    With weights (n,), roots of the weighted sums of squares.
    """
    sums = np.zeros(columns.shape[1])
    for block in row_blocks(len(columns)):
        rows = columns[block]
        rows = rows if centre is None else rows - centre
        weighed = rows if weights is None else rows * weights[block][:, None]
        sums += np.einsum("ij,ij->j", weighed, rows)
    return np.sqrt(sums)


@dataclass(frozen=True)
class Products:
    """Products of (n, K) columns that are clearly independent.

    Attributes:
        length: (K,) of the columns.
        inverse: (K, K) of their products.
    """

    length: Floats
    inverse: Floats


def clear_products(columns: Floats) -> Products | None:
    """The products of many columns none of which others make up; None for few rows, or others."""
    if columns.size < LONG:
        return None
    gram = columns.T @ columns
    length = np.sqrt(np.diag(gram))
    if not (np.isfinite(length) & (length > 0)).all():
        return None
    correlations = gram / np.outer(length, length)
    if not np.linalg.eigvalsh(correlations)[0] > CLEAR:
        return None
    return Products(length, np.linalg.inv(correlations) / np.outer(length, length))
