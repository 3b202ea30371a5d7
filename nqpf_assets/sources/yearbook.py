"""Pages of printed yearbooks, read by the layout in their origin card.

A page has a title with the year, perhaps a line ``单位：人``, one to several header rows with
merged cells, rows whose leading blanks tell their level, and notes. Long tables continue
under a second header. What the header says is found by `yearbook_header`; this module finds
the parts of the page and reads its cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nqpf_assets.problems import Problem
from nqpf_assets.sources import labels
from nqpf_assets.sources.layout import YearbookLayout, has_pattern
from nqpf_assets.sources.ledger import LABELS, Ledger
from nqpf_assets.sources.reading import Reading
from nqpf_assets.sources.statements import source_of, status_of
from nqpf_assets.sources.values import empty_cells, finish, frame, printed
from nqpf_assets.sources.workbook import Grid, choose_sheet, is_empty
from nqpf_assets.sources.yearbook_header import Column, comparable, match_columns, read_header

FORMAT = "yearbook"
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_UNIT_LINE = re.compile(r"^(?:计量)?单\s*位\s*[:：]\s*(.+)$")
_NOTE = re.compile(r"^(?:注|附注|说明|资料来源|数据来源|Notes?\b|Source|[①-⑳⑴-⒇*]|[a-z]\))", re.I)


@dataclass(frozen=True)
class Block:
    """A header and the rows under it, numbered from 0; `end` is the first row after them."""

    head: int
    first: int
    end: int


def title_years(title: str) -> tuple[int, ...]:
    """The years a title names: ``（2016～2017）`` gives both."""
    return tuple(int(year) for year in _YEARS.findall(labels.strip(title)))


def read_yearbook(
    grids: list[Grid],
    file: str,
    layout: YearbookLayout,
    ledger: Ledger,
    problems: list[Problem] | None = None,
) -> Reading:
    """Read one page; series bear the layout's names for its columns."""
    problems = list(problems or [])
    grid, sheet_problems = choose_sheet(grids, layout.sheet, file) if not problems else (None, [])
    problems += sheet_problems
    if grid is None:
        return Reading(FORMAT, {}, (), empty_cells(), tuple(problems), ledger)
    for other in grids:
        if other is not grid:
            for number, row in enumerate(other.rows):
                ledger.ignore_row(other.place, number, len(row), f"sheet {other.sheet}")
    title = next((printed(c) for row in grid.rows for c in row if not is_empty(c)), "")
    years = title_years(title)
    layout = layout.for_edition(years[-1] if years else layout.year)
    facts = {"title": labels.strip(title)}
    if years:
        facts["period"] = "-".join(str(year) for year in sorted({years[0], years[-1]}))
    if layout.title is not None and not has_pattern(labels.strip(title), layout.title):
        problems.append(
            Problem(
                file,
                grid.place(0, 0),
                f"a title with {layout.title!r}",
                f"{title!r}",
                "check that this is the right page, or correct `title` in the layout",
                code="other_title",
            )
        )
    blocks = find_blocks(grid, layout)
    if not blocks:
        first = [labels.strip(printed(row[0])) for row in grid.rows if not is_empty(row[0])][:12]
        problems.append(
            Problem(
                file,
                grid.sheet,
                f"a header row that begins with {layout.row_head!r}",
                f"first column {first}",
                "correct `row_head` or `header_rows` in the layout",
                code="no_header",
            )
        )
        return Reading(FORMAT, facts, (), empty_cells(), tuple(problems), ledger)
    unit = layout.unit or _unit_line(grid, blocks[0].head)
    if unit:
        facts["unit"] = unit
    notes = _notes(grid, blocks, facts)
    printed_columns = [read_header(grid, block.head, block.first, unit) for block in blocks]
    matched, header_problems = match_columns(printed_columns, layout, grid, file, years)
    problems += header_problems
    rows: list[tuple[object, ...]] = []
    for block, all_columns, columns in zip(blocks, printed_columns, matched, strict=True):
        _name_unread(grid, block, all_columns, layout, ledger)
        problems += _read_block(grid, block, columns, layout, file, rows)
    facts |= status_of(*facts.values(), *notes)
    cells, value_problems = finish(frame(rows), file=file, notes=tuple(notes))
    if cells.is_empty() and not problems:
        remedy = "check `row_head`, `header_rows` and `rows` in the layout"
        found = "no row that is kept"
        problems.append(Problem(file, grid.sheet, "rows", found, remedy, code="no_cells"))
    return Reading(FORMAT, facts, tuple(notes), cells, tuple(problems + value_problems), ledger)


def _name_unread(
    grid: Grid, block: Block, columns: list[Column], layout: YearbookLayout, ledger: Ledger
) -> None:
    """Enter the labels, and the rows and columns that the layout leaves out, in the ledger."""
    for number in range(block.head, block.first):
        ledger.ignore_row(grid.place, number, len(grid.rows[number]), LABELS)
    ignored = {comparable(header) for header in layout.ignore}
    left_out = [c for c in columns if ignored & {comparable(c.full_header), comparable(c.header)}]
    reasons = dict.fromkeys(map(labels.normalise, layout.rows.areas), "area")
    reasons |= dict.fromkeys(map(labels.normalise, layout.rows.totals), "total")
    dropped = {labels.normalise(label) for label in layout.rows.dropped}
    for number in range(block.first, block.end):
        ledger.ignore(grid.place(number, 0), LABELS)
        for column in left_out:
            ledger.ignore(grid.place(number, column.number), f"column {column.full_header}")
        key = labels.normalise(name := labels.region_of(printed(grid.label(number, 0)))[0])
        if key in dropped:
            reason = f"{reasons[key]} {labels.strip(name)}"
            ledger.ignore_row(grid.place, number, len(grid.rows[number]), reason)


def find_blocks(grid: Grid, layout: YearbookLayout) -> list[Block]:
    """Headers, found by the layout's row head, with the rows that belong to each."""
    if layout.header_rows is not None:
        first, last = (row - grid.top for row in layout.header_rows)
        starts = [(first - 1, last)] if 0 < first <= last < len(grid.rows) else []
    else:
        head = labels.normalise(layout.row_head)
        numbers = [
            n for n, row in enumerate(grid.rows) if labels.normalise(printed(row[0])) == head
        ]
        starts = [(n, _header_end(grid, n)) for n in numbers]
    blocks = []
    for place, (start, first_row) in enumerate(starts):
        limit = starts[place + 1][0] if place + 1 < len(starts) else len(grid.rows)
        end = next((n for n in range(first_row, limit) if _is_note(grid, n)), limit)
        blocks.append(Block(start, first_row, end))
    return blocks


def _header_end(grid: Grid, start: int) -> int:
    """The first row under a header: where the first column has a label of its own again."""
    end = start + 1
    while end < len(grid.rows) and (
        grid.anchors.get((end, 0)) == (start, 0)
        or (is_empty(grid.rows[end][0]) and not grid.is_blank(end))
    ):
        end += 1
    return end


def _is_note(grid: Grid, number: int) -> bool:
    """A note, or the title of a continued table: text at the left and nothing beside it."""
    first = labels.strip(printed(grid.rows[number][0]))
    alone = all(is_empty(cell) for cell in grid.rows[number][1:])
    return bool(first) and alone and bool(_NOTE.match(first) or "续表" in first or len(first) > 30)


def _unit_line(grid: Grid, head: int) -> str | None:
    for row in grid.rows[:head]:
        for cell in row:
            if match := _UNIT_LINE.match(labels.strip(printed(cell))):
                return labels.strip(match[1])
    return None


def _notes(grid: Grid, blocks: list[Block], facts: dict[str, str]) -> list[str]:
    notes: list[str] = []
    for place, block in enumerate(blocks):
        limit = blocks[place + 1].head if place + 1 < len(blocks) else len(grid.rows)
        for number in range(block.end, limit):
            texts = [labels.strip(printed(cell)) for cell in grid.rows[number]]
            text = " ".join(part for part in texts if part)
            if (source := source_of(text)) is not None:
                facts["source"] = source
            elif text and "续表" not in text and not _UNIT_LINE.match(text):
                notes.append(text)
    return notes


def _read_block(
    grid: Grid,
    block: Block,
    columns: list[tuple[str, Column]],
    layout: YearbookLayout,
    file: str,
    rows: list[tuple[object, ...]],
) -> list[Problem]:
    problems: list[Problem] = []
    dropped = {labels.normalise(label) for label in layout.rows.dropped}
    parsed = {n: labels.region_of(printed(grid.label(n, 0))) for n in range(block.first, block.end)}
    indents = sorted({indent for n, (name, indent) in parsed.items() if name})
    for number, (name, indent) in parsed.items():
        row = grid.rows[number]
        if not name:
            if any(not is_empty(row[column.number]) for _, column in columns):
                problems.append(
                    Problem(
                        file,
                        grid.place(number, 0),
                        "a row label",
                        "values without one",
                        "write the label, or correct `header_rows` in the layout",
                        code="no_label",
                    )
                )
            continue
        if labels.normalise(name) in dropped:
            continue
        year = labels.parse_year(name) if layout.row_kind == "year" else None
        if layout.row_kind == "year" and year is None:
            remedy = "mend the cell, or say `row_kind: region`"
            place = grid.place(number, 0)
            problems.append(
                Problem(file, place, "a calendar year", f"{name!r}", remedy, code="bad_period")
            )
            continue
        region, mark = (layout.region, None) if year is not None else labels.split_mark(name)
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
