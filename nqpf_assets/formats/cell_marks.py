"""What stands at the cells of a sheet beside their values, as the container's records tell it.

calamine gives values only. Which cells hold an error, a formula whose value was never stored, or a
number that is shown as another, and which rows and columns are hidden, is gathered by `biff` and
`sheet_walk` and put into the grid of cells by `put_back`: as text, which no reader mistakes.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nqpf_assets.formats.letters import struck
from nqpf_assets.formats.number_formats import shown

FORMULA = "="
"""Begins the text of a cell whose formula has no stored value."""
STRUCK = "struck out"
"""In place of a number format: the cell is struck out as a whole."""
_TOLD = 1_000
_LONGEST = 80


@dataclass
class CellMarks:
    """Of one sheet, places as (row, column) from 0.

    Attributes:
        errors: place to the error as printed.
        hidden_rows: rows that are not shown.
        hidden_columns: columns that are not shown.
        texts: place to a text some letters of which are raised, lowered or struck out, as it shows.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    _formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    # A table may have millions of percentages: row, column and format take eight bytes.
    _formatted: array[int] = field(default_factory=lambda: array("Q"))
    _codes: dict[str, int] = field(default_factory=dict)

    def add_formula(self, row: int, column: int, text: str = "") -> None:
        """A formula without a stored value; of very many the text is not kept."""
        kept = text[:_LONGEST] if len(self._formulas) < _TOLD else ""
        self._formulas[row, column] = FORMULA + kept.removeprefix(FORMULA)

    def add_format(self, row: int, column: int, code: str) -> None:
        """A cell whose format may show another number than it holds."""
        number = self._codes.setdefault(code, len(self._codes))
        self._formatted.append((row << 40) | (column << 24) | number)

    def _formats(self) -> Iterator[tuple[int, int, str]]:
        codes = list(self._codes)
        for packed in self._formatted:
            yield packed >> 40, (packed >> 24) & 0xFFFF, codes[packed & 0xFFFFFF]


def put_back(rows: list[list[Any]], marks: CellMarks) -> list[list[Any]]:
    """The cells with errors, formulas and what formats show in their places, as text."""
    for (row, column), shown_text in marks.texts.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = shown_text
    for row, column, code in marks._formats():
        if row < len(rows) and column < len(rows[row]):
            cell = rows[row][column]
            if code == STRUCK:
                rows[row][column] = struck(f"{cell}") if _is_word(cell) else cell
            elif isinstance(cell, int | float) and not isinstance(cell, bool):
                text = shown(cell, code)
                rows[row][column] = cell if text is None else text
    texts = {**marks._formulas, **marks.errors}
    if not texts:
        return rows
    height = max(len(rows), 1 + max(row for row, _ in texts))
    width = max(len(rows[0]) if rows else 0, 1 + max(column for _, column in texts))
    full = [list(row) + [""] * (width - len(row)) for row in rows]
    full += [[""] * width for _ in range(height - len(full))]
    for (row, column), text in texts.items():
        full[row][column] = text
    return full


def _is_word(cell: object) -> bool:
    return isinstance(cell, str | int | float) and not isinstance(cell, bool)
