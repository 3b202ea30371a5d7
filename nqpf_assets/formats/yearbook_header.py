"""What the header rows of a yearbook page say of each column.

Merged cells and year rows are carried over their columns; what a cell says of its column is read in
`yearbook_column`. A second column of row labels begins a table beside the first, whose rows need not be
the same.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from nqpf_assets.formats import labels
from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.header_units import read_bracket
from nqpf_assets.formats.text_grid import TextGrid
from nqpf_assets.formats.turned_grid import UNITS
from nqpf_assets.formats.values import printed
from nqpf_assets.formats.yearbook_column import Column, ColumnDraft


def label_columns(grid: Grid, head: int, row_head: str) -> list[int]:
    """Columns of row labels: the first, and those further right under the same head."""
    heads = {labels.normalise(row_head), labels.normalise(printed(grid.rows[head][0]))} - {""}
    cells = enumerate(grid.rows[head][1:], start=1)
    return [0, *(n for n, cell in cells if labels.normalise(printed(cell)) in heads)]


def is_row_of_units(grid: Grid, row: int) -> bool:
    """Whether a row below a header says, under 单位, the unit of each column."""
    first, *others = grid.rows[row]
    units = [labels.strip(printed(cell)).strip("()（）") for cell in others if not is_empty(cell)]
    is_headed = labels.normalise(printed(first)).lower() in UNITS
    return is_headed and bool(units) and all(read_bracket(unit).kind == "unit" for unit in units)


def key_of_label(grid: Grid, row: int, column: int) -> str:
    """A row label for comparison, without marks and signs of "of which"."""
    name = labels.region_of(printed(grid.label(row, column)))[0]
    return labels.row_key(labels.split_mark(name)[0])


def read_header(
    grid: Grid, head: int, first: int, units: dict[int, str | None], row_head: str
) -> list[Column]:
    """The columns that rows `head` to `first` (exclusive) are printed over.

    Args:
        grid: the page.
        head: first header row, from 0.
        first: first row under the header.
        units: column of row labels to the unit printed above the table that begins there.
        row_head: the head over the row labels.
    """
    levels = [_carried(grid, number) for number in range(head, first)]
    tables = label_columns(grid, head, row_head)
    if isinstance(grid, TextGrid):
        _carry_over_parts(levels, tables)
    columns: list[Column] = []
    whole: Column | None = None
    for number in range(1, len(grid.rows[head])):
        if number in tables:
            whole = None
            continue
        label = max(table for table in tables if table < number)
        column = _read_column(grid, head, levels, number, units.get(label))
        if column is None:
            continue
        is_part = any(labels.is_of_which(part) for part in column.path)
        over = whole.unit if is_part and whole is not None else units.get(label)
        unit = column.unit or (None if column.is_doubtful else over)
        if is_part and whole is not None:
            column = replace(column, parent=whole.path, parent_spellings=whole.spellings)
        column = replace(column, label=label, unit=unit)
        whole = whole if is_part else column
        columns.append(column)
    return columns


def _read_column(
    grid: Grid, head: int, levels: list[list[object]], number: int, above: str | None
) -> Column | None:
    """One column from its cells in the header rows, with its own unit; None where they are empty."""
    draft = ColumnDraft(above)
    for level, cells in enumerate(levels):
        # A vertical merge shows its label once.
        if grid.anchors.get((head + level, number), (-1, -1))[0] in range(head, head + level):
            continue
        text = labels.strip(printed(cells[number]))
        if not text:
            continue
        if is_row_of_units(grid, head + level):
            unit = labels.is_unit_alone(text) or text
            over, draft.bracketed = draft.bracketed, None
            text = (
                f"({unit})" if over in (None, unit) else f"({over}、{unit})"
            )  # either may be wrong
        if (found := labels.parse_year(cells[number])) is not None:
            draft.year = found
        else:
            draft.read(text)
    return draft.column(number)


def _carry_over_parts(levels: list[list[object]], tables: list[int]) -> None:
    """A text has lost its merged cells: a header is also over the blank cells right of it, above others."""
    for upper, lower in pairwise(levels):
        for column in range(2, len(upper)):
            is_under = column not in tables and column - 1 not in tables
            if is_under and is_empty(upper[column]) and not is_empty(lower[column]):
                upper[column] = upper[column - 1]


def _carried(grid: Grid, number: int) -> list[object]:
    """A header row with merged cells, and years that stand alone in it, carried over."""
    cells = [grid.label(number, column) for column in range(len(grid.rows[number]))]
    filled = [cell for cell in cells[1:] if not is_empty(cell)]
    if filled and all(labels.parse_year(cell) is not None for cell in filled):
        for column in range(2, len(cells)):
            if is_empty(cells[column]):
                cells[column] = cells[column - 1]
    return cells
