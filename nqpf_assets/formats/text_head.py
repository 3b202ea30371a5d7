"""The header of a table in text: where it stands, below which lines, and what separates its columns.

A table that people have saved from a workbook keeps the title and the unit that stood over it. What no card
describes has its header in the first line that is not blank.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nqpf_assets.formats.labels import normalise, parse_year, spellings, strip
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.messages.problems import Problem

HEAD_ROWS = 10
"""Rows among which the header of a table is looked for."""
SEPARATORS = ",;\t"
_LINE_END = re.compile(r"[ \t]*[\r\n]+[ \t]*")


@dataclass(frozen=True)
class TextHead:
    """The header of a table in text.

    Attributes:
        names: of its columns, as printed, without outer blanks.
        separator: between them.
        above: the rows over it, each with its line.
        start: where it begins in the text.
        lines: how many lines stand before it.
    """

    names: list[str]
    separator: str
    above: list[tuple[int, list[str]]]
    start: int = 0
    lines: int = 0


def find_head(text: str, named: Sequence[str] = ()) -> TextHead:
    """The header: of the first rows the one with most of the columns that a card names."""
    wanted = set(map(normalise, named))
    best: tuple[tuple[int, int, int], TextHead] | None = None
    for separator in SEPARATORS:
        above: list[tuple[int, list[str]]] = []
        for n, (start, lines, record) in enumerate(_records(text, separator)):
            names = list(map(on_one_line, record))
            if any(names):
                among = len(wanted & header_spellings(names)) if wanted else 0
                rank = among, -n, len(record)
                if best is None or rank > best[0]:
                    best = rank, TextHead(names, separator, list(above), start, lines)
            above.append((lines + 1, names))
            if n + 1 == HEAD_ROWS or (not wanted and any(names)):
                break
    return best[1] if best is not None else TextHead([], SEPARATORS[0], [])


def header_spellings(names: Iterable[str]) -> set[str]:
    """All by which a card may call the columns of a header, for comparison."""
    return set().union(*map(spellings, names))


def on_one_line(name: str) -> str:
    """A header without outer blanks, its lines behind each other: 地区 over Region is ``地区 Region``."""
    return _LINE_END.sub(" ", strip(name))


def records_of(text: str) -> list[list[str]]:
    """The records of a text, by the separator that parts it most."""
    separator = max(SEPARATORS, key=text.count)
    return [record for _, _, record in _records(text, separator)]


def _records(text: str, separator: str) -> Iterator[tuple[int, int, list[str]]]:
    """Where a record begins, how many lines stand before it, and its cells."""
    starts = [0]
    reader = csv.reader(_lines(text, starts), delimiter=separator)
    before = 0
    try:
        for record in reader:
            yield starts[before], before, record
            before = reader.line_num
    except csv.Error:  # a quote that is opened and not closed: told where the rows are read
        return


def _lines(text: str, starts: list[int]) -> Iterator[str]:
    """The lines with their ends; where the next begins is put behind `starts`."""
    while starts[-1] < len(text):
        start = starts[-1]
        end = text.find("\n", start) + 1 or len(text)
        starts.append(end)
        yield text[start:end]


def numbers_above(cells: Iterable[tuple[str, object]], file: str) -> list[Problem]:
    """Numbers in rows over the header of a table that are no years: these may be rows of another table.

    Args:
        cells: the place and the content of each cell over the header.
        file: display name for problems.
    """
    return [
        Problem(
            file=file,
            where=place,
            expected="words alone over the header that has the card's columns",
            found=f"the number {cell!r}",
            remedy="put the table that begins there into a file of its own, or take the row out",
            code="numbers_above",
        )
        for place, cell in cells
        if shows_number(cell) and parse_year(cell) is None
    ]
