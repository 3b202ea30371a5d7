"""The rows of a yearbook's table as cells, each under the labels of its own table.

Tables may stand side by side on one page, each with a column of labels, and their rows need not agree.
What the layout leaves out is entered in the ledger by name.
"""

from __future__ import annotations

from nqpf_assets.formats import labels
from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.ledger import LABELS, Ledger
from nqpf_assets.formats.merged_values import merged_number
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.values import printed
from nqpf_assets.formats.yearbook_blocks import Block
from nqpf_assets.formats.yearbook_column import Column
from nqpf_assets.formats.yearbook_header import key_of_label, label_columns
from nqpf_assets.formats.yearbook_match import named
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem


def name_unread(
    grid: Grid, block: Block, columns: list[Column], layout: YearbookLayout, ledger: Ledger
) -> None:
    """Enter the labels, and the rows and columns that the layout leaves out, in the ledger."""
    for number in range(block.head, block.first):
        ledger.ignore_row(grid.place, number, len(grid.rows[number]), LABELS)
    left_out = [column for column in columns if named(column, layout)[1]]
    reasons = dict.fromkeys(map(labels.normalise, layout.rows.areas), "area")
    reasons |= dict.fromkeys(map(labels.normalise, layout.rows.totals), "total")
    dropped = {labels.normalise(label) for label in layout.rows.dropped}
    tables = label_columns(grid, block.head, layout.row_head)
    for number in block.data:
        for column in left_out:
            ledger.ignore(grid.place(number, column.number), f"column {column.full_header}")
        ends = [*tables[1:], len(grid.rows[number])]
        for start, end in zip(tables, ends, strict=True):
            ledger.ignore(grid.place(number, start), LABELS)
            if (key := key_of_label(grid, number, start)) in dropped:
                name = labels.strip(printed(grid.label(number, start)))
                for place in range(start, end):
                    ledger.ignore(grid.place(number, place), f"{reasons[key]} {name}")


def read_rows(
    grid: Grid,
    block: Block,
    columns: list[tuple[str, Column]],
    layout: YearbookLayout,
    file: str,
    rows: list[tuple[object, ...]],
) -> list[Problem]:
    """Add the cells of a block to `rows`; gives what is wrong with its labels."""
    problems: list[Problem] = []
    for start in sorted({column.label for _, column in columns}):
        beside = [(series, column) for series, column in columns if column.label == start]
        problems += _read_table(grid, block, start, beside, layout, file, rows)
    return problems


def _read_table(
    grid: Grid,
    block: Block,
    start: int,
    columns: list[tuple[str, Column]],
    layout: YearbookLayout,
    file: str,
    rows: list[tuple[object, ...]],
) -> list[Problem]:
    problems: list[Problem] = []
    dropped = {labels.normalise(label) for label in layout.rows.dropped}
    parsed = {n: labels.region_of(printed(grid.label(n, start))) for n in block.data}
    indents = sorted({indent for name, indent in parsed.values() if name})
    is_by_year = layout.row_kind == "year"
    problems += _shared_values(grid, start, parsed, [c.number for _, c in columns], file)
    if is_by_year and not any(
        labels.parse_year(name, labels.FOUR_DIGITS) for name, _ in parsed.values()
    ):
        first = next((n for n in parsed if parsed[n][0]), block.first)
        return [_no_years(file, grid.place(first, start), parsed.get(first, ("", 0))[0])]
    for number, (name, indent) in parsed.items():
        row, place = grid.rows[number], grid.place(number, start)
        if not name:
            if any(not is_empty(row[column.number]) for _, column in columns):
                problems.append(_no_label(file, place))
            continue
        label, mark = labels.split_mark(name)
        if labels.row_key(label) in dropped:
            continue
        year = labels.parse_year(label) if is_by_year else None
        if is_by_year and year is None:
            problems.append(_no_year(file, place, name))
            continue
        region = layout.region if year is not None else label
        for series, column in columns:
            cell = row[column.number]
            is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
            marks = "; ".join(m for m in (mark, column.mark) if m) or None
            rows.append(
                (
                    grid.sheet,
                    grid.place(number, column.number),
                    series,
                    column.unit,
                    region,
                    indents.index(indent),
                    year or column.year,
                    labels.strip(printed(cell)),
                    float(cell) if is_number else None,
                    marks,
                )
            )
    return problems


def _shared_values(
    grid: Grid, start: int, parsed: dict[int, tuple[str, int]], columns: list[int], file: str
) -> list[Problem]:
    """Numbers in a merged cell that covers rows with labels of their own, or a column that is read."""
    problems = []
    for number, (name, _) in parsed.items():
        for column in columns if name else ():
            row, first = grid.anchors.get((number, column), (number, column))
            is_row = row != number and grid.anchors.get((number, start), (number,))[0] != row
            if (is_row or first != column) and shows_number(grid.rows[row][first]):
                problems.append(merged_number(grid, (row, first), (number, column), name, file))
    return problems


def _no_label(file: str, place: str) -> Problem:
    remedy = "write the label, or correct `header_rows` in the layout"
    return Problem(
        file=file,
        where=place,
        expected="a row label",
        found="values without one",
        remedy=remedy,
        code="no_label",
        asked_at=("layout", "header_rows"),
    )


def _no_year(file: str, place: str, name: str) -> Problem:
    leave_out = f"rows: {{areas: [{yaml_word(name)}]}}"
    remedy = f"{labels.mend_year(name)}; to leave the row out, write `{leave_out}` in the layout"
    return Problem(
        file=file,
        where=place,
        expected="a calendar year",
        found=f"{name!r}",
        remedy=remedy,
        code="bad_period",
        asked_at=("years",),
    )


def _no_years(file: str, place: str, name: str) -> Problem:
    """Rows none of which is a year: told once."""
    return Problem(
        file=file,
        where=place,
        expected="rows that are years, as `row_kind: year` in the layout says",
        found=f"{name!r}, and no year in any row",
        remedy="take `row_kind: year` and its `region` out of the layout, or correct `row_head`",
        code="bad_period",
        asked_at=("layout", "row_kind"),
    )
