"""Plain tables (CSV, sheet, Parquet, Stata) as one frame with the place of every row.

Opening only: which column means what is for `tidy` and `nbs_long` to say. CSV columns stay
text, so that the cell can be kept as printed.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Literal

import numpy as np
import polars as pl

from nqpf_assets.formats import labels, text
from nqpf_assets.formats.decimal_commas import decimal_commas
from nqpf_assets.formats.limits import COLUMNS, COMMENT_LINES, PROBLEMS, TABLE_LINES
from nqpf_assets.formats.numbers import half_width, shows_number
from nqpf_assets.formats.statements import NOTE
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed

Container = Literal["csv", "parquet", "stata"]
# name of the frame's column with the number of the row, or of its line in a text file
LINE = "_line"


def read_table(
    content: bytes, file: str, container: Container
) -> tuple[pl.DataFrame, tuple[str, ...], list[Problem]]:
    """A frame with a column `LINE`, the file's notes, and what is wrong with it.

    The frame has no columns where the file cannot be read at all.
    """
    try:
        if container == "parquet":
            return _parquet(content, file)
        if container == "stata":
            from nqpf_assets.formats.stata import read_stata

            frame, notes, problems = read_stata(content)
            return frame.with_row_index(LINE, offset=1), notes, problems
        return _csv(content, file)
    except BaseException as error:
        # A panic in Polars' Rust code arrives as a BaseException of its own.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        found = f"{type(error).__name__}: {str(error).splitlines()[0][:150] if str(error) else ''}"
        remedy = "write the file again; it is damaged or cut"
        name = {"csv": "CSV", "parquet": "Parquet", "stata": "Stata .dta"}[container]
        problem = Problem(
            file=file,
            where="",
            expected=f"a whole {name} file",
            found=found,
            remedy=remedy,
            code="damaged_file",
        )
        return pl.DataFrame(), (), [problem]


def _too_large(file: str, rows: int, columns: int) -> list[Problem]:
    """A table that would take more memory than there may be."""
    if rows <= TABLE_LINES and columns <= COLUMNS:
        return []
    limit, found = (
        f"at most {TABLE_LINES} rows",
        f"{counted(rows, 'rows')}, {counted(columns, 'columns')}",
    )
    remedy = "divide the table into several files, and leave out columns that are not read"
    return [
        Problem(
            file=file,
            where="",
            expected=f"{limit} and {COLUMNS} columns",
            found=found,
            remedy=remedy,
            code="too_large",
        )
    ]


def _parquet(content: bytes, file: str) -> tuple[pl.DataFrame, tuple[str, ...], list[Problem]]:
    import pyarrow.parquet as pq

    # A column of one repeated value takes no room in the file and all of it in memory.
    about = pq.read_metadata(io.BytesIO(content))
    if problems := _too_large(file, about.num_rows, about.num_columns):
        return pl.DataFrame(), (), problems
    found = pl.read_parquet(io.BytesIO(content))
    table = found.with_columns(map(_as_words, found)).with_row_index(LINE, offset=1)
    metadata = pl.read_parquet_metadata(io.BytesIO(content))
    # Frame libraries keep their own schemas there; what a person wrote is short.
    notes = tuple(
        f"{key}: {value}"
        for key, value in metadata.items()
        if ":" not in key and key not in ("pandas",) and len(value) < 500
    )
    return table, notes, []


def _as_words(column: pl.Series) -> pl.Series:
    """A column that is neither of numbers nor of days as text, of whatever kind it is."""
    if isinstance(column.dtype, pl.Categorical | pl.Enum):
        return column.cast(pl.String)
    if column.dtype.is_nested() or column.dtype in (pl.Binary, pl.Duration, pl.Object, pl.Null):
        texts = [None if value is None else str(value) for value in column.to_list()]
        return pl.Series(column.name, texts, dtype=pl.String)
    return column


def _csv(content: bytes, file: str) -> tuple[pl.DataFrame, tuple[str, ...], list[Problem]]:
    decoded, problems = text.decode(content, file)
    if "\n" not in decoded:  # Excel for Mac ends lines so in one of its formats
        decoded = decoded.replace("\r", "\n")
    notes: list[str] = []
    start = 0
    while decoded.startswith("#", start) and len(notes) < COMMENT_LINES:
        end = decoded.find("\n", start) + 1 or len(decoded)
        notes.append(labels.strip(decoded[start:end].lstrip("#")))
        start = end
    skipped = len(notes)
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
    head = decoded[: decoded.find("\n") + 1 or None]
    separator = max(",;\t", key=head.count)
    data = decoded.encode()
    names = _header(head, separator)
    if large := _too_large(file, data.count(b"\n"), len(names)):
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
    problems += _width_problems(lines + skipped, widths, len(names), file)
    problems += _open_end(data, int(lines[-1]) + skipped, file)
    if separator == ";":
        problems += decimal_commas(table.drop(LINE), table[LINE], file)
    return table.filter(pl.Series(widths[1:] > 0)), tuple(notes), problems


def _header(line: str, separator: str) -> list[str]:
    try:
        names = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        names = line.split(separator)
    return [labels.strip(name) for name in names]


def _notes_among(
    data: bytes, widths: np.ndarray, ends: np.ndarray, width: int, separator: str
) -> list[str]:
    """Lines that are notes and no rows, by their beginning; their width is set to 0."""
    notes: list[str] = []
    for number in np.flatnonzero((widths != width) & (widths > 0))[:COMMENT_LINES]:
        line = data[ends[number - 1] + 1 if number else 0 : ends[number]].decode()
        first, *others = line.split(separator)
        if re.match(NOTE, labels.strip(first.strip('"'))) and not any(map(shows_number, others)):
            notes.append(line.strip('"' + separator + labels.BLANKS))
            widths[number] = 0
    return notes


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


def years_of(text: pl.Expr) -> pl.Expr:
    """The calendar years that a column prints, as `labels.parse_year` reads one; null for others."""
    printed = half_width(text.str.strip_chars(labels.BLANKS))
    return printed.str.extract(r"^(\d{4})(?:\.0+)?\s*年?度?$").cast(pl.Int32, strict=False)


def year_problems(cells: pl.DataFrame, file: str) -> list[Problem]:
    """Periods that are no calendar year.

    Args:
        cells: columns `period` (null where it could not be parsed), `_period_text`, `locator`.
        file: display name for problems.
    """
    years = labels.years_read()
    bad = pl.col("period").is_null() | ~pl.col("period").is_between(*years)
    wrong = cells.filter(bad).unique("_period_text", maintain_order=True, keep="first")
    problems = []
    for place, period in wrong.select("locator", "_period_text").head(PROBLEMS).iter_rows():
        is_part = labels.is_part_of_year(str(period or ""))
        problems.append(
            Problem(
                file=file,
                where=place,
                expected=f"a calendar year from {years[0]} to {years[1]}",
                found=f"the period {period!r}",
                remedy="choose annual data: only calendar years are read"
                if is_part
                else labels.mend_year(str(period or "")),
                code="not_annual" if is_part else "bad_period",
                asked_at=() if is_part else ("years",),
            )
        )
    return problems
