"""What regions consist of at a lower level, year by year."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.catalog.region_members import Member, is_below, known_years, members
from nqpf_assets.catalog.regions import Regions

REGIONS = load_catalogue(Path("/nonexistent")).regions


def in_year(found: list[Member], year: int) -> dict[str, str]:
    """Member → the unit that it is in; every one is in no more than one."""
    there = [one for one in found if one.first <= year <= one.last]
    assert max(Counter(one.member for one in there).values()) == 1
    return {one.member: one.unit for one in there}


def units(level: str, year: int) -> list[str]:
    return REGIONS.units(level, year=year)["region_code"].to_list()


@pytest.mark.parametrize("year", [2005, 2014, 2015, 2023])
def test_counties_are_in_the_prefecture_of_their_code(year: int) -> None:
    """The first four digits of the code that a county had in a year are those of its prefecture then."""
    found = in_year(members(REGIONS, "county", units("prefecture", year)), year)
    unit = dict(REGIONS.continuing.select("region_code", "unit_code").iter_rows())
    there = REGIONS.frame.filter(
        (REGIONS.frame["valid_from"] <= year) & (REGIONS.frame["valid_to"].fill_null(9999) >= year)
    )
    level = dict(there.select("region_code", "level").iter_rows())
    expected = {
        unit[code]: unit[f"{code[:4]}00"]
        for code, its in level.items()
        if its == "county" and "~" not in code and level.get(f"{code[:4]}00") == "prefecture"
    }
    assert len(expected) > 1800
    assert {one: found.get(one) for one in expected} == expected


def test_one_that_moved_is_in_each_in_its_own_years() -> None:
    found = [
        one for one in members(REGIONS, "county", ["340400", "341500"]) if one.member == "340422"
    ]
    assert found == [
        Member("340400", "340422", 2015, 9999),
        Member("341500", "340422", 0, 2014),
    ]


@pytest.mark.parametrize("year", [1990, 2008, 2024])
@pytest.mark.parametrize("level", ["prefecture", "county"])
def test_provinces_are_divided_without_a_rest(level: str, year: int) -> None:
    """Going down from the provinces every region of the level is met, whatever lies between."""
    found = in_year(members(REGIONS, level, units("province", year)), year)
    below_outside = {
        code for code in units(level, year) if code[:2] in ("71", "81", "82")
    }  # fmt: skip
    assert {*units(level, year)} - below_outside <= found.keys()


def test_what_has_none_of_the_level_stands_for_itself() -> None:
    assert in_year(members(REGIONS, "county", ["440000"]), 2020)["441900"] == "440000"
    assert in_year(members(REGIONS, "county", ["441900"]), 2020) == {"441900": "441900"}
    of_prefectures = in_year(members(REGIONS, "prefecture", ["110000", "420000"]), 2020)
    assert of_prefectures["110000"] == "110000"
    assert {of_prefectures[one] for one in ("429004", "429005", "429006", "420100")} == {"420000"}


@pytest.mark.parametrize("year", [2005, 2014, 2020])
def test_borders_of_a_year_are_its_own_in_that_year(year: int) -> None:
    asked = units("prefecture", year)
    fixed = in_year(members(REGIONS, "county", asked, year), year)
    assert fixed == in_year(members(REGIONS, "county", asked), year)


@pytest.mark.parametrize(("year", "unit"), [(2014, "341500"), (2015, "340400")])
def test_one_that_moved_is_where_it_lay_in_the_year_of_the_borders(year: int, unit: str) -> None:
    found = members(REGIONS, "county", ["340400", "341500"], year)
    assert [one for one in found if one.member == "340422"] == [Member(unit, "340422", 0, 9999)]


@pytest.mark.parametrize("level", ["county", "prefecture"])
@pytest.mark.parametrize("at", [1990, 2008, 2024])
def test_in_borders_of_a_year_nothing_is_lost_or_counted_twice(level: str, at: int) -> None:
    """Provinces of 2016 hold what those of each year do, but for 重庆, which 四川 held until 1997."""
    asked = units("province", 2016)
    found = in_year(members(REGIONS, level, asked, 2016), at)
    assert found.keys() == in_year(members(REGIONS, level, asked), at).keys() | {
        one for one, unit in found.items() if unit == "500000"
    }


def test_a_county_that_ended_counts_where_it_lay_last() -> None:
    """崇文区 and 宣武区 were merged into two others in 2010; in borders of 2020 they are of 北京 before."""
    found = members(REGIONS, "county", ["110000"], 2020)
    ended = [one for one in found if one.member in ("110103", "110104")]
    assert ended == [Member("110000", code, 0, 2009) for code in ("110103", "110104")]
    assert "371200" not in {one.unit for one in members(REGIONS, "county", ["371200"], 2020)}


def test_years_of_the_catalogue() -> None:
    first, last = known_years(REGIONS)
    assert (first, last >= 2026) == (1980, True)


def test_a_code_that_nothing_has_is_no_member() -> None:
    assert members(REGIONS, "county", ["999999"]) == []


def test_levels_below_one_another() -> None:
    assert is_below("county", "prefecture")
    assert is_below("village", "county")
    assert not is_below("province", "prefecture")
    assert not is_below("county", "county")
    assert not is_below("village", "firm")


def test_regions_that_lie_in_one_another_in_a_circle_are_told_apart() -> None:
    """A project can write such rows; going down ends."""
    frame = REGIONS.frame.head(3)
    rows = frame.rows(named=True)
    for row, code, parent, level in zip(
        rows, "abc", "baa", ("prefecture", "prefecture", "county"), strict=True
    ):
        row |= {"region_code": code, "gb_code": code, "parent": parent, "level": level}
    circle = Regions(pl.DataFrame(rows, schema=frame.schema), REGIONS.groups.clear())
    assert {one.member for one in members(circle, "county", ["a"])} >= {"c"}
