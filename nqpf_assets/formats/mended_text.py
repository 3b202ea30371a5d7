"""The slips of a text put right in its bytes, line by line, so that every other place stays where it is.

Only lines with a slip are decoded: a table may have hundreds of megabytes. What comes of each slip is kept by
`mending`.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from typing import NamedTuple

from nqpf_assets.formats.labels import strip
from nqpf_assets.formats.limits import COMMENT_LINES
from nqpf_assets.formats.mending import Mending, Reach
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.text import is_utf8
from nqpf_assets.formats.text_grid import separator_in
from nqpf_assets.formats.text_head import find_head
from nqpf_assets.messages.counted import counted

_LEAD = 4 * 1024**2
"""Bytes in which it shows what separates the columns of a text."""
_LINES_OF_A_RECORD = 50
"""Lines over which one record may go."""
_FIELD = r'(?:"((?:[^"]|"")*)"([^,]*)|([^,]*))(,|\Z)'
"""A field in quotes, or without, up to its separator."""
Span = tuple[int, int]


class _Field(NamedTuple):
    """What a field says, and where it stands in its record with its quotes."""

    text: str
    start: int
    stop: int


def mended_text(
    content: bytes, mending: Mending, columns: TidyColumns | None, *, is_page: bool
) -> bytes:
    """The bytes of a text with its slips put right.

    Args:
        content: bytes in UTF-8 or GB18030.
        mending: its slips.
        columns: of a table of one's own, by which its header is known.
        is_page: the text is a page with a layout.
    """
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    body = content[len(mark) :]
    end = b"\n" if b"\n" in body else b"\r"
    encoding = "utf-8" if is_utf8(memoryview(body)) else "gb18030"
    head = body[:_LEAD].decode(encoding, "ignore")
    separator = _separator_of(head, columns, is_page=is_page)
    pieces: list[bytes] = []
    done, row = 0, 1
    for wanted, numbers in _by_line(mending):
        start, stop = _span(body, end, done, wanted - row, encoding, separator)
        if start < 0:
            for number in numbers:
                mending.differs(number, "no such line")
            continue
        line = body[start:stop].decode(encoding, "surrogateescape")
        for number in numbers:
            line = _put_right(mending, number, line, separator, end.decode())
        pieces += (body[done:start], line.encode(encoding, "surrogateescape"))
        row = wanted + body.count(end, start, stop)
        done = stop
    return mark + b"".join((*pieces, body[done:]))


def _by_line(mending: Mending) -> list[tuple[int, list[int]]]:
    """Lines in their order, each with the numbers of its slips."""
    found: dict[int, list[int]] = {}
    for number, slip in enumerate(mending.slips):
        if slip.place.is_text:
            found.setdefault(slip.place.row, []).append(number)
        else:
            mending.refuse(number, "a place in a text: `line 5, column 3` or `line 5`")
    return sorted(found.items())


def _put_right(mending: Mending, number: int, text: str, separator: str, end: str) -> str:
    """A line, or a record over several, with a slip in it put right; blank lines stand for those it loses."""
    slip = mending.slips[number]
    whole = text.rstrip("\r\n")
    tail = text[len(whole) :]
    fields = _fields(whole, separator)
    is_alone = sum(bool(strip(one.text)) for one in fields) == 1
    if slip.place.column is None:
        if not mending.is_printed(number, whole):
            return text
        read = "" if slip.is_missing else slip.read
        before, after = (
            sum(shows_number(one.text) for one in each)
            for each in (fields, _fields(read, separator))
        )
        reach = Reach((slip.place.row,), is_alone=is_alone)
        mending.put_right(number, reach, max(0, before - after))
        return f"{read}{tail}" + end * whole.count(end)
    column = slip.place.column - 1
    if column >= len(fields):
        mending.differs(number, f"a line with {counted(len(fields), 'columns')}")
        return text
    field = fields[column]
    if not mending.is_printed(number, field.text):
        return text
    mending.put_right(number, Reach((slip.place.row,), (column + 1,), is_alone=is_alone))
    read = "" if slip.is_missing else slip.read
    if '"' in read or separator in read or (not read and len(fields) == 1):
        read = '"' + read.replace('"', '""') + '"'
    lost = end * whole.count(end, field.start, field.stop)
    return whole[: field.start] + read + whole[field.stop :] + tail + lost


def _separator_of(head: str, columns: TidyColumns | None, *, is_page: bool) -> str:
    """What separates the columns of a text, as its reader will find it."""
    lines = head.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if is_page:
        return separator_in(lines)
    notes = 0
    while notes < min(len(lines), COMMENT_LINES) and lines[notes].startswith("#"):
        notes += 1
    return find_head("\n".join(lines[notes:]), columns.named if columns else ()).separator


def _span(body: bytes, end: bytes, start: int, n: int, encoding: str, separator: str) -> Span:
    """Where the record begins and stops that is n lines behind a place; (-1, -1) where the text ends before.

    A cell in quotes may go over several lines, and a quote that is never closed spoils its own line alone.
    """
    if n < 0:  # inside of a record over several lines
        return -1, -1
    for _ in range(n):
        start = body.find(end, start) + 1
        if start == 0:
            return -1, -1
    if start >= len(body):
        return -1, -1
    stops: list[int] = []

    def lines() -> Iterator[str]:
        begin = start
        while begin < len(body) and len(stops) < _LINES_OF_A_RECORD:
            stops.append(body.find(end, begin) + 1 or len(body))
            yield body[begin : stops[-1]].decode(encoding, "surrogateescape")
            begin = stops[-1]

    try:
        next(csv.reader(lines(), delimiter=separator, strict=True))
    except csv.Error:
        return start, stops[0]
    return start, stops[-1]


def _fields(text: str, separator: str) -> list[_Field]:
    """The fields of a record and where they stand; a quote inside of a text is one of its signs."""
    one = re.compile(_FIELD.replace(",", separator))
    found = []
    for match in one.finditer(text):
        quoted, behind, plain, end = match.groups()
        value = plain if quoted is None else quoted.replace('""', '"') + behind
        found.append(_Field(value, match.start(), match.start(4)))
        if not end:
            break
    return found
