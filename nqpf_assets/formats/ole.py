"""The container of an old binary workbook (.xls), looked into before it is opened.

calamine believes every number in an OLE header; a damaged one makes it ask for more memory than there
is, and ends the process. So the chains of sectors are walked here first, and what is opened then is
not the file but its one stream, packed anew (`packed`). The records in the stream are `biff`'s.
Layout of the container: [MS-CFB].
"""

from __future__ import annotations

import struct

from nqpf_assets.messages.counted import counted

SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
_END_OF_CHAIN = 0xFFFFFFFE
_MAX_SECTOR = 0xFFFFFFFA
_FREE = 0xFFFFFFFF


class DamagedFileError(Exception):
    """The container contradicts itself or ends too early; says how."""


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
            elif kind == 2 and name in self._streams:
                raise DamagedFileError(f"two streams are named {name[:40]}")
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
            raise DamagedFileError(
                f"the stream {name} ends after {len(data)} of {counted(size, 'bytes')}"
            )
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


def packed(name: str, stream: bytes) -> bytes:
    """A container with this one stream, in sectors of 4096 bytes: a header names enough of them."""
    size = 4096
    stream = stream.ljust(size, b"\0")  # shorter ones would lie among the small streams
    n_stream = -(-len(stream) // size)
    n_fat = -(-(n_stream + 2 + 109) // (size // 4))
    # The tables, the directory, the small streams (none, but calamine asks for them), the stream.
    chain = [*range(n_fat + 3, n_fat + 2 + n_stream), _END_OF_CHAIN]
    fat = [0xFFFFFFFD] * n_fat + [_END_OF_CHAIN, _END_OF_CHAIN, *chain]
    fat += [_FREE] * (n_fat * (size // 4) - len(fat))
    places = [*range(n_fat), *[_FREE] * (109 - n_fat)]
    header = SIGNATURE + bytes(16) + struct.pack("<HHHHH", 0x3E, 4, 0xFFFE, 12, 6) + bytes(6)
    header += struct.pack("<9I", 1, n_fat, n_fat, 0, size, _END_OF_CHAIN, 0, _END_OF_CHAIN, 0)
    header += struct.pack("<109I", *places)
    root = _entry("Root Entry", 5, n_fat + 1, size, child=1)
    directory = root + _entry(name, 2, n_fat + 2, len(stream), child=_FREE)
    return b"".join(
        (
            header.ljust(size, b"\0"),
            struct.pack(f"<{len(fat)}I", *fat),
            directory.ljust(2 * size, b"\0"),
            stream.ljust(n_stream * size, b"\0"),
        )
    )


def _entry(name: str, kind: int, start: int, size: int, *, child: int) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    about = letters.ljust(64, b"\0") + struct.pack(
        "<HBB3I", len(letters), kind, 1, _FREE, _FREE, child
    )
    return about + bytes(36) + struct.pack("<IQ", start, size)
