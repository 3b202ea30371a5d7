"""The records of an old binary workbook (.xls), walked before it is opened.

calamine sets memory aside for whatever the records claim. So sheets are measured here first, and on
the way we learn what calamine does not tell: whether the file is whole, whether it has a password,
and what the records of each sheet say of its cells (`biff_cells`). Layout: [MS-XLS].
"""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass

from nqpf_assets.formats.biff_cells import (
    CODEPAGE,
    FONT,
    FORMAT,
    LABELSST,
    XF,
    BiffFormats,
    BiffSheet,
)
from nqpf_assets.formats.biff_texts import rich_texts, shown_characters
from nqpf_assets.formats.cell_marks import CellMarks
from nqpf_assets.formats.limits import REPEATED_TEXT, SHEETS
from nqpf_assets.formats.ole import DamagedFileError

_EOF, _FILEPASS, _BOUNDSHEET, _SST, _CONTINUE, _BOF = 0x0A, 0x2F, 0x85, 0xFC, 0x3C, 0x809


@dataclass(frozen=True)
class BiffFacts:
    """What the records of a workbook say.

    Attributes:
        has_password: the records are encrypted.
        marks: per sheet, in order: what stands at its cells.
        rows: the most rows of any sheet, by its cells and its own statement.
        columns: the most columns.
        cells: the area of all sheets together.
        characters: of the shared texts, as often as cells show them, where these could be many.
    """

    has_password: bool = False
    marks: tuple[CellMarks, ...] = ()
    rows: int = 0
    columns: int = 0
    cells: int = 0
    characters: int = 0


def biff_facts(stream: bytes) -> BiffFacts:
    """Walk the records of a ``Workbook`` stream; raises DamagedFileError where they break off."""
    sheets: dict[int, BiffSheet] = {}  # by the offset of the substream, in workbook order
    sheet: BiffSheet | None = None
    formats = BiffFormats()
    texts: list[bytes] = []
    shown: Counter[int] = Counter()
    rich: dict[int, str] | None = None
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
            if not at and size >= 2:
                (formats.version,) = struct.unpack_from("<H", stream, body)
            sheet = sheets.get(at, sheet)
            if at in sheets:
                sheets[at].is_met = True
        elif kind == _EOF:
            depth -= 1
        elif kind == _BOUNDSHEET and size >= 4:
            (offset,) = struct.unpack_from("<I", stream, body)
            if offset >= len(stream) or offset in sheets or len(sheets) == SHEETS:
                raise DamagedFileError("a sheet lies beyond the end of the file, or on another")
            sheets[offset] = BiffSheet()
        elif (
            kind == _SST
            and size >= 8
            and max(struct.unpack_from("<II", stream, body)) > len(stream)
        ):
            raise DamagedFileError("the table of texts counts more entries than there is room for")
        elif sheet is None and kind in (FONT, FORMAT, XF, CODEPAGE):
            formats.add(kind, stream[body : body + size])
        elif sheet is not None:
            sheet.take(kind, stream[body : body + size], formats)
            if kind == LABELSST and size >= 10:
                row, column, _, number = struct.unpack_from("<HHHI", stream, body)
                shown[number] += 1
                rich = rich_texts(texts, formats.fonts) if rich is None else rich
                if number in rich:
                    sheet.marks.texts[row, column] = rich[number]
        if (kind == _SST and size >= 8) or (kind == _CONTINUE and before == _SST):
            texts, kind = [*(texts if kind == _CONTINUE else ()), stream[body : body + size]], _SST
        before = kind
        at = body + size
        if depth <= 0 and kind == _EOF and all(one.is_met for one in sheets.values()):
            repeated = shown_characters(texts, shown, REPEATED_TEXT) if texts else 0
            return _facts(list(sheets.values()), repeated)
    raise DamagedFileError("the records break off before the end of the last sheet")


def _facts(sheets: list[BiffSheet], repeated: int) -> BiffFacts:
    return BiffFacts(
        marks=tuple(sheet.marks for sheet in sheets),
        rows=max((sheet.rows for sheet in sheets), default=0),
        columns=max((sheet.columns for sheet in sheets), default=0),
        cells=sum(sheet.rows * sheet.columns for sheet in sheets),
        characters=repeated,
    )
