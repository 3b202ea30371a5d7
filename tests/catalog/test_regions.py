"""Regions: complete, valid in time, and found by every spelling that yearbooks print."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nqpf_assets.catalog.region_files import load_regions
from nqpf_assets.catalog.region_match import find_region, match_regions
from nqpf_assets.catalog.regions import SHIPPED_LEVELS, Regions

REGIONS, _ = load_regions()


def codes(labels: list[str], years: list[int], **arguments: str) -> list[str | None]:
    match = match_regions(pl.Series(labels), pl.Series(years), REGIONS, **arguments)
    return match.codes.to_list()


def test_shipped_file_is_sound() -> None:
    frame = REGIONS.frame
    assert set(frame["level"]) == SHIPPED_LEVELS
    assert frame["region_code"].is_unique().all()
    known = frame["region_code"].implode()
    for column in ("parent", "successor"):
        assert frame[column].drop_nulls().is_in(known).all()
    assert REGIONS.groups["region_code"].is_in(known).all()
    assert frame.filter(pl.col("level") != "area")["gb_code"].is_not_null().all()


@pytest.mark.parametrize(
    ("year", "number"), [(1998, 40), (2010, 40), (2011, 38), (2023, 38), (2025, 38), (2026, 37)]
)
def test_number_of_districts_of_chongqing(year: int, number: int) -> None:
    units = REGIONS.units("county", parent="500000", year=year)
    assert units.height == number
    assert units["region_code"].is_unique().all()


def test_units_keep_their_code_under_an_earlier_name() -> None:
    kaixian = REGIONS.units("county", year=2010).filter(pl.col("name") == "开县")
    assert kaixian["region_code"].item() == "500154"


def test_provinces_and_their_groups() -> None:
    assert REGIONS.units("province", year=2023).height == 31
    assert REGIONS.units("outside", year=2023).height == 3
    four = REGIONS.group("four_regions")
    sizes = {name: list(four.values()).count(name) for name in set(four.values())}
    assert sizes == {"east": 10, "central": 6, "west": 12, "northeast": 3}
    assert len(REGIONS.group("municipality")) == 4
    assert len(REGIONS.group("grain")) == 31


def test_areas_of_chongqing_in_2023() -> None:
    now = set(REGIONS.units("county", parent="500000", year=2023)["region_code"])
    areas = REGIONS.group("chongqing")
    sizes = [
        sum(code in now for code, area in areas.items() if area == name)
        for name in ("metropolitan", "northeast", "southeast")
    ]
    assert sizes == [21, 11, 6]
    assert now <= set(areas)


@pytest.mark.parametrize(
    ("label", "year", "code"),
    [
        ("北京市", 2020, "110000"),
        ("北　京", 2020, "110000"),
        (" 北 京 ", 2020, "110000"),
        ("Beijing", 2020, "110000"),
        ("110000", 2020, "110000"),
        ("110000000000", 2020, "110000"),
        ("石柱土家族自治县", 2020, "500240"),
        ("石柱县", 2020, "500240"),
        ("石柱", 2020, "500240"),
        ("开县", 2010, "500154"),
        ("开州区", 2010, "500154"),
        ("江津市", 2004, "500116"),
        ("大足", 2010, "500225"),
        ("大足", 2011, "500111"),
        ("500110", 2010, "500110~2010"),
        ("500110", 2011, "500110"),
        ("两江新区", 2020, "500000.liangjiang"),
        ("两江新区", 2026, "500157"),
        ("主城都市区", 2023, "500000.metropolitan"),
        ("全国", 2020, "000000"),
        ("香港", 2020, "810000"),
    ],
)
def test_labels_find_their_region(label: str, year: int, code: str) -> None:
    assert codes([label], [year]) == [code]


def test_region_is_not_found_after_its_end() -> None:
    labels, years = pl.Series(["江北区", "渝北"]), pl.Series([2026, 2026])
    match = match_regions(labels, years, REGIONS, within="500000")
    assert match.codes.to_list() == [None, None]
    assert match.unmatched["reason"].to_list() == ["ended", "ended"]
    assert "1997-2025" in match.unmatched["near"][0]


def test_years_before_a_region_are_found_and_told() -> None:
    match = match_regions(pl.Series(["重庆"]), pl.Series([1990]), REGIONS)
    assert match.codes.to_list() == ["500000"]
    assert match.early["label"].to_list() == ["重庆"]


def test_unknown_labels_come_with_near_ones() -> None:
    labels = pl.Series(["北惊", "北京", "北惊", None])
    match = match_regions(labels, pl.Series([2020, 2020, 2021, 2020]), REGIONS)
    row = match.unmatched.row(0, named=True)
    assert (row["label"], row["reason"], row["n"], row["first"]) == ("北惊", "unknown", 2, 0)
    assert "北京" in row["near"]
    assert match.codes.to_list() == [None, "110000", None, None]


def test_totals_belong_to_the_whole() -> None:
    assert codes(["全  市", "万州区"], [2020, 2020]) == ["500000", "500101"]
    assert (
        codes(["全省", "北京", "天津"], [2020] * 3)[0] is None
    )  # the whole of these is no province
    for row in ("总计", "合计", "共计", "总数", "全部", "Total"):
        assert codes([row, "北京", "天津"], [2020] * 3)[0] is None  # two provinces are not China
        assert codes([row, "万州区"], [2020] * 2)[0] is None
    assert codes(["合计"], [2020], whole="500000") == ["500000"]
    lost = match_regions(pl.Series(["合计"]), pl.Series([2020]), REGIONS).unmatched
    assert lost["reason"].to_list() == ["total_of_what"]


def test_one_name_in_two_provinces_needs_the_province(tmp_path: Path) -> None:
    own = tmp_path / "regions.csv"
    own.write_text(
        "region_code,gb_code,name,short,english,level,parent,valid_from,valid_to,successor,spellings\n"
        "330205,330205,江北区,江北,Jiangbei,county,330000,1984,,,\n",
        encoding="utf-8",
    )
    regions, problems = load_regions(own)
    assert not problems
    labels, years = pl.Series(["江北区"]), pl.Series([2020])
    lost = match_regions(labels, years, regions).unmatched
    assert lost["reason"].to_list() == ["ambiguous"]
    assert "330205" in lost["near"][0]
    for province, code in (("500000", "500105"), ("330000", "330205")):
        assert match_regions(labels, years, regions, within=province).codes.to_list() == [code]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("code,name\n1,x\n", "region_code"),
        ("region_code,name,level,valid_from\n1,x,county,soon\n", "a year"),
        ("region_code,name,level,valid_from\n1,,county,2000\n", "a value in `name`"),
        (
            "region_code,name,level,valid_from,parent\n1,x,county,2000,999\n",
            "region_code of the cat",
        ),
        ("region_code,name,level,valid_from\n1,x,county,2000\n1,y,county,2000\n", "stands once"),
        ("\xff", "a table of regions"),
        ("", "a table of regions"),
    ],
)
def test_mistakes_in_a_projects_regions_are_told(
    tmp_path: Path, content: str, expected: str
) -> None:
    own = tmp_path / "regions.csv"
    own.write_text(content, encoding="latin-1")
    _, problems = load_regions(own)
    assert any(expected in problem.expected for problem in problems)


def spelled(regions: Regions) -> list[tuple[str, str, int]]:
    """Codes and names of regions with a year of theirs, but for names that others have had too."""
    rows = regions.frame.join(regions.continuing, on="region_code")
    rows = rows.with_columns(one=pl.col("unit_code").n_unique().over("name") == 1)
    return [
        (label, row["unit_code"], row["valid_from"])
        for row in rows.to_dicts()
        for label in (row["name"], row["region_code"])
        if row["level"] != "area" and (row["one"] or label is not row["name"])
    ]


@pytest.mark.slow
@given(
    st.lists(st.sampled_from(spelled(REGIONS)), min_size=1),
    st.sampled_from(["", " ", "　", "  "]),
)
def test_full_names_are_found_in_any_spacing_and_order(
    chosen: list[tuple[str, str, int]], blank: str
) -> None:
    labels = [blank.join(label) + blank for label, _, _ in chosen]
    assert codes(labels, [year for *_, year in chosen]) == [code for _, code, _ in chosen]


@pytest.mark.slow
@given(st.lists(st.tuples(st.text(max_size=8), st.integers(1900, 2100)), max_size=20))
def test_any_label_is_matched_or_listed(rows: list[tuple[str, int]]) -> None:
    labels = pl.Series([label for label, _ in rows], dtype=pl.String)
    years = pl.Series([year for _, year in rows], dtype=pl.Int32)
    match = match_regions(labels, years, REGIONS)
    assert match.codes.len() == len(rows)
    assert match.codes.null_count() == match.unmatched["n"].sum()


def test_find_region_by_name() -> None:
    assert find_region("重庆", REGIONS, 2020) == ("500000", "")
    code, near = find_region("重情市", REGIONS, 2020)
    assert code is None
    assert near.startswith("重庆市")


@pytest.mark.skipif("NQPF_SHARED" not in os.environ, reason="NQPF_SHARED names no reference data")
def test_codes_agree_with_an_independent_list() -> None:
    reference = Path(os.environ["NQPF_SHARED"]) / "real" / "reference"

    def listed(name: str) -> dict[str, str]:
        with (reference / name).open(encoding="utf-8-sig", newline="") as stream:
            return {row["code"]: row["name"] for row in csv.DictReader(stream)}

    def ours(level: str, parent: str, digits: int) -> dict[str, str]:
        units = REGIONS.units(level, parent=parent, year=2023)
        pairs = units.select("gb_code", "name").iter_rows()
        return {code[:digits]: name for code, name in pairs}

    assert ours("province", "000000", 2) == listed("china-division_provinces.csv")
    assert ours("county", "500000", 6) == listed("china-division_chongqing_areas.csv")
