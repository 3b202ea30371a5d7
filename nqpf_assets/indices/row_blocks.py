"""Rows taken some at a time: a block stays in a processor's cache, and no second matrix is needed.

At millions of rows memory that is new costs more than the arithmetic done in it.
"""

from __future__ import annotations

from collections.abc import Iterator

_ROWS_AT_ONCE = 4096


def row_blocks(n_rows: int) -> Iterator[slice]:
    """Slices that cover n rows, in order."""
    for start in range(0, n_rows, _ROWS_AT_ONCE):
        yield slice(start, min(start + _ROWS_AT_ONCE, n_rows))
