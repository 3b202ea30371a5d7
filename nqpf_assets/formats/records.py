"""The records of a table in text, found in its bytes: where each ends, its line, how many fields it has.

A file may take a fourth of the memory that there is for reading it, so that nothing here is as long as the
file: it is gone through in pieces, and read in batches that end where records do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

PIECE = 8 * 1024**2
"""Bytes that are looked at together."""
BATCH = 16 * 1024**2
"""Bytes of records that are made rows together."""
_LINE_END, _RETURN, _QUOTE = 10, 13, 34


@dataclass(frozen=True)
class Records:
    """The records of a text, the header among them.

    Attributes:
        lines: number of the line on which each begins, from 1.
        widths: its fields; 0 where it is empty.
        ends: place of the end of its line.

    All three are of 32 bits where places in the text are: there may be millions of records.
    """

    lines: np.ndarray
    widths: np.ndarray
    ends: np.ndarray

    def batches(self) -> Iterator[tuple[int, int]]:
        """First record and the one behind the last, of all below the header, in batches."""
        first = 1
        while first < len(self.ends):
            most = int(self.ends[first - 1]) + BATCH
            after = max(first + 1, int(np.searchsorted(self.ends, most, side="right")))
            yield first, after
            first = after


def find_records(data: memoryview, separator: str) -> Records:
    """The records of a text in UTF-8; a line end or separator in quotes is none."""
    octets = np.frombuffer(data, dtype=np.uint8)
    kind = np.int32 if len(octets) < np.iinfo(np.int32).max else np.int64
    ends, marks, lines = [], [], []  # of each piece: ends, and what stands before them in the text
    n_marks = n_lines = 0
    is_inside = False
    for start in range(0, len(octets), PIECE):
        piece = octets[start : start + PIECE]
        at_end = np.flatnonzero(piece == _LINE_END)
        at_mark = np.flatnonzero(piece == ord(separator))
        every_end = at_end
        is_quote = piece == _QUOTE
        if is_inside or is_quote.any():
            # Only the parity of the quotes before a place matters, so the sum may wrap round.
            inside = ((np.cumsum(is_quote, dtype=np.uint8) + is_inside) & 1).astype(bool)
            at_end, at_mark = at_end[~inside[at_end]], at_mark[~inside[at_mark]]
            is_inside = bool(inside[-1])
        ends.append((at_end + start).astype(kind))
        marks.append((n_marks + np.searchsorted(at_mark, at_end)).astype(kind))
        lines.append((n_lines + np.searchsorted(every_end, at_end, side="right")).astype(kind))
        n_marks, n_lines = n_marks + len(at_mark), n_lines + len(every_end)
    if len(octets) and (not ends or _last(ends) != len(octets) - 1):
        ends.append(np.array([len(octets)], dtype=kind))
        marks.append(np.array([n_marks], dtype=kind))
        lines.append(np.array([n_lines], dtype=kind))
    return _as_records(octets, *(_joined(parts) for parts in (ends, marks, lines)))


def _as_records(
    octets: np.ndarray, ends: np.ndarray, marks: np.ndarray, lines: np.ndarray
) -> Records:
    if not len(ends):
        return Records(ends, ends, ends)
    nothing = np.zeros(1, dtype=ends.dtype)
    starts = np.concatenate((nothing, ends[:-1] + 1))
    widths = 1 + np.diff(marks, prepend=nothing)
    length = ends - starts
    is_return = octets[np.minimum(starts, len(octets) - 1)] == _RETURN
    widths[(length == 0) | ((length == 1) & is_return)] = 0
    return Records(1 + np.concatenate((nothing, lines[:-1])), widths, ends)


def _last(parts: list[np.ndarray]) -> int:
    return next((int(part[-1]) for part in reversed(parts) if len(part)), -1)


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
