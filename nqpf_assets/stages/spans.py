"""Rows of units and years as ranges: what is asked of many rows at once is asked of few."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def spans_of(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Runs of years without a gap: the keys, `first_period` and `last_period`.

    Args:
        rows: the keys and `period`, each row once.
        keys: within which years follow each other.
    """
    import polars as pl

    place = pl.int_range(pl.len()).over(*keys)
    return (
        rows.select(*keys, "period")
        .sort(*keys, "period")
        .with_columns(run=pl.col("period") - place)
        .group_by(*keys, "run", maintain_order=True)
        .agg(first_period=pl.col("period").min(), last_period=pl.col("period").max())
        .drop("run")
    )
