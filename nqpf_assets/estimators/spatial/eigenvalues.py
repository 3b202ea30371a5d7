"""All eigenvalues of spatial weights, found once for a matrix: likelihood, bounds and effects ask for them.

Weights that are similar to symmetric ones, as mutual weights whose rows were made to add up to one, are
brought to that form first, where eigenvalues are exact and found several times as fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.spatial.last_found import LastFound

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True)
class Spectrum:
    """Eigenvalues of a matrix.

    Attributes:
        values: (N,), which nobody may change.
        are_exact: whether those of a symmetric matrix; of others some may have few digits.
    """

    values: NDArray[np.complex128]
    are_exact: bool


_found = LastFound[Spectrum]()


def eigenvalues(matrix: csr_array[np.float64]) -> NDArray[np.complex128]:
    """All N eigenvalues."""
    return spectrum(matrix).values


def spectrum(matrix: csr_array[np.float64]) -> Spectrum:
    """All N eigenvalues, and how well they are known.

    Rows that add up to one leave symmetric weights similar to the elements √(w_ij w_ji).
    """
    last = _found.of(matrix)
    if last is not None:
        return last
    dense, is_similar = matrix.toarray(), _is_balanced(matrix)
    if is_similar:
        values = np.linalg.eigvalsh(np.sqrt(dense * dense.T)).astype(np.complex128)
    else:
        values = np.linalg.eigvals(dense).astype(np.complex128)
    values.flags.writeable = False
    return _found.keep(Spectrum(values, is_similar), matrix)


def _is_balanced(matrix: csr_array[np.float64]) -> bool:
    """Whether d_i w_ij = d_j w_ji for some positive d, found along a tree and checked everywhere."""
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    rows, columns = matrix.tocoo().coords
    back = _entries(matrix, columns, rows)
    if (back <= 0).any():
        return False
    logs = np.log(matrix.data / back)
    level = np.zeros(matrix.shape[0])
    n_parts, part = connected_components(matrix, directed=False)
    for k in range(n_parts):
        order, parents = breadth_first_order(matrix, int(np.argmax(part == k)), directed=False)
        nodes, above = order[1:], parents[order[1:]]
        if not len(nodes):  # a unit alone
            continue
        steps = np.log(_entries(matrix, above, nodes) / _entries(matrix, nodes, above))
        for node, parent, step in zip(nodes, above, steps, strict=True):
            level[node] = level[parent] + step
    return bool(np.abs(logs - (level[columns] - level[rows])).max() < 1e-9)


def _entries(matrix: csr_array[np.float64], rows: Any, columns: Any) -> NDArray[np.float64]:
    return np.asarray(matrix[rows, columns], dtype=np.float64).ravel()
