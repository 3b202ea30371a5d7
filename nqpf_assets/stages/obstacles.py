"""Obstacle degrees of an index: by unit and year, and their means as a printed table.

The measure is `nqpf_assets.indices.obstacles`'; here cells become it, and it becomes rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.indices.obstacles import obstacle_degrees
from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.stages.index_apart import IndexApart
from nqpf_assets.stages.printed_panel_table import Described, PanelRows, Row
from nqpf_assets.stages.provenance.numbers_read import IN_PRINT, Read
from nqpf_assets.studies.table_kinds.obstacle_degree import ObstacleTable

if TYPE_CHECKING:
    import polars as pl

DEGREE = "obstacle_degree"
MOST_NAMED = 3
"""Rows without an obstacle that a note names."""


def describe_obstacles(table: ObstacleTable, given: PanelRows) -> Described:
    """Degrees of every indicator and dimension; a mean over the rows of the table for each that is printed.

    Raises:
        EstimationError: no row has a score and an obstacle, or the index is no weighted sum.
    """
    import polars as pl

    assert given.index is not None, "tables of this kind say which index they take apart"
    everywhere = _by_indicator(given.index)
    years = given.rows.select("unit", "period", "unit_name")
    long = everywhere.join(years, on=["unit", "period"], how="inner")
    without = long.filter(pl.col(DEGREE).is_null()).unique(["unit", "period"])
    long = long.drop_nulls(DEGREE)
    if long.is_empty():
        raise EstimationError(f"no row of these years has a score of {table.index} and an obstacle")
    by_dimension = (
        long.group_by("dimension", "unit", "period", maintain_order=True)
        .agg(pl.col(DEGREE).sum())
        .with_columns(indicator=pl.lit(None, pl.String))
    )
    keys = ("dimension", "indicator", "unit", "period", DEGREE)
    shown, by = (long, "indicator") if table.rows == "indicators" else (by_dimension, "dimension")
    first, last = _ends(long)
    return Described(
        {
            "obstacle": pl.concat([long.select(keys), by_dimension.select(keys)]).with_columns(
                index_name=pl.lit(table.index)
            )
        },
        "group",
        table.numbers(),
        _printed(shown, by, first, last),
        long.select("unit", "period").unique().sort("unit", "period"),
        list(_reads(table, long, shown[by].unique(maintain_order=True).to_list())),
        list(_notes(table, len(years) - len(_rows(long)) - len(without), without, (first, last))),
    )


def _by_indicator(index: IndexApart) -> pl.DataFrame:
    """Degree of each indicator in each row of the index; null where there is no obstacle."""
    import polars as pl

    of, result = index.indicators, index.result
    if result.normalised is None:  # of a method that a package brings
        raise EstimationError("the method of the index gives no normalised values")
    by_year = {one.period: one.weight for one in result.weights}
    weights = by_year.get(None)
    if weights is None:
        weights = np.array([by_year[year] for year in of.periods.tolist()])
    degrees = obstacle_degrees(result.normalised, weights)
    n, n_indicators = degrees.shape
    return pl.DataFrame(
        {
            "dimension": np.tile(np.array(of.dimensions, dtype=object), n).tolist(),
            "indicator": np.tile(np.array(of.names, dtype=object), n).tolist(),
            "unit": np.repeat(of.units, n_indicators).tolist(),
            "period": np.repeat(of.periods, n_indicators),
            DEGREE: degrees.ravel(),
        },
        schema_overrides={"unit": pl.String, "period": pl.Int32},
    ).with_columns(pl.col(DEGREE).fill_nan(None))


def _printed(shown: pl.DataFrame, by: str, first: int, last: int) -> Sequence[Row]:
    """Means over all rows, in the first and in the last year; the largest first."""
    import polars as pl

    degree, year = pl.col(DEGREE), pl.col("period")
    largest = degree == degree.max().over("unit", "period")
    rows = shown.with_columns(largest=largest).group_by(by, maintain_order=True)
    means = rows.agg(
        degree.mean(),
        degree.filter(year == first).mean().alias(f"{DEGREE}_first"),
        degree.filter(year == last).mean().alias(f"{DEGREE}_last"),
        pl.col("largest").sum().cast(pl.Int64).alias("n_largest"),
    )
    ordered = means.sort(DEGREE, descending=True, maintain_order=True)
    return ordered.rename({by: "row_label"}).to_dicts()


def _reads(table: ObstacleTable, long: pl.DataFrame, labels: list[str]) -> Iterator[Read]:
    """A degree rests on what the score of its row rests on, a mean on that of all its rows."""
    first, last = _ends(long)
    for year in long["period"].unique().sort().to_list():
        own = ("obstacle", (DEGREE,), table.index, year, year)
        yield Read(*own, period=year, is_own_unit=True)
    for name, begin, end in (
        (DEGREE, first, last),
        (f"{DEGREE}_first", first, first),
        (f"{DEGREE}_last", last, last),
    ):
        yield from (
            Read(IN_PRINT, (name,), table.index, begin, end, group=label) for label in labels
        )


def _notes(
    table: ObstacleTable, n_unscored: int, without: pl.DataFrame, ends: tuple[int, int]
) -> Iterator[str]:
    yield (
        "Obstacle degree: weight × (best − normalised value) of an indicator over the sum of this over all "
        f"indicators of {table.index}; means over units and years, over units in {ends[0]} and in {ends[1]}, "
        "and the number of rows in which it is the largest. By unit and year: result.obstacle."
    )
    if n_unscored:
        yield f"Left out, for want of a score of {table.index}: {counted(n_unscored, 'rows')}."
    if n := len(without):
        named = without.sort("unit", "period").head(MOST_NAMED)
        few = ", ".join(
            f"{name} {year}" for name, year in named.select("unit_name", "period").iter_rows()
        )
        more = f" and {n - MOST_NAMED} more" if n > MOST_NAMED else ""
        yield (
            f"{counted(n, 'rows')} {verb(n, 'are')} the best in all indicators and {verb(n, 'have')} no "
            f"obstacle: {few}{more}."
        )


def _rows(long: pl.DataFrame) -> pl.DataFrame:
    return long.select("unit", "period").unique()


def _ends(long: pl.DataFrame) -> tuple[int, int]:
    years = long["period"].to_list()
    return min(years), max(years)
