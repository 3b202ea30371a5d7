"""Looking into an old binary workbook (.xls) before it is opened.

calamine believes every number in an OLE header; a damaged one makes it ask for more memory
than there is, and ends the process. So the chains of sectors are walked here first. On the
way we learn what calamine does not tell: whether the file is whole, whether it has a
password, and where the cells stand that hold an error such as ``#DIV/0!``.
Layout of the container: [MS-CFB]; of the records: [MS-XLS].
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
_END_OF_CHAIN = 0xFFFFFFFE
_MAX_SECTOR = 0xFFFFFFFA
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_FORMULA, _FILEPASS, _BOUNDSHEET, _BOOLERR, _BOF, _EOF, _SST = (
    0x06,
    0x2F,
    0x85,
    0x205,
    0x809,
    0x0A,
    0xFC,
)


class DamagedFileError(Exception):
    """The container contradicts itself or ends too early; says how."""


@dataclass(frozen=True)
class BiffFacts:
    """What the records of a workbook say.

    Attributes:
        has_password: the records are encrypted.
        errors: per sheet, in order: (row, column), counted from 0, to the error as printed.
    """

    has_password: bool = False
    errors: tuple[dict[tuple[int, int], str], ...] = field(default=())


class Container:
    """The streams of an OLE file, each read only when its chain is sound."""

    def __init__(self, content: bytes) -> None:
        if len(content) < 512 or not content.startswith(SIGNATURE):
            raise DamagedFileError("the header is cut")
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 0x1E)
        if shift not in (9, 12) or mini_shift != 6:
            raise DamagedFileError("the header names impossible sector sizes")
        self._sector = 1 << shift
        self._sectors = (len(content) + self._sector - 1) // self._sector - 1
        fat_count, directory = struct.unpack_from("<II", content, 0x2C)
        self._cutoff, mini_fat, mini_count, difat, difat_count = struct.unpack_from(
            "<IIIII", content, 0x38
        )
        if max(fat_count, mini_count, difat_count) > self._sectors:
            raise DamagedFileError("the header counts more sectors than the file has")
        self._fat = self._read_fat(fat_count, difat, difat_count)
        entries = self._chain(directory)
        self._streams: dict[str, tuple[int, int]] = {}
        root = (_END_OF_CHAIN, 0)
        for at in range(0, len(entries) - 127, 128):
            length, kind = struct.unpack_from("<HB", entries, at + 64)
            start, size = struct.unpack_from("<II", entries, at + 116)
            name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == 5:
                root = (start, size)
            elif kind == 2:
                self._streams[name] = (start, size)
        self._mini_fat = self._numbers(self._chain(mini_fat)) if mini_count else ()
        self._mini = self._chain(root[0]) if root[0] < _MAX_SECTOR else b""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._streams)

    def read(self, name: str) -> bytes:
        """A stream's bytes; raises DamagedFileError where its chain is shorter than its size."""
        start, size = self._streams[name]
        if size > len(self._content):
            raise DamagedFileError(f"the stream {name} claims more bytes than the file has")
        data = self._mini_chain(start) if size < self._cutoff else self._chain(start)
        if len(data) < size:
            raise DamagedFileError(f"the stream {name} ends after {len(data)} of {size} bytes")
        return data[:size]

    def _read_fat(self, count: int, difat: int, difat_count: int) -> tuple[int, ...]:
        places = list(struct.unpack_from("<109I", self._content, 0x4C))
        per_sector = self._sector // 4
        for _ in range(difat_count):
            table = self._numbers(self._sector_at(difat))
            places += table[: per_sector - 1]
            difat = table[-1]
        used = [place for place in places if place < _MAX_SECTOR][:count]
        return tuple(n for place in used for n in self._numbers(self._sector_at(place)))

    def _sector_at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        data = self._content[start : start + self._sector]
        if not data:
            raise DamagedFileError("a sector lies beyond the end of the file")
        # The last sector of a file may lawfully be short; readers pad it.
        return data.ljust(self._sector, b"\0") if number == self._sectors - 1 else data

    @staticmethod
    def _numbers(data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])

    def _chain(self, sector: int) -> bytes:
        parts: list[bytes] = []
        while sector < _MAX_SECTOR:
            if len(parts) > self._sectors or sector >= len(self._fat):
                raise DamagedFileError("a chain of sectors leads nowhere")
            parts.append(self._sector_at(sector))
            sector = self._fat[sector]
        return b"".join(parts)

    def _mini_chain(self, sector: int) -> bytes:
        parts: list[bytes] = []
        while sector < _MAX_SECTOR:
            if len(parts) > len(self._mini_fat) or sector >= len(self._mini_fat):
                raise DamagedFileError("a chain of sectors leads nowhere")
            parts.append(self._mini[sector * 64 : sector * 64 + 64])
            sector = self._mini_fat[sector]
        return b"".join(parts)


def biff_facts(stream: bytes) -> BiffFacts:
    """Walk the records of a ``Workbook`` stream; raises DamagedFileError where they break off."""
    sheets: dict[int, int] = {}  # offset of the substream to the number of the sheet
    errors: list[dict[tuple[int, int], str]] = []
    sheet, depth, at = -1, 0, 0
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
        elif kind == _EOF:
            depth -= 1
        elif kind == _BOUNDSHEET and size >= 4:
            (offset,) = struct.unpack_from("<I", stream, body)
            if offset >= len(stream):
                raise DamagedFileError("a sheet lies beyond the end of the file")
            sheets[offset] = len(errors)
            errors.append({})
        elif (
            kind == _SST
            and size >= 8
            and max(struct.unpack_from("<II", stream, body)) > len(stream)
        ):
            raise DamagedFileError("the table of texts counts more entries than there is room for")
        elif kind in (_BOOLERR, _FORMULA) and sheet >= 0 and (found := _error(stream, body, kind)):
            row, column = struct.unpack_from("<HH", stream, body)
            errors[sheet][row, column] = found
        at = body + size
        if depth <= 0 and kind == _EOF and sheet == len(errors) - 1:
            return BiffFacts(errors=tuple(errors))
    raise DamagedFileError("the records break off before the end of the last sheet")


def _error(stream: bytes, body: int, kind: int) -> str | None:
    if kind == _BOOLERR:
        code, is_error = struct.unpack_from("<BB", stream, body + 6)
        return _ERRORS.get(code, "#ERROR!") if is_error else None
    result = stream[body + 6 : body + 14]
    if len(result) == 8 and result[0] == 2 and result[6:] == b"\xff\xff":
        return _ERRORS.get(result[2], "#ERROR!")
    return None
