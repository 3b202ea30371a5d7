"""The list of all regions of China: counts as published, names and codes in time, and names of several."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.catalog.region_files import load_regions
from nqpf_assets.catalog.region_match import SEPARATOR, find_region, match_regions
from nqpf_assets.catalog.regions import Regions

REGIONS, _ = load_regions()


def codes(*labels: str, year: int = 2020, beside: str | None = None) -> list[str | None]:
    years = pl.Series([year] * len(labels), dtype=pl.Int32)
    said = None if beside is None else pl.Series([beside] * len(labels))
    return match_regions(pl.Series(labels), years, REGIONS, beside=said).codes.to_list()


@pytest.mark.parametrize(("year", "n"), [(2000, 333), (2005, 333), (2015, 334), (2023, 333)])
def test_prefectures_are_as_many_as_the_ministry_counts(year: int, n: int) -> None:
    assert REGIONS.units("prefecture", year=year).height == n


@pytest.mark.parametrize(("year", "n"), [(2000, 2861), (2010, 2856), (2015, 2850), (2023, 2844)])
def test_counties_are_as_many_as_the_ministry_counts(year: int, n: int) -> None:
    """The lists have a handful more that are administered as counties: 加格达奇区, islands, 大柴旦."""
    assert abs(REGIONS.units("county", year=year).height - n) <= 8


def test_provinces_above_and_units_that_continue_are_in_the_list() -> None:
    known = set(REGIONS.frame["region_code"])
    for column in ("parent", "successor"):
        assert set(REGIONS.frame[column].drop_nulls()) <= known
    of_province = REGIONS.units("county", parent="330000", year=2020)
    assert of_province.height == 90  # districts, cities and counties of Zhejiang in 2020
    levels = REGIONS.frame.join(
        REGIONS.frame.select(successor="region_code", of="level"), on="successor"
    )
    assert levels.filter(pl.col("level") != pl.col("of")).is_empty()


def test_no_county_bears_the_name_of_a_region_above_it_in_another_province() -> None:
    """A list of 1987 has 安徽省 and 合肥市, a line too early, among the counties of Zhejiang."""
    above = REGIONS.frame.filter(pl.col("level").is_in(["province", "prefecture"]))
    same = REGIONS.frame.filter(pl.col("level") == "county").join(above, on="name")
    at_once = (pl.col("valid_from") <= pl.col("valid_to_right").fill_null(9999)) & (
        pl.col("valid_from_right") <= pl.col("valid_to").fill_null(9999)
    )
    apart = pl.col("region_code").str.head(2) != pl.col("region_code_right").str.head(2)
    hainan = pl.col("region_code_right").str.starts_with("46")  # cities of Guangdong before 1988
    assert same.filter(at_once & apart & ~hainan)["name"].to_list() == []
    assert codes("安徽省", "合肥市", year=1987) == ["340000", "340100"]


@pytest.mark.parametrize(
    ("label", "year", "code"),
    [
        ("襄樊市", 2005, "420600"),
        ("襄阳市", 2005, "420600"),
        ("襄阳市", 2020, "420600"),
        ("莱芜市", 2018, "371200"),
        ("莱芜市", 2020, None),
        ("莱芜区", 2020, "370116"),
        ("巢湖市", 2005, "341400"),
        ("巢湖市", 2015, "340181"),
        ("铜山县", 2005, "320323"),
        ("普兰店市", 2010, "210214"),
        ("320323", 2005, "320323"),
        ("330106000", 2020, "330106"),
        ("330106000000", 2020, "330106"),
        ("3301", 2020, "330100"),
        ("33", 2020, "330000"),
        ("Neimenggu", 2020, "150000"),
        ("Inner Mongolia", 2020, "150000"),
        ("Xiangyang City", 2020, "420600"),
        ("xiangyangshi", 2020, "420600"),
        ("臺灣省", 2020, "710000"),
        ("廣東省", 2020, "440000"),
        ("乾縣", 2020, "610424"),
        ("恩施州", 2020, "422800"),
        ("恩 施 土家族苗族自治州", 2020, "422800"),
    ],
)
def test_labels_find_their_region(label: str, year: int, code: str | None) -> None:
    assert codes(label, year=year) == [code]


@pytest.mark.parametrize("level", ["prefecture", "county"])
@pytest.mark.parametrize("year", [1985, 2005, 2020])
def test_every_region_is_found_beside_its_city_or_told_and_never_another(
    level: str, year: int
) -> None:
    """What is found is what was asked; only a handful of the lists' own repetitions is left open."""
    units = REGIONS.units(level, year=year)
    names = REGIONS.frame.select("region_code", above="name")
    rows = (
        units.join(REGIONS.provinces, on="region_code", how="left")
        .join(names.rename({"region_code": "province", "above": "p"}), on="province", how="left")
        .join(names.rename({"region_code": "parent", "above": "c"}), on="parent", how="left")
    )
    years = pl.Series([year] * rows.height, dtype=pl.Int32)
    beside = rows.select(pl.format("{}" + SEPARATOR + "{}", "p", "c")).to_series()
    for said, most in ((None, 200), (beside, 7)):
        match = match_regions(rows["name"], years, REGIONS, beside=said)
        wrong = match.codes != rows["region_code"]
        names_wrong = [one for one in rows["name"].filter(wrong) if one != "重庆市"]
        assert names_wrong == []
        assert match.codes.null_count() <= most


def test_names_of_several_are_settled_by_their_column_or_left_open() -> None:
    assert codes("朝阳区") == [None]
    assert codes("江北区", "万州区") == ["500105", "500101"]
    assert codes("江北区", "海曙区") == ["330205", "330203"]
    assert codes("江北区", "成都市") == [None, "510100"]
    assert codes("吉安", "九江", "南昌市") == ["360800", "360400", "360100"]
    assert codes("襄阳", "武汉", year=2005) == ["420600", "420100"]
    assert codes("11", "12") == ["110000", "120000"]
    assert codes("11", "19") == [None, None]
    assert codes("朝阳区", beside="吉林") == ["220104"]
    assert codes("鼓楼区", beside="江苏") == [None]
    assert codes("鼓楼区", beside=f"江苏{SEPARATOR}徐州市") == ["320302"]


def test_a_misspelt_name_is_told_with_the_larger_region_first() -> None:
    code, near = find_region("上诲市", REGIONS, 2020)
    assert code is None
    assert near.startswith("上海市")


def test_a_name_of_a_projects_own_region_is_not_looked_for_in_the_list(tmp_path: Path) -> None:
    own = tmp_path / "regions.csv"
    own.write_text("region_code,name,level,valid_from\nv1,朝阳区,village,1990\n", encoding="utf-8")
    regions, problems = load_regions(own)
    assert not problems
    assert find_region("朝阳区", regions, 2020)[0] == "v1"
    assert find_region("110105", regions, 2020)[0] == "110105"


def test_simplifying_makes_no_two_regions_one() -> None:
    assert [keys for keys in REGIONS.folded.values() if len(keys) > 1] == []


@pytest.mark.skipif("NQPF_SHARED" not in os.environ, reason="NQPF_SHARED names no reference data")
def test_a_panel_of_published_counties_resolves(tmp_path: Path) -> None:
    """Every county of the reference list, by name beside nothing, is found in its province or told."""
    place = Path(os.environ["NQPF_SHARED"]) / "real/reference/china-division_chongqing_areas.csv"
    if not place.is_file():
        pytest.skip(f"{place.name} is not among the reference data")
    with place.open(encoding="utf-8-sig") as text:
        rows = [row for row in csv.DictReader(text) if row["name"] not in ("市辖区", "县")]
    found = codes(*(row["name"] for row in rows))
    assert found == [row["code"][:6] for row in rows]


def test_regions_without_the_list_would_not_know_it() -> None:
    """What the tests above hold comes from the list: without it a county of Zhejiang is unknown."""
    few = Regions(
        REGIONS.frame.filter(~pl.col("region_code").is_in(list(REGIONS.listed))), REGIONS.groups
    )
    assert find_region("海曙区", few, 2020)[0] is None


@pytest.mark.parametrize(("year", "code"), [(1990, "510200"), (2019, "500000")])
def test_a_province_is_not_what_a_city_of_its_name_was(year: int, code: str) -> None:
    labels, years = pl.Series(["重庆市"]), pl.Series([year], dtype=pl.Int32)
    assert match_regions(labels, years, REGIONS, within="510000").codes.to_list() == [code]


def test_cities_under_the_names_of_one_year_are_cities_in_all_years() -> None:
    """绍兴市 was a county's name too, and 儋州市 a county until 2014, which left all of them open."""
    cities = REGIONS.units("prefecture", year=2018)
    labels = pl.concat([cities["name"]] * 12)
    years = pl.Series([year for year in range(2011, 2023) for _ in cities["name"]])
    found = match_regions(labels, years, REGIONS)
    assert set(found.unmatched["label"]) == {"莱芜市"}, "a district of another city since 2019"
    assert found.unmatched["reason"].to_list() == ["ended"]
    county = pl.DataFrame({"label": labels, "year": years, "level": found.levels}).filter(
        pl.col("level") == "county"
    )
    assert set(county["label"]) == {"儋州市"}
    assert county["year"].to_list() == [2011, 2012, 2013, 2014]
    in_2018 = match_regions(labels, pl.repeat(2018, len(labels), eager=True), REGIONS)
    assert in_2018.codes.to_list() == cities["region_code"].to_list() * 12
