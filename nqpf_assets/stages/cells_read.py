"""The cells of series that rows of a sample read, by the ways in which variables rest on series.

Most ways lead from a row to its own unit, some years before or after: these are looked up, and nothing is
put beside every row. What is counted of the cells is `underlying_cells`'.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.stages.spans import spans_of

if TYPE_CHECKING:
    import polars as pl

RUN = ("first_period", "last_period")
LAGS = ("first_lag", "last_lag")
CELLS = 1_000_000
"""Cells that are counted together."""


def portions(series: pl.DataFrame, n_rows: int) -> Iterator[pl.DataFrame]:
    """Ways of some series at a time, so that of each portion no more than `CELLS` or so are read."""
    names = series.get_column("series_id").unique().sort()
    n_names = max(1, CELLS // max(n_rows, 1))
    for some in names.to_frame().iter_slices(n_names):
        yield series.join(some, on="series_id", how="semi")
    if names.is_empty():
        yield series


def once_each(read: pl.LazyFrame, series: pl.DataFrame) -> pl.LazyFrame:
    """What is read, each cell once; where a series is read in one way, by one lag, it is so already."""
    import polars as pl

    is_single = _is_near() & (pl.col(LAGS[0]) == pl.col(LAGS[1]))
    has_one_way = series.get_column("series_id").is_unique().all()
    return read if has_one_way and series.select(is_single.all()).item() else read.unique()


def cells_read(
    cells: pl.LazyFrame, series: pl.DataFrame, rows: pl.DataFrame, part_span: pl.DataFrame
) -> pl.LazyFrame:
    """The cells that rows of a sample read, at least once each.

    Args:
        cells: ``variable`` (the series), ``unit``, ``period`` and others.
        series: ways in which they are read, as `study.rests_on` has them.
        rows: ``unit``, ``sample_period``.
        part_span: years of parts of formulas, from which some ways are counted.
    """
    import polars as pl

    near = series.filter(_is_near()).partition_by(LAGS, as_dict=True, maintain_order=True)
    found = [_read_near(cells, ways, rows, *lags) for lags, ways in near.items()]
    far = series.filter(~_is_near())
    if far.height or not found:
        found.append(_read_far(cells, far, rows, part_span))
    return pl.concat(found)


def _read_far(
    cells: pl.LazyFrame, series: pl.DataFrame, rows: pl.DataFrame, part_span: pl.DataFrame
) -> pl.LazyFrame:
    """The cells that rows read by any ways, once for every row that reads them."""
    import polars as pl

    named = cells.join(series.lazy(), left_on="variable", right_on="series_id")
    region, columns = pl.col("of_region"), cells.collect_schema().names()
    of_units = named.filter(region.is_null()).join(rows.lazy(), on="unit")
    years = rows.lazy().select("sample_period").unique()
    of_regions = named.filter(region == pl.col("unit")).join(years, how="cross")
    read = pl.concat([of_units, of_regions])
    spans = part_span.lazy().select("part", "unit", *RUN)
    for part in ("at_part", "since_part"):
        of_part = spans.rename({"part": part, RUN[0]: f"{part}_year", RUN[1]: f"{part}_end"})
        read = read.join(of_part, on=[part, "unit"], how="left")
    of_rows = spans.rename({"part": "where_part", RUN[0]: "where_first", RUN[1]: "where_last"})
    read = read.join(of_rows, on=["where_part", "unit"], how="left")
    asks = pl.col("sample_period") + pl.col("where_lag")
    is_there = asks.is_between(pl.col("where_first"), pl.col("where_last")).fill_null(False)
    is_unread = pl.col("where_part").is_not_null() & region.is_null() & ~is_there
    begin = pl.coalesce("at_part_year", "at_year", "sample_period") + pl.col("first_lag")
    end = pl.coalesce("at_part_end", "at_year", "sample_period") + pl.col("last_lag")
    is_outside = (
        (pl.col("period") < pl.col("not_before"))
        | (pl.col("period") > pl.col("not_after"))
        | (pl.col("period") < pl.col("since_part_year") + pl.col("since_lag"))
        | (pl.col("at_part").is_not_null() & pl.col("at_part_year").is_null())
    )
    return (
        read.filter(pl.col("period").is_between(begin, end))
        .filter(~is_outside.fill_null(False) & ~is_unread)
        .select(columns)
    )


def _read_near(
    cells: pl.LazyFrame, ways: pl.DataFrame, rows: pl.DataFrame, first: int, last: int
) -> pl.LazyFrame:
    """The cells from the first to the last lag of a row of their unit; of one lag, once for each way."""
    import polars as pl

    named = cells.join(
        ways.lazy().select("series_id", "not_before", "not_after"),
        left_on="variable",
        right_on="series_id",
    )
    period = pl.col("period")
    is_outside = (period < pl.col("not_before")) | (period > pl.col("not_after"))
    named = named.filter(~is_outside.fill_null(False))
    if first == last:
        reached = rows.select("unit", period=pl.col("sample_period") + first)
        read = named.join(reached.lazy(), on=["unit", "period"], how="semi")
    else:
        runs = spans_of(rows.select("unit", period="sample_period").unique(), "unit")
        begin, end = (pl.col(one) + lag for one, lag in zip(RUN, (first, last), strict=True))
        read = named.join(runs.lazy(), on="unit").filter(period.is_between(begin, end))
    return read.select(cells.collect_schema().names())


def _is_near() -> pl.Expr:
    """Whether a way leads from a row to its own unit, by lags alone."""
    import polars as pl

    elsewhere = ("of_region", "at_year", "at_part", "since_part", "where_part")
    return pl.all_horizontal(pl.col(elsewhere).is_null(), pl.col(LAGS).is_not_null())
