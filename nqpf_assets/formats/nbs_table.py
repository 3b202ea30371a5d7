"""The table of an exported page: header, row labels, cells.

Rows are regions under 地区, indicators of one region under 指标, years under 时间; columns are
years, or regions or indicators where the rows are years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nqpf_assets.formats import labels
from nqpf_assets.formats.ledger import LABELS, Ledger
from nqpf_assets.formats.nbs_rows import Page
from nqpf_assets.formats.values import printed
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem

Column = tuple[str | None, int | None]  # label, or year
Row = tuple[object, ...]  # in the order of `reading.CELL_SCHEMA`


@dataclass(frozen=True)
class Table:
    """Where the table stands and what its block says.

    Attributes:
        page: the page it stands on.
        head: its header row.
        rows: the rows under it that hold values.
        facts: indicator, unit and region of the block, as far as it names them.
    """

    page: Page
    head: int
    rows: Sequence[int]
    facts: Mapping[str, str]

    @property
    def kind(self) -> str:
        return labels.strip(str(self.page.rows[self.head][0]))


def read_table(table: Table, ledger: Ledger) -> tuple[list[Row], list[Problem]]:
    """Every cell under a header that can be read, and what is wrong with the others."""
    page, head = table.page, table.head
    ledger.ignore_row(page.place, head, len(page.rows[head]), LABELS)
    columns, problems = _columns(table)
    cells: list[Row] = []
    for number in table.rows:
        row = page.rows[number]
        ledger.ignore(page.place(number, 0), LABELS)
        label = labels.strip(printed(row[0]))
        problems += _row_problems(page, number, label, len(page.rows[head]))
        year = labels.parse_year(row[0]) if table.kind == "时间" else None
        if table.kind == "时间" and year is None:
            problems.append(_header_problem(page, number, 0, f"{label!r}", False))
            continue
        for column, head_label in columns.items():
            if column < len(row):
                cells.append(_cell(table, number, column, label, head_label, year))
    return cells, problems


def _cell(
    table: Table, number: int, column: int, label: str, head: Column, year: int | None
) -> Row:
    facts, value = table.facts, table.page.rows[number][column]
    indicator, unit, region = facts.get("indicator"), facts.get("unit"), facts.get("region")
    mark: str | None = None
    series: str | None
    if table.kind == "指标":
        series, unit, mark = labels.split_unit(label)
        year = head[1]
    elif table.kind == "地区":
        series, region, year = indicator, label, head[1]
    elif region is not None and indicator is None:
        series, unit, mark = labels.split_unit(head[0] or "")
    else:
        series, region = indicator, head[0]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return (
        table.page.sheet,
        table.page.place(number, column),
        series,
        unit,
        region,
        0,
        year,
        labels.strip(printed(value)),
        float(value) if is_number else None,
        mark,
    )


def _columns(table: Table) -> tuple[dict[int, Column], list[Problem]]:
    """Column number to (label, None) or (None, year), and a problem for each bad header."""
    page, head, by_year = table.page, table.head, table.kind == "时间"
    columns: dict[int, Column] = {}
    problems: list[Problem] = []
    seen: dict[object, int] = {}
    for number, cell in enumerate(page.rows[head][1:], start=1):
        label = labels.strip(printed(cell))
        year = None if by_year else labels.parse_year(cell)
        if not label:
            below = (page.rows[n][number] for n in table.rows if len(page.rows[n]) > number)
            if any(labels.strip(printed(value)) for value in below):
                problems.append(_header_problem(page, head, number, "an empty header", by_year))
            continue
        if not by_year and year is None:
            problems.append(_header_problem(page, head, number, f"{label!r}", by_year))
            continue
        key = label if by_year else year
        if key in seen:
            found = f"{label!r} again, first at {page.place(head, seen[key])}"
            problems.append(_header_problem(page, head, number, found, by_year, "repeated"))
            continue  # its cells would all be told again, one by one
        seen[key] = number
        columns[number] = (label, None) if by_year else (None, year)
    return columns, problems


def _header_problem(
    page: Page, row: int, column: int, found: str, by_year: bool, kind: str = "bad"
) -> Problem:
    expected = "a region" if by_year else "a calendar year like 2012年"
    is_part = labels.is_part_of_year(found.strip("'"))
    return Problem(
        file=page.file,
        where=page.place(row, column),
        expected=f"{expected}, once" if kind == "repeated" else expected,
        found=found,
        remedy="choose annual data: only calendar years are read"
        if is_part
        else labels.mend_year(found.strip("'")).replace("the year", "the header", 1),
        code="not_annual" if is_part else f"{kind}_header",
        asked_at=() if is_part else ("years",),
    )


def _row_problems(page: Page, number: int, label: str, width: int) -> list[Problem]:
    row = page.rows[number]
    problems: list[Problem] = []
    if not label:
        problems.append(
            Problem(
                file=page.file,
                where=page.place(number, 0),
                expected="a row label",
                found="values without one",
                remedy="write the label, or delete the row",
                code="no_label",
            )
        )
    extra = any(labels.strip(str(cell)) for cell in row[width:])
    if page.is_ragged and (len(row) < width or extra):
        is_last = number == len(page.rows) - 1
        problems.append(
            Problem(
                file=page.file,
                where=page.row_place(number),
                expected=f"{width} fields, as in the header",
                found=f"{counted(len(row), 'fields')}"
                + (" in the last line: the file is cut" if is_last else ""),
                remedy="download it again"
                if is_last
                else "mend the line; quote fields with commas",
                code="truncated" if is_last else "row_width",
            )
        )
    return problems
