"""The cells that a study looks at: which years of which series, for its units and for regions read by name.

What is published stands in `reported_cell`; what rests on what, in `rests_on`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nqpf_assets.steps.step import Inputs
from nqpf_assets.studies.spec import Study

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.stages.aggregation import Aggregation


def grid_of_cells(
    inputs: Inputs, study: Study, found: Aggregation, names: Sequence[str]
) -> pl.LazyFrame:
    """Published cells of some series and, for the years and regions that are read, a row for every cell
    without one.

    `printed` is what stands in the file where the value was corrected. Of series of a lower level there are
    the cells that were put together, and those of units that stand for themselves.
    """
    import polars as pl

    name = study.study
    is_corrected = pl.col("correction").is_not_null()
    is_asked = pl.col("series_id").is_in(names)
    rests_on = inputs.scan(name, "rests_on").filter(is_asked)
    series = (
        inputs.scan(name, "series")
        .filter(is_asked)
        .select("interpolation", "ends", "rescaled", "from_level", variable="series_id")
    )
    own = inputs.scan(name, "unit").select("unit")
    regions = rests_on.select(unit="of_region").drop_nulls()
    is_read = pl.col("variable").is_in(names)
    as_published = (
        inputs.scan(name, "reported_cell")
        .filter(is_read)
        .join(series.filter(pl.col("from_level").is_null()), on="variable", how="semi")
    )
    reported = pl.concat(
        [
            as_published.join(pl.concat([own, regions]), on="unit", how="semi"),
            found.own.lazy().filter(is_read),
            found.cells.lazy()
            .filter(is_read)
            .drop_nulls("value")
            .select("variable", "unit", "period", "value"),
        ],
        how="diagonal",
    ).with_columns(printed=pl.when(is_corrected).then("reported_value"))
    years = _years_read(study, reported, rests_on)
    of_units = years.filter(pl.col("unit").is_null()).drop("unit").join(own, how="cross")
    wanted = pl.concat([of_units, years.drop_nulls("unit")], how="diagonal").unique()
    return (
        wanted.join(reported, on=["variable", "unit", "period"], how="full", coalesce=True)
        .join(series, on="variable")
        .select(
            "variable",
            "unit",
            "period",
            "value",
            "printed",
            "file_id",
            "locator",
            "vintage",
            "interpolation",
            "ends",
            "rescaled",
        )
    )


def _years_read(study: Study, reported: pl.LazyFrame, rests_on: pl.LazyFrame) -> pl.LazyFrame:
    """Years in which variables read each series: variable (the series), period, unit.

    `unit` is null where every unit reads its own. The years of the study belong to it in any case
    (unless one calendar year is read and no other); years beyond them only as far as the series was
    published at all, so that no rule for the ends of a series invents years before its beginning.
    """
    import polars as pl

    first, last = study.periods.first, study.periods.last
    known = reported.group_by("variable").agg(
        known_first=pl.col("period").min(), known_last=pl.col("period").max()
    )
    reads = rests_on.select(
        "first_lag",
        "last_lag",
        "at_year",
        "not_before",
        "not_after",
        "at_part",
        unit="of_region",
        variable="series_id",
    )
    begin = pl.coalesce("at_year", pl.lit(first)) + pl.col("first_lag")
    end = pl.coalesce("at_year", pl.lit(last)) + pl.col("last_lag")
    # The year in which a flow begins is known once it is filled.
    begin = pl.when(pl.col("at_part").is_null()).then(begin).otherwise("known_first")
    reached = reads.join(known, on="variable").select(
        "variable",
        "unit",
        begin=pl.max_horizontal(begin, "known_first", "not_before"),
        end=pl.min_horizontal(end, "known_last", "not_after"),
    )
    sample = reads.filter(pl.col("at_year").is_null()).select(
        "variable", "unit", begin=pl.lit(first), end=pl.lit(last)
    )
    return (
        pl.concat(
            [sample, reached.filter(pl.col("begin") <= pl.col("end"))], how="vertical_relaxed"
        )
        .with_columns(period=pl.int_ranges("begin", pl.col("end") + 1, dtype=pl.Int32))
        .select("variable", "unit", "period")
        .explode("period")
        .unique()
    )
