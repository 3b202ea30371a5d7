"""Which publisher's format a file has, told by its content, and the door to all readers.

The name of a file says nothing: the statistics bureau calls every download 分省年度数据.csv,
and browsers append numbers. So the bytes decide; the name appears in messages only. Tables
that no publisher shaped, yearbook pages and the user's own, need the origin card's word.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Literal

from nqpf_assets.formats import labels, ole
from nqpf_assets.formats.eps import is_eps, read_eps
from nqpf_assets.formats.layout import TidyColumns, YearbookLayout
from nqpf_assets.formats.ledger import Ledger
from nqpf_assets.formats.limits import LOOK_ROWS, PAGE_CELLS, PAGE_ROWS, PROBLEMS
from nqpf_assets.formats.nbs_csv import is_new_site, read_nbs_csv
from nqpf_assets.formats.nbs_json import looks_like_json, read_nbs_json
from nqpf_assets.formats.nbs_long import is_long_header, read_nbs_long
from nqpf_assets.formats.nbs_workbook import is_nbs, read_nbs_workbook
from nqpf_assets.formats.ooxml import too_large
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.statements import block_entry, find_header
from nqpf_assets.formats.suggestion import SAMPLE, lines_for, lines_for_table
from nqpf_assets.formats.tables import LINE, Container, read_table
from nqpf_assets.formats.text import decode
from nqpf_assets.formats.tidy import read_tidy, read_tidy_workbook
from nqpf_assets.formats.values import empty_cells
from nqpf_assets.formats.workbook import Grid, on_show, open_workbook
from nqpf_assets.formats.yearbook import read_yearbook
from nqpf_assets.messages.problems import Problem

Format = Literal[
    "nbs_csv_old",
    "nbs_csv_new",
    "nbs_workbook",
    "eps_workbook",
    "yearbook",
    "nbs_api_long",
    "nbs_api_json",
    "tidy_csv",
    "tidy_workbook",
    "tidy_parquet",
    "tidy_stata",
    "unknown",
]
KNOWN = (
    "exports of the statistics bureau (.csv, .xls, .xlsx), its saved interface answers (.json) "
    "and long tables, EPS workbooks, yearbook workbooks, CSV, Excel, Parquet and Stata tables"
)
_HEAD = 65_536
_FOREIGN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rtf": "an RTF text",
    b"SQLite": "a SQLite database",
}
_OLD_STATA = frozenset((113, 114, 115))  # first byte: version; second: byte order


def recognise(content: bytes, name: str = "") -> Format:
    """The format of a file by its content; ``unknown`` where nothing fits.

    A workbook that is no export is a ``yearbook`` where it begins with a title over the table,
    and a ``tidy_workbook`` where it begins with a header row. Never raises.
    """
    if not content.strip():
        return "unknown"
    if (container := _binary_table(content)) is not None:
        return "tidy_parquet" if container == "parquet" else "tidy_stata"
    if _is_workbook(content):
        return _recognise_grids(open_workbook(content, name)[0])
    if _foreign(content) is not None:
        return "unknown"
    return _recognise_text(content)


def read(
    content: bytes,
    *,
    file: str,
    layout: YearbookLayout | None = None,
    columns: TidyColumns | None = None,
    years: tuple[int, int] | None = None,
) -> Reading:
    """Read the cells of one file; what is wrong with it is in `Reading.problems`.

    Of problems of one kind so many are told, and the rest counted.

    Args:
        content: the file's bytes.
        file: display name for problems.
        layout: the yearbook table's layout; where given, the file is read by it.
        columns: the meaning of a tidy table's columns; where given, the file is read by it.
        years: first and last calendar year that are read; `labels.YEARS` where not given.
    """
    with labels.years_between(years):
        reading = _balanced(_read(content, file, layout, columns), file)
    counts = Counter(problem.code for problem in reading.problems)
    if max(counts.values(), default=0) <= PROBLEMS + 1:
        return reading
    told: Counter[str] = Counter()
    kept: list[Problem] = []
    for problem in reading.problems:
        told[problem.code] += 1
        if told[problem.code] <= PROBLEMS:
            kept.append(problem)
        elif told[problem.code] == PROBLEMS + 1:
            more = f"{counts[problem.code] - PROBLEMS} more of this kind"
            kept.append(replace(problem, where="", found=more))
    return replace(reading, problems=tuple(kept))


def _balanced(reading: Reading, file: str) -> Reading:
    """The reading with its account; a number that is in no column of it is an error."""
    is_refused = any(problem.severity == "error" for problem in reading.problems)
    account, lost = reading.ledger.close(reading.cells, file, is_refused=is_refused)
    return replace(reading, account=account, problems=(*reading.problems, *lost))


def _read(
    content: bytes,
    file: str,
    layout: YearbookLayout | None,
    columns: TidyColumns | None,
) -> Reading:
    if layout is not None and columns is not None:
        return _nothing(file, "one of `layout` and `columns`", "both", "delete one in the card")
    if not content.strip():
        return _nothing(file, "a file with data", "an empty file", "download it again", "empty")
    if (foreign := _foreign(content)) is not None:
        return _unknown(file, foreign)
    if (container := _binary_table(content)) is not None:
        return _tidy(content, file, columns, container)
    if _is_workbook(content):
        return _read_workbook(content, file, layout, columns)
    if layout is not None:
        return _nothing(
            file, "a workbook, .xls or .xlsx", _first_bytes(content), "save it as .xlsx"
        )
    if columns is not None:
        return _tidy(content, file, columns, "csv")
    format = _recognise_text(content)
    if format == "nbs_api_json":
        return read_nbs_json(content, file)
    if format == "nbs_api_long":
        return read_nbs_long(content, file)
    if format in ("nbs_csv_old", "nbs_csv_new"):
        return read_nbs_csv(content, file)
    problems = decode(content, file)[1]
    if problems:
        return Reading("unknown", {}, (), empty_cells(), tuple(problems))
    return (
        _tidy(content, file, None, "csv")
        if format == "tidy_csv"
        else _unknown(file, _first_bytes(content))
    )


def _is_workbook(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", ole.SIGNATURE))


def _binary_table(content: bytes) -> Container | None:
    if content.startswith(b"PAR1"):
        return "parquet"
    old = content[0] in _OLD_STATA and content[1:3] in (b"\x01\x01", b"\x02\x01")
    return "stata" if old or content.startswith(b"<stata_dta>") else None


def _foreign(content: bytes) -> str | None:
    """What the file is, if its first bytes say that it is none of ours."""
    for magic, what in _FOREIGN.items():
        if content.startswith(magic):
            return what
    head = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<head", b"<table", b"<meta", b"<div", b"<body")):
        return "a web page (HTML), whatever its name says"
    if head.startswith(b"<?xml"):
        return "an XML text"
    if content[:2000].lower().startswith(b"mime-version") and b"<html" in content[:20_000].lower():
        return "a web page (MHTML), whatever its name says"
    return None


def _recognise_text(content: bytes) -> Format:
    lead = content if len(content) <= _HEAD else content[: content.rfind(b"\n", 0, _HEAD) + 1]
    decoded, _ = decode(lead or content[:_HEAD], "")
    if not decoded:
        return "unknown"
    if looks_like_json(decoded):
        return "nbs_api_json"
    lines = [line for line in decoded.splitlines() if labels.strip(line)]
    if not lines:
        return "unknown"
    if is_long_header(lines[0]):
        return "nbs_api_long"
    rows = [[field.strip(labels.BLANKS + '"') for field in line.split(",")] for line in lines[:40]]
    has_block = any(block_entry(row[0]) is not None for row in rows[:4])
    head = find_header(rows)
    if has_block or (head == 0 and _heads_are_page(rows)):
        return "nbs_csv_new" if is_new_site(decoded) else "nbs_csv_old"
    is_table = any(separator in lines[0] for separator in ",;\t")
    return "tidy_csv" if is_table else "unknown"


def _heads_are_page(rows: list[list[str]]) -> bool:
    """Whether a page without its block has years along its header, or down its first column."""
    along = [labels.parse_year(cell) is not None for cell in rows[0][1:] if cell]
    down = [labels.parse_year(row[0]) is not None for row in rows[1:] if row[0]]
    if rows[0][0] == "时间":
        return sum(down) * 2 > len(down)
    return any(along)


def _recognise_grids(grids: list[Grid]) -> Format:
    grids = [grid for grid in grids if grid.is_visible]
    if not grids:
        return "unknown"
    if any(is_eps(grid) for grid in grids):
        return "eps_workbook"
    if any(is_nbs(grid) for grid in grids):
        return "nbs_workbook"
    first = next(row for row in grids[0].rows if any(cell != "" for cell in row))
    return "tidy_workbook" if sum(cell != "" for cell in first) > 1 else "yearbook"


def _read_workbook(
    content: bytes, file: str, layout: YearbookLayout | None, columns: TidyColumns | None
) -> Reading:
    if columns is not None:
        return read_tidy_workbook(content, file, columns)
    ledger = Ledger()
    # Without a card a long table is looked at as well, for the card that it needs.
    rows = PAGE_ROWS if layout is not None else LOOK_ROWS
    grids, problems = open_workbook(content, file, max_rows=rows)
    named = (layout.sheet,) if layout is not None else ()
    grids, hidden = on_show(grids, ledger, file, named)
    for grid in grids:
        ledger.see_rows(grid.rows, grid.place)
    if layout is not None:
        return _with(read_yearbook(grids, file, layout, ledger, problems), hidden)
    if problems:
        return Reading("unknown", {}, (), empty_cells(), tuple(problems))
    format = _recognise_grids(grids)
    long = next((grid for grid in grids if len(grid.rows) > PAGE_ROWS), None)
    if long is not None and format in ("nbs_workbook", "eps_workbook"):
        size = f"{len(long.rows)} rows, {len(long.rows[0])} columns"
        problem = too_large(file, long.sheet, size, PAGE_ROWS, PAGE_CELLS)
        return Reading(format, {}, (), empty_cells(), (problem,))
    if format == "nbs_workbook":
        return _with(read_nbs_workbook(grids, file, ledger), hidden)
    if format == "eps_workbook":
        return _with(read_eps(grids, file, ledger), hidden)
    if format == "unknown":
        nothing = _nothing(file, "a sheet with cells", "none", "look into the file", "empty")
        return _with(nothing, hidden)
    begins = [[str(cell) for cell in grid.rows[0] if cell != ""][:8] for grid in grids]
    sheets = "; ".join(
        f"{grid.sheet} with {head}" for grid, head in zip(grids, begins, strict=True)
    )
    suggested = lines_for(grids)
    expected = "in the origin card, `layout` for a yearbook page or `columns` for a table"
    found = f"a workbook whose sheets begin so: {sheets}"
    format = "tidy_workbook" if suggested else format
    return _undeclared(file, expected, found, suggested, format)


def _undeclared(
    file: str, expected: str, found: str, suggested: tuple[str, ...], format: str
) -> Reading:
    """A table that only its card can explain, with a card to begin with."""
    remedy = "describe the table in the card (docs/formats.md has examples)"
    if suggested:
        remedy += "; as it looks:\n" + "\n".join(f"    {line}" for line in suggested)
    nothing = _nothing(file, expected, found, remedy, "undeclared", format)
    return replace(nothing, suggested=suggested)


def _with(reading: Reading, problems: list[Problem]) -> Reading:
    return replace(reading, problems=(*problems, *reading.problems))


def _tidy(content: bytes, file: str, columns: TidyColumns | None, container: Container) -> Reading:
    if columns is not None:
        return read_tidy(content, file, columns, container)
    found = "none" if container != "csv" else f"none; the file begins with {_first_bytes(content)}"
    table, _, problems = read_table(content, file, container)
    suggested: tuple[str, ...] = ()
    if table.columns and not problems:
        names = [name for name in table.columns if name != LINE]
        suggested = lines_for_table(names, table.select(names).head(SAMPLE).rows())
    expected = "`columns` in the origin card"
    return _undeclared(file, expected, found, suggested, f"tidy_{container}")


def _first_bytes(content: bytes) -> str:
    decoded, problems = decode(content[:400], "")
    return repr(decoded[:60]) if decoded and not problems else repr(content[:24])


def _unknown(file: str, found: str) -> Reading:
    return _nothing(
        file, KNOWN, found, "download the table in one of these formats", "unknown_format"
    )


def _nothing(
    file: str, expected: str, found: str, remedy: str, code: str = "input", format: str = "unknown"
) -> Reading:
    problem = Problem(file=file, where="", expected=expected, found=found, remedy=remedy, code=code)
    return Reading(format, {}, (), empty_cells(), (problem,))
