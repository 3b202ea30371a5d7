"""Tables beside each other on one sheet whose headers stand in different rows: each is a page of its own.

Where the headers stand in one row, `yearbook_header` reads them together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nqpf_assets.formats import labels
from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.values import printed


def parted(grid: Grid, row_head: str) -> list[Grid]:
    """The sheet as one grid for each table, from the left; itself where its tables are not moved apart.

    A table begins where its head stands in other rows than the first table's, right of a blank column.
    """
    head = labels.normalise(row_head)
    heads: dict[int, set[int]] = {}
    for number, row in enumerate(grid.rows):
        for column, cell in enumerate(row):
            if head in labels.spellings(printed(cell)):
                heads.setdefault(column, set()).add(number)
    first = heads.get(0, set())
    starts = [0]
    for column, rows in sorted(heads.items()):
        is_apart = column > 0 and all(is_empty(row[column - 1]) for row in grid.rows)
        if is_apart and first and not rows & first:
            starts.append(column)
    if len(starts) == 1:
        return [grid]
    return list(_pieces(grid, starts))


def _pieces(grid: Grid, starts: list[int]) -> Iterator[Grid]:
    ends = [*starts[1:], len(grid.rows[0])]
    for start, end in zip(starts, ends, strict=True):
        anchors = {
            (row, column - start): (first, over - start)
            for (row, column), (first, over) in grid.anchors.items()
            if start <= column < end and start <= over < end
        }
        rows = [row[start:end] for row in grid.rows]
        yield replace(grid, rows=rows, anchors=anchors, left=grid.left + start)
