"""What files have of each series: by publisher, vintage and level the regions, years and gaps.

Counted as printed: an empty cell or a mark such as `…` is no value, and what was left out between the first
and the last year of a table is a gap. Nothing is chosen between vintages.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.catalog.regions import Regions

KEY = ("series_id", "publisher", "vintage", "region_level")
_WITHOUT_AT_MOST = 5
"""Regions of a level that a table lacks altogether are named up to so many: more is another scope."""


def coverage(observations: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """One row per series, publisher, vintage and level of regions.

    Args:
        observations: columns of `source.observation`.
        files: columns of `source.file`.

    Returns:
        The columns of `KEY`; ``data_status, unit_measure`` as printed, several joined by commas;
        ``n_regions``; ``first_year, last_year`` and ``n_values`` of cells with a value; ``n_gaps``, the
        cells of these regions and years without one; ``paths`` of the files.
    """
    about = files.select("file_id", "publisher", "data_status", "path")
    rows = observations.join(about, on="file_id", how="left").with_columns(
        pl.col("publisher").fill_null("")
    )
    is_value = pl.col("value").is_not_null()
    span = pl.col("last_year") - pl.col("first_year") + 1
    n_values = pl.struct("region_code", "period").filter(is_value).n_unique()
    return (
        rows.filter(is_value | ~is_value.any().over(KEY))
        .group_by(KEY)
        .agg(
            _joined("data_status"),
            _joined("unit_measure"),
            n_regions=pl.col("region_code").n_unique().cast(pl.Int64),
            first_year=pl.col("period").min().cast(pl.Int64),
            last_year=pl.col("period").max().cast(pl.Int64),
            n_values=pl.when(is_value.any()).then(n_values).otherwise(0).cast(pl.Int64),
            paths=pl.col("path").unique().sort(),
        )
        .with_columns(n_gaps=pl.col("n_regions") * span - pl.col("n_values"))
        .sort(KEY)
    )


def missing_years(observations: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """The gaps of each row of `coverage`: columns of `KEY`, ``region_code, years`` (a list).

    A year that no region has a value of stands once, with a null code.
    """
    about = files.select("file_id", "publisher")
    values = (
        observations.filter(pl.col("value").is_not_null())
        .join(about, on="file_id", how="left")
        .select(pl.col("publisher").fill_null(""), *(k for k in KEY if k != "publisher"),
                "region_code", "period")
        .unique()
    )  # fmt: skip
    by = values.group_by(KEY).agg(
        first=pl.col("period").min(), last=pl.col("period").max(), region_code="region_code"
    )
    grid = (
        by.with_columns(pl.col("region_code").list.unique())
        .explode("region_code")
        .with_columns(period=pl.int_ranges("first", pl.col("last") + 1, dtype=pl.Int32))
        .explode("period")
    )
    on = [*KEY, "region_code", "period"]
    gaps = grid.join(values.with_columns(pl.col("period").cast(pl.Int32)), on=on, how="anti")
    n_of_row = grid.unique([*KEY, "region_code"]).group_by(KEY).agg(n_regions=pl.len())
    nobody = (gaps.group_by(*KEY, "period").agg(n=pl.len()).join(n_of_row, on=KEY)).filter(
        pl.col("n") == pl.col("n_regions")
    )
    some = gaps.join(nobody, on=[*KEY, "period"], how="anti")
    whole = nobody.with_columns(region_code=pl.lit(None, pl.String))
    return (
        pl.concat([one.select(*KEY, "region_code", "period") for one in (whole, some)])
        .group_by(*KEY, "region_code")
        .agg(years=pl.col("period").sort())
        .sort(*KEY, "region_code", nulls_last=False)
    )


def regions_lacking(
    observations: pl.DataFrame, files: pl.DataFrame, regions: Regions
) -> pl.DataFrame:
    """Provinces that a table of provinces does not have at all: columns of `KEY`, ``region_code``.

    Only where few are missing; of other levels the catalogue does not promise to know all members.
    """
    level = "province"
    have = (
        observations.filter((pl.col("region_level") == level) & pl.col("value").is_not_null())
        .join(files.select("file_id", "publisher"), on="file_id", how="left")
        .with_columns(pl.col("publisher").fill_null(""))
        .select(*KEY, "region_code")
        .unique()
    )
    is_one = (pl.col("level") == level) & pl.col("valid_to").is_null()
    all_of_it = regions.frame.filter(is_one).select("region_code")
    lacking = have.select(KEY).unique().join(all_of_it, how="cross")
    lacking = lacking.join(have, on=[*KEY, "region_code"], how="anti")
    return lacking.filter(pl.len().over(KEY) <= _WITHOUT_AT_MOST).sort(*KEY, "region_code")


def _joined(column: str) -> pl.Expr:
    return pl.col(column).drop_nulls().unique().sort().str.join(", ").alias(column)
