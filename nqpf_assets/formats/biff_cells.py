"""What the records of one sheet of an old binary workbook (.xls) tell of its cells.

How far they reach, and the marks of `cell_marks`: errors, formulas without a stored value, number
formats that change what is shown, hidden rows and columns. Layout of the records: [MS-XLS].
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from nqpf_assets.formats.cell_marks import STRUCK, CellMarks
from nqpf_assets.formats.letters import lowered, raised, struck
from nqpf_assets.formats.number_formats import BUILT_IN, changes
from nqpf_assets.formats.ole import DamagedFileError

FORMULA, MULRK, LABELSST, BOOLERR, RK, NUMBER = 0x06, 0xBD, 0xFD, 0x205, 0x27E, 0x203
RSTRING, LABEL, CODEPAGE = 0xD6, 0x204, 0x42
FONT, FORMAT, XF, ROW, COLINFO, DIMENSIONS = 0x31, 0x41E, 0xE0, 0x208, 0x7D, 0x200
_CELLS = frozenset((FORMULA, MULRK, RSTRING, LABELSST, NUMBER, LABEL, BOOLERR, RK))
_STYLED = (NUMBER, RK, FORMULA, LABELSST, LABEL, RSTRING)
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_BIFF8 = 0x600


@dataclass
class BiffFormats:
    """The number formats of a workbook: of each cell style the format, if it changes what is shown."""

    version: int = _BIFF8
    fonts: dict[int, Callable[[str], str]] = field(default_factory=dict)
    code_page: int = 936
    _n_fonts: int = 0
    _codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    _styles: list[tuple[int, int]] = field(default_factory=list)
    _telling: dict[int, str] | None = None

    def add(self, kind: int, record: bytes) -> None:
        """Take a record FONT, FORMAT, XF or CODEPAGE of the workbook's globals."""
        if kind == CODEPAGE and len(record) >= 2:
            (self.code_page,) = struct.unpack_from("<H", record)
        elif kind == FONT and len(record) >= 10:
            # No font has the number 4.
            number, self._n_fonts = self._n_fonts + (self._n_fonts >= 4), self._n_fonts + 1
            flags, _, _, script = struct.unpack_from("<4H", record, 2)
            if flags & 8 or script in (1, 2):
                self.fonts[number] = struck if flags & 8 else raised if script == 1 else lowered
        elif kind == XF and len(record) >= 4:
            font, number = struct.unpack_from("<HH", record)
            self._styles.append((font, number))
        elif kind == FORMAT and len(record) >= 5:
            number, length = struct.unpack_from("<HH", record)
            if self.version < _BIFF8:
                self._codes[number] = record[3 : 3 + record[2]].decode("gb18030", "replace")
            elif record[4] & 1:
                self._codes[number] = record[5 : 5 + 2 * length].decode("utf-16-le", "replace")
            else:
                self._codes[number] = record[5 : 5 + length].decode("latin-1")

    def telling(self) -> dict[int, str]:
        """Number of a cell style to its format; asked for once the globals are read."""
        if self._telling is None:
            self._telling = {
                n: STRUCK if self.fonts.get(font) is struck else code
                for n, (font, number) in enumerate(self._styles)
                if self.fonts.get(font) is struck or changes(code := self._codes.get(number, ""))
            }
        return self._telling


@dataclass
class BiffSheet:
    """One sheet as it is walked."""

    marks: CellMarks = field(default_factory=CellMarks)
    rows: int = 0
    columns: int = 0
    is_met: bool = False

    def take(self, kind: int, record: bytes, formats: BiffFormats) -> None:
        """Note how far a record makes calamine lay the sheet out, and what it tells of its cells."""
        if kind == DIMENSIONS:
            # calamine takes every length but ten for the layout of fourteen.
            if len(record) != 10 and len(record) < 14:
                raise DamagedFileError("a sheet's size is cut")
            top, rows, left, columns = struct.unpack_from(
                "<4H" if len(record) == 10 else "<IIHH", record
            )
            if rows and columns and (top >= rows or left >= columns):
                raise DamagedFileError("a sheet ends before it begins")
        elif kind in _CELLS and len(record) >= 6:
            row, column, style = struct.unpack_from("<HHH", record)
            self._mark(kind, record, (row, column), style, formats)
            if kind == MULRK:
                (column,) = struct.unpack_from("<H", record, len(record) - 2)
            rows, columns = row + 1, column + 1
        else:
            self._hide(kind, record)
            return
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)

    def _hide(self, kind: int, record: bytes) -> None:
        if kind == ROW and len(record) >= 14 and record[12] & 0x20:
            self.marks.hidden_rows.add(struct.unpack_from("<H", record)[0])
        elif kind == COLINFO and len(record) >= 10 and record[8] & 1:
            first, last = struct.unpack_from("<HH", record)
            self.marks.hidden_columns.update(range(first, min(last, 255) + 1))

    def _mark(
        self, kind: int, record: bytes, place: tuple[int, int], style: int, formats: BiffFormats
    ) -> None:
        if kind in (BOOLERR, FORMULA) and (error := _error(record, kind)):
            self.marks.errors[place] = error
        elif kind == FORMULA and _has_no_value(record):
            self.marks.add_formula(*place)
        elif kind == RSTRING and (text := _set_otherwise(record, formats)) is not None:
            self.marks.texts[place] = text
        elif kind in (NUMBER, RK, FORMULA, LABELSST, LABEL, RSTRING) and (
            code := formats.telling().get(style)
        ):
            self.marks.add_format(*place, code)
        elif kind == MULRK and (telling := formats.telling()):
            for n, at in enumerate(range(4, len(record) - 7, 6)):
                (style,) = struct.unpack_from("<H", record, at)
                if style in telling:
                    self.marks.add_format(place[0], place[1] + n, telling[style])


def _set_otherwise(record: bytes, formats: BiffFormats) -> str | None:
    """The text of a cell of Excel 5 or 95 as it is set; None where none of its letters is set otherwise."""
    (size,) = struct.unpack_from("<H", record.ljust(8, b"\0"), 6)
    letters, rest = record[8 : 8 + size], record[8 + size :]
    runs = [
        (start, font)
        for start, font in struct.iter_unpack("BB", rest[1:][: len(rest[1:]) // 2 * 2])
    ]
    if not any(font in formats.fonts for _, font in runs):
        return None
    encoding = "gb18030" if formats.code_page in (936, 1200) else f"cp{formats.code_page}"
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "latin-1"
    pieces = [letters[: runs[0][0]].decode(encoding, "replace")]
    for (start, font), (end, _) in pairwise([*runs, (len(letters), 0)]):
        text = letters[start:end].decode(encoding, "replace")
        pieces.append(formats.fonts[font](text) if font in formats.fonts else text)
    return "".join(pieces)


def _error(record: bytes, kind: int) -> str | None:
    if kind == BOOLERR:
        code, is_error = struct.unpack_from("<BB", record.ljust(8, b"\0"), 6)
        return _ERRORS.get(code, "#ERROR!") if is_error else None
    result = record[6:14]
    if len(result) == 8 and result[0] == 2 and result[6:] == b"\xff\xff":
        return _ERRORS.get(result[2], "#ERROR!")
    return None


def _has_no_value(record: bytes) -> bool:
    """A formula with an empty result that no spreadsheet calculated: Excel leaves its own trace."""
    return record[6:7] == b"\3" and record[12:14] == b"\xff\xff" and not any(record[16:20])
