"""Characteristics of a .dta file: texts that belong to the file (`_dta`) or to a variable, under a name.

Notes and `xtset` are kept in them. pandas writes none, so they are put into the bytes that it wrote, after
the description of format 118 (`help dta`): the section of characteristics, the offsets of what follows it in
the map, and the list of variables by which the rows are sorted.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence

FILE = "_dta"
"""The owner of characteristics of the file."""
_NAME = 129
"""Bytes of a name, of at most 32 characters in UTF-8, with zero bytes behind."""
_LONGEST = 67_000
"""Bytes of a text, of which Stata takes 67,784."""
_AFTER = range(9, 14)
"""Entries of the map behind the characteristics: data, long texts, value labels, end of content and file."""


def xtset(unit: str, period: str) -> dict[str, str]:
    """What `xtset unit period` leaves in a file."""
    return {
        "_TStvar": period,
        "_TSpanel": unit,
        "_TSdelta": "+1.0000000000000X+000",  # one, as Stata writes it in %21x
        "_TSitrvl": "1",
        "tis": period,
        "iis": unit,
    }


def notes(texts: Sequence[str]) -> dict[str, str]:
    """Notes, as `notes` finds them: how many there are, and each under its number."""
    if not texts:
        return {}
    return {"note0": str(len(texts))} | {f"note{n}": text for n, text in enumerate(texts, 1)}


def with_characteristics(
    content: bytes, owners: Mapping[str, Mapping[str, str]], sorted_by: Iterable[int]
) -> bytes:
    """The file with characteristics: owner → name → text.

    Args:
        content: a file of format 118, little-endian, without characteristics.
        sorted_by: places of the variables by which the rows are sorted.
    """
    empty = b"<characteristics></characteristics>"
    first = content.index(empty)
    added = b"".join(_each(owners))
    before, after = content[:first], content[first + len(empty) :]
    content = before + b"<characteristics>" + added + b"</characteristics>" + after
    return _with_map(_with_sorting(content, sorted_by), len(added))


def _each(owners: Mapping[str, Mapping[str, str]]) -> Iterator[bytes]:
    for owner, texts in owners.items():
        for name, text in texts.items():
            said = text.replace("\0", " ").encode("utf-8")[:_LONGEST]
            said = said.decode("utf-8", "ignore").encode("utf-8") + b"\0"
            inside = _padded(owner) + _padded(name) + said
            yield b"<ch>" + struct.pack("<I", len(inside)) + inside + b"</ch>"


def _padded(name: str) -> bytes:
    return name.encode("utf-8").ljust(_NAME, b"\0")


def _with_map(content: bytes, shift: int) -> bytes:
    """The offsets of what stands behind the characteristics, moved by what was put in."""
    first = content.index(b"<map>") + len(b"<map>")
    offsets = list(struct.unpack_from("<14Q", content, first))
    for place in _AFTER:
        offsets[place] += shift
    return content[:first] + struct.pack("<14Q", *offsets) + content[first + 14 * 8 :]


def _with_sorting(content: bytes, sorted_by: Iterable[int]) -> bytes:
    first = content.index(b"<sortlist>") + len(b"<sortlist>")
    for number, place in enumerate(sorted_by):
        packed = struct.pack("<H", place + 1)
        content = content[: first + 2 * number] + packed + content[first + 2 * number + 2 :]
    return content
