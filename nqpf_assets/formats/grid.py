"""A sheet as a grid of cells, and where its cells stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from nqpf_assets.formats.labels import strip


@dataclass(frozen=True)
class Grid:
    """One sheet.

    Attributes:
        sheet: name of the sheet.
        rows: cells of the used range, `''` where empty; all rows have the same length.
        anchors: every cell inside a merged range, but the first, to that first cell.
        is_visible: the sheet is not hidden.
        top: empty rows above the used range, which are not in `rows`.
        left: empty columns before it.
        covered: numbers under merged labels, which nobody sees and `rows` does not hold.
        hidden: rows and columns with cells that are not shown, as Excel names them.
        from_web: it is a table of a web page.
    """

    sheet: str
    rows: list[list[Any]]
    anchors: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    is_visible: bool = True
    top: int = 0
    left: int = 0
    covered: int = 0
    hidden: tuple[str, ...] = ()
    from_web: bool = False

    def place(self, row: int, column: int) -> str:
        """The cell's address as Excel prints it, from its place in `rows`."""
        name = self.sheet
        if not re.fullmatch(r"[^\W\d]\w*", name):
            name = "'" + name.replace("'", "''") + "'"
        return f"{name}!{column_letters(column + self.left)}{row + self.top + 1}"

    def label(self, row: int, column: int) -> Any:
        """The cell, or the first cell of the merged range it lies in."""
        row, column = self.anchors.get((row, column), (row, column))
        return self.rows[row][column] if row < len(self.rows) else ""

    def is_blank(self, row: int) -> bool:
        return all(is_empty(cell) for cell in self.rows[row])


def is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not strip(cell))


def column_letters(column: int) -> str:
    """``0`` to ``A``, ``26`` to ``AA``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
