"""One value per series, region, period and vintage.

The same value printed twice is kept once. Two values for one cell in one vintage are reported
with both places and never chosen between.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.catalog.series import SeriesCatalogue
from nqpf_assets.catalog.units import UnitError, conversion_factor
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.warehouse.frame_parts import first_of_each, parts_of, taken
from nqpf_assets.warehouse.freed_memory import give_back

KEY = ("series_id", "region_code", "period", "vintage")
# Relative; larger than the rounding of a conversion, smaller than any printed digit.
_TOLERANCE = 1e-9


def settle(
    frames: list[pl.DataFrame], paths: dict[str, str], series: SeriesCatalogue
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """Observations with each cell once, sorted by their key, and the contradictions.

    Args:
        frames: the observations, in the order of their files' paths; the first of equal values is kept. They
            are taken out of the list and let go column by column: they may have gigabytes.
        paths: path of each ``file_id``, for messages.
        series: for the unit in which values of one series are compared.
    """
    # Columns that are one value throughout stay so where nothing is put below them.
    filled = [frame for frame in frames if frame.height] or frames[:1]
    frames.clear()
    observations = filled[0] if len(filled) == 1 else pl.concat(filled, rechunk=False)
    filled.clear()
    keys = _comparable_keys(observations)
    order = keys.select(pl.arg_sort_by(KEY)).to_series()
    if not _repeats(keys[order]):
        frames.append(observations)
        del observations, keys
        give_back()
        return taken(frames, order), ()
    repeated = observations.select(pl.struct(KEY).is_duplicated()).to_series()
    several = _with_comparable(observations.filter(repeated), series)
    value = pl.col("comparable")
    spread = value.max().over(KEY) - value.min().over(KEY)
    differs = spread > _TOLERANCE * value.abs().max().over(KEY)
    problems = _contradictions(several.filter(differs), paths)
    # A value goes before an empty cell, the first file before the next.
    kept = (
        several.sort(value.is_null(), maintain_order=True)
        .unique(KEY, keep="first", maintain_order=True)
        .drop("comparable")
    )
    return pl.concat([observations.filter(~repeated), kept]).sort(KEY), problems


def _comparable_keys(observations: pl.DataFrame) -> pl.DataFrame:
    """The columns of `KEY`, texts as numbers that are in the order of the texts."""
    columns = [
        pl.col(name).cast(pl.Enum(first_of_each(observations, (name,))[name].sort()))
        if observations.schema[name] == pl.String
        else pl.col(name)
        for name in KEY
    ]
    return pl.concat(part.select(columns) for part in parts_of(observations))


def _repeats(keys: pl.DataFrame) -> bool:
    """Whether a row of keys in order is the same as the one before it."""
    return bool(keys.select(pl.all_horizontal(pl.all() == pl.all().shift())).to_series().any())


def _with_comparable(rows: pl.DataFrame, series: SeriesCatalogue) -> pl.DataFrame:
    """Adds ``comparable``: the value in one unit per series, where its units convert."""
    factors = []
    first: dict[str, str] = {}
    for series_id, unit in (
        rows.select("series_id", "unit_measure").unique(maintain_order=True).iter_rows()
    ):
        known = series.get(series_id)
        target = known.unit if known is not None else first.setdefault(series_id, unit)
        try:
            factor = conversion_factor(unit, target)
        except UnitError:
            factor = 1.0
        factors.append((series_id, unit, factor))
    table = pl.DataFrame(
        factors,
        schema={"series_id": pl.String, "unit_measure": pl.String, "factor": pl.Float64},
        orient="row",
    )
    return (
        rows.join(table, on=["series_id", "unit_measure"], maintain_order="left")
        .with_columns(comparable=pl.col("value") * pl.col("factor"))
        .drop("factor")
    )


def _contradictions(rows: pl.DataFrame, paths: dict[str, str]) -> tuple[Problem, ...]:
    """One problem per series and pair of files, with the first cell as the example."""
    pairs = (
        rows.drop_nulls("comparable")
        .group_by(KEY, maintain_order=True)
        .agg(
            one=pl.struct(
                "file_id", "locator", "reported_text", "unit_measure", "comparable"
            ).first(),
            other=pl.struct("file_id", "locator", "reported_text", "unit_measure", "comparable")
            .filter(pl.col("comparable") != pl.col("comparable").first())
            .first(),
            region=pl.col("region_label").first(),
        )
        .group_by(
            "series_id",
            one_id=pl.col("one").struct.field("file_id"),
            other_id=pl.col("other").struct.field("file_id"),
            maintain_order=True,
        )
        .agg(pl.len().alias("n"), pl.all().first())
    )
    problems = []
    for row in pairs.to_dicts():
        one, other = row["one"], row["other"]
        cell = f"{row['series_id']}, {row['region'] or row['region_code']}, {row['period']}"
        more = f" ({counted(row['n'], 'such cells')})" if row["n"] > 1 else ""
        problems.append(
            Problem(
                file=paths[other["file_id"]],
                where=other["locator"] or "",
                expected=f"one value of {cell} in vintage {row['vintage']}: {one['reported_text']} "
                f"{one['unit_measure']} at {paths[one['file_id']]}: {one['locator']}",
                found=f"{other['reported_text']} {other['unit_measure']}{more}",
                remedy="keep one of the two: leave one label out with `ignore` in the card, or give the "
                "labels their series in it"
                if one["file_id"] == other["file_id"]
                else "give the two files different vintages in their cards, or remove one",
                code="two_values",
            )
        )
    return tuple(problems)
