"""Rows that winsorising moves or may move, and rows on whose values its bounds lie.

A quantile is the value of a row, or lies between those of two. The bounds themselves are
`sql/study/winsor_bound`'s; those of a column's winsorising rest on rows of its own sample, and are told by
`estimation`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.studies.variables import Winsorize

ROUNDING = 1e-12
"""Share of a bound by which a value may miss it and lie on it."""


def clipped_rows(
    compiled: CompiledStudy, values: pl.DataFrame, outside: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Values on or beyond the bounds of their variables, and the rows on which these rest.

    Args:
        values: variable, unit, period and value, before clipping, of the study's own rows.
        outside: the same of all years and regions in which others read a variable.
    """
    import polars as pl

    none = values.select(
        "variable", "unit", "period", side="variable", bound_period="period"
    ).clear()
    moved, rows = [none], [none]
    for name, formula in compiled.formulas.items():
        if formula.winsorize is None:
            continue
        own = values.filter(pl.col("variable") == name)
        read = outside.filter(pl.col("variable") == name)
        for pool, told in _pools(compiled, formula.winsorize, own, read if len(read) else own):
            for side, found, setting in _sides(pool, told, formula.winsorize):
                moved.append(found.with_columns(side=pl.lit(side)).select(none.columns))
                rows.append(setting.with_columns(side=pl.lit(side)).select(none.columns))
    return pl.concat(moved), pl.concat(rows)


def _pools(
    compiled: CompiledStudy, rule: Winsorize, own: pl.DataFrame, everywhere: pl.DataFrame
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Rows of which quantiles are taken, each time with the rows that are clipped to them."""
    import polars as pl

    values = own.get_column("value")
    if values.is_in([values.min(), values.max()]).all():
        return  # two values have no tails
    if rule.by == "pooled":
        none = pl.lit(None, dtype=pl.Int32).alias("bound_period")
        yield own, everywhere.with_columns(none)
        return
    units = [unit.code for unit in compiled.units]
    by_year = everywhere.with_columns(bound_period="period")
    for part in by_year.partition_by("period"):
        yield part.filter(pl.col("unit").is_in(units)), part


def _sides(
    pool: pl.DataFrame, told: pl.DataFrame, rule: Winsorize
) -> Iterator[tuple[str, pl.DataFrame, pl.DataFrame]]:
    """For each end its name, the rows that are clipped there, and those on which the bound rests."""
    import polars as pl

    from nqpf_assets.estimation.clipping import bound_rows, clip_bounds

    if pool.is_empty():
        return
    values = pool.get_column("value").to_numpy()
    low, high = clip_bounds(values, rule)
    value = pl.col("value")
    # A value on the bound is clipped as soon as the bound moves; a quantile may miss it by a rounding.
    beyond = (value <= low + ROUNDING * abs(low), value >= high - ROUNDING * abs(high))
    year = told.get_column("bound_period").first()
    for side, is_beyond, rows in zip(
        ("low", "high"), beyond, bound_rows(values, rule), strict=True
    ):
        setting = pool[rows.tolist()].with_columns(bound_period=pl.lit(year, dtype=pl.Int32))
        yield side, told.filter(is_beyond), setting
