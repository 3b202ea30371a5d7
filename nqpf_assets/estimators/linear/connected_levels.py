"""How the levels of two effects meet: which unit is seen in which period.

From this table of unit by period, exact effects of unbalanced panels follow without iteration. The
within transformation that uses it is in `within`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

# A table of so many cells for each row is written out; a sparser one is kept by its filled cells.
_CELLS_PER_ROW = 4


@dataclass(frozen=True)
class ConnectedLevels:
    """Levels of a larger effect, averaged out, and of a smaller one, solved for.

    Attributes:
        incidence: (A, C) how many rows have each pair of levels, or what these weigh together; an array or a
            sparse one.
        averaged: (A, C) the same, its rows divided by their sums.
        pinned: one level of the smaller effect in each part of the panel that nothing connects with
            others; it is set to zero.
    """

    incidence: Any
    averaged: Any
    pinned: Codes

    def solved(self, right: Floats) -> Floats:
        """Levels (C, m) of the smaller effect from sums (C, m) of columns without the larger one's means."""
        from scipy.linalg import cho_solve

        levels = np.zeros(right.shape)
        free, factor = self._factor
        if free.size:
            levels[free] = cho_solve(factor, right[free])
        return levels

    def means_of(self, levels: Floats) -> Floats:
        """(A, m) means of the smaller effect's levels (C, m) in each of the larger one."""
        return np.asarray(self.averaged @ levels, dtype=np.float64)

    def of_sums(self, larger: Floats, smaller: Floats) -> tuple[Floats, Floats]:
        """Levels of the larger (A, m) and the smaller effect (C, m) of columns with these sums by level."""
        means = larger / _row_sums(self.incidence)[:, None]
        carry = self.solved(smaller - np.asarray(self.incidence.T @ means))
        means -= self.means_of(carry)
        return means, carry

    @cached_property
    def _factor(self) -> tuple[Codes, Any]:
        from scipy.linalg import cho_factor

        n_carried = self.incidence.shape[1]
        free = np.setdiff1d(np.arange(n_carried), self.pinned)
        gram = -_dense(self.incidence.T @ self.averaged)
        gram[np.diag_indices(n_carried)] += np.asarray(self.incidence.sum(axis=0)).ravel()
        return free, cho_factor(gram[np.ix_(free, free)]) if free.size else None


def connected_levels(
    absorbed: Codes,
    n_absorbed: int,
    carried: Codes,
    n_carried: int,
    weights: Floats | None = None,
) -> ConnectedLevels:
    """The table of two effects' codes (n,), the larger effect first; of positive weights (n,) where given."""
    incidence = _incidence(absorbed, n_absorbed, carried, n_carried, weights)
    per_absorbed = _row_sums(incidence)
    averaged = (
        incidence / per_absorbed[:, None]
        if isinstance(incidence, np.ndarray)
        else incidence.multiply(1 / per_absorbed[:, None]).tocsr()
    )
    parts = parts_of_carried(incidence)
    return ConnectedLevels(incidence, averaged, np.unique(parts, return_index=True)[1])


def _incidence(
    absorbed: Codes, n_absorbed: int, carried: Codes, n_carried: int, weights: Floats | None
) -> Any:
    if n_absorbed * n_carried <= _CELLS_PER_ROW * len(absorbed):
        at = absorbed * n_carried + carried
        cells = np.bincount(at, weights=weights, minlength=n_absorbed * n_carried)
        return cells.reshape(n_absorbed, n_carried).astype(np.float64)
    from scipy.sparse import csr_array

    of_rows = np.ones(len(absorbed)) if weights is None else weights
    return csr_array((of_rows, (absorbed, carried)), shape=(n_absorbed, n_carried))


def parts_of_carried(incidence: Any) -> Codes:
    """(C,) the connected part of the panel that each level of the smaller effect is in."""
    from scipy.sparse.csgraph import connected_components

    # Levels of the smaller effect that one of the larger meets both are connected.
    meet = _dense(incidence.T @ incidence) > 0
    return np.asarray(connected_components(meet, directed=False)[1], dtype=np.intp)


def _row_sums(incidence: Any) -> Floats:
    """(A,) sums of the rows, as a product: adding up a few numbers of each of many rows takes longer."""
    return np.asarray(incidence @ np.ones(incidence.shape[1]), dtype=np.float64)


def _dense(matrix: Any) -> Floats:
    return np.asarray(matrix if isinstance(matrix, np.ndarray) else matrix.toarray())
