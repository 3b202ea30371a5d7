"""The slips of a text put right in its bytes, line by line, so that every other place stays where it is.

Only lines with a slip are decoded: a table may have hundreds of megabytes. What comes of each slip is kept by
`mending`.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence

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
"""Lines over which one quoted cell may go."""


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
        start, stop = _span(body, end, done, wanted - row)
        if start < 0:
            for number in numbers:
                mending.differs(number, "no such line")
            continue
        line = body[start:stop].decode(encoding, "surrogateescape")
        for number in numbers:
            line = _put_right(mending, number, line, separator)
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


def _put_right(mending: Mending, number: int, text: str, separator: str) -> str:
    """A line, or a record over several, with a slip in it put right."""
    slip = mending.slips[number]
    whole = text.rstrip("\r\n")
    tail = text[len(whole) :]
    fields = _fields(whole, separator)
    if slip.place.column is None:
        if not mending.is_printed(number, whole):
            return text
        read = "" if slip.is_missing else slip.read
        before, after = (sum(map(shows_number, one)) for one in (fields, _fields(read, separator)))
        mending.put_right(number, Reach((slip.place.row,)), max(0, before - after))
        return f"{read}{tail}"
    column = slip.place.column - 1
    if column >= len(fields):
        mending.differs(number, f"a line with {counted(len(fields), 'columns')}")
        return text
    if not mending.is_printed(number, fields[column]):
        return text
    is_alone = sum(map(bool, map(strip, fields))) == 1
    mending.put_right(number, Reach((slip.place.row,), (column + 1,), is_alone=is_alone))
    fields[column] = "" if slip.is_missing else slip.read
    return _joined(fields, separator) + tail


def _separator_of(head: str, columns: TidyColumns | None, *, is_page: bool) -> str:
    """What separates the columns of a text, as its reader will find it."""
    lines = head.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if is_page:
        return separator_in(lines)
    notes = 0
    while notes < min(len(lines), COMMENT_LINES) and lines[notes].startswith("#"):
        notes += 1
    return find_head("\n".join(lines[notes:]), columns.named if columns else ()).separator


def _span(body: bytes, end: bytes, start: int, n: int) -> tuple[int, int]:
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
    stop = first = body.find(end, start) + 1 or len(body)
    for _ in range(_LINES_OF_A_RECORD):
        if body.count(b'"', start, stop) % 2 == 0:
            return start, stop
        if stop == len(body):
            break
        stop = body.find(end, stop) + 1 or len(body)
    return start, first


def _fields(text: str, separator: str) -> list[str]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return text.split(separator)
    return rows[0] if len(rows) == 1 else text.split(separator)


def _joined(fields: Sequence[str], separator: str) -> str:
    """A line in which cells that hold the separator, a quote or a line end stand in quotes."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=separator, lineterminator="").writerow(fields)
    return written.getvalue()
