"""Cells of counties put together to prefectures, against sums and means that are grouped another way.

Groups are made here of the first four digits of the code that a county had in a year, values of columns that
the test makes: nothing of the catalogue's ancestry or of the package's arithmetic is used.
"""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from nqpf_assets.catalog.region_members import members
from nqpf_assets.stages.aggregation import Aggregation, aggregated, made_from
from tests.stages.crossing import MOVED, REGIONS, counties, number, unit_of

YEARS = (2013, 2014, 2015, 2016)
TOLERANCE = 1e-12  # sums of some forty numbers in another order
UNIT = dict(REGIONS.continuing.select("region_code", "unit_code").iter_rows())
LEVEL = dict(REGIONS.frame.select("region_code", "level").iter_rows())


def published(series: str) -> pl.DataFrame:
    """Every county in every year, with the prefecture of its code."""
    rows = [
        (series, UNIT[code], year, number(series, unit_of(code), year), UNIT[prefecture])
        for year in YEARS
        for code, prefecture in counties(year).items()
        if LEVEL.get(prefecture) == "prefecture"
    ]
    names = ["variable", "unit", "period", "value", "prefecture"]
    return pl.DataFrame(rows, schema=names, orient="row").cast({"period": pl.Int32})


CELLS = pl.concat(map(published, ("gdp", "population")))
PREFECTURES = sorted(CELLS["prefecture"].unique())
MEMBER = pl.DataFrame(
    [
        ("county", one.unit, one.member, one.first, one.last, one.is_of_level)
        for one in members(REGIONS, "county", PREFECTURES)
    ],
    schema={"level": pl.String, "unit": pl.String, "member": pl.String, "first_period": pl.Int32,
            "last_period": pl.Int32, "is_of_level": pl.Boolean}, orient="row",
)  # fmt: skip
RULE: dict[str, Any] = {
    "series_id": "gdp", "from_level": "county", "aggregation": "sum", "weight_series": None,
    "members_of": "known", "least_share": 1.0, "share_of": "members",
}  # fmt: skip
WEIGHTED = {"aggregation": "weighted_mean", "weight_series": "population"}
TYPES = {name: pl.Float64 if name == "least_share" else pl.String for name in RULE}


def put_together(cells: pl.DataFrame = CELLS, **rule: object) -> Aggregation:
    series = pl.DataFrame([RULE | rule], schema=TYPES)
    kept = cells.select("variable", "unit", "period", "value", correction=pl.lit(None, pl.String))
    return aggregated(kept.lazy(), series, MEMBER)


def side_by_side() -> pl.DataFrame:
    wide = CELLS.pivot("variable", index=["prefecture", "unit", "period"], values="value")
    return wide.with_columns(product=pl.col("gdp") * pl.col("population"))


EXPECTED = {
    "sum": pl.col("gdp").sum(),
    "mean": pl.col("gdp").mean(),
    "weighted_mean": pl.col("product").sum() / pl.col("population").sum(),
}


@pytest.mark.parametrize("rule", EXPECTED)
def test_values_are_those_of_a_group_by(rule: str) -> None:
    found = put_together(**(WEIGHTED if rule == "weighted_mean" else {"aggregation": rule})).cells
    expected = (
        side_by_side()
        .group_by("prefecture", "period")
        .agg(EXPECTED[rule].alias("expected"), n=pl.len())
    )
    both = expected.join(
        found, left_on=["prefecture", "period"], right_on=["unit", "period"], how="left"
    )
    assert CELLS["unit"].n_unique() > 1800
    assert len(both) > 1200
    assert both.filter(pl.col("n") != pl.col("n_present")).is_empty()
    whole = both.filter(pl.col("n") == pl.col("n_members"))
    assert len(whole) > 1200
    far = (whole["value"] / whole["expected"] - 1).abs()
    assert far.null_count() == 0
    assert far.max() < TOLERANCE


def test_one_that_moved_counts_in_each_in_its_own_years() -> None:
    parts = put_together().parts.filter(pl.col("from_unit") == MOVED).sort("period")
    assert parts.select("period", "unit").rows() == [
        (2013, "341500"), (2014, "341500"), (2015, "340400"), (2016, "340400"),
    ]  # fmt: skip


@pytest.mark.parametrize("rule", [{}, {"aggregation": "mean"}, WEIGHTED])
@pytest.mark.parametrize("series", ["gdp", "population"])
def test_weights_are_derivatives(rule: dict[str, object], series: str) -> None:
    """A cell of every county moved by as much as it says moves its whole, and no other, by its weight."""
    step = 1e-4
    is_it = (pl.col("unit") == MOVED) & (pl.col("variable") == series)
    moved = CELLS.with_columns(value=pl.col("value") + pl.when(is_it).then(step).otherwise(0.0))
    before, after = put_together(**rule), put_together(moved, **rule)
    key = ["variable", "unit", "period"]
    change = before.cells.join(after.cells, on=key).select(
        *key, slope=(pl.col("value_right") - pl.col("value")) / step
    )
    listed = before.parts.filter((pl.col("from_unit") == MOVED) & (pl.col("from_series") == series))
    both = (
        change.drop_nulls()
        .join(listed, on=key, how="left")
        .with_columns(pl.col("weight_in_fill").fill_null(0.0))
    )
    assert both["slope"].to_list() == pytest.approx(
        both["weight_in_fill"].to_list(), rel=1e-4, abs=1e-6
    )
    assert len(listed) == (
        0 if series == "population" and not rule.get("weight_series") else len(YEARS)
    )


def without(series: str, units: list[str], year: int = 2015) -> pl.DataFrame:
    is_it = (
        pl.col("unit").is_in(units) & (pl.col("period") == year) & (pl.col("variable") == series)
    )
    return CELLS.filter(~is_it)


def cell(found: Aggregation, year: int = 2015) -> dict[str, Any]:
    is_it = (pl.col("unit") == "340400") & (pl.col("period") == year)
    return found.cells.filter(is_it).row(0, named=True)


def test_a_sum_over_fewer_members_is_no_number() -> None:
    found = cell(put_together(without("gdp", [MOVED])))
    assert (found["value"], found["n_members"], found["n_present"]) == (None, 7, 6)
    assert found["members_absent"] == MOVED
    assert put_together(without("gdp", [MOVED])).parts.filter(
        (pl.col("unit") == "340400") & (pl.col("period") == 2015)
    ).is_empty()  # fmt: skip


def test_a_share_that_suffices_is_declared() -> None:
    some = without("gdp", [MOVED])
    of_six = some.filter(
        (pl.col("variable") == "gdp")
        & (pl.col("period") == 2015)
        & (pl.col("prefecture") == "340400")
    )
    assert len(of_six) == 6
    found = cell(put_together(some, least_share=6 / 7))
    assert found["value"] == pytest.approx(of_six["value"].sum(), rel=TOLERANCE)
    assert cell(put_together(some, least_share=0.86))["value"] is None


def test_the_share_may_be_one_of_the_weight() -> None:
    some = without("gdp", [MOVED])
    people = side_by_side().filter((pl.col("prefecture") == "340400") & (pl.col("period") == 2015))
    there = people.filter(pl.col("unit") != MOVED)
    share = there["population"].sum() / people["population"].sum()
    enough = {**WEIGHTED, "share_of": "weight"}
    found = cell(put_together(some, **enough, least_share=share))
    assert found["share"] == pytest.approx(share, rel=TOLERANCE)
    assert found["value"] == pytest.approx(
        there["product"].sum() / there["population"].sum(), rel=TOLERANCE
    )
    assert cell(put_together(some, **enough, least_share=share + 1e-6))["value"] is None
    # Nobody knows the share of a member whose weight is not published.
    unknown = cell(put_together(without("population", [MOVED]), **enough, least_share=0.01))
    assert (unknown["share"], unknown["value"]) == (None, None)


def test_members_may_be_those_that_are_ever_published() -> None:
    never = CELLS.filter(~((pl.col("unit") == MOVED) & (pl.col("variable") == "gdp")))
    found = cell(put_together(never, members_of="published"))
    assert (found["n_members"], found["n_present"]) == (6, 6)
    assert found["value"] is not None
    once = cell(put_together(without("gdp", [MOVED]), members_of="published"))
    assert (once["n_members"], once["n_present"], once["value"]) == (7, 6, None)


def test_a_negative_weight_is_none() -> None:
    is_it = (pl.col("unit") == MOVED) & (pl.col("variable") == "population")
    wrong = CELLS.with_columns(value=pl.when(is_it).then(-1.0).otherwise("value"))
    found = cell(put_together(wrong, **WEIGHTED))
    assert (found["value"], found["n_present"]) == (None, 6)


def test_a_gap_of_a_whole_is_made_from_members_in_other_years() -> None:
    parts = put_together(aggregation="mean").parts
    fills = pl.DataFrame(
        [("gdp", "340400", 2015, 2014, 0.5), ("gdp", "340400", 2015, 2016, 0.5)],
        schema={"variable": pl.String, "unit": pl.String, "period": pl.Int32, "from_period": pl.Int32,
                "weight_in_fill": pl.Float64}, orient="row",
    )  # fmt: skip
    found = made_from(fills, parts).filter(pl.col("made_as") == "filled_from")
    by_year = (
        found.group_by("from_period")
        .agg(pl.len(), pl.col("weight_in_fill").sum())
        .sort("from_period")
    )
    assert by_year.rows() == [(2014, 6, pytest.approx(0.5)), (2016, 7, pytest.approx(0.5))]
    plain = made_from(fills, parts.clear())
    assert plain.select("from_series", "from_unit").unique().rows() == [("gdp", "340400")]


def test_units_that_stand_for_themselves_keep_their_cells() -> None:
    own = pl.DataFrame([("gdp", "441900", 2015, 7.0, "")], schema=CELLS.schema, orient="row")
    alone = MEMBER.clear().vstack(
        pl.DataFrame(
            [("county", "441900", "441900", 0, 9999, False)], schema=MEMBER.schema, orient="row"
        )
    )
    series = pl.DataFrame([RULE], schema=TYPES)
    kept = own.drop("prefecture").with_columns(correction=pl.lit(None, pl.String))
    found = aggregated(kept.lazy(), series, alone)
    assert found.own.select("unit", "value").rows() == [("441900", 7.0)]
    assert found.cells.is_empty()
    assert found.parts.is_empty()


def test_what_moves_nothing_is_not_listed() -> None:
    """A member that weighs nothing counts as there, and its value decides nothing; its weight does."""
    is_it = (pl.col("unit") == MOVED) & (pl.col("variable") == "population")
    light = CELLS.with_columns(value=pl.when(is_it).then(0.0).otherwise("value"))
    found = put_together(light, **WEIGHTED)
    assert (cell(found)["n_present"], cell(found)["value"] is None) == (7, False)
    listed = found.parts.filter((pl.col("from_unit") == MOVED) & (pl.col("period") == 2015))
    assert listed["from_series"].to_list() == ["population"]
