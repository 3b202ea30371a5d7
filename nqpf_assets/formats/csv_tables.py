"""A table in text: its separator, notes and records, the line of each row, and what is cut or unquoted.

Columns stay text, so that a cell can be kept as printed. What one means is for `tidy` and `nbs_long` to say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import polars as pl

from nqpf_assets.formats import labels, text
from nqpf_assets.formats.decimal_commas import decimal_commas
from nqpf_assets.formats.limits import COLUMNS, COMMENT_LINES, PROBLEMS
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.reading import LINE
from nqpf_assets.formats.statements import NEXT_NOTE, NOTE
from nqpf_assets.formats.table_size import too_large
from nqpf_assets.formats.text_head import find_head, numbers_above
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed

_NEARLY_ALL = 0.9
"""Part of the rows that must go on behind the last column for this to be how the table was saved."""


def read_csv(
    content: bytes, file: str, named: Sequence[str] = ()
) -> tuple[pl.DataFrame, tuple[str, ...], list[Problem]]:
    """The rows with a column `LINE`, the notes, and what is wrong; no columns where it cannot be read.

    Args:
        content: the file's bytes.
        file: display name for problems.
        named: columns by which the header is known, below a title and the like.
    """
    decoded, problems = text.decode(content, file)
    if "\n" not in decoded:  # Excel for Mac ends lines so in one of its formats
        decoded = decoded.replace("\r", "\n")
    notes: list[str] = []
    start = 0
    while decoded.startswith("#", start) and len(notes) < COMMENT_LINES:
        end = decoded.find("\n", start) + 1 or len(decoded)
        notes.append(labels.strip(decoded[start:end].lstrip("#")))
        start = end
    decoded = decoded[start:]
    if not labels.strip(decoded[:1000]) and not labels.strip(decoded):
        if not problems:
            problems.append(
                Problem(
                    file=file,
                    where="",
                    expected="a table",
                    found="an empty file",
                    remedy="fill it",
                    code="empty",
                )
            )
        return pl.DataFrame(), tuple(notes), problems
    head = find_head(decoded, named)
    names, separator = head.names, head.separator
    over = [
        (f"line {line + len(notes)}, column {column}", cell)
        for line, cells in head.above
        for column, cell in enumerate(cells, start=1)
        if cell
    ]
    problems += numbers_above(over, file)
    skipped = len(notes) + head.lines
    notes += [cell for _, cell in over]
    data = decoded[head.start :].encode()
    if large := too_large(file, data.count(b"\n"), len(names)):
        return pl.DataFrame(), tuple(notes), [*problems, *large]
    if repeated := sorted(name for name, times in Counter(names).items() if times > 1):
        problems.append(
            Problem(
                file=file,
                where=f"line {skipped + 1}",
                expected="every column once",
                found=f"{listed(repeated)} twice",
                remedy="rename or delete one of them",
                code="repeated_header",
            )
        )
        return pl.DataFrame(), tuple(notes), problems
    table = pl.read_csv(
        data,
        separator=separator,
        infer_schema=False,
        extra_columns="ignore",
        missing_columns="insert",
    )
    table.columns = names
    lines, widths, ends = _records(data, separator)
    if len(lines) - 1 != table.height:
        found = f"{counted(len(lines) - 1, 'lines')} for {counted(table.height, 'rows')}"
        remedy = "mend the quotes: one is opened and not closed"
        problems.append(
            Problem(
                file=file,
                where="",
                expected="a row in each line",
                found=found,
                remedy=remedy,
                code="quotes",
            )
        )
        return pl.DataFrame(), tuple(notes), problems
    table = table.with_columns(pl.Series(LINE, lines[1:] + skipped))
    notes += _notes_among(data, widths, ends, len(names), separator)
    _pass_blank_ends(data, widths, ends, len(names), separator)
    problems += _width_problems(lines + skipped, widths, len(names), file)
    problems += _open_end(data, int(lines[-1]) + skipped, file)
    if separator == ";":
        problems += decimal_commas(table.drop(LINE), table[LINE], file)
    return table.filter(pl.Series(widths[1:] > 0)), tuple(notes), problems


def _notes_among(
    data: bytes, widths: np.ndarray, ends: np.ndarray, width: int, separator: str
) -> list[str]:
    """Lines that are notes and no rows, by their beginning; their width is set to 0."""
    notes: list[str] = []
    for number in np.flatnonzero((widths != width) & (widths > 0))[:COMMENT_LINES]:
        line = data[ends[number - 1] + 1 if number else 0 : ends[number]].decode()
        first, *others = line.split(separator)
        begin = f"{NOTE}|^Remarks?$"
        if notes and not widths[number - 1]:
            begin += f"|{NEXT_NOTE}"
        if re.search(begin, labels.strip(first.strip('"'))) and not any(map(shows_number, others)):
            notes.append(line.strip('"' + separator + labels.BLANKS))
            widths[number] = 0
    return notes


def _pass_blank_ends(
    data: bytes, widths: np.ndarray, ends: np.ndarray, width: int, separator: str
) -> None:
    """Rows that all go on, with the same number of blank cells, behind the last column have its width.

    One that goes on further than the others has a separator too many somewhere, and is told.
    """
    wider = widths[1:][widths[1:] > width]
    if not len(wider) or len(wider) < _NEARLY_ALL * np.count_nonzero(widths[1:]):
        return
    usual = int(np.bincount(wider).argmax())
    rows = np.flatnonzero(widths == usual)
    octets = np.frombuffer(data, dtype=np.uint8)
    last = ends[rows] - 1
    last = last - (octets[last] == 13)  # the carriage return of a line that ends in both
    is_blank = np.ones(len(rows), dtype=bool)
    for place in range(min(usual - width, COLUMNS)):
        is_blank &= octets[np.maximum(last - place, 0)] == ord(separator)
    if is_blank.all():
        widths[rows] = width


def _open_end(data: bytes, line: int, file: str) -> list[Problem]:
    """A last line without its end may be a line that was cut, and look whole."""
    if data.endswith((b"\n", b"\r")):
        return []
    found = f"no end of the line behind {data[-40:].decode(errors='ignore').splitlines()[-1]!r}"
    remedy = "look whether the last row is whole; save the file again, with an end to each line"
    return [
        Problem(
            file=file,
            where=f"line {line}",
            expected="a last line that ends as the others do",
            found=found,
            remedy=remedy,
            severity="warning",
            code="open_end",
        )
    ]


def _records(data: bytes, separator: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Line number, count of fields and end of every record; 0 fields where the line is empty."""
    octets = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(octets == 10)
    marks = np.flatnonzero(octets == ord(separator))
    newlines = ends
    if b'"' in data:
        # Only the parity of the quotes before a place matters, so the sum may wrap round.
        inside = (np.cumsum(octets == 34, dtype=np.uint8) & 1).astype(bool)
        ends, marks = ends[~inside[ends]], marks[~inside[marks]]
    if len(data) and (not len(ends) or ends[-1] != len(data) - 1):
        ends = np.append(ends, len(data))
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    widths = 1 + np.diff(np.searchsorted(marks, ends), prepend=0)
    length = ends - starts
    is_empty = (length == 0) | ((length == 1) & (octets[np.minimum(starts, len(data) - 1)] == 13))
    widths[is_empty] = 0
    return 1 + np.searchsorted(newlines, starts), widths, ends


def _width_problems(lines: np.ndarray, widths: np.ndarray, width: int, file: str) -> list[Problem]:
    wrong = np.flatnonzero((widths != width) & (widths > 0))
    problems = [
        Problem(
            file=file,
            where=f"line {lines[number]}",
            expected=f"{width} fields, as in the header",
            found=f"{counted(widths[number], 'fields')}"
            + (" in the last line: the file is cut" if number == len(lines) - 1 else ""),
            remedy="write the file again, whole; quote fields that contain the separator",
            code="truncated" if number == len(lines) - 1 else "row_width",
        )
        for number in wrong[:PROBLEMS]
    ]
    if len(wrong) > PROBLEMS:
        found = f"{counted(len(wrong) - PROBLEMS, 'more lines')} with more or fewer"
        remedy = "write the file again"
        problems.append(
            Problem(
                file=file,
                where="",
                expected=f"{width} fields",
                found=found,
                remedy=remedy,
                code="row_width",
            )
        )
    return problems
