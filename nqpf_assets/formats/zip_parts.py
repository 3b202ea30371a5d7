"""The parts of a zip file, unfolded within limits; what a part says of its own size is held against it.

Python and the libraries that open workbooks find their way through a zip file differently, so a file
in which there could be two ways is refused: entries that overlap, share a name or are longer than
they say. What the parts hold is for `ooxml`.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from nqpf_assets.formats.limits import (
    PARTS,
    UNFOLDED_BYTES,
    UNFOLDED_RATIO,
    UNFOLDED_RATIO_FROM,
)
from nqpf_assets.messages.counted import counted

_ASK = "do not open it; ask where it comes from"
_LOCAL_HEADER = 30


class Refusal(Exception):
    """The zip file must not be opened; says why, what to do, and which kind of problem it is."""

    def __init__(self, found: str, remedy: str = "", code: str = "damaged_file") -> None:
        super().__init__(found)
        self.remedy, self.code = remedy, code


def unfold(content: bytes, endings: tuple[str, ...]) -> dict[str, bytes]:
    """The parts whose names have one of these endings, by name.

    Raises:
        Refusal: the file is damaged, locked, or made to exhaust or deceive its reader.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error) as error:
        raise Refusal(f"a damaged or cut .xlsx file: {str(error)[:100]}") from None
    except (NotImplementedError, RuntimeError) as error:
        raise Refusal(f"a zip file of a rare kind: {str(error)[:100]}") from None
    _check(entries, len(content))
    parts: dict[str, bytes] = {}
    for entry in entries:
        if entry.filename.lower().endswith(endings):
            parts[entry.filename.replace("\\", "/")] = _part(entry, content)
    return parts


def _check(entries: list[zipfile.ZipInfo], size: int) -> None:
    unfolded = sum(entry.file_size for entry in entries)
    too_dense = unfolded > UNFOLDED_RATIO_FROM and unfolded > UNFOLDED_RATIO * size
    if unfolded > UNFOLDED_BYTES or too_dense:
        raise Refusal(f"{counted(size, 'bytes')} that unfold to {unfolded}", _ASK, "zip_bomb")
    if len(entries) > PARTS:
        raise Refusal(f"a zip file with {counted(len(entries), 'parts')}", _ASK, "zip_bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        remedy = "remove the password and save it again"
        raise Refusal("an archive with a password", remedy, "password")
    names = {entry.filename.replace("\\", "/").lower() for entry in entries}
    if len(names) < len(entries):
        raise Refusal("a zip file in which two parts have one name")
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Refusal("a zip file whose parts overlap", _ASK, "zip_bomb")
        end = entry.header_offset + _LOCAL_HEADER + entry.compress_size


def _part(entry: zipfile.ZipInfo, content: bytes) -> bytes:
    """The bytes of a part, which must be as many as it says and have its checksum."""
    at = entry.header_offset
    if content[at : at + 4] != b"PK\x03\x04" or len(content) < at + _LOCAL_HEADER:
        raise Refusal(f"a damaged or cut .xlsx file: no part at {at}")
    name, extra = struct.unpack_from("<HH", content, at + 26)
    start = at + _LOCAL_HEADER + name + extra
    packed = memoryview(content)[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        data, is_whole = bytes(packed), True
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            data = unpacker.decompress(packed, entry.file_size + 1)
        except zlib.error as error:
            raise Refusal(f"a damaged or cut .xlsx file: {str(error)[:100]}") from None
        is_whole = unpacker.eof
    else:
        raise Refusal(f"a zip file of a rare kind: compression {entry.compress_type}")
    if not is_whole or len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
        raise Refusal(f"a damaged or cut .xlsx file: {entry.filename[:60]} is not what it says")
    return data
