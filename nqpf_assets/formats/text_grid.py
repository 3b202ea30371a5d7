"""A page in text, CSV with a title and a header over its table, as the grid that a sheet would be.

The cells stay text, as printed; their places are lines and columns.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from nqpf_assets.formats import labels
from nqpf_assets.formats.grid import Grid
from nqpf_assets.formats.limits import PAGE_BYTES, PAGE_CELLS, PAGE_ROWS
from nqpf_assets.formats.text import decode
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem

_LOOK = 50
"""Lines that say which separator a text has."""


@dataclass(frozen=True)
class TextGrid(Grid):
    """A grid whose rows are the lines of a text."""

    def place(self, row: int, column: int) -> str:
        """The cell's line and column, from its place in `rows`."""
        return f"line {row + self.top + 1}, column {column + self.left + 1}"


def text_grid(
    content: bytes, file: str, *, max_rows: int = PAGE_ROWS, max_cells: int = PAGE_CELLS
) -> tuple[list[Grid], list[Problem]]:
    """The one grid of a text, or why it is none; one of more rows or cells is reported."""
    if len(content) > PAGE_BYTES:
        return [], [_too_large(file, counted(len(content), "bytes"), max_rows)]
    decoded, problems = decode(content, file)
    if any(one.severity == "error" for one in problems):
        return [], problems
    lines = decoded.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    separator = separator_in(lines)
    try:
        rows = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        found, remedy = str(error), "mend the quotes: one is opened and not closed"
        return [], [*problems, Problem(file, "", "rows of cells", found, remedy, code="quotes")]
    width = max(map(len, rows), default=0)
    if len(rows) > max_rows or len(rows) * width > max_cells:
        return [], [*problems, _too_large(file, f"{counted(len(rows), 'rows')}", max_rows)]
    cells = [
        [labels.strip(cell) and cell for cell in row] + [""] * (width - len(row)) for row in rows
    ]
    filled = [n for n, row in enumerate(cells) if any(row)]
    if not filled:
        return [], [*problems, Problem(file, "", "a table", "nothing", "fill it", code="empty")]
    first, last = filled[0], filled[-1]
    if decoded.count('"') and len(rows) != len(lines):
        # A cell over several lines: the places of what stands below it would not be those of the text.
        found, remedy = "a cell with a line break in it", "take the line break out"
        return [], [
            *problems,
            Problem(file, "", "a row in each line", found, remedy, code="quotes"),
        ]
    return [TextGrid("", cells[first : last + 1], top=first)], problems


def separator_in(lines: Sequence[str]) -> str:
    """What parts the first lines of a text most."""
    head = "\n".join(lines[:_LOOK])
    return max(",;\t", key=head.count)


def _too_large(file: str, found: str, max_rows: int) -> Problem:
    expected = f"a page of at most {counted(max_rows, 'rows')}"
    remedy = "describe it by `columns`, as a table"
    return Problem(file, "", expected, found, remedy, code="too_large")
