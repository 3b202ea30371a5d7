"""Quotes in a table in text that are neither around a whole field nor plain letters of one.

Programs differ in what they make of them: one ends the field, one drops the quote, one goes on into the next
row. So they are told with their line, and not read.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.formats.records import Records
from nqpf_assets.messages.problems import Problem

_LINE_END, _RETURN, _QUOTE = 10, 13, 34
_SHOWN = 30
"""Bytes of the line that are shown from the quote on."""


def misplaced_quote(
    data: memoryview, records: Records, separator: str, file: str, skipped: int
) -> list[Problem]:
    """The first quote that is misplaced.

    Args:
        data: the header and what is below it, in UTF-8; records: of these.
        file: display name for the problem; skipped: lines before the header.
    """
    for first, after in [(0, 1), *records.batches()]:
        start = int(records.ends[first - 1]) + 1 if first else 0
        part = data[start : int(records.ends[after - 1]) + 1]
        place = _first(np.frombuffer(part, dtype=np.uint8), ord(separator))
        if place is None:
            continue
        line = skipped + 1 + bytes(data[: start + place]).count(b"\n")
        rest = bytes(part[place : place + _SHOWN]).decode(errors="ignore").splitlines()
        return [
            Problem(
                file=file,
                where=f"line {line}",
                expected="quotes around whole fields, closed before the next separator",
                found=f"the quote before {rest[0][1:]!r}",
                remedy="take the quote out, or quote the whole field and write each quote within it twice",
                code="quotes",
            )
        ]
    return []


def _first(octets: np.ndarray, separator: int) -> int | None:
    """Place of the first misplaced quote of whole records.

    Quotes come in pairs. Pairs that touch are one: ``"a ""b"" c"``. Where one begins a field it ends it as
    well; elsewhere it is a letter, ``5" to 6"``, if nothing that separates fields lies within.
    """
    quotes = np.flatnonzero(octets == _QUOTE)
    if not len(quotes):
        return None
    opened, closed = quotes[::2], quotes[1::2]
    pairs = len(closed)
    marks = np.flatnonzero((octets == separator) | (octets == _LINE_END))
    before = np.where(opened > 0, octets[opened - 1], _LINE_END)[:pairs]
    last = len(octets) - 1
    behind = np.where(closed < last, octets[np.minimum(closed + 1, last)], _LINE_END)
    touches = np.zeros(pairs, dtype=bool)
    touches[1:] = opened[1:pairs] == closed[:-1] + 1
    leader = np.maximum.accumulate(np.where(touches, 0, np.arange(pairs)))
    is_field = _is_among(before, separator, _LINE_END)[leader]
    ends_field = _is_among(behind, separator, _LINE_END, _RETURN, _QUOTE)
    holds_mark = np.searchsorted(marks, closed) > np.searchsorted(marks, opened[:pairs])
    wrong = np.flatnonzero(np.where(is_field, ~ends_field, holds_mark))
    if len(wrong):
        pair = wrong[0]
        return int(closed[pair] if is_field[pair] else opened[pair])
    return int(opened[-1]) if len(opened) > pairs else None


def _is_among(octets: np.ndarray, *wanted: int) -> np.ndarray:
    return np.isin(octets, np.array(wanted, dtype=octets.dtype))
