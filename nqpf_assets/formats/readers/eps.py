"""Workbooks exported from EPS DATA, as they come or edited by hand.

Years stand as text in the first row, the indicator in a first column that is merged over its
regions, regions in the second; numbers are text with five decimals; several indicators are
stacked. Hand-edited files have a running number in front, a note letter behind the indicator's
unit, or an older indicator stacked below.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.formats import labels
from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.ledger import LABELS, Ledger
from nqpf_assets.formats.other_sheet import pass_over
from nqpf_assets.formats.reader import FormatWords, Reader
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.statements import source_of, status_of
from nqpf_assets.formats.unit_lines import with_stated_unit
from nqpf_assets.formats.values import finish, frame, printed
from nqpf_assets.formats.words_in_brackets import names_with_words
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem

FORMAT = "eps_workbook"


def find_years(grid: Grid, limit: int = 10) -> tuple[int, int] | None:
    """Header row and first year column: at least two empty cells, then years alone."""
    for number, row in enumerate(grid.rows[:limit]):
        filled = [column for column, cell in enumerate(row) if not is_empty(cell)]
        if filled and filled[0] >= 2 and labels.parse_year(row[filled[0]]) is not None:
            return number, filled[0]
    return None


def is_eps(grid: Grid) -> bool:
    """Whether a sheet is an EPS export: years over two columns of labels."""
    return find_years(grid) is not None


def _years(grid: Grid, head: int, first: int, file: str) -> tuple[dict[int, int], list[Problem]]:
    years: dict[int, int] = {}
    problems: list[Problem] = []
    for column in range(first, len(grid.rows[head])):
        cell = grid.rows[head][column]
        year = labels.parse_year(cell)
        if is_empty(cell) and all(is_empty(row[column]) for row in grid.rows):
            continue
        again = year is not None and year in years.values()
        if year is None or again:
            problems.append(
                Problem(
                    file=file,
                    where=grid.place(head, column),
                    expected="a calendar year, once",
                    found=f"{printed(cell)!r}" + (" again" if again else ""),
                    remedy="mend the header",
                    code="repeated_header" if again else "bad_header",
                )
            )
        if year is not None and not again:
            years[column] = year
    return years, problems


def read_eps(grids: list[Grid], file: str, ledger: Ledger) -> Reading:
    """Read every sheet with a stack of indicators; empty sheets are not looked at."""
    facts: dict[str, str] = {}
    notes: list[str] = []
    above: list[str] = []
    rows: list[tuple[object, ...]] = []
    problems: list[Problem] = []
    for grid in grids:
        found = find_years(grid)
        if found is None:
            problems.append(pass_over(grid, file, "years over two columns of labels", ledger))
            continue
        facts.setdefault("database", grid.sheet)
        _name_labels(grid, *found, ledger)
        above += [printed(cell) for row in grid.rows[: found[0]] for cell in row]
        years, year_problems = _years(grid, *found, file)
        problems += year_problems
        problems += _read_sheet(grid, found, years, file, facts, notes, rows)
    if "source" not in facts and not notes:
        problems += _cut_short(frame(rows), file)
    facts |= status_of(*facts.values(), *notes)
    raw = with_stated_unit(names_with_words(frame(rows)), above)
    cells, value_problems = finish(raw, file=file, notes=tuple(notes))
    return Reading(FORMAT, facts, tuple(notes), cells, tuple(problems + value_problems), ledger)


def _cut_short(cells: pl.DataFrame, file: str) -> list[Problem]:
    """A last indicator that stops before the regions of the one above it: a stack may be cut there."""
    problems: list[Problem] = []
    for (sheet,), page in cells.group_by("sheet", maintain_order=True):
        regions = page.group_by("series_label", maintain_order=True).agg(
            pl.col("region_label").unique(maintain_order=True), pl.col("locator").last()
        )
        lists = regions["region_label"].to_list()
        if len(lists) < 2 or len(lists[-1]) >= len(lists[-2]):
            continue
        if lists[-1] == lists[-2][: len(lists[-1])]:
            found = f"{len(lists[-1])} in the last indicator, up to {lists[-1][-1]}"
            problems.append(
                Problem(
                    file=file,
                    where=regions["locator"][-1],
                    expected=f"{counted(len(lists[-2]), 'regions')}, as in the indicator above it",
                    found=found,
                    remedy=f"look whether the sheet {sheet} is whole; download the file again if in doubt",
                    severity="warning",
                    code="truncated",
                )
            )
    return problems


def _name_labels(grid: Grid, head: int, first: int, ledger: Ledger) -> None:
    """Enter the years of the header, and the running numbers and labels beside the values."""
    ledger.ignore_row(grid.place, head, len(grid.rows[head]), LABELS)
    for number in range(head + 1, len(grid.rows)):
        ledger.ignore_row(grid.place, number, first, LABELS)


def _read_sheet(
    grid: Grid,
    found: tuple[int, int],
    years: dict[int, int],
    file: str,
    facts: dict[str, str],
    notes: list[str],
    rows: list[tuple[object, ...]],
) -> list[Problem]:
    head, first = found
    label_column, region_column = first - 2, first - 1
    # Programs that drop merged ranges leave the label in the first row only; where ranges are
    # kept, an empty label is empty.
    has_ranges = any(column == label_column for _, column in grid.anchors)
    problems: list[Problem] = []
    label = ""
    for number in range(head + 1, len(grid.rows)):
        row = grid.rows[number]
        texts = [labels.strip(printed(cell)) for cell in row[:first] if not is_empty(cell)]
        has_values = any(not is_empty(row[column]) for column in years)
        region = labels.strip(printed(row[region_column]))
        if not has_values and not region:
            for text in texts:
                if (source := source_of(text)) is not None:
                    facts["source"] = source
                else:
                    notes.append(text)
            continue
        own = labels.strip(printed(grid.label(number, label_column)))
        label = own or ("" if has_ranges else label)
        for missing, name, column in (
            (not label, "an indicator", label_column),
            (not region, "a region", region_column),
        ):
            if missing:
                problems.append(
                    Problem(
                        file=file,
                        where=grid.place(number, column),
                        expected=name,
                        found="an empty cell beside values",
                        remedy="write the label, or delete the row",
                        code="no_label",
                    )
                )
        series, unit, mark = labels.split_unit(label)
        for column, year in years.items():
            cell = row[column]
            is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
            rows.append(
                (
                    grid.sheet,
                    grid.place(number, column),
                    series or None,
                    unit,
                    region or None,
                    0,
                    year,
                    labels.strip(printed(cell)),
                    float(cell) if is_number else None,
                    mark,
                )
            )
    return problems


READER = Reader(
    name="eps",
    formats=(FORMAT,),
    holds="EPS workbooks (.xlsx, .xls)",
    sees=lambda raw: FORMAT if any(map(is_eps, raw.grids)) else None,
    read=lambda raw: raw.read_sheets(FORMAT, read_eps),
    order=130,
    words=(
        FormatWords(
            ("eps_workbook",),
            known_by="years over two columns of labels",
            series="first column, unit in brackets",
            region="second column; first row",
            card="–",
        ),
    ),
    documentation="formats.md",
)
