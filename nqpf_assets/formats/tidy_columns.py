"""The columns of a user's own table as cells: wide tables are made long, whole columns at a time.

How the table was stored, and where a cell stands in it, is known to `readers.tidy`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.catalog.units import UnitError, conversion
from nqpf_assets.formats.labels import normalise
from nqpf_assets.formats.ledger import Ledger
from nqpf_assets.formats.lumps import LUMP, MANY, Lumps
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.place_columns import places_beside, provinces_beside
from nqpf_assets.formats.printed_years import has_two_digits, not_years, year_problems, years_of
from nqpf_assets.formats.reading import CELL_SCHEMA, LINE, Reading
from nqpf_assets.formats.statements import status_of
from nqpf_assets.formats.tidy_rows import PART, split_headers, split_notes, text_of
from nqpf_assets.formats.unit_column import units_beside
from nqpf_assets.formats.unit_lines import joined_units, unit_of_notes, unit_under, units_named
from nqpf_assets.formats.values import empty_cells, finish, numbers_that_are_codes
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed


def read_columns(
    tables: list[pl.DataFrame],
    notes: tuple[str, ...],
    problems: list[Problem],
    file: str,
    columns: TidyColumns,
    format: str,
    place: Callable[[str], pl.Expr],
    sheet: str | None,
    ledger: Ledger,
    found: list[str] | None = None,
    lumps: Lumps | None = None,
) -> Reading:
    """The cells of a table.

    Args:
        tables: its rows in one frame, each with its line in `reading.LINE`. The frame is taken out of
            the list and let go row by row: it may have hundreds of megabytes.
        notes: lines above or below it.
        problems: what is wrong with it so far.
        file: display name for problems.
        columns: which of them hold what.
        format: of the file.
        place: where the cells of a column stand.
        sheet: of a workbook.
        ledger: has its numbers.
        found: names of its columns, where the frame has but those that are read.
        lumps: where many cells are put, unless provinces stand beside their regions.
    """
    table = tables.pop()
    found = found or [name for name in table.columns if name != LINE]
    missing = [name for name in columns.named if name not in table.columns]
    if missing:
        problems.append(
            Problem(
                file=file,
                where="",
                expected=f"the columns {listed(missing)}",
                found=f"the columns {listed(found)}",
                remedy="correct the names in the origin card (`columns`)",
                code="missing_columns",
                asked_at=("columns", columns.role_of(missing[0])),
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
    stated = unit_of_notes(notes)
    beside = columns.unit or units_beside(table, columns.named)
    if columns.values:
        if beside is not None:
            stated = joined_units(_distinct(table, beside))
        wanted = []
        for column in columns.values:
            series = None if columns.values_are_years else column
            own = printed_series(column)[1] if series else None
            over = joined_units(filter(None, (own, printed_units.get(column))))
            unit = columns.units.get(column)
            said = over or stated
            if unit is not None and said is not None and not _is_among(unit, said):
                problems.append(_other_unit(file, column, unit, said))
            unit = unit or over
            printed = pl.lit(unit)
            if unit is None and beside is not None:
                only = len(columns.values) == 1
                printed = text_of(table, beside) if only else pl.lit(unit_under(stated, column))
            name = pl.lit(series)
            if columns.series is not None:  # a column for each year, a row for each indicator
                name = text_of(table, columns.series)
                printed = _units_of_rows(table, columns.series, beside)
            wanted.append(_Wanted(column, name, printed))
    else:
        assert columns.value is not None
        assert columns.series is not None
        units = _units_of_rows(table, columns.series, beside)
        wanted = [_Wanted(columns.value, text_of(table, columns.series), units)]
    beside_cells = places_beside(table, columns, place)
    provinces = provinces_beside(table, columns)
    if beside_cells is not None or table.height * len(wanted) < MANY:
        lumps = None
    # A unit that a note states is held against the units of all cells together.
    n_rows = table.height if unit_of_notes(notes) is not None else PART if lumps is None else LUMP
    rows = list(table.iter_slices(max(n_rows, 1))) or [table]
    raw = _Parts(rows, wanted, columns, place, sheet)
    if lumps is not None and not columns.values_are_years:
        lumps.of_column, lumps.n_columns = len(rows), len(wanted)
    del rows
    del table
    cells, value_problems = finish(
        iter(raw), file=file, notes=notes, missing=columns.missing, beside=beside_cells, lumps=lumps
    )
    problems += year_problems(pl.concat(raw.not_years), file, is_own=True)
    if columns.two_digit_years is not None and not raw.has_two_digits:
        problems.append(_no_two_digits(file))
    if columns.missing:
        lump = [cells] if lumps is None else lumps.each()
        n_codes = sum(numbers_that_are_codes(one, columns.missing) for one in lump)
        ledger.ignore_count(n_codes, "codes for a missing value")
    facts: dict[str, str] = dict(status_of(*notes))
    for note in notes:
        key, colon, text = note.partition(":")
        if colon and key.strip() in ("title", "source", "status"):
            facts[key.strip()] = text.strip()
    region_at = None
    if columns.region is not None:
        region_at = pl.select(pl.lit("#").alias(LINE)).select(place(columns.region)).item()
    problems += value_problems
    return Reading(
        format,
        facts,
        notes,
        cells if lumps is None else lumps.one_of_each(),
        tuple(problems),
        ledger,
        region_at=region_at,
        provinces=provinces,
        beside=beside_cells,
        lumps=lumps,
    )


@dataclass(frozen=True)
class _Wanted:
    """A column of values, with what its rows are of and in which unit."""

    column: str
    series: pl.Expr
    unit: pl.Expr


@dataclass
class _Parts:
    """The cells of a table, some rows of a column at a time; rows that gave their last cells are let go.

    Attributes:
        not_years: the first cell of each period that is no year, of every part.
        has_two_digits: whether a year was printed by two digits.
    """

    rows: list[pl.DataFrame]
    wanted: list[_Wanted]
    columns: TidyColumns
    place: Callable[[str], pl.Expr]
    sheet: str | None
    not_years: list[pl.DataFrame] = field(default_factory=list)
    has_two_digits: bool = False

    def __iter__(self) -> Iterator[pl.DataFrame]:
        for one in self.wanted:
            is_last = one is self.wanted[-1]
            for number in range(len(self.rows)):
                yield self._cells(self.rows.pop(0) if is_last else self.rows[number], one)

    def _cells(self, rows: pl.DataFrame, one: _Wanted) -> pl.DataFrame:
        cells = _cells(rows, self.columns, one.column, one.series, one.unit, self.place)
        self.not_years.append(not_years(cells))
        if self.columns.two_digit_years is not None:
            self.has_two_digits |= has_two_digits(cells["_period_text"])
        sheet = pl.lit(self.sheet, pl.String).alias("sheet")
        cells = cells.filter(pl.col("period").is_not_null()).with_columns(sheet)
        return cells.select(CELL_SCHEMA.keys())


def _no_two_digits(file: str) -> Problem:
    return Problem(
        file=file,
        where="",
        expected="years of two digits, as the card's `two_digit_years` says",
        found="none",
        remedy="leave it out of the card, or look whether this is another file",
        severity="warning",
        code="bad_period",
        asked_at=("columns", "two_digit_years"),
    )


def _units_of_rows(table: pl.DataFrame, series: str, beside: str | None) -> pl.Expr:
    """The unit of each row of a table with a column of series: its own column's, else behind the name."""
    if beside is not None:
        return text_of(table, beside)
    names = _distinct(table, series)
    units = {name: unit for name in names if (unit := printed_series(name)[1]) is not None}
    if not units:
        return pl.lit(None, pl.String)
    return text_of(table, series).replace_strict(units, default=None, return_dtype=pl.String)


def _distinct(table: pl.DataFrame, column: str) -> pl.Series:
    """The texts of a column, each once, in the order in which they come."""
    text = text_of(table, column)
    parts = list(table.iter_slices(PART)) or [table]
    found = (part.select(text).to_series().unique(maintain_order=True) for part in parts)
    return pl.concat(found).drop_nulls().unique(maintain_order=True)


def _is_among(one: str, said: str) -> bool:
    """Whether a unit is what the file says, or one of several that it names."""
    return any(_is_same_unit(one, other) for other in units_named(said) or (said,))


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


def _period(table: pl.DataFrame, columns: TidyColumns, column: str) -> tuple[pl.Expr, pl.Expr]:
    """The year, and the period as text for problems."""
    if columns.period is None:
        year = columns.year if columns.year is not None else columns.year_over(column)
        return pl.lit(year, pl.Int32), pl.lit(column if columns.year is None else str(year))
    dtype = table[columns.period].dtype
    if dtype.is_temporal() and dtype != pl.Time and dtype != pl.Duration:
        # Stata keeps years as dates of the first of January; any other day is no year.
        day = pl.col(columns.period)
        first = (day.dt.month() == 1) & (day.dt.day() == 1)
        return pl.when(first).then(day.dt.year()).cast(pl.Int32), day.cast(pl.String)
    text = text_of(table, columns.period)
    return years_of(text, columns.two_digit_years), text


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
        (nothing if columns.region is None else text_of(table, columns.region)).alias(
            "region_label"
        ),
        pl.lit(0, pl.Int32).alias("region_level"),
        period.alias("period"),
        text.alias("text"),
        value.alias("value"),
        nothing.alias("footnote"),
        period_text.alias("_period_text"),
    )
