"""What the header rows of a yearbook page say of each column, and which layout column it is.

Merged cells and year rows are carried over their columns; a row with nothing but a unit gives
the unit, one with nothing but a year the year; what remains, from the top down, is the name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nqpf_assets.problems import Problem
from nqpf_assets.sources import labels
from nqpf_assets.sources.layout import YearbookLayout
from nqpf_assets.sources.values import printed
from nqpf_assets.sources.workbook import Grid, is_empty


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
    """

    number: int
    path: tuple[str, ...]
    parent: tuple[str, ...] = ()
    unit: str | None = None
    year: int | None = None
    mark: str | None = None

    @property
    def header(self) -> str:
        return " / ".join(self.path)

    @property
    def full_header(self) -> str:
        return f"{' / '.join(self.parent)} > {self.header}" if self.parent else self.header


def comparable(header: str) -> str:
    """A header, printed or written in a layout, in the form in which the two are compared.

    The sign # for "of which" is left out, since YAML takes it for the start of a comment.
    """
    return labels.normalise(header).replace("#", "")


def read_header(grid: Grid, head: int, first: int, unit: str | None) -> list[Column]:
    """The columns that rows `head` to `first` (exclusive) are printed over.

    Args:
        grid: the page.
        head: first header row, from 0.
        first: first row under the header.
        unit: the unit of the whole page, if it prints one.
    """
    width = len(grid.rows[head])
    levels = [_carried(grid, number) for number in range(head, first)]
    columns: list[Column] = []
    whole: Column | None = None
    for number in range(1, width):
        parts: list[str] = []
        own_unit: str | None = None
        year: int | None = None
        mark: str | None = None
        for level, cells in enumerate(levels):
            # A vertical merge shows its label once.
            if grid.anchors.get((head + level, number), (-1, -1))[0] in range(head, head + level):
                continue
            cell = cells[number]
            text = labels.strip(printed(cell))
            if not text:
                continue
            if (found := labels.parse_year(cell)) is not None:
                year = found
            elif (alone := labels.is_unit_alone(text)) is not None:
                own_unit = alone
            else:
                name, bracket, found_mark = labels.split_unit(text)
                name, plain_mark = labels.split_mark(name)
                mark = mark or found_mark or plain_mark
                own_unit = bracket or own_unit
                parts.append(name)
        if not parts and year is None:
            continue
        is_part = any(labels.is_of_which(part) for part in parts)
        column = Column(number, tuple(parts), (), own_unit or unit, year, mark)
        if is_part and whole is not None:
            column = replace(column, parent=whole.path, unit=own_unit or whole.unit or unit)
        elif not is_part:
            whole = column
        columns.append(column)
    return columns


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
            takes_year = layout.row_kind == "region" and found.year is None
            column = replace(found, year=year) if takes_year else found
            if (name, column.year) in seen and seen[name, column.year].path == column.path:
                first = seen[name, column.year]
                if column.full_header != first.full_header:
                    problems.append(_ambiguous(grid, file, name, first, column))
            seen.setdefault((name, column.year), column)
            names.append((name, column))
        matched.append(names)
    everything = [column.full_header for columns in blocks for column in columns]
    missing = [name for name in wanted.values() if not any(name == read for read, _ in seen)]
    if missing:
        told = {name: layout.columns[name] for name in missing}
        problems.append(_mismatch(file, grid, f"the columns {told}", everything, "missing_columns"))
    if extra:
        told_extra = [column.full_header for column in extra]
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


def _ambiguous(grid: Grid, file: str, name: str, first: Column, second: Column) -> Problem:
    return Problem(
        file,
        grid.sheet,
        f"one column {name!r}",
        f"two: {first.full_header!r} and {second.full_header!r}",
        "write the whole header, with the column it is a part of, in the layout",
        code="ambiguous_column",
    )
