"""What the header rows of a yearbook page say of each column.

Merged cells and year rows are carried over their columns; a row with nothing but a unit gives
the unit, one with nothing but a year the year; what remains, from the top down, is the name. A second
column of row labels begins a table beside the first, whose rows need not be the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nqpf_assets.formats import labels
from nqpf_assets.formats.header_units import unit_of_header
from nqpf_assets.formats.values import printed
from nqpf_assets.formats.workbook import Grid, is_empty

YEARS_ALONE = "年份"
"""The header of a column over which nothing but a year is printed, as a layout writes it."""


@dataclass(frozen=True)
class Column:
    """One printed column.

    Attributes:
        number: place in the grid, from 0.
        path: its header from the top down, as printed.
        parent: path of the column that this one is a part of ("of which"), if it is one.
        unit: printed at the column, or at its parent, or above the table.
        year: printed over the column.
        mark: footnote mark at the header.
        label: column with the labels of its rows; another than the first where tables stand side by side.
        is_doubtful: its header could be read as one unit or another, so that it has none.
    """

    number: int
    path: tuple[str, ...]
    parent: tuple[str, ...] = ()
    unit: str | None = None
    year: int | None = None
    mark: str | None = None
    label: int = 0
    is_doubtful: bool = False

    @property
    def header(self) -> str:
        return " / ".join(self.path) or YEARS_ALONE

    @property
    def full_header(self) -> str:
        return f"{' / '.join(self.parent)} > {self.header}" if self.parent else self.header

    @property
    def shown(self) -> str:
        """The header in messages, with the year over it."""
        return self.full_header if self.year is None else f"{self.full_header} ({self.year})"


def comparable(header: str) -> str:
    """A header, printed or written in a layout, in the form in which the two are compared.

    The sign # for "of which" is left out, since YAML takes it for the start of a comment.
    """
    return labels.normalise(header).replace("#", "")


def label_columns(grid: Grid, head: int, row_head: str) -> list[int]:
    """Columns of row labels: the first, and those further right under the same head."""
    heads = {labels.normalise(row_head), labels.normalise(printed(grid.rows[head][0]))} - {""}
    cells = enumerate(grid.rows[head][1:], start=1)
    return [0, *(n for n, cell in cells if labels.normalise(printed(cell)) in heads)]


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
        parent = whole.path if is_part and whole is not None else ()
        column = replace(column, label=label, parent=parent, unit=unit)
        whole = whole if is_part else column
        columns.append(column)
    return columns


def _read_column(
    grid: Grid, head: int, levels: list[list[object]], number: int, above: str | None
) -> Column | None:
    """One column from its cells in the header rows, with its own unit; None where they are empty."""
    parts: list[str] = []
    bracketed: str | None = None
    bare: str | None = None
    year: int | None = None
    mark: str | None = None
    is_doubtful = False
    for level, cells in enumerate(levels):
        # A vertical merge shows its label once.
        if grid.anchors.get((head + level, number), (-1, -1))[0] in range(head, head + level):
            continue
        text = labels.strip(printed(cells[number]))
        if not text:
            continue
        if (found := labels.parse_year(cells[number])) is not None:
            year = found
        elif (alone := labels.is_unit_alone(text)) is not None:
            bracketed = alone
        else:
            name, bracket, found_mark = labels.split_unit(text)
            name, plain_mark = labels.split_mark(name)
            mark = mark or found_mark or plain_mark
            bracketed = bracket or bracketed
            own, doubt = unit_of_header(labels.region_of(name)[0], bracketed or bare or above)
            bare, is_doubtful = own or bare, doubt or (is_doubtful and own is None)
            parts.append(name)
    if not parts and year is None:
        return None
    is_doubtful = is_doubtful and bracketed is None
    unit = bracketed or (None if is_doubtful else bare)
    return Column(number, tuple(parts), (), unit, year, mark, is_doubtful=is_doubtful)


def _carried(grid: Grid, number: int) -> list[object]:
    """A header row with merged cells, and years that stand alone in it, carried over."""
    cells = [grid.label(number, column) for column in range(len(grid.rows[number]))]
    filled = [cell for cell in cells[1:] if not is_empty(cell)]
    if filled and all(labels.parse_year(cell) is not None for cell in filled):
        for column in range(2, len(cells)):
            if is_empty(cells[column]):
                cells[column] = cells[column - 1]
    return cells
