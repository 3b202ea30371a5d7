"""Of several published values of a cell, the one that the study's policy takes, in its unit."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from tests.stages.relations import Rows, run_file

FILES = {
    "nbs20": {"publisher": "国家统计局", "vintage": "2020-12", "published": dt.date(2020, 12, 31)},
    "nbs23": {"publisher": "国家统计局", "vintage": "2023-03", "published": dt.date(2023, 3, 31)},
    "eps25": {"publisher": "EPS DATA", "vintage": "2025-06", "published": dt.date(2025, 6, 30)},
    "undated": {"publisher": "EPS_DATA", "vintage": "2019", "published": None},
}


def observation(
    file_id: str, region: str, period: int, value: float | None, **more: object
) -> dict:
    return {
        "series_id": "gdp", "region_code": region, "period": period, "value": value, "unit_measure": "亿元",
        "vintage": FILES[file_id]["vintage"], "file_id": file_id, "locator": f"{region} {period}",
    } | more  # fmt: skip


OBSERVATIONS = [
    observation("nbs20", "110000", 2018, 30.0),
    observation("nbs20", "110000", 2019, 31.0),
    observation("nbs23", "110000", 2018, 33.0),
    observation("nbs23", "110000", 2019, 34.0),
    observation("nbs23", "110000", 2020, 35.0),
    observation("eps25", "110000", 2020, 36.0),
    observation("eps25", "110000", 2021, 37.0),
    observation("eps25", "120000", 2018, None),
    observation("undated", "110000", 2017, 29.0),
]


def run(
    observations: Rows = OBSERVATIONS,
    conversions: Rows | None = None,
    others: Rows = (),
    members: Rows = (),
    **series: object,
) -> Rows:
    rule = {
        "series_id": "gdp", "vintage_policy": "latest", "first_period": 2018, "last_period": 2021,
    } | series  # fmt: skip
    regions = [
        ("110000", "110000"), ("120000", "120000"), ("500154", "500154"), ("500234", "500154"),
        ("000000", "000000"),
    ]  # fmt: skip
    one = {"series_id": "gdp", "from_unit_measure": "亿元", "numerator": 1.0, "denominator": 1.0}
    return run_file("study", "reported_cell", {
        "source.observation": observations,
        "source.file": [{"file_id": key, **row} for key, row in FILES.items()],
        "catalog.region": [{"region_code": code, "unit_code": unit} for code, unit in regions],
        "s.unit": [{"unit": unit} for unit in ("110000", "120000", "500154")],
        "s.series": [rule, *others],
        "s.member": [*members],
        "s.unit_conversion": conversions or [one | {"to_unit_measure": "亿元"}],
    }).to_dicts()  # fmt: skip


def taken(rows: Rows) -> dict[int, tuple[float, str]]:
    return {row["period"]: (row["value"], row["file_id"]) for row in rows}


def test_latest_takes_the_newest_value_of_each_cell() -> None:
    assert taken(run()) == {
        2017: (29.0, "undated"),
        2018: (33.0, "nbs23"),
        2019: (34.0, "nbs23"),
        2020: (36.0, "eps25"),
        2021: (37.0, "eps25"),
    }


def test_as_of_sees_nothing_later_and_nothing_undated() -> None:
    rows = run(vintage_policy="as_of", as_of=dt.date(2021, 1, 1))
    assert taken(rows) == {2018: (30.0, "nbs20"), 2019: (31.0, "nbs20")}
    assert taken(run(vintage_policy="as_of", as_of=dt.date(2020, 12, 30))) == {}


def test_single_takes_one_vintage_the_newest_that_covers_the_sample() -> None:
    assert taken(run(vintage_policy="single")) == {
        2018: (33.0, "nbs23"), 2019: (34.0, "nbs23"), 2020: (35.0, "nbs23"),
    }  # fmt: skip
    narrow = run(vintage_policy="single", first_period=2018, last_period=2019)
    assert {row["vintage"] for row in narrow} == {"2023-03"}
    wide = run(vintage_policy="single", first_period=2020, last_period=2021)
    assert {row["vintage"] for row in wide} == {"2025-06"}


def test_units_and_regions_that_a_series_weighs_have_a_single_vintage_each() -> None:
    """The yearbook of prefectures has none of the counties, and another file none of the prefectures."""
    rows = [observation("nbs20", "110000", year, 1.0) for year in range(2018, 2022)]
    rows += [observation("eps25", "000000", year, 2.0) for year in range(2019, 2022)]
    weighed = {"series_id": "share", "from_level": "county", "weight_series": "gdp"}
    member = {"level": "county", "unit": "110000", "member": "000000"}
    found = run(rows, others=[weighed], members=[member], vintage_policy="single")
    assert {row["unit"]: row["file_id"] for row in found} == {"110000": "nbs20", "000000": "eps25"}
    assert len(found) == 7


def test_a_vintage_almost_as_complete_but_newer_is_preferred() -> None:
    many = [observation("nbs20", "110000", year, 1.0) for year in range(2000, 2020)]
    newer = [observation("nbs23", "110000", year, 2.0) for year in range(2001, 2020)]
    rows = run([*many, *newer], vintage_policy="single", first_period=2000, last_period=2019)
    assert {row["value"] for row in rows} == {2.0}  # 19 of 20 are covered
    rows = run([*many, *newer[1:]], vintage_policy="single", first_period=2000, last_period=2019)
    assert {row["value"] for row in rows} == {1.0}  # 18 of 20 are not


def test_one_vintage_and_publishers() -> None:
    assert set(taken(run(only_vintage="2020-12"))) == {2018, 2019}
    assert {row["publisher"] for row in run(only_publishers="|国家统计局|")} == {"国家统计局"}
    # EPS_DATA is not EPS DATA, although an underscore matches any letter in LIKE.
    assert set(taken(run(only_publishers="|EPS DATA|"))) == {2020, 2021}
    assert set(taken(run(only_publishers="|EPS_DATA|"))) == {2017}
    assert len(run(only_publishers="|EPS DATA|国家统计局|")) == 4


def test_units_convert_exactly_and_equal_units_are_untouched() -> None:
    values = [0.1, 12345.0, 1e-7, 129118.58, 1 / 3]
    rows = [
        observation("nbs23", "110000", 2018 + place, value, unit_measure=unit)
        for place, value in enumerate(values)
        for unit in ["万元" if place % 2 else "亿元"]
    ]
    conversions = [
        {"series_id": "gdp", "from_unit_measure": "亿元", "to_unit_measure": "亿元", "numerator": 1.0,
         "denominator": 1.0},
        {"series_id": "gdp", "from_unit_measure": "万元", "to_unit_measure": "亿元", "numerator": 1.0,
         "denominator": 10_000.0},
    ]  # fmt: skip
    converted = [row["value"] for row in run(rows, conversions)]
    assert converted == [v / 10_000 if place % 2 else v for place, v in enumerate(values)]


def test_a_county_that_became_a_district_is_one_unit() -> None:
    rows = run(
        [observation("nbs23", "500234", 2018, 1.0), observation("nbs23", "500154", 2019, 2.0)]
    )
    assert [(row["unit"], row["period"]) for row in rows] == [("500154", 2018), ("500154", 2019)]


def test_other_regions_and_empty_cells_are_left_out() -> None:
    rows = run([
        observation("nbs23", "000000", 2018, 1.0),
        observation("nbs23", "120000", 2018, None),
        observation("nbs23", "110000", 2018, 2.0),
    ])  # fmt: skip
    assert [(row["unit"], row["value"]) for row in rows] == [("110000", 2.0)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[:6])
def test_ties_do_not_depend_on_the_order_of_rows(order: tuple[int, ...]) -> None:
    """One page prints a year under the old code and the new: the unit's own code is taken."""
    tied = [
        observation("nbs23", "500234", 2018, 1.0),
        observation("nbs23", "500154", 2018, 2.0),
        observation("nbs20", "500154", 2018, 3.0),
    ]
    rows = run([tied[place] for place in order])
    assert [(row["unit"], row["value"]) for row in rows] == [("500154", 2.0)]
