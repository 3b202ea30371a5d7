"""The records of an old binary workbook (.xls), walked before it is opened.

calamine sets memory aside for whatever the records claim. So sheets are measured here first, and on
the way we learn what calamine does not tell: whether the file is whole, whether it has a password,
and where the cells stand that hold an error such as ``#DIV/0!``. Layout of the records: [MS-XLS].
"""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass, field

from nqpf_assets.sources.biff_texts import shown_characters
from nqpf_assets.sources.limits import REPEATED_TEXT, SHEETS
from nqpf_assets.sources.ole import DamagedFileError

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_FORMULA, _EOF, _FILEPASS, _BOUNDSHEET, _MULRK, _SST = 0x06, 0x0A, 0x2F, 0x85, 0xBD, 0xFC
_CONTINUE, _LABELSST, _DIMENSIONS, _BOOLERR, _BOF = 0x3C, 0xFD, 0x200, 0x205, 0x809
_CELLS = frozenset((_FORMULA, _MULRK, 0xD6, _LABELSST, 0x203, 0x204, _BOOLERR, 0x27E))


@dataclass
class _Sheet:
    """One sheet as it is walked: its error cells, and how far it reaches."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    is_met: bool = False


@dataclass(frozen=True)
class BiffFacts:
    """What the records of a workbook say.

    Attributes:
        has_password: the records are encrypted.
        errors: per sheet, in order: (row, column), counted from 0, to the error as printed.
        rows: the most rows of any sheet, by its cells and its own statement.
        columns: the most columns.
        cells: the area of all sheets together.
        characters: of the shared texts, as often as cells show them, where these could be many.
    """

    has_password: bool = False
    errors: tuple[dict[tuple[int, int], str], ...] = ()
    rows: int = 0
    columns: int = 0
    cells: int = 0
    characters: int = 0


def biff_facts(stream: bytes) -> BiffFacts:
    """Walk the records of a ``Workbook`` stream; raises DamagedFileError where they break off."""
    sheets: dict[int, _Sheet] = {}  # by the offset of the substream, in workbook order
    sheet: _Sheet | None = None
    texts: list[bytes] = []
    shown: Counter[int] = Counter()
    depth, at, before = 0, 0, 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        body = at + 4
        if body + size > len(stream):
            raise DamagedFileError("a record is cut")
        if kind == _FILEPASS:
            return BiffFacts(has_password=True)
        if kind == _BOF:
            depth += 1
            sheet = sheets.get(at, sheet)
            if at in sheets:
                sheets[at].is_met = True
        elif kind == _EOF:
            depth -= 1
        elif kind == _BOUNDSHEET and size >= 4:
            (offset,) = struct.unpack_from("<I", stream, body)
            if offset >= len(stream) or offset in sheets or len(sheets) == SHEETS:
                raise DamagedFileError("a sheet lies beyond the end of the file, or on another")
            sheets[offset] = _Sheet()
        elif (
            kind == _SST
            and size >= 8
            and max(struct.unpack_from("<II", stream, body)) > len(stream)
        ):
            raise DamagedFileError("the table of texts counts more entries than there is room for")
        elif sheet is not None:
            _measure(sheet, stream[body : body + size], kind)
            if kind == _LABELSST and size >= 10:
                shown[struct.unpack_from("<I", stream, body + 6)[0]] += 1
        if (kind == _SST and size >= 8) or (kind == _CONTINUE and before == _SST):
            texts, kind = [*(texts if kind == _CONTINUE else ()), stream[body : body + size]], _SST
        before = kind
        at = body + size
        if depth <= 0 and kind == _EOF and all(one.is_met for one in sheets.values()):
            repeated = shown_characters(texts, shown, REPEATED_TEXT) if texts else 0
            return _facts(list(sheets.values()), repeated)
    raise DamagedFileError("the records break off before the end of the last sheet")


def _facts(sheets: list[_Sheet], repeated: int) -> BiffFacts:
    return BiffFacts(
        errors=tuple(sheet.errors for sheet in sheets),
        rows=max((sheet.rows for sheet in sheets), default=0),
        columns=max((sheet.columns for sheet in sheets), default=0),
        cells=sum(sheet.rows * sheet.columns for sheet in sheets),
        characters=repeated,
    )


def _measure(sheet: _Sheet, record: bytes, kind: int) -> None:
    """Note how far a record makes calamine lay the sheet out, and whether its cell holds an error."""
    if kind == _DIMENSIONS:
        # calamine takes every length but ten for the layout of fourteen.
        if len(record) != 10 and len(record) < 14:
            raise DamagedFileError("a sheet's size is cut")
        top, rows, left, columns = struct.unpack_from(
            "<4H" if len(record) == 10 else "<IIHH", record
        )
        if rows and columns and (top >= rows or left >= columns):
            raise DamagedFileError("a sheet ends before it begins")
    elif kind in _CELLS and len(record) >= 6:
        row, column = struct.unpack_from("<HH", record)
        if kind in (_BOOLERR, _FORMULA) and (found := _error(record, kind)):
            sheet.errors[row, column] = found
        if kind == _MULRK:
            (column,) = struct.unpack_from("<H", record, len(record) - 2)
        rows, columns = row + 1, column + 1
    else:
        return
    sheet.rows, sheet.columns = max(sheet.rows, rows), max(sheet.columns, columns)


def _error(record: bytes, kind: int) -> str | None:
    if kind == _BOOLERR:
        code, is_error = struct.unpack_from("<BB", record.ljust(8, b"\0"), 6)
        return _ERRORS.get(code, "#ERROR!") if is_error else None
    result = record[6:14]
    if len(result) == 8 and result[0] == 2 and result[6:] == b"\xff\xff":
        return _ERRORS.get(result[2], "#ERROR!")
    return None
