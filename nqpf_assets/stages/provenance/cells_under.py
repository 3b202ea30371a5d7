"""Series cells and spatial weights under single rows of variables: under those of a bound, and of extremes.

And the rows in which an index has scores. Whoever reads a value that was moved to a bound, or scaled by an
extreme, rests on these cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.stages.dependencies import rows_with_score
from nqpf_assets.stages.spans import spans_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.steps.step import Inputs
    from nqpf_assets.studies.index_method import IndexOptions

BOUND = ["variable", "side", "bound_period"]
"""What names a bound."""
RUN = ["first_period", "last_period"]
WHAT = ["series_id", "weights_name"]
"""What is read: cells of a series, or weights of a raw file; the other is null."""


def cells_and_weights(rests_on: pl.DataFrame, weights_under: pl.DataFrame) -> pl.DataFrame:
    """The ways in which variables read series, and those in which their spatial lags take weights."""
    import polars as pl

    ways = pl.concat([rests_on, weights_under], how="diagonal")
    return ways.with_columns(pl.col(*WHAT).cast(pl.String))


def cells_under_bounds(
    rows: pl.DataFrame,
    clipped: pl.DataFrame,
    rests_on: pl.DataFrame,
    reads: pl.DataFrame,
    spans: pl.DataFrame,
    units: pl.DataFrame,
) -> pl.DataFrame:
    """Runs of cells under each bound: under its rows, and under bounds of what these read clipped.

    Args:
        rests_on: as `cells_and_weights` gives it.
        spans: as `part_span`, the years of parts of formulas, on which it depends what a row reads.
        units: those of the study, in a column `unit`.
    """
    import polars as pl

    found = _read(rows, rests_on, WHAT, spans, units).select(*BOUND, *WHAT, "unit", *RUN).unique()
    inner = _read(
        rows, reads.filter(pl.col("variable") != pl.col("input")), ["input"], spans, units
    )
    inner = (
        inner.join(
            clipped, left_on=["input", "unit"], right_on=["variable", "unit"], suffix="_inner"
        )
        .filter(pl.col("period").is_between(pl.col("first_period"), pl.col("last_period")))
        .select(*BOUND, inner="input", inner_side="side_inner", inner_period="bound_period_inner")
        .unique()
    )
    while len(inner):
        deeper = inner.join(
            found,
            left_on=["inner", "inner_side", "inner_period"],
            right_on=BOUND,
            nulls_equal=True,
        )
        more = pl.concat([found, deeper.select(found.columns)]).unique()
        if len(more) == len(found):
            break
        found = more
    return found


def cells_under_extremes(
    inputs: Inputs,
    compiled: CompiledStudy,
    indices: list[str],
    rests_on: pl.DataFrame,
    bounds: pl.DataFrame,
    spans: pl.DataFrame,
    units: pl.DataFrame,
) -> list[pl.DataFrame]:
    """Runs of cells under minimum and maximum of every indicator of these indices.

    Each under the name of the index, and of every variable and index that is made of its scores.
    """
    import polars as pl

    name, periods = compiled.name, compiled.study.periods
    cells = inputs.read(name, "variable_cell").filter(
        pl.col("period").is_between(periods.first, periods.last)
    )
    reads = inputs.read(name, "dependency")
    found = []
    for index in indices:
        indicators = reads.filter(pl.col("variable") == index).get_column("input").unique()
        own = cells.filter(pl.col("variable").is_in(indicators.implode())).drop_nulls("value")
        # A row that lacks an indicator has no score and sets no scale.
        n_there = pl.col("variable").n_unique().over("unit", "period")
        own = own.filter(n_there == len(indicators))
        options = compiled.study.indices[index]
        rows = pl.concat(
            _extremes(own if year is None else own.filter(pl.col("period") == year))
            for year in scales_of(options)
        ).unique()
        # The extreme of what is clipped is its bound.
        of_bounds = bounds.filter(pl.col("variable").is_in(indicators.implode()))
        under = [_read(rows, rests_on, WHAT, spans, units), of_bounds]
        over = [one for one in compiled.direct if index in compiled.under([one])]
        found += [
            one.select(pl.lit(reader).alias("variable"), *WHAT, "unit", *RUN)
            for one in under
            for reader in over
        ]
    return [pl.concat(found).unique()]


def rows_of_scores(
    inputs: Inputs, study: str, indices: list[str], units: pl.DataFrame
) -> pl.DataFrame:
    """Runs of years in which each of these indices has a score, as rows of `part_span`.

    They are those on which its scale rests, which a changed value leaves as they were.
    """
    import polars as pl

    is_scale = (pl.col("number_table") == "score") & ~pl.col("is_own_row")
    rows = (
        inputs.read(study, "index_read")
        .filter(is_scale, pl.col("index_name").is_in(indices))
        .select("index_name", "from_unit", *RUN)
        .unique()
    )
    of_all = rows.filter(pl.col("from_unit").is_null()).join(units.select("unit"), how="cross")
    of_one = rows.drop_nulls("from_unit").with_columns(unit="from_unit")
    names = {index: rows_with_score(index) for index in indices}
    runs = pl.concat([of_all, of_one]).select("index_name", "unit", *RUN)
    # Where weights differ by year, the rows of each year are told apart.
    years = pl.int_ranges(RUN[0], pl.col(RUN[1]) + 1, dtype=pl.Int32).alias("period")
    has_score = runs.select("index_name", "unit", years).explode("period").unique()
    return spans_of(has_score, "index_name", "unit").select(
        pl.col("index_name").replace_strict(names).alias("part"), "unit", *RUN
    )


def scales_of(options: IndexOptions) -> tuple[int | None, ...]:
    """The years whose extremes are the scale of an index; None for all of them together.

    Distances from the best and the worst are of all years, whatever normalises.
    """
    base = getattr(options, "base_year", None)
    if base is not None and getattr(options, "aggregate", None) == "topsis":
        return base, None
    return (base,)


def _extremes(cells: pl.DataFrame) -> pl.DataFrame:
    """Where each variable has its least and its greatest value."""
    import polars as pl

    value = pl.col("value")
    is_end = (value == value.min().over("variable")) | (value == value.max().over("variable"))
    return cells.filter(is_end).select("variable", "unit", "period")


def _read(
    rows: pl.DataFrame,
    reads: pl.DataFrame,
    named: list[str],
    spans: pl.DataFrame,
    units: pl.DataFrame,
) -> pl.DataFrame:
    """The runs of years that rows of variables read themselves, with the keys of the rows."""
    import polars as pl

    kept = [key for key in rows.columns if key != "period"]
    read = rows.join(reads.filter(~pl.col("is_pooled")), on="variable").with_columns(
        cell_unit=pl.coalesce("of_region", "unit")
    )
    # A score of an index that has weights by year rests on all units in its year.
    of_year = rows.join(reads.filter(pl.col("pooled_by") == "period"), on="variable")
    of_all = of_year.join(units.select(asking="unit"), how="cross").with_columns(
        cell_unit=pl.coalesce("of_region", "asking")
    )
    # Whose row matters: the one that asks, or each of all that it asks.
    read = read.with_columns(asking="unit")
    read = pl.concat([read, of_all.select(read.columns)])
    for part, unit in (("at", "cell_unit"), ("since", "cell_unit"), ("where", "asking")):
        of_part = spans.select(
            pl.col("part").alias(f"{part}_part"),
            pl.col("unit").alias(unit),
            *(pl.col(end).alias(f"{part}_{end}") for end in RUN),
        )
        read = read.join(of_part, on=[f"{part}_part", unit], how="left")
    asks = pl.col("period") + pl.col("where_lag")
    is_there = asks.is_between(pl.col("where_first_period"), pl.col("where_last_period"))
    year = {end: pl.coalesce(f"at_{end}", "at_year", "period") for end in RUN}
    begin = pl.col("since_first_period") + pl.col("since_lag")
    return (
        read.filter(
            pl.col("at_part").is_null() | pl.col("at_first_period").is_not_null(),
            pl.col("where_part").is_null() | is_there.fill_null(False),
        )
        .with_columns(
            unit="cell_unit",
            first_period=pl.max_horizontal(year[RUN[0]] + pl.col("first_lag"), "not_before", begin),
            last_period=pl.min_horizontal(year[RUN[1]] + pl.col("last_lag"), "not_after"),
        )
        .filter(pl.col("first_period") <= pl.col("last_period"))
        .select(*kept, *named, *RUN)
    )
