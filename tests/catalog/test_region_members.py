"""What regions consist of at a lower level, year by year."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.catalog.region_members import Member, is_below, members
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
