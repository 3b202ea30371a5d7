"""Codes of labels in one pass over the rows: panels come sorted, and few labels repeat often.

Sorting millions of labels takes longer than all arithmetic of a regression. Which labels are allowed
is decided in `sample`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.intp]

# Kinds of arrays that hold no gap and one sort of label: integers, and text of a fixed width.
WHOLE_KINDS = "iuU"


def coded(keys: NDArray[Any]) -> tuple[Codes, NDArray[Any]]:
    """Codes (n,) and the sorted different labels of (n,) keys without gaps; as `numpy.unique`."""
    n = len(keys)
    if keys.dtype.kind in "iu" and n:
        low, high = int(keys.min()), int(keys.max())
        if high - low <= n:  # a table of all integers between is no larger than the keys
            offsets = (keys - keys.dtype.type(low)).astype(np.intp, copy=False)
            occurs = np.zeros(high - low + 1, dtype=np.bool_)
            occurs[offsets] = True
            places = np.cumsum(occurs) - 1
            labels = (np.flatnonzero(occurs) + low).astype(keys.dtype)
            return places[offsets].astype(np.intp, copy=False), labels
    starts = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    if len(starts) + 1 > n // 2:
        labels, codes = np.unique(keys, return_inverse=True)
        return codes.astype(np.intp, copy=False), labels
    starts = np.append(0, starts)
    labels, of_runs = np.unique(keys[starts], return_inverse=True)
    return np.repeat(of_runs.astype(np.intp, copy=False), np.diff(np.append(starts, n))), labels


def renumbered(codes: Codes, n_labels: int) -> tuple[Codes, Codes]:
    """Codes (m,) without the gaps that dropped rows left, and which of the n_labels they keep."""
    occurs = np.zeros(n_labels, dtype=np.bool_)
    occurs[codes] = True
    if occurs.all():
        return codes, np.arange(n_labels)
    return (np.cumsum(occurs) - 1)[codes].astype(np.intp, copy=False), np.flatnonzero(occurs)


def first_repeated(unit: Codes, period: Codes, n_periods: int) -> tuple[int, int, int] | None:
    """Unit and period of the first pair that occurs twice, and how many pairs do; None for none."""
    pairs = unit * n_periods + period
    if (pairs[1:] > pairs[:-1]).all():
        return None
    different, counts = np.unique(pairs, return_counts=True)
    repeated = different[counts > 1]
    if not len(repeated):
        return None
    return (*divmod(int(repeated[0]), n_periods), len(repeated))
