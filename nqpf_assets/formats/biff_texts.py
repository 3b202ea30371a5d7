"""The shared texts of an old binary workbook (.xls): how long they are, and which letters are set otherwise.

calamine copies a text for every cell. A text of 65,535 characters in a million cells is 65 GB from a
file of 18 MB. Layout: [MS-XLS], SST and XLUnicodeRichExtendedString.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

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


def rich_texts(records: list[bytes], fonts: Mapping[int, Callable[[str], str]]) -> dict[int, str]:
    """Number of a text to what it shows, of those with letters in a font that makes others of them.

    Args:
        records: the record SST and those that continue it.
        fonts: number of a font, as runs name it, to what it makes of letters.

    Raises:
        DamagedFileError: the texts break off.
    """
    if not records or not fonts:
        return {}
    try:
        return {
            number: shown
            for number, text in enumerate(_texts(records))
            if text.n_runs and (shown := text.shown(records, fonts)) is not None
        }
    except (IndexError, struct.error):
        raise DamagedFileError("the table of texts breaks off") from None


@dataclass(frozen=True)
class _Text:
    """One text: its letters and its runs by the record and the place in it where they begin."""

    length: int
    width: int
    letters: tuple[int, int]
    runs: tuple[int, int]
    n_runs: int

    def shown(self, records: list[bytes], fonts: Mapping[int, Callable[[str], str]]) -> str | None:
        """The text as it is set; None where no run of it is set otherwise."""
        number, at = self.runs
        joined = records[number][at:]
        while len(joined) < 4 * self.n_runs:
            number += 1
            joined += records[number]
        runs = list(struct.iter_unpack("<HH", joined[: 4 * self.n_runs]))
        if not any(font in fonts for _, font in runs):
            return None
        starts = [start for start, _ in runs]
        if starts != sorted(starts):
            raise struct.error("runs of letters that lie over each other")
        text = self._read(records)
        ends = [*starts[1:], len(text)]
        pieces = [text[: starts[0]]]
        for (start, font), end in zip(runs, ends, strict=True):
            pieces.append(fonts[font](text[start:end]) if font in fonts else text[start:end])
        return "".join(pieces)

    def _read(self, records: list[bytes]) -> str:
        (number, at), width, left, text = self.letters, self.width, self.length, ""
        while True:
            piece = records[number][at : at + left * width]
            text += piece.decode("utf-16-le" if width == 2 else "latin-1", "replace")
            left -= len(piece) // width
            if left <= 0:
                return text
            number += 1
            width, at = 2 if records[number][0] & 1 else 1, 1


def _lengths(records: list[bytes]) -> list[int]:
    return [text.length for text in _texts(records)]


def _texts(records: list[bytes]) -> Iterator[_Text]:
    (count,) = struct.unpack_from("<I", records[0], 4)
    number, at = 0, 8
    for _ in range(count):
        if at >= len(records[number]):
            number, at = number + 1, 0
        length, flags = struct.unpack_from("<HB", records[number], at)
        at += 3
        n_runs, skipped = 0, 0
        if flags & 8:  # runs of letters with a format
            (n_runs,) = struct.unpack_from("<H", records[number], at)
            skipped += 4 * n_runs
            at += 2
        if flags & 4:  # phonetic signs
            skipped += struct.unpack_from("<I", records[number], at)[0]
            at += 4
        width, letters = 2 if flags & 1 else 1, (number, at)
        number, at = _after_letters(records, number, at, length, width)
        yield _Text(length, width, letters, (number, at), n_runs)
        while skipped > len(records[number]) - at:
            skipped -= len(records[number]) - at
            number, at = number + 1, 0
        at += skipped


def _after_letters(
    records: list[bytes], number: int, at: int, length: int, width: int
) -> tuple[int, int]:
    """Where a text ends; a record that continues it says anew how wide its letters are."""
    while length > (here := (len(records[number]) - at) // width):
        length -= here
        number += 1
        width, at = 2 if records[number][0] & 1 else 1, 1
    return number, at + length * width
