"""What the header rows of a yearbook page say of each column, and which layout column it is.

Merged cells and year rows are carried over their columns; a row with nothing but a unit gives
the unit, one with nothing but a year the year; what remains, from the top down, is the name. A second
column of row labels begins a table beside the first, whose rows need not be the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nqpf_assets.problems import Problem
from nqpf_assets.sources import labels
from nqpf_assets.sources.header_units import unit_of_header
from nqpf_assets.sources.layout import YearbookLayout
from nqpf_assets.sources.values import printed
from nqpf_assets.sources.workbook import Grid, is_empty

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


def match_columns(
    blocks: list[list[Column]],
    layout: YearbookLayout,
    grid: Grid,
    file: str,
    title_years: tuple[int, ...],
) -> tuple[list[list[tuple[str, Column]]], list[Problem]]:
    """Give printed columns the layout's names; report missing, extra and ambiguous ones."""
    wanted: dict[str, str] = {}
    for series, header in layout.columns.items():
        wanted[comparable(header)] = series
    ignored = {comparable(header) for header in layout.ignore}
    year = layout.year or (title_years[0] if len(set(title_years)) == 1 else None)
    problems: list[Problem] = []
    matched: list[list[tuple[str, Column]]] = []
    seen: dict[tuple[str, int | None], Column] = {}
    extra: list[Column] = []
    for columns in blocks:
        names: list[tuple[str, Column]] = []
        for found in columns:
            forms = (comparable(found.full_header), comparable(found.header))
            name = next((wanted[form] for form in forms if form in wanted), None)
            if name is None:
                if not ignored.intersection(forms):
                    extra.append(found)
                continue
            if found.is_doubtful:
                problems.append(_doubtful(grid, file, name, found))
            takes_year = layout.row_kind == "region" and found.year is None
            column = replace(found, year=year) if takes_year else found
            if (name, column.year) in seen and seen[name, column.year].path == column.path:
                first = seen[name, column.year]
                if column.full_header != first.full_header:
                    problems.append(_ambiguous(grid, file, name, first, column))
            seen.setdefault((name, column.year), column)
            names.append((name, column))
        matched.append(names)
    everything = list(dict.fromkeys(c.shown for columns in blocks for c in columns))
    missing = [name for name in wanted.values() if not any(name == read for read, _ in seen)]
    if missing:
        told = {name: layout.columns[name] for name in missing}
        problems.append(_mismatch(file, grid, f"the columns {told}", everything, "missing_columns"))
    if extra:
        told_extra = list(dict.fromkeys(column.shown for column in extra))
        also = f"also {told_extra}; the page prints {everything}"
        problems.append(_mismatch(file, grid, "only the layout's columns", also, "extra_columns"))
    if layout.row_kind == "region" and any(
        column.year is None for names in matched for _, column in names
    ):
        problems.append(
            Problem(
                file,
                grid.sheet,
                "one year, in the title or over the columns",
                f"the years {sorted(set(title_years))} in the title",
                "say `year` in the layout",
                code="no_year",
            )
        )
        matched = [[pair for pair in names if pair[1].year is not None] for names in matched]
    return matched, problems


def _mismatch(file: str, grid: Grid, expected: str, found: object, code: str) -> Problem:
    remedy = "correct `columns` in the layout, or put what is not wanted under `ignore`"
    return Problem(file, grid.sheet, expected, f"{found}", remedy, code=code)


def _doubtful(grid: Grid, file: str, name: str, column: Column) -> Problem:
    return Problem(
        file,
        grid.sheet,
        "a unit over every column that can be read in one way",
        f"{column.shown!r}, which may print its unit or not",
        f"say it in the card: `unit: {{{name}: …}}`",
        severity="warning",
        code="doubtful_unit",
    )


def _ambiguous(grid: Grid, file: str, name: str, first: Column, second: Column) -> Problem:
    return Problem(
        file,
        grid.sheet,
        f"one column {name!r}",
        f"two: {first.full_header!r} and {second.full_header!r}",
        "write the whole header, with the column it is a part of, in the layout",
        code="ambiguous_column",
    )
