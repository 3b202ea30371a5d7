"""The page that the statistics bureau's data site exports, whatever container it comes in.

A block that names database, indicator and time; a header row; one row per region (or per
indicator of one region, or per year); notes; the source. People delete the block and the
notes, so a page may begin at its header row. Containers: `nbs_csv`, `nbs_workbook`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from nqpf_assets.problems import Problem
from nqpf_assets.sources import labels
from nqpf_assets.sources.reading import Reading
from nqpf_assets.sources.statements import block_entry, find_header, source_of, status_of
from nqpf_assets.sources.values import empty_cells, finish, frame, printed


@dataclass(frozen=True)
class Page:
    """Rows of one page.

    Attributes:
        file: display name for problems.
        rows: cells as text, or as numbers where the container stores numbers.
        place: (row, column) from 0 to the locator.
        sheet: name of the sheet, None in a text file.
        is_ragged: rows may differ in length, and then something is wrong.
        ends_open: the last line lacks its end.
    """

    file: str
    rows: Sequence[Sequence[Any]]
    place: Callable[[int, int], str]
    sheet: str | None = None
    is_ragged: bool = False
    ends_open: bool = False


@dataclass
class _Body:
    """What is being gathered from a page."""

    facts: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    cells: list[tuple[object, ...]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_page(page: Page, format: str) -> Reading:
    """Read one page; every cell of the table becomes one row of cells."""
    body = _Body()
    head = find_header(page.rows)
    if head is None:
        body.problems.append(
            Problem(
                page.file,
                "",
                "a header row that begins with 地区, 指标 or 时间",
                f"first line {_join(page.rows[0]) if page.rows else ''!r}"[:200],
                "download the table again, or declare the format in the origin card",
                code="no_header",
            )
        )
        return Reading(format, {}, (), empty_cells(), tuple(body.problems))
    for number in range(head):
        if entry := block_entry(_join(page.rows[number])):
            if entry[1]:
                body.facts[entry[0]] = entry[1]
        elif text := _join(page.rows[number]):
            body.notes.append(text)
    if "indicator" in body.facts:
        name, unit, _ = labels.split_unit(body.facts["indicator"])
        body.facts["indicator"] = name
        if unit:
            body.facts["unit"] = unit
    end = _read_table(page, head, body)
    _read_footer(page, end, body)
    _check_end(page, head, end, body)
    body.facts |= status_of(*body.facts.values(), *body.notes)
    notes = tuple(body.notes)
    cells, problems = finish(frame(body.cells), file=page.file, notes=notes)
    if cells.is_empty() and not body.problems:
        found = "no cell of a table under the header"
        body.problems.append(
            Problem(page.file, "", "a table", found, "download it again", code="no_cells")
        )
    return Reading(format, body.facts, notes, cells, tuple(body.problems + problems))


def _join(row: Sequence[Any]) -> str:
    """A row's text; a note with commas comes apart in a text file and is put together here."""
    return ",".join(printed(cell) for cell in row).rstrip("," + labels.BLANKS)


def _is_footer(row: Sequence[Any]) -> bool:
    first = str(row[0]) if row else ""
    return labels.strip(first).startswith(("注：", "注:", "注", "数据来源", "资料来源")) or (
        first.startswith("\u3000\u3000")
    )


def _columns(page: Page, head: int, body: _Body) -> dict[int, tuple[str | None, int | None]]:
    """Column number to (label, None) or (None, year), with a problem for each bad header."""
    row = page.rows[head]
    by_year = labels.strip(str(row[0])) == "时间"
    columns: dict[int, tuple[str | None, int | None]] = {}
    seen: dict[object, int] = {}
    for number, cell in enumerate(row[1:], start=1):
        label = labels.strip(printed(cell))
        below = (r[number] for r in page.rows[head + 1 :] if len(r) > number and not _is_footer(r))
        year = None if by_year else labels.parse_year(cell)
        if not label:
            if any(labels.strip(printed(value)) for value in below):
                body.problems.append(
                    _header_problem(page, head, number, "an empty header", by_year)
                )
            continue
        if not by_year and year is None:
            body.problems.append(_header_problem(page, head, number, f"{label!r}", by_year))
            continue
        key = label if by_year else year
        if key in seen:
            found = f"{label!r} again, first at {page.place(head, seen[key])}"
            body.problems.append(_header_problem(page, head, number, found, by_year, "repeated"))
            continue  # its cells would all be told again, one by one
        seen[key] = number
        columns[number] = (label, None) if by_year else (None, year)
    return columns


def _header_problem(
    page: Page, row: int, column: int, found: str, by_year: bool, kind: str = "bad"
) -> Problem:
    expected = "a region" if by_year else "a calendar year like 2012年"
    is_part = labels.is_part_of_year(found.strip("'"))
    return Problem(
        page.file,
        page.place(row, column),
        f"{expected}, once" if kind == "repeated" else expected,
        found,
        "choose annual data: only calendar years are read" if is_part else "mend the header",
        code="not_annual" if is_part else f"{kind}_header",
    )


def _read_table(page: Page, head: int, body: _Body) -> int:
    """Read the rows of the table; returns the number of the first row below it."""
    row_head = labels.strip(str(page.rows[head][0]))
    columns = _columns(page, head, body)
    indicator, unit = body.facts.get("indicator"), body.facts.get("unit")
    region = body.facts.get("region")
    columns_are_series = row_head == "时间" and region is not None and indicator is None
    width = len(page.rows[head])
    for number in range(head + 1, len(page.rows)):
        row = page.rows[number]
        if _is_footer(row):
            return number
        if not _join(row):
            continue
        label = labels.strip(printed(row[0]))
        _check_row(page, number, label, width, body)
        year = labels.parse_year(row[0]) if row_head == "时间" else None
        if row_head == "时间" and year is None:
            body.problems.append(_header_problem(page, number, 0, f"{label!r}", False))
            continue
        for column, (head_label, head_year) in columns.items():
            if column >= len(row):
                continue
            mark: str | None = None
            key: tuple[str | None, str | None, str | None, int | None]
            if row_head == "指标":
                series, series_unit, mark = labels.split_unit(label)
                key = (series, series_unit, region, head_year)
            elif row_head == "地区":
                key = (indicator, unit, label, head_year)
            elif columns_are_series:
                series, series_unit, mark = labels.split_unit(head_label or "")
                key = (series, series_unit, region, year)
            else:
                key = (indicator, unit, head_label, year)
            value = row[column]
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            body.cells.append(
                (
                    page.sheet,
                    page.place(number, column),
                    *key[:3],
                    0,
                    key[3],
                    labels.strip(printed(value)),
                    float(value) if is_number else None,
                    mark,
                )
            )
    return len(page.rows)


def _check_row(page: Page, number: int, label: str, width: int, body: _Body) -> None:
    row = page.rows[number]
    if not label:
        body.problems.append(
            Problem(
                page.file,
                page.place(number, 0),
                "a row label",
                "values without one",
                "write the label, or delete the row",
                code="no_label",
            )
        )
    extra = any(labels.strip(str(cell)) for cell in row[width:])
    if page.is_ragged and (len(row) < width or extra):
        is_last = number == len(page.rows) - 1
        body.problems.append(
            Problem(
                page.file,
                page.place(number, 0).split(",")[0],
                f"{width} fields, as in the header",
                f"{len(row)} fields" + (" in the last line: the file is cut" if is_last else ""),
                "download it again" if is_last else "mend the line; quote fields with commas",
                code="truncated" if is_last else "row_width",
            )
        )


def _read_footer(page: Page, end: int, body: _Body) -> None:
    for row in page.rows[end:]:
        text = _join(row)
        if not text:
            continue
        if (source := source_of(text)) is not None:
            body.facts["source"] = source
        else:
            body.notes.append(labels.strip(text))


def _check_end(page: Page, head: int, end: int, body: _Body) -> None:
    """An export ends with its source; a text file without it may have been cut."""
    if not page.is_ragged or "source" in body.facts or "truncated" in _codes(body):
        return
    if head == 0 and not (page.ends_open and end == len(page.rows)):
        return  # block and notes were deleted together, by hand
    has_block_and_open_end = head > 0 and page.ends_open
    body.problems.append(
        Problem(
            page.file,
            page.place(len(page.rows) - 1, 0).split(",")[0],
            "the line 数据来源 at the end of an export",
            "no such line" + (", and the last line is not finished" if page.ends_open else ""),
            "look whether the last rows are whole; download the file again if in doubt",
            severity="error" if has_block_and_open_end else "warning",
            code="truncated",
        )
    )


def _codes(body: _Body) -> set[str]:
    return {problem.code for problem in body.problems}
