"""The slips of a card put right as its file is opened, before any reader looks at it, by one rule for all.

Texts are mended in their bytes, line by line, so that every other place stays where it is; sheets in their
cells. What is printed at a place is held against the card. What was read by a slip is said on the cells that
rest on it by `mended_cells`.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.labels import find_label, normalise, strip
from nqpf_assets.formats.limits import COMMENT_LINES
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.slips import Slip
from nqpf_assets.formats.text import is_utf8
from nqpf_assets.formats.text_grid import separator_in
from nqpf_assets.formats.text_head import find_head
from nqpf_assets.formats.values import printed
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem

_LEAD = 4 * 1024**2
"""Bytes in which it shows what separates the columns of a text."""
_LINES_OF_A_RECORD = 50
"""Lines over which one quoted cell may go."""


@dataclass(frozen=True)
class Reach:
    """What a slip lies on.

    Attributes:
        rows, columns: from 1; several where its cell is merged over them.
        sheet: of a workbook, as it is spelled.
        is_alone: nothing else stands in its row, as with titles and lines of units.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...] = ()
    sheet: str | None = None
    is_alone: bool = False


@dataclass
class Mending:
    """The slips of one file, and what became of each.

    Attributes:
        slips: of its card, in the card's order.
        file: display name for problems.
        sheet: that the card names.
        others: sheets that are read by the same card, each with a mending of its own.
        problems: slips that do not fit their file, by their number.
        reaches: what the others lie on, by their number.
        numbers_lost: numbers that a file shows and that are not read for a slip.
        columns: of a table of one's own those that its card has read, from 1; None of other files.
        seen: what the file prints at the places, by the number of the slip.
    """

    slips: Sequence[Slip] = ()
    file: str = ""
    sheet: str | None = None
    others: Sequence[str] = ()
    problems: dict[int, Problem] = field(default_factory=dict)
    reaches: dict[int, Reach] = field(default_factory=dict)
    numbers_lost: dict[int, int] = field(default_factory=dict)
    columns: frozenset[int] | None = None
    seen: dict[int, str] = field(default_factory=dict)

    def text(self, content: bytes, columns: TidyColumns | None, *, is_page: bool) -> bytes:
        """The bytes of a text with its slips put right.

        Args:
            content: bytes in UTF-8 or GB18030.
            columns: of a table of one's own, by which its header is known.
            is_page: the text is a page with a layout.
        """
        mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
        body = content[len(mark) :]
        end = b"\n" if b"\n" in body else b"\r"
        encoding = "utf-8" if is_utf8(memoryview(body)) else "gb18030"
        head = body[:_LEAD].decode(encoding, "ignore")
        separator = separator_of(head, columns, is_page=is_page)
        of_line: dict[int, list[int]] = {}
        for number, slip in enumerate(self.slips):
            if slip.place.is_text:
                of_line.setdefault(slip.place.row, []).append(number)
            else:
                self._refuse(number, "a place in a text: `line 5, column 3` or `line 5`")
        pieces: list[bytes] = []
        done, row = 0, 1
        for wanted, numbers in sorted(of_line.items()):
            start, stop = _span(body, end, done, wanted - row)
            if start < 0:
                for number in numbers:
                    self._differs(number, "the file ends before this line")
                continue
            line = body[start:stop].decode(encoding, "surrogateescape")
            for number in numbers:
                line = self._line(number, line, separator)
            pieces += (body[done:start], line.encode(encoding, "surrogateescape"))
            row = wanted + body.count(end, start, stop)
            done = stop
        return mark + b"".join((*pieces, body[done:]))

    def _line(self, number: int, text: str, separator: str) -> str:
        """A line, or a record over several, with a slip in it put right."""
        slip = self.slips[number]
        whole = text.rstrip("\r\n")
        tail = text[len(whole) :]
        fields = _fields(whole, separator)
        if slip.place.column is None:
            self.seen[number] = whole
            if strip(whole) != strip(slip.printed):
                self._differs(number, repr(whole))
                return text
            read = "" if slip.is_missing else slip.read
            after = sum(map(shows_number, _fields(read, separator)))
            self.numbers_lost[number] = max(0, sum(map(shows_number, fields)) - after)
            self.reaches[number] = Reach((slip.place.row,))
            return f"{read}{tail}"
        column = slip.place.column - 1
        if column >= len(fields):
            self._differs(number, f"a line with {counted(len(fields), 'columns')}")
            return text
        self.seen[number] = fields[column]
        if strip(fields[column]) != strip(slip.printed):
            self._differs(number, repr(fields[column]) if fields[column] else "an empty cell")
        else:
            is_alone = sum(map(bool, map(strip, fields))) == 1
            self._put_right(number, Reach((slip.place.row,), (column + 1,), is_alone=is_alone))
            fields[column] = "" if slip.is_missing else slip.read
            return _joined(fields, separator) + tail
        return text

    def sheets(self, grids: list[Grid]) -> list[Grid]:
        """The sheets of a workbook with its slips put right."""
        if not self.slips or not grids:
            return grids
        found = {grid.sheet: grid for grid in grids}
        changed = {name: [list(row) for row in grid.rows] for name, grid in found.items()}
        for number, slip in enumerate(self.slips):
            if slip.place.is_text:
                self._refuse(
                    number, "a cell of a sheet, `Sheet1!C5`; rows are left out by `ignore`"
                )
                continue
            name = self._sheet_of(number, grids)
            if name is not None:
                self._cell(number, found[name], changed[name])
        return [replace(grid, rows=changed[grid.sheet]) for grid in grids]

    def _sheet_of(self, number: int, grids: list[Grid]) -> str | None:
        """The sheet on which a slip is, told where there is none."""
        wanted = self.slips[number].place.sheet or self.sheet
        names = [grid.sheet for grid in grids]
        if wanted is None:
            shown = [grid.sheet for grid in grids if grid.is_visible]
            if len(shown) == 1:
                return shown[0]
            self._refuse(number, "a place with its sheet, `Sheet1!C5`")
            return None
        name = find_label(wanted, names)
        if name is None:
            self._differs(number, f"no sheet {wanted!r}; sheets with cells: {', '.join(names)}")
        return name

    def _cell(self, number: int, grid: Grid, rows: list[list[Any]]) -> None:
        slip = self.slips[number]
        assert slip.place.column is not None
        place = slip.place.row - 1 - grid.top, slip.place.column - 1 - grid.left
        row, column = place
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            self._differs(number, "a place outside of the cells that the sheet has")
            return
        if place in grid.anchors:
            first = grid.place(*grid.anchors[place])
            self._differs(number, f"a cell that is merged with {first}, where its text stands")
            return
        cell = rows[row][column]
        self.seen[number] = printed(cell)
        if strip(printed(cell)) != strip(slip.printed):
            self._differs(number, repr(printed(cell)) if not is_empty(cell) else "an empty cell")
            return
        merged = [place, *(inside for inside, first in grid.anchors.items() if first == place)]
        reach = Reach(
            tuple(sorted({at + 1 + grid.top for at, _ in merged})),
            tuple(sorted({at + 1 + grid.left for _, at in merged})),
            grid.sheet,
            is_alone=sum(not is_empty(one) for one in rows[row]) == 1,
        )
        self._put_right(number, reach)
        rows[row][column] = "" if slip.is_missing else _as_cell(slip.read)

    def only_columns(self, numbers: Iterable[int]) -> None:
        """Say which columns of a table of one's own are read, from 1."""
        self.columns = frozenset(numbers)

    def refuse_all(self, expected: str) -> None:
        """Tell that no slip of a file of this kind can be put right."""
        for number in range(len(self.slips)):
            self._refuse(number, expected)

    def is_elsewhere(self, number: int) -> bool:
        """Whether a slip is on a sheet that is read for itself."""
        sheet = self.reaches[number].sheet if number in self.reaches else None
        others = map(normalise, self.others)
        return sheet is not None and normalise(sheet) in others

    def _put_right(self, number: int, reach: Reach) -> None:
        slip = self.slips[number]
        after = not slip.is_missing and shows_number(slip.read)
        self.numbers_lost[number] = int(shows_number(slip.printed) and not after)
        self.reaches[number] = reach

    def _differs(self, number: int, found: str) -> None:
        slip = self.slips[number]
        remedy = (
            "the file is another by now, or the place: correct the slip in the card, or remove it"
        )
        self._tell(number, f"{slip.printed!r}, as the card's `slips` say", found, remedy)

    def _refuse(self, number: int, expected: str) -> None:
        found = f"`{self.slips[number].at}`"
        self._tell(number, expected, found, "correct the place in the card's `slips`, or remove it")

    def _tell(self, number: int, expected: str, found: str, remedy: str) -> None:
        self.problems[number] = Problem(
            file=self.file,
            where=self.slips[number].at,
            expected=expected,
            found=found,
            remedy=remedy,
            code="slip_not_there",
            asked_at=("slips", number),
        )


def separator_of(head: str, columns: TidyColumns | None, *, is_page: bool) -> str:
    """What separates the columns of a text, as its reader will find it."""
    lines = head.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if is_page:
        return separator_in(lines)
    notes = 0
    while notes < min(len(lines), COMMENT_LINES) and lines[notes].startswith("#"):
        notes += 1
    return find_head("\n".join(lines[notes:]), columns.named if columns else ()).separator


def _span(body: bytes, end: bytes, start: int, n: int) -> tuple[int, int]:
    """Where the record begins and stops that is n lines behind a place; (-1, -1) where the text ends before.

    A cell in quotes may go over several lines, and a quote that is never closed spoils its own line alone.
    """
    if n < 0:  # inside of a record over several lines
        return -1, -1
    for _ in range(n):
        start = body.find(end, start) + 1
        if start == 0:
            return -1, -1
    if start >= len(body):
        return -1, -1
    stop = first = body.find(end, start) + 1 or len(body)
    for _ in range(_LINES_OF_A_RECORD):
        if body.count(b'"', start, stop) % 2 == 0:
            return start, stop
        if stop == len(body):
            break
        stop = body.find(end, stop) + 1 or len(body)
    return start, first


def _fields(text: str, separator: str) -> list[str]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return text.split(separator)
    return rows[0] if len(rows) == 1 else text.split(separator)


def _joined(fields: Sequence[str], separator: str) -> str:
    """A line in which cells that hold the separator, a quote or a line end stand in quotes."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=separator, lineterminator="").writerow(fields)
    return written.getvalue()


def _as_cell(text: str) -> object:
    """A text as a workbook stores it: a plain number as one."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if printed(number) == text else text
