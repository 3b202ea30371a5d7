"""The user's own tables: CSV, Excel, Parquet or Stata, with the meaning of columns declared.

Nothing about such a table is known but what `TidyColumns` says; columns it does not name are
not looked at. Wide tables (one column per series) are made long, whole columns at a time.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.formats.grid import Grid, column_letters, is_empty
from nqpf_assets.formats.labels import BLANKS, normalise
from nqpf_assets.formats.ledger import LABELS, OTHER_SHEET, Ledger
from nqpf_assets.formats.limits import TABLE_CELLS, TABLE_ROWS
from nqpf_assets.formats.mended_sheets import mended_sheets
from nqpf_assets.formats.merged_values import merged_number
from nqpf_assets.formats.numbers import count_numbers, shows_number
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.place_columns import is_place_column
from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.reader import FormatWords, Reader
from nqpf_assets.formats.reading import LINE, Reading
from nqpf_assets.formats.shown_sheets import choose_sheet, on_show
from nqpf_assets.formats.suggestion import table_below
from nqpf_assets.formats.tables import Container, read_table
from nqpf_assets.formats.text_head import (
    HEAD_ROWS,
    SEPARATORS,
    header_spellings,
    numbers_above,
    on_one_line,
    records_of,
)
from nqpf_assets.formats.tidy_columns import read_columns
from nqpf_assets.formats.undeclared import undeclared_table, undeclared_workbook
from nqpf_assets.formats.unit_column import is_unit_column
from nqpf_assets.formats.values import empty_cells, printed
from nqpf_assets.formats.workbook import open_workbook
from nqpf_assets.messages.problems import Problem


def read_tidy(raw: RawContent, columns: TidyColumns) -> Reading:
    """Read a CSV, Parquet or Stata table; its bytes are let go once its rows are known."""
    file, container = raw.file, raw.container or "csv"
    table, notes, problems = read_table(raw.handed_over(), file, container, columns.named)
    format = f"tidy_{container}"
    if columns.sheet is not None:
        problems.append(_no_sheets(file, columns.sheet, container))
    if not table.columns:
        return Reading(format, {}, notes, empty_cells(), tuple(problems))
    order = [name for name in table.columns if name != LINE]
    columns = columns.as_printed(order)
    raw.mending.only_columns(n for n, name in enumerate(order, start=1) if _is_read(name, columns))

    def place(column: str) -> pl.Expr:
        if container == "csv":
            return pl.format("line {}, column {}", LINE, pl.lit(order.index(column) + 1))
        return pl.format("row {}, column {}", LINE, pl.lit(column))

    ledger = Ledger()
    if container == "csv":
        ledger.pass_over(sum(map(shows_number, (*order, *notes))), LABELS)
    for name in order:
        n = count_numbers(table, name)
        _enter(ledger, columns, name, n)
    tables = [table]
    del table
    return read_columns(
        tables, notes, problems, file, columns, format, place, None, ledger, lumps=raw.lumps
    )


def _is_read(name: str, columns: TidyColumns) -> bool:
    """Whether a column is looked at: one of the card, or of provinces, cities and units beside them."""
    return name in columns.named or is_place_column(name) or is_unit_column(name)


def _no_sheets(file: str, sheet: str, container: Container) -> Problem:
    """A sheet that the card names of a file that has none."""
    return Problem(
        file=file,
        where="",
        expected=f"a workbook with the sheet {sheet!r}, which the card names",
        found=f"a table in {container.upper() if container == 'csv' else container.title()}",
        remedy="take the sheet out of the card, or look whether this is another file",
        code="no_sheet",
        asked_at=("columns", "sheet"),
    )


def _enter(ledger: Ledger, columns: TidyColumns, name: str, n: int) -> None:
    """Enter the numbers of a column, with a reason if they are no values."""
    ledger.see_count(n)
    if name not in (*columns.values, columns.value):
        ledger.ignore_count(n, LABELS if name in columns.named else f"column {name}")


def read_tidy_workbook(raw: RawContent, columns: TidyColumns) -> Reading:
    """Read one sheet whose first row with content is the header."""
    format, file = "tidy_workbook", raw.file
    ledger = Ledger()
    grids, problems = open_workbook(raw.content, file, max_rows=TABLE_ROWS, max_cells=TABLE_CELLS)
    grids = mended_sheets(grids, raw.mending)
    grids, hidden = on_show(grids, ledger, file, (columns.sheet,))
    grid, sheet_problems = (
        choose_sheet(grids, columns.sheet, file, ("columns", "sheet"))
        if not problems
        else (None, [])
    )
    problems += hidden + sheet_problems
    if grid is None:
        return Reading(format, {}, (), empty_cells(), tuple(problems))
    for other in grids:
        if other is not grid:
            n = sum(shows_number(cell) for row in other.rows for cell in row)
            ledger.pass_over(n, f"{OTHER_SHEET}{other.sheet}")
    head = _head(grid, columns)
    names = _names(grid, head)
    over = (
        (grid.place(n, m), c) for n, row in enumerate(grid.rows[:head]) for m, c in enumerate(row)
    )
    problems += numbers_above(over, file)
    columns = columns.as_printed(names)
    wanted = {name: names.index(name) for name in columns.named if name in names}
    for name in wanted:
        if names.count(name) > 1:
            problems.append(
                Problem(
                    file=file,
                    where=grid.place(head, names.index(name, wanted[name] + 1)),
                    expected=f"the column {name!r} once",
                    found="it stands twice",
                    remedy="rename or delete one of them",
                    code="repeated_header",
                )
            )
    ledger.pass_over(sum(shows_number(c) for row in grid.rows[: head + 1] for c in row), LABELS)
    for number, name in enumerate(names):
        n = sum(shows_number(row[number]) for row in grid.rows[head + 1 :])
        _enter(ledger, columns, name or column_letters(number + grid.left), n)
    beside = {
        name: number
        for number, name in enumerate(names)
        if name not in wanted and _is_read(name, columns)
    }
    seen = (*wanted.values(), *beside.values())
    raw.mending.only_columns(number + grid.left + 1 for number in seen)
    problems += _merged(grid, wanted, columns, file)
    values = {*columns.values, columns.value}
    filled = [row for row in range(head + 1, len(grid.rows)) if not grid.is_blank(row)]
    table = pl.DataFrame(
        {
            LINE: pl.Series([row + 1 + grid.top for row in filled], dtype=pl.Int64),
            **{
                name: _column(grid, filled, number, name not in values)
                for name, number in {**wanted, **beside}.items()
            },
        }
    )
    notes = tuple(
        printed(c).strip(BLANKS) for row in grid.rows[:head] for c in row if not is_empty(c)
    )
    letters = {name: grid.place(0, number).rstrip("0123456789") for name, number in wanted.items()}

    def place(column: str) -> pl.Expr:
        return pl.format("{}{}", pl.lit(letters[column]), LINE)

    found = [name for name in names if name]
    return read_columns(
        [table], notes, problems, file, columns, format, place, grid.sheet, ledger, found
    )


def _head(grid: Grid, columns: TidyColumns) -> int:
    """The header row: the first with most columns of the card, below a title and lines with units."""
    wanted = set(map(normalise, columns.named))
    rows = range(min(HEAD_ROWS, len(grid.rows)))
    return max(rows, key=lambda row: len(wanted & header_spellings(_names(grid, row))))


def _names(grid: Grid, head: int) -> list[str]:
    return [on_one_line(printed(grid.label(head, n))) for n in range(len(grid.rows[head]))]


def _merged(grid: Grid, wanted: dict[str, int], columns: TidyColumns, file: str) -> list[Problem]:
    """Values in merged cells: they are of several rows or columns, and stand in the first only."""
    values = {wanted[name] for name in (*columns.values, columns.value) if name in wanted}
    covered = {
        first: place
        for place, first in reversed(grid.anchors.items())
        if place[1] in values
        and shows_number(grid.rows[first[0]][first[1]])
        and place[0] < len(grid.rows)
    }
    return [merged_number(grid, first, place, grid.sheet, file) for first, place in covered.items()]


def _column(grid: Grid, rows: list[int], column: int, is_label: bool) -> pl.Series:
    """A column of numbers where all its cells are, else of text as printed.

    A label that is merged over several rows is that of each of them.
    """
    places = ((row, column) for row in rows)
    if is_label:
        places = (_first_of_merged(grid, *place) for place in places)
    cells = [None if (cell := grid.rows[row][n]) == "" else cell for row, n in places]
    if all(c is None or (isinstance(c, int | float) and not isinstance(c, bool)) for c in cells):
        return pl.Series([None if c is None else float(c) for c in cells], dtype=pl.Float64)
    return pl.Series([None if c is None else printed(c) for c in cells], dtype=pl.String)


def _first_of_merged(grid: Grid, row: int, column: int) -> tuple[int, int]:
    """Where the cell stands that is merged down to this one."""
    first = grid.anchors.get((row, column), (row, column))
    return first if first[1] == column else (row, column)


def _sees(raw: RawContent) -> str | None:
    """Any table: a sheet that begins with a header row, a text with one, Parquet, Stata."""
    if raw.container is not None:
        return f"tidy_{raw.container}"
    if raw.grids:
        first = next(row for row in raw.grids[0].rows if any(cell != "" for cell in row))
        return "tidy_workbook" if sum(cell != "" for cell in first) > 1 else None
    if raw.lines and any(mark in raw.lines[0] for mark in SEPARATORS):
        return "tidy_csv"
    return "tidy_csv" if table_below(records_of(raw.text)) is not None else None


def _read_any(raw: RawContent) -> Reading:
    if raw.columns is None:
        if raw.is_workbook:
            return raw.with_told(undeclared_workbook(raw, "tidy_workbook"))
        return undeclared_table(raw)
    if raw.is_workbook:
        return read_tidy_workbook(raw, raw.columns)
    return read_tidy(raw, raw.columns)


READER = Reader(
    name="tidy",
    formats=("tidy_csv", "tidy_workbook", "tidy_parquet", "tidy_stata"),
    holds="tables of your own (CSV, Excel, Parquet, Stata)",
    sees=_sees,
    read=_read_any,
    order=900,
    by="columns",
    words=(
        FormatWords(
            ("tidy_workbook", "tidy_csv"),
            known_by="a header row of another kind",
            series="the `columns`",
            region="the `columns`",
            card="`columns`",
        ),
        FormatWords(
            ("tidy_parquet", "tidy_stata"),
            known_by="their first bytes",
            series="the `columns`",
            region="the `columns`",
            card="`columns`",
        ),
    ),
    documentation="formats.md#A table of your own",
)
