"""Which rows of an exported page are its block, its header, its table, its notes.

A row is judged by what stands beside its label before its label is looked at: a row with numbers
under the header is a row of the table, wherever it stands and however it begins (注册护士 is no
note, nor is an indented indicator). One file may hold several pages below each other, each with
its own block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nqpf_assets.formats import labels
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.statements import NOTE, ROW_HEADS, block_entry
from nqpf_assets.formats.values import MISSING, printed

_NOTE = re.compile(NOTE)
_INDENT = "\u3000\u3000"


@dataclass(frozen=True)
class Page:
    """Rows of one text file or sheet.

    Attributes:
        file: display name for problems.
        rows: cells as text, or as numbers where the container stores numbers.
        place: (row, column) from 0 to the locator.
        sheet: name of the sheet, None in a text file.
        is_ragged: rows may differ in length, and then something is wrong.
        ends_open: the last line lacks its end.
    """

    file: str
    rows: Sequence[Sequence[Any]]
    place: Callable[[int, int], str]
    sheet: str | None = None
    is_ragged: bool = False
    ends_open: bool = False

    def row_place(self, row: int) -> str:
        """``line 5`` in a text file, the address of its first cell in a sheet."""
        return self.place(row, 0).split(",")[0] if self.sheet is None else self.place(row, 0)


@dataclass(frozen=True)
class Section:
    """One exported page: rows from `start` up to `end`; `head` is its header row."""

    start: int
    head: int | None
    end: int


def joined(row: Sequence[Any]) -> str:
    """A row's text; a note with commas comes apart in a text file and is put together here."""
    return ",".join(printed(cell) for cell in row).rstrip("," + labels.BLANKS)


def is_header(row: Sequence[Any]) -> bool:
    """Whether a row's first cell is one of `ROW_HEADS`, and more cells follow."""
    return len(row) > 1 and labels.strip(str(row[0])) in ROW_HEADS


def sections(rows: Sequence[Sequence[Any]], head: int) -> list[Section]:
    """The pages of a file whose first header is known; the last may be a rest without a header."""
    found: list[Section] = []
    start = 0
    own: int | None = head
    for number in range(head + 1, len(rows)):
        if is_header(rows[number]):
            if own is not None:
                found.append(Section(start, own, number))
                start = number
            own = number
        elif own is not None and block_entry(joined(rows[number])):
            found.append(Section(start, own, number))
            start, own = number, None
    return [*found, Section(start, own, len(rows))]


def has_values(row: Sequence[Any]) -> bool:
    """Whether a number, or nothing but signs for "no value", stands beside the label."""
    beside = row[1:]
    if any(shows_number(cell) for cell in beside):
        return True
    texts = {labels.strip(printed(cell)) for cell in beside} - {""}
    return bool(texts) and texts <= set(MISSING)


def table_rows(page: Page, section: Section) -> tuple[list[int], list[int], int | None]:
    """Rows of the table, rows of the notes, and the first row of the table below a note."""
    assert section.head is not None
    rows = page.rows
    numbers = [n for n in range(section.head + 1, section.end) if joined(rows[n])]
    last = max((n for n in numbers if has_values(rows[n])), default=section.head)
    table: list[int] = []
    notes: list[int] = []
    below: int | None = None
    for number in numbers:
        if _is_note(rows[number], below_notes=bool(notes), below_table=number > last):
            notes.append(number)
            continue
        if notes and below is None:
            below = number
        table.append(number)
    return table, notes, below


def _is_note(row: Sequence[Any], *, below_notes: bool, below_table: bool) -> bool:
    label = labels.strip(printed(row[0]))
    if _NOTE.match(label):
        return True
    if has_values(row):
        return False
    # An indicator or region without any value looks the same, and loses nothing as a note.
    return below_notes or (below_table and str(row[0]).startswith(_INDENT))
