"""How much of a study would be filled in: told by `nqpf check`, before anything is built.

Counted from the cells of all files, whatever vintage a study takes in the end; the tables of a refresh say
what is under each of their columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.messages.printed_numbers import percent_words
from nqpf_assets.stages.dependencies import series_under
from nqpf_assets.stages.filling_rules import filling_rule, kinds_of_numbers, rescaled_years
from nqpf_assets.stages.named_levels import can_be_below

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.stages.compiled_study import CompiledStudy


def filling_words(
    compiled: CompiledStudy, catalogue: Catalogue, observations: pl.LazyFrame
) -> str | None:
    """What becomes of cells that no file has; None where none is missing."""
    import polars as pl

    from nqpf_assets.stages.interpolation import fill_gaps

    study, names = compiled.study, _read_by_units(compiled)
    units = [unit.code for unit in compiled.units]
    regions = catalogue.regions.continuing.lazy().select("region_code", "unit_code")
    observed = observations.filter(pl.col("series_id").is_in(names))
    kinds = kinds_of_numbers(observed)
    rules = {name: filling_rule(study, name, kinds[name]) for name in names if name in kinds}
    if not rules or not units:
        return None
    cells = (
        observed.drop_nulls("value")
        .join(regions, on="region_code")
        .filter(pl.col("unit_code").is_in(units))
        .group_by(variable="series_id", unit="unit_code", period="period")
        .agg(pl.col("value").last())
    )
    years = pl.LazyFrame({"period": range(study.periods.first, study.periods.last + 1)}).cast(
        {"period": pl.Int32}
    )
    table = pl.LazyFrame(
        [
            (name, rule.gaps, rule.ends, rescaled_years(study, catalogue, name))
            for name, rule in rules.items()
        ],
        schema=dict.fromkeys(("variable", "interpolation", "ends", "rescaled"), pl.String),
        orient="row",
    )
    grid = (
        table.select("variable")
        .join(pl.LazyFrame({"unit": units}), how="cross")
        .join(years, how="cross")
        .join(cells, on=["variable", "unit", "period"], how="full", coalesce=True)
        .join(table, on="variable")
    )
    counted = (
        fill_gaps(grid)
        .filter(pl.col("period").is_between(study.periods.first, study.periods.last))
        .group_by("status")
        .agg(pl.len().alias("n"))
        .collect()
    )
    words = _words(study.study, dict(counted.iter_rows()), len(rules))
    return words and words + _of_a_lower_level(study.units.level, observed, cells)


def _of_a_lower_level(units: str, observed: pl.LazyFrame, cells: pl.LazyFrame) -> str:
    """Series that no unit has and regions of a lower level do; nothing where there are none."""
    import polars as pl

    held = (
        observed.drop_nulls("value")
        .join(cells, left_on="series_id", right_on="variable", how="anti")
        .select("series_id", "region_level")
        .unique()
        .sort(pl.all())
        .collect()
    )
    told = [
        f"no unit has {series}, which files have of the level {level}: `from_level` puts them together"
        for series, level in held.iter_rows()
        if can_be_below(level, units)
    ]
    return "".join(f"; {one}" for one in told)


def _read_by_units(compiled: CompiledStudy) -> tuple[str, ...]:
    """Series of which units read their own years, as published, not only one calendar year or one region."""
    below = series_under(compiled.direct, set(compiled.series))
    return tuple(
        sorted(
            {
                series_id
                for reads in below.values()
                for series_id, reaches in reads.items()
                if compiled.from_level(series_id) is None
                and any(one.year is None and one.region is None for one in reaches)
            }
        )
    )


def _words(study: str, n: dict[str, int], n_series: int) -> str | None:
    total = sum(n.values())
    lacking = total - n.get("reported", 0)
    if not lacking:
        return None
    parts = [
        f"{n[status]} {verb(n[status], plural)} {words} ({percent_words(n[status], total)})"
        for status, plural, words in (
            ("interpolated", "are", "filled on a line"),
            ("extrapolated", "are", "filled beyond the published years"),
            ("missing", "stay", "missing"),
        )
        if n.get(status)
    ]
    return (
        f"study {study}: of {counted(total, 'cells')} of {n_series} series, {lacking} "
        f"{verb(lacking, 'were')} not published: " + ", ".join(parts)
    )
