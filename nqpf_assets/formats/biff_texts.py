"""The shared texts of an old binary workbook (.xls): how long they are, each as often as a cell shows it.

calamine copies a text for every cell. A text of 65,535 characters in a million cells is 65 GB from a
file of 18 MB. Layout: [MS-XLS], SST and XLUnicodeRichExtendedString.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from nqpf_assets.formats.ole import DamagedFileError

LONGEST = 65_535
"""Characters of one text, as its own length can say."""


def shown_characters(records: list[bytes], shown: Mapping[int, int], enough: int) -> int:
    """Characters that the cells show, or a bound of them that is below `enough`.

    Args:
        records: the record SST and those that continue it.
        shown: number of a text → how many cells show it.

    Raises:
        DamagedFileError: the texts break off.
    """
    bound = sum(shown.values()) * min(LONGEST, sum(map(len, records)))
    if bound <= enough:
        return bound
    try:
        lengths = _lengths(records)
    except (IndexError, struct.error):
        raise DamagedFileError("the table of texts breaks off") from None
    return sum(lengths[number] * times for number, times in shown.items() if number < len(lengths))


def _lengths(records: list[bytes]) -> list[int]:
    (count,) = struct.unpack_from("<I", records[0], 4)
    number, at = 0, 8
    found: list[int] = []
    for _ in range(count):
        if at >= len(records[number]):
            number, at = number + 1, 0
        length, flags = struct.unpack_from("<HB", records[number], at)
        at += 3
        skipped = 0
        if flags & 8:  # runs of letters with a format
            skipped += 4 * struct.unpack_from("<H", records[number], at)[0]
            at += 2
        if flags & 4:  # phonetic signs
            skipped += struct.unpack_from("<I", records[number], at)[0]
            at += 4
        found.append(length)
        number, at = _after_letters(records, number, at, length, 2 if flags & 1 else 1)
        while skipped > len(records[number]) - at:
            skipped -= len(records[number]) - at
            number, at = number + 1, 0
        at += skipped
    return found


def _after_letters(
    records: list[bytes], number: int, at: int, length: int, width: int
) -> tuple[int, int]:
    """Where a text ends; a record that continues it says anew how wide its letters are."""
    while length > (here := (len(records[number]) - at) // width):
        length -= here
        number += 1
        width, at = 2 if records[number][0] & 1 else 1, 1
    return number, at + length * width
