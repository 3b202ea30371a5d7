"""A page whose regions or years stand across and whose indicators stand down, turned on its side.

Turned, it is a page like the others: its cells keep the places that they have in the file. Titles and lines
with units above the table, and notes below it, stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.labels import normalise, spellings
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.values import printed

UNITS = frozenset(("单位", "计量单位", "unit", "units"))
"""Heads of a column of units, which is a row of the header once it is turned."""


@dataclass(frozen=True, kw_only=True)
class TurnedGrid(Grid):
    """A sheet whose table is turned.

    Attributes:
        printed: the sheet as printed, which knows the places of its cells.
        head: first row of the table, before and after.
        end: first row below it as printed.
        width: columns of the sheet as printed: rows of the turned table.
    """

    printed: Grid
    head: int
    end: int
    width: int

    def place(self, row: int, column: int) -> str:
        column += self.left - self.printed.left
        if self.head <= row < self.head + self.width:
            return self.printed.place(self.head + column, row - self.head)
        return self.printed.place(
            row if row < self.head else row - self.width + self.end - self.head, column
        )


def turned(grid: Grid, row_head: str) -> Grid:
    """The sheet with its table turned; as it is where no row begins with the row head."""
    wanted = normalise(row_head)
    heads = [n for n, row in enumerate(grid.rows) if wanted in spellings(printed(row[0]))]
    if not heads:
        return grid
    head = heads[0]
    # A second table below stays as printed, and is told as one whose columns nobody named.
    end = _end(grid, head, heads[1] if heads[1:] else len(grid.rows))
    table = [list(row) for row in grid.rows[head:end]]
    for column, cell in enumerate(table[0]):
        if column and normalise(printed(cell)).lower() in UNITS:
            table[0][column] = ""
            for row in table[1:]:
                row[column] = _in_brackets(row[column])
    across = [list(column) for column in zip(*table, strict=True)]
    rows: list[list[Any]] = [*map(list, grid.rows[:head]), *across, *map(list, grid.rows[end:])]
    most = max(map(len, rows))
    width = len(across)

    def there(row: int, column: int) -> tuple[int, int]:
        if head <= row < end:
            return head + column, row - head
        return (row if row < head else row - end + head + width), column

    return TurnedGrid(
        sheet=grid.sheet,
        rows=[row + [""] * (most - len(row)) for row in rows],
        anchors={
            there(*place): there(*first)
            for place, first in grid.anchors.items()
            if (head <= place[0] < end) == (head <= first[0] < end)
        },
        is_visible=grid.is_visible,
        top=grid.top,
        left=grid.left,
        covered=grid.covered,
        hidden=grid.hidden,
        from_web=grid.from_web,
        printed=grid,
        head=head,
        end=end,
        width=width,
    )


def _in_brackets(unit: Any) -> Any:
    """A unit as it stands under a header; what is merged or empty stays so."""
    text = "" if is_empty(unit) else printed(unit).strip()
    return f"({text})" if text and text[0] not in "(（" else unit


def _end(grid: Grid, head: int, most: int) -> int:
    """The first row of the notes below the last row with numbers."""
    filled = [n for n in range(head + 1, most) if any(map(_is_cell, grid.rows[n][1:]))]
    return filled[-1] + 1 if filled else most


def _is_cell(cell: object) -> bool:
    """Whether a cell is one of the table: a number, or a sign for none."""
    return shows_number(cell) or (not is_empty(cell) and len(printed(cell).strip()) < 4)
