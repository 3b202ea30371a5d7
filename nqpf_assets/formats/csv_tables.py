"""A table in text: its separator, notes and records, the line of each row, and what is cut or unquoted.

Columns stay text, so that a cell can be kept as printed. What one means is for `tidy` and `nbs_long` to say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from nqpf_assets.formats import labels, text
from nqpf_assets.formats.decimal_commas import decimal_commas
from nqpf_assets.formats.limits import COLUMNS, COMMENT_LINES, PROBLEMS
from nqpf_assets.formats.misplaced_quotes import misplaced_quote
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.reading import LINE
from nqpf_assets.formats.records import Records, find_records
from nqpf_assets.formats.statements import NEXT_NOTE, NOTE
from nqpf_assets.formats.table_size import too_large
from nqpf_assets.formats.text_head import find_head, numbers_above
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.warehouse.shared_texts import with_shared_texts

_LEAD = 4 * 1024**2
"""Bytes in which the header is looked for: 20,000 columns with long names have some two million."""
_NEARLY_ALL = 0.9
"""Part of the rows that must go on behind the last column for this to be how the table was saved."""


def read_csv(
    content: bytes, file: str, named: Sequence[str] = (), first: int | None = None
) -> tuple[pl.DataFrame, tuple[str, ...], list[Problem]]:
    """The rows with a column `LINE`, the notes, and what is wrong; no columns where it cannot be read.

    Args:
        content: the file's bytes.
        file: display name for problems.
        named: columns by which the header is known, below a title and the like.
        first: so many rows are wanted, and no others need be kept; all are looked at.
    """
    body, start, problems = text.as_utf8(content, file)
    if b"\n" not in body:  # Excel for Mac ends lines so in one of its formats
        body = body.replace(b"\r", b"\n")
    notes: list[str] = []
    while body.startswith(b"#", start) and len(notes) < COMMENT_LINES:
        end = body.find(b"\n", start) + 1 or len(body)
        notes.append(labels.strip(body[start:end].decode().lstrip("#")))
        start = end
    lead = _first_lines(body, start)
    if not labels.strip(lead[:1000]) and not labels.strip(body[start:].decode()):
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
    head = find_head(lead, named)
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
    start += len(lead[: head.start].encode())
    if large := too_large(file, body.count(b"\n", start), len(names)):
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
    data = memoryview(body)[start:]
    records = find_records(data, separator)
    if misplaced := misplaced_quote(data, records, separator, file, skipped):
        return pl.DataFrame(), tuple(notes), [*problems, *misplaced]
    lines, widths, ends = records.lines, records.widths, records.ends
    most = None if first is None or separator == ";" else first + COMMENT_LINES
    rows, wrong = _kept(_rows(data, records, names, separator), records, most)
    if wrong:
        n_lines, n_rows = map(sum, zip(*wrong, strict=True))
        found = f"{counted(n_lines, 'lines')} for {counted(n_rows, 'rows')}"
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
    notes += _notes_among(data, widths, ends, len(names), separator)
    _pass_blank_ends(data, widths, ends, len(names), separator)
    problems += _width_problems(lines + skipped, widths, len(names), file)
    problems += _open_end(data, int(lines[-1]) + skipped, file)
    table = _numbered(rows, lines[1:] + skipped, widths[1:] > 0)
    if separator == ";":
        problems += decimal_commas(table.drop(LINE), table[LINE], file)
    return table, tuple(notes), problems


def _first_lines(body: bytes, start: int) -> str:
    """Lines among which the header is looked for, as text."""
    lead = body[start : start + _LEAD]
    if len(lead) == _LEAD:
        lead = lead[: lead.rfind(b"\n") + 1] or lead
    return lead.decode("utf-8", "ignore")


def _rows(
    data: memoryview, records: Records, names: list[str], separator: str
) -> Iterator[pl.DataFrame]:
    """The rows below the header, batch by batch, each read under the header."""
    header = bytes(data[: records.ends[0] + 1])
    for first, after in list(records.batches()) or [(1, 1)]:
        below = data[records.ends[first - 1] + 1 : records.ends[after - 1] + 1]
        batch = pl.read_csv(
            header + bytes(below),
            separator=separator,
            infer_schema=False,
            extra_columns="ignore",
            missing_columns="insert",
        )
        batch.columns = names
        yield batch


def _kept(
    batches: Iterator[pl.DataFrame], records: Records, most: int | None
) -> tuple[list[pl.DataFrame], list[tuple[int, int]]]:
    """The batches, and the lines and rows of those that have not as many of one as of the other.

    Args:
        most: the batches behind so many rows are let go; None keeps all. Commas in numbers, which are
            looked for where semicolons part columns, are told by all of them.
    """
    kept, wrong = [], []
    n_kept = 0
    for (first, after), batch in zip(list(records.batches()) or [(1, 1)], batches, strict=True):
        if batch.height != after - first:
            wrong.append((after - first, batch.height))
        if most is None or n_kept < most:
            kept.append(with_shared_texts(batch))
            n_kept += int(np.count_nonzero(records.widths[first:after]))
    return kept, wrong


def _numbered(rows: list[pl.DataFrame], lines: np.ndarray, is_row: np.ndarray) -> pl.DataFrame:
    """The batches as one table with their lines, without those that are no rows.

    Each batch stays a piece of its own in memory, and is taken out of the list.
    """
    parts = []
    first = 0
    for _ in range(len(rows)):
        batch = rows.pop(0)
        after = first + batch.height
        batch = batch.with_columns(pl.Series(LINE, lines[first:after], dtype=pl.Int64))
        kept = is_row[first:after]
        parts.append(batch if kept.all() else batch.filter(pl.Series(kept)))
        first = after
    return pl.concat(parts, rechunk=False)


def _notes_among(
    data: memoryview, widths: np.ndarray, ends: np.ndarray, width: int, separator: str
) -> list[str]:
    """Lines that are notes and no rows, by their beginning; their width is set to 0."""
    notes: list[str] = []
    for number in np.flatnonzero((widths != width) & (widths > 0))[:COMMENT_LINES]:
        line = bytes(data[ends[number - 1] + 1 if number else 0 : ends[number]]).decode()
        first, *others = line.split(separator)
        begin = f"{NOTE}|^Remarks?$"
        if notes and not widths[number - 1]:
            begin += f"|{NEXT_NOTE}"
        if re.search(begin, labels.strip(first.strip('"'))) and not any(map(shows_number, others)):
            notes.append(line.strip('"' + separator + labels.BLANKS))
            widths[number] = 0
    return notes


def _pass_blank_ends(
    data: memoryview, widths: np.ndarray, ends: np.ndarray, width: int, separator: str
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


def _open_end(data: memoryview, line: int, file: str) -> list[Problem]:
    """A last line without its end may be a line that was cut, and look whole."""
    last = bytes(data[-40:])
    if last.endswith((b"\n", b"\r")):
        return []
    found = f"no end of the line behind {last.decode(errors='ignore').splitlines()[-1]!r}"
    remedy = "nothing, if the last row is whole; else get the file again"
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


def _width_problems(lines: np.ndarray, widths: np.ndarray, width: int, file: str) -> list[Problem]:
    wrong = np.flatnonzero((widths != width) & (widths > 0))
    problems = [
        Problem(
            file=file,
            where=f"line {lines[number]}",
            expected=f"{width} fields, as in the header",
            found=f"{counted(widths[number], 'fields')}"
            + (" in the last line: the file is cut" if number == len(lines) - 1 else ""),
            remedy="write the file again, whole; quote fields that contain the separator; "
            "or say in the card's `slips` what the line is",
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
