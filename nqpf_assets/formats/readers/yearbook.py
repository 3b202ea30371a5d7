"""Pages of printed yearbooks, read by the layout in their origin card.

A page has a title with the year, perhaps a line ``单位：人``, one to several header rows with merged
cells, rows whose leading blanks tell their level, and notes. Long tables continue under a second header,
on the same sheet or on the next. The parts of a page are found by `yearbook_blocks`, what its headers say
by `yearbook_header` and `yearbook_match`, its cells by `yearbook_rows`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nqpf_assets.formats import labels
from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.ledger import OTHER_SHEET, Ledger
from nqpf_assets.formats.patterns import has_pattern
from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.reader import FormatWords, Reader
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.shown_sheets import choose_sheet
from nqpf_assets.formats.side_pages import parted
from nqpf_assets.formats.statements import status_of
from nqpf_assets.formats.text_grid import text_grid
from nqpf_assets.formats.turned_grid import turned
from nqpf_assets.formats.undeclared import first_bytes, nothing, undeclared_workbook
from nqpf_assets.formats.values import empty_cells, finish, frame, printed
from nqpf_assets.formats.yearbook_blocks import (
    Block,
    find_blocks,
    is_continued,
    read_notes,
)
from nqpf_assets.formats.yearbook_column import Column
from nqpf_assets.formats.yearbook_header import read_header
from nqpf_assets.formats.yearbook_match import match_columns
from nqpf_assets.formats.yearbook_rows import name_unread, read_rows
from nqpf_assets.formats.yearbook_side import other_labels
from nqpf_assets.formats.yearbook_years import edition_years, other_tables, title_years
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed

FORMAT = "yearbook"


def read_yearbook(
    grids: list[Grid],
    file: str,
    layout: YearbookLayout,
    ledger: Ledger,
    problems: list[Problem] | None = None,
) -> Reading:
    """Read one page; series bear the layout's names for its columns."""
    problems = list(problems or [])
    pages: list[Grid] = []
    if not problems:
        pages, problems = _pages(grids, layout, file)
    if not pages:
        return Reading(FORMAT, {}, (), empty_cells(), tuple(problems), ledger)
    for other in grids:
        if other not in pages:
            for number, row in enumerate(other.rows):
                ledger.ignore_row(other.place, number, len(row), f"{OTHER_SHEET}{other.sheet}")
    if layout.turned:
        pages = [turned(page, layout.row_head) for page in pages]
    if layout.header_rows is None:
        pages = [part for page in pages for part in parted(page, layout.row_head)]
    title = _title(pages[0])
    years = title_years(title)
    layout = layout.for_edition(_edition_of(title, layout))
    facts = {"title": title}
    if years:
        facts["period"] = "-".join(str(year) for year in sorted({years[0], years[-1]}))
    if layout.title is not None and not has_pattern(title, layout.title):
        problems.append(_other_title(file, pages[0], layout.title, title))
    notes: list[str] = []
    rows: list[tuple[object, ...]] = []
    parts = [(grid, find_blocks(grid, layout)) for grid in pages]
    if without := [grid for grid, blocks in parts if not blocks]:
        problems += [_no_header(file, grid, layout) for grid in without]
        return Reading(FORMAT, facts, (), empty_cells(), tuple(problems), ledger)
    tables = [(grid, block) for grid, blocks in parts for block in blocks]
    units, unit_problems = _units(tables, layout, file)
    if printed_unit := next((unit for unit in units[0].values() if unit), None):
        facts["unit"] = printed_unit
    headers = [
        read_header(grid, block.head, block.first, unit, layout.row_head)
        for (grid, block), unit in zip(tables, units, strict=True)
    ]
    matched, header_problems = match_columns(headers, layout, pages[0], file, years)
    problems += [*unit_problems, *header_problems]
    if layout.unit is not None and not unit_problems:
        problems += _unused_unit(pages[0], matched, layout.unit, file)
    for grid, blocks in parts:
        notes += read_notes(grid, blocks, facts)
        own = years or ((layout.year,) if layout.year is not None else ())
        problems += other_tables(grid, blocks, own, file, goes_on=grid is not pages[0])
    for (grid, block), header, columns in zip(tables, headers, matched, strict=True):
        name_unread(grid, block, header, layout, ledger)
        problems += other_labels(grid, block, [column for _, column in columns], file)
        problems += read_rows(grid, block, columns, layout, file, rows)
    facts |= status_of(*facts.values(), *notes)
    cells, value_problems = finish(frame(rows), file=file, notes=tuple(notes))
    if cells.is_empty() and not problems:
        remedy = "check `row_head`, `header_rows` and `rows` in the layout"
        found = "no row that is kept"
        problems.append(
            Problem(
                file=file,
                where=pages[0].sheet,
                expected="rows",
                found=found,
                remedy=remedy,
                code="no_cells",
            )
        )
    return Reading(FORMAT, facts, tuple(notes), cells, tuple(problems + value_problems), ledger)


def _title(grid: Grid) -> str:
    return labels.strip(next((printed(c) for r in grid.rows for c in r if not is_empty(c)), ""))


def _edition_of(title: str, layout: YearbookLayout) -> int | None:
    years = title_years(title) or edition_years(title)
    return next(reversed(years), layout.year)


def _pages(
    grids: list[Grid], layout: YearbookLayout, file: str
) -> tuple[list[Grid], list[Problem]]:
    """The sheet that the card names, or the only one with those that continue it (续表).

    A sheet that an edition names is the one whose title is of that edition.
    """
    visible = [grid for grid in grids if grid.is_visible]
    for grid in grids:
        edition = _edition_of(_title(grid), layout)
        own = layout.editions.get(edition) if edition is not None else None
        if own is not None and own.sheet is not None:
            keys = ("layout", "editions", edition or 0, "sheet")
            named, problems = choose_sheet(grids, own.sheet, file, keys)
            if named is grid or problems:
                return [grid] if named is grid else [], problems
    goes_on = [is_continued(_title(grid)) for grid in visible]
    if layout.sheet is None and goes_on[1:] and not goes_on[0] and all(goes_on[1:]):
        return visible, []
    chosen, problems = choose_sheet(grids, layout.sheet, file, ("layout", "sheet"))
    return [chosen] if chosen is not None else [], problems


def _units(
    tables: list[tuple[Grid, Block]], layout: YearbookLayout, file: str
) -> tuple[list[dict[int, str | None]], list[Problem]]:
    """For each header: column of row labels to the unit above it; what a sheet is silent about goes on."""
    found: list[dict[int, str | None]] = []
    problems: list[Problem] = []
    above: dict[int, str | None] = {}
    for grid, block in tables:
        above = dict(block.units) or above
        if layout.unit is None:
            found.append(above)
            continue
        found.append(dict.fromkeys(range(len(grid.rows[block.head])), layout.unit))
        named = {unit for unit in dict(block.units).values() if unit}
        if any(labels.normalise(unit) != labels.normalise(layout.unit) for unit in named):
            problems.append(
                Problem(
                    file=file,
                    where=grid.sheet,
                    expected=f"the unit {layout.unit}, as the layout says",
                    found=f"the page prints {', '.join(sorted(named))}",
                    remedy="remove `unit` from the layout; if the page is wrong, write `unit` and `accept: "
                    f"{{unit: {yaml_word(sorted(named)[0])}}}` in the card instead",
                    code="disagrees_unit",
                    asked_at=("layout", "unit"),
                )
            )
    return found, problems


def _unused_unit(
    grid: Grid, matched: list[list[tuple[str, Column]]], unit: str, file: str
) -> Iterator[Problem]:
    """A unit of the layout where every column prints one, and none prints this."""
    columns = [column for named in matched for _, column in named]
    over = sorted({column.unit for column in columns if column.unit is not None})
    if all(column.unit is not None for column in columns) and not any(
        labels.normalise(one) == labels.normalise(unit) for one in over
    ):
        yield Problem(
            file=file,
            where=grid.sheet,
            expected=f"a column in {unit}, or without a unit, as the layout says",
            found=f"columns in {listed(over)}",
            remedy="remove `unit` from the layout; if the page is wrong, write `unit` and `accept` in "
            "the card instead",
            code="disagrees_unit",
            asked_at=("layout", "unit"),
        )


def _other_title(file: str, grid: Grid, wanted: str, title: str) -> Problem:
    remedy = "check that this is the right page, or correct `title` in the layout"
    return Problem(
        file=file,
        where=grid.place(0, 0),
        expected=f"a title with {wanted!r}",
        found=f"{title!r}",
        remedy=remedy,
        code="other_title",
        asked_at=("layout", "title"),
    )


def _no_header(file: str, grid: Grid, layout: YearbookLayout) -> Problem:
    first = [labels.strip(printed(row[0])) for row in grid.rows if not is_empty(row[0])][:12]
    return Problem(
        file=file,
        where=grid.sheet,
        expected=f"a header row that begins with {layout.row_head!r}",
        found=f"first column {first}",
        remedy="correct `row_head` or `header_rows` in the layout",
        code="no_header",
        asked_at=("layout", "header_rows" if layout.header_rows else "row_head"),
    )


def _read(raw: RawContent) -> Reading:
    if raw.layout is None:
        return raw.with_told(undeclared_workbook(raw, FORMAT))
    if not raw.is_workbook:
        return _read_text(raw, raw.layout)
    book = raw.workbook
    return raw.with_told(
        read_yearbook(book.grids, raw.file, raw.layout, book.ledger, book.problems)
    )


def _read_text(raw: RawContent, layout: YearbookLayout) -> Reading:
    """A page in text: the one sheet that its lines are."""
    if raw.container is not None:
        found, expected = first_bytes(raw.content), "a workbook, .xls or .xlsx, or a text"
        return nothing(raw.file, expected, found, "describe it by `columns`")
    grids, problems = text_grid(raw.content, raw.file)
    ledger = Ledger()
    for grid in grids:
        ledger.see_rows(grid.rows, grid.place)
    errors = [one for one in problems if one.severity == "error"]
    reading = read_yearbook(grids, raw.file, layout, ledger, errors)
    told = (one for one in problems if one.severity == "warning")
    return replace(reading, problems=(*told, *reading.problems))


READER = Reader(
    name="yearbook",
    formats=(FORMAT,),
    holds="pages of yearbooks in workbooks (.xls, .xlsx) or text",
    sees=lambda raw: FORMAT if raw.grids else None,
    read=_read,
    order=910,
    by="layout",
    words=(
        FormatWords(
            ("yearbook",),
            known_by="a workbook with a title over its table; of a text, its card",
            series="the `layout`",
            region="row labels; title or header",
            card="`layout`",
        ),
    ),
    documentation="formats.md#A layout for a yearbook page",
)
