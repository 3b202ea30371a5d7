"""The user's own tables: CSV, Excel, Parquet or Stata, with the meaning of columns declared.

Nothing about such a table is known but what `TidyColumns` says; columns it does not name are
not looked at. Wide tables (one column per series) are made long, whole columns at a time.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.catalog.units import UnitError, conversion
from nqpf_assets.formats.labels import BLANKS, normalise, parse_year
from nqpf_assets.formats.layout import TidyColumns
from nqpf_assets.formats.ledger import LABELS, OTHER_SHEET, Ledger
from nqpf_assets.formats.limits import TABLE_CELLS, TABLE_ROWS
from nqpf_assets.formats.numbers import count_numbers, shows_number
from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.reader import FormatWords, Reader
from nqpf_assets.formats.reading import CELL_SCHEMA, Reading
from nqpf_assets.formats.statements import status_of
from nqpf_assets.formats.tables import LINE, Container, read_table, year_problems, years_of
from nqpf_assets.formats.tidy_rows import split_headers, split_notes
from nqpf_assets.formats.undeclared import undeclared_table, undeclared_workbook
from nqpf_assets.formats.values import empty_cells, finish, printed
from nqpf_assets.formats.workbook import Grid, choose_sheet, column_letters, on_show, open_workbook
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem


def read_tidy(content: bytes, file: str, columns: TidyColumns, container: Container) -> Reading:
    """Read a CSV, Parquet or Stata table."""
    table, notes, problems = read_table(content, file, container)
    format = f"tidy_{container}"
    if columns.sheet is not None:
        problems.append(_no_sheets(file, columns.sheet, container))
    if not table.columns:
        return Reading(format, {}, notes, empty_cells(), tuple(problems))
    order = [name for name in table.columns if name != LINE]
    columns = columns.as_printed(order)

    def place(column: str) -> pl.Expr:
        if container == "csv":
            return pl.format("line {}, column {}", LINE, pl.lit(order.index(column) + 1))
        return pl.format("row {}, column {}", LINE, pl.lit(column))

    ledger = Ledger()
    if container == "csv":
        ledger.pass_over(sum(map(shows_number, order)), LABELS)
    for name in order:
        n = count_numbers(table, name)
        _enter(ledger, columns, name, n)
    return _read(table, notes, problems, file, columns, format, place, None, ledger)


def _no_sheets(file: str, sheet: str, container: Container) -> Problem:
    """A sheet that the card names of a file that has none."""
    return Problem(
        file=file,
        where="",
        expected=f"a workbook with the sheet {sheet!r}, which the card names",
        found=f"a table in {container.upper() if container == 'csv' else container.title()}",
        remedy="take the sheet out of the card, or look whether this is another file",
        code="no_sheet",
    )


def _enter(ledger: Ledger, columns: TidyColumns, name: str, n: int) -> None:
    """Enter the numbers of a column, with a reason if they are no values."""
    ledger.see_count(n)
    if name not in (*columns.values, columns.value):
        ledger.ignore_count(n, LABELS if name in columns.named else f"column {name}")


def read_tidy_workbook(content: bytes, file: str, columns: TidyColumns) -> Reading:
    """Read one sheet whose first row with content is the header."""
    format = "tidy_workbook"
    ledger = Ledger()
    grids, problems = open_workbook(content, file, max_rows=TABLE_ROWS, max_cells=TABLE_CELLS)
    grids, hidden = on_show(grids, ledger, file, (columns.sheet,))
    grid, sheet_problems = choose_sheet(grids, columns.sheet, file) if not problems else (None, [])
    problems += hidden + sheet_problems
    if grid is None:
        return Reading(format, {}, (), empty_cells(), tuple(problems))
    for other in grids:
        if other is not grid:
            n = sum(shows_number(cell) for row in other.rows for cell in row)
            ledger.pass_over(n, f"{OTHER_SHEET}{other.sheet}")
    head = 0
    names = [printed(grid.label(head, column)).strip(BLANKS) for column in range(len(grid.rows[0]))]
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
    ledger.pass_over(sum(map(shows_number, grid.rows[head])), LABELS)
    for number, name in enumerate(names):
        n = sum(shows_number(row[number]) for row in grid.rows[head + 1 :])
        _enter(ledger, columns, name or column_letters(number + grid.left), n)
    filled = [row for row in range(head + 1, len(grid.rows)) if not grid.is_blank(row)]
    table = pl.DataFrame(
        {
            LINE: pl.Series([row + 1 + grid.top for row in filled], dtype=pl.Int64),
            **{name: _column(grid, filled, number) for name, number in wanted.items()},
        }
    )
    letters = {name: grid.place(0, number).rstrip("0123456789") for name, number in wanted.items()}

    def place(column: str) -> pl.Expr:
        return pl.format("{}{}", pl.lit(letters[column]), LINE)

    found = [name for name in names if name]
    return _read(table, (), problems, file, columns, format, place, grid.sheet, ledger, found)


def _column(grid: Grid, rows: list[int], column: int) -> pl.Series:
    """A column of numbers where all its cells are, else of text as printed."""
    cells = [None if (cell := grid.rows[row][column]) == "" else cell for row in rows]
    if all(c is None or (isinstance(c, int | float) and not isinstance(c, bool)) for c in cells):
        return pl.Series([None if c is None else float(c) for c in cells], dtype=pl.Float64)
    return pl.Series([None if c is None else printed(c) for c in cells], dtype=pl.String)


def _read(
    table: pl.DataFrame,
    notes: tuple[str, ...],
    problems: list[Problem],
    file: str,
    columns: TidyColumns,
    format: str,
    place: Callable[[str], pl.Expr],
    sheet: str | None,
    ledger: Ledger,
    found: list[str] | None = None,
) -> Reading:
    found = found or [name for name in table.columns if name != LINE]
    missing = [name for name in columns.named if name not in table.columns]
    if missing:
        problems.append(
            Problem(
                file=file,
                where="",
                expected=f"the columns {missing}",
                found=f"the columns {found[:60]}",
                remedy="correct the names in the origin card (`columns`)",
                code="missing_columns",
            )
        )
        return Reading(format, {}, notes, empty_cells(), tuple(problems))
    if table.is_empty():
        empty = Problem(
            file=file,
            where="",
            expected="rows under the header",
            found="none",
            remedy="fill the table",
            code="empty",
        )
        return Reading(format, {}, notes, empty_cells(), (*problems, empty))
    table, marginal = split_notes(table, columns.named)
    table, printed_units, more = split_headers(table, columns)
    notes += marginal + more
    if columns.values:
        parts = []
        for column in columns.values:
            series = None if columns.values_are_years else column
            over = printed_units.get(column) or (printed_series(column)[1] if series else None)
            unit = columns.units.get(column) or over
            if unit is not None and over is not None and not _is_same_unit(unit, over):
                problems.append(_other_unit(file, column, unit, over))
            parts.append(_cells(table, columns, column, pl.lit(series), pl.lit(unit), place))
    else:
        assert columns.value is not None
        assert columns.series is not None
        units = pl.lit(None, pl.String) if columns.unit is None else _text(table, columns.unit)
        parts = [_cells(table, columns, columns.value, _text(table, columns.series), units, place)]
    raw = pl.concat(parts).with_columns(pl.lit(sheet, pl.String).alias("sheet"))
    problems += year_problems(raw, file)
    raw = raw.filter(pl.col("period").is_not_null()).select(CELL_SCHEMA.keys())
    if columns.missing:
        coded = raw.filter(pl.col("text").str.strip_chars(BLANKS).is_in(columns.missing))
        ledger.ignore_count(count_numbers(coded, "text"), "codes for a missing value")
    cells, value_problems = finish(raw, file=file, notes=notes, missing=columns.missing)
    facts: dict[str, str] = dict(status_of(*notes))
    for note in notes:
        key, colon, text = note.partition(":")
        if colon and key.strip() in ("title", "source", "status"):
            facts[key.strip()] = text.strip()
    region_at = None
    if columns.region is not None:
        region_at = pl.select(pl.lit("#").alias(LINE)).select(place(columns.region)).item()
    problems += value_problems
    return Reading(format, facts, notes, cells, tuple(problems), ledger, region_at=region_at)


def _is_same_unit(one: str, other: str) -> bool:
    try:
        return conversion(one, other) == 1
    except UnitError:
        return normalise(one) == normalise(other)


def _other_unit(file: str, column: str, given: str, over: str) -> Problem:
    accept = f"accept: {{unit: {yaml_word(over)}}}"
    return Problem(
        file=file,
        where=f"column {column}",
        expected=f"the unit {given}, as `units` says",
        found=f"the file prints {over}",
        remedy=f"remove the column from `units`; if the file is wrong, write `unit` and `{accept}` in the "
        "card instead",
        code="disagrees_unit",
    )


def _text(table: pl.DataFrame, column: str) -> pl.Expr:
    """A label column as text; a code stored as 500101.0 is 500101."""
    expression = pl.col(column).cast(pl.String).str.strip_chars(BLANKS)
    if table[column].dtype.is_float():
        expression = expression.str.replace(r"\.0$", "")
    return expression.replace("", None)


def _period(table: pl.DataFrame, columns: TidyColumns, column: str) -> tuple[pl.Expr, pl.Expr]:
    """The year, and the period as text for problems."""
    if columns.period is None:
        year = columns.year if columns.year is not None else parse_year(column)
        return pl.lit(year, pl.Int32), pl.lit(column if year is None else str(year))
    dtype = table[columns.period].dtype
    if dtype.is_temporal() and dtype != pl.Time and dtype != pl.Duration:
        # Stata keeps years as dates of the first of January; any other day is no year.
        day = pl.col(columns.period)
        first = (day.dt.month() == 1) & (day.dt.day() == 1)
        return pl.when(first).then(day.dt.year()).cast(pl.Int32), day.cast(pl.String)
    text = _text(table, columns.period)
    return years_of(text), text


def _cells(
    table: pl.DataFrame,
    columns: TidyColumns,
    column: str,
    series: pl.Expr,
    unit: pl.Expr,
    place: Callable[[str], pl.Expr],
) -> pl.DataFrame:
    dtype = table[column].dtype
    value = pl.col(column).cast(pl.Float64) if dtype.is_numeric() else pl.lit(None, pl.Float64)
    text = pl.col(column).cast(pl.String, strict=False)
    if dtype.is_float():
        text = text.str.replace(r"\.0$", "")
    nothing = pl.lit(None, pl.String)
    period, period_text = _period(table, columns, column)
    return table.select(
        place(column).alias("locator"),
        series.cast(pl.String).alias("series_label"),
        unit.cast(pl.String).alias("unit_label"),
        (nothing if columns.region is None else _text(table, columns.region)).alias("region_label"),
        pl.lit(0, pl.Int32).alias("region_level"),
        period.alias("period"),
        text.alias("text"),
        value.alias("value"),
        nothing.alias("footnote"),
        period_text.alias("_period_text"),
    )


def _sees(raw: RawContent) -> str | None:
    """Any table: a sheet that begins with a header row, lines with a separator, Parquet, Stata."""
    if raw.container is not None:
        return f"tidy_{raw.container}"
    if raw.grids:
        first = next(row for row in raw.grids[0].rows if any(cell != "" for cell in row))
        return "tidy_workbook" if sum(cell != "" for cell in first) > 1 else None
    return "tidy_csv" if raw.lines and any(mark in raw.lines[0] for mark in ",;\t") else None


def _read_any(raw: RawContent) -> Reading:
    if raw.columns is None:
        if raw.is_workbook:
            return raw.with_told(undeclared_workbook(raw, "tidy_workbook"))
        return undeclared_table(raw)
    if raw.is_workbook:
        return read_tidy_workbook(raw.content, raw.file, raw.columns)
    return read_tidy(raw.content, raw.file, raw.columns, raw.container or "csv")


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
