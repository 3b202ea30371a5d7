"""From published cells of a lower level to cells of the study's units, by the rule that the study declares.

What a whole consists of in a year is `catalog.region_members`'; here its cells are counted and put
together, and of each it is told how much of a change of it the whole takes over. Published cells alone are
put together: a gap of a member is a gap, and what is filled afterwards is the series of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

CELL = ["variable", "unit", "period"]
RULES = ("from_level", "aggregation", "weight_series", "members_of", "least_share", "share_of")
"""Columns of a series that say how it is put together; all null of one that is not."""
MOST_NAMED = 3
"""Members without a value that are named of one whole."""
ENOUGH = 1e-9
"""By how much a share may fall short through rounding."""


@dataclass(frozen=True)
class Aggregation:
    """What became of the cells of members.

    Attributes:
        cells: one row per series, unit and year in which a member has a value, as `study.aggregated_cell`;
            no value where the share does not suffice.
        parts: one row per cell that has a value and cell that it is made of: ``variable, unit, period,
            from_series, from_unit, from_period, weight_in_fill``.
        own: cells as they were published of units that stand for themselves.
        members: published cells of members, and of those of weights.
    """

    cells: pl.DataFrame
    parts: pl.DataFrame
    own: pl.DataFrame
    members: pl.DataFrame


def aggregated(reported: pl.LazyFrame, series: pl.DataFrame, member: pl.DataFrame) -> Aggregation:
    """Put together what a study says is to be.

    Args:
        reported: published cells, of wholes and of members: ``variable, unit, period, value`` and others.
        series: the rows of `series`, with `series_id` and `RULES`.
        member: ``level, unit, member, first_period, last_period``.
    """
    rules = series.filter(pl.col("from_level").is_not_null()).select(*RULES, variable="series_id")
    taken = {*rules["variable"], *rules["weight_series"].drop_nulls()}
    members = (
        reported.filter(pl.col("variable").is_in(sorted(taken)))
        .join(member.lazy().select(unit="member").unique(), on="unit", how="semi")
        .collect()
    )
    alone = member.filter(pl.col("unit") == pl.col("member")).rename({"level": "from_level"})
    own = (
        members.join(rules.select("variable", "from_level"), on="variable")
        .join(alone.drop("member"), on=["from_level", "unit"])
        .filter(pl.col("period").is_between(pl.col("first_period"), pl.col("last_period")))
        .select(members.columns)
    )
    gathered = _gathered(members, rules, member)
    cells = _cells(gathered)
    return Aggregation(cells, _parts(gathered, cells), own, members)


def _gathered(cells: pl.DataFrame, rules: pl.DataFrame, member: pl.DataFrame) -> pl.DataFrame:
    """A row for every member of every whole in every year, with its value and its weight."""
    value = cells.select("variable", "period", member="unit", value="value")
    years = value.join(rules.select("variable"), on="variable", how="semi")
    years = years.select("variable", "period").unique()
    published = value.select("variable", "member").unique().with_columns(is_published=pl.lit(1))
    weight = value.rename({"variable": "weight_series", "value": "weight"})
    # A unit that stands for itself is no whole of others, and its cell is as it was published.
    parts = member.filter(pl.col("unit") != pl.col("member")).rename({"level": "from_level"})
    return (
        rules.join(years, on="variable")
        .join(parts, on="from_level")
        .filter(pl.col("period").is_between(pl.col("first_period"), pl.col("last_period")))
        .join(published, on=["variable", "member"], how="left")
        .filter((pl.col("members_of") == "known") | pl.col("is_published").is_not_null())
        .join(value, on=["variable", "member", "period"], how="left")
        .join(weight, on=["weight_series", "member", "period"], how="left")
        .with_columns(weight=pl.when(pl.col("weight") >= 0).then("weight"))
        .with_columns(
            is_there=pl.col("value").is_not_null()
            & (pl.col("weight").is_not_null() | (pl.col("aggregation") != "weighted_mean")),
            counts=pl.when(pl.col("aggregation") == "weighted_mean")
            .then("weight")
            .otherwise(pl.lit(1.0)),
        )
        .sort("variable", "unit", "period", "member")
    )


def _cells(gathered: pl.DataFrame) -> pl.DataFrame:
    there = pl.col("is_there")
    total = pl.col("counts").filter(there).sum()
    added = (pl.col("value") * pl.col("counts")).filter(there).sum()
    # Where a member has no weight, nobody knows which share of the weight is there.
    by_weight = pl.when(pl.col("weight").is_not_null().all()).then(total / pl.col("weight").sum())
    found = gathered.group_by(*CELL, *RULES, maintain_order=True).agg(
        n_members=pl.len().cast(pl.Int64),
        n_present=there.sum().cast(pl.Int64),
        by_members=there.mean(),
        by_weight=by_weight,
        added=added,
        total=total,
        absent=pl.col("member").filter(~there).head(MOST_NAMED),
    )
    is_sum = pl.col("aggregation") == "sum"
    mean = pl.when(pl.col("total") > 0).then(pl.col("added") / pl.col("total"))
    made = pl.when(is_sum).then("added").otherwise(mean)
    is_cut = pl.col("n_members") - pl.col("n_present") > MOST_NAMED
    return (
        found.filter(pl.col("n_present") > 0)
        .with_columns(
            share=pl.when(pl.col("share_of") == "weight").then("by_weight").otherwise("by_members")
        )
        .with_columns(
            value=pl.when(pl.col("share") >= pl.col("least_share") - ENOUGH).then(made),
            members_absent=pl.when(pl.col("absent").list.len() > 0).then(
                pl.concat_str(
                    pl.col("absent").list.join(", "),
                    pl.when(is_cut).then(pl.lit(", …")).otherwise(pl.lit("")),
                )
            ),
        )
        .select(*CELL, "from_level", "aggregation", "value", "n_members", "n_present", "share",
                "least_share", "members_absent")
    )  # fmt: skip


def _parts(gathered: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Derivatives of every whole with respect to the cells of its members, and to their weights."""
    whole = cells.drop_nulls("value").select(*CELL, whole="value")
    # Summed before the join, which keeps no order: in another a sum has other last digits.
    there = (
        gathered.filter("is_there")
        .with_columns(total=pl.col("counts").sum().over(CELL))
        .join(whole, on=CELL)
    )
    is_sum, is_weighted = (pl.col("aggregation") == one for one in ("sum", "weighted_mean"))
    of_values = there.select(
        *CELL,
        from_series="variable",
        from_unit="member",
        from_period="period",
        weight_in_fill=pl.when(is_sum).then(1.0).otherwise(pl.col("counts") / pl.col("total")),
    )
    of_weights = there.filter(is_weighted).select(
        *CELL,
        from_series="weight_series",
        from_unit="member",
        from_period="period",
        weight_in_fill=(pl.col("value") - pl.col("whole")) / pl.col("total"),
    )
    # What moves nothing is not listed: a member of no weight, the weight of one that has the mean itself.
    return pl.concat([of_values, of_weights]).filter(pl.col("weight_in_fill") != 0)


def made_from(fills: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """What every cell that was not published is made from, down to published cells.

    Args:
        fills: `interpolation.sources_of_fills`, within a unit's series.
        parts: those of aggregated cells.

    Returns:
        The columns of `parts`, and `made_as`. A gap in the series of a whole is made from the cells of its
        members in the years from which it is filled.
    """
    of_wholes = parts.select(
        "variable", "unit", "from_series", "from_unit", from_period="period", part="weight_in_fill"
    )
    filled = fills.join(of_wholes, on=["variable", "unit", "from_period"], how="left").select(
        *CELL,
        from_series=pl.coalesce("from_series", "variable"),
        from_unit=pl.coalesce("from_unit", "unit"),
        from_period="from_period",
        weight_in_fill=pl.col("weight_in_fill") * pl.col("part").fill_null(1.0),
        made_as=pl.lit("filled_from"),
    )
    return pl.concat(
        [filled, parts.with_columns(made_as=pl.lit("aggregated_from"))], how="vertical_relaxed"
    )
