"""Parts against their printed total: of regions, of areas and of series, where all parts are there."""

from __future__ import annotations

import pytest

from nqpf_assets.stages.sql import DEFAULTS
from nqpf_assets.user_input.settings import Settings
from tests.stages.relations import Rows, run_file

PROVINCES = [f"{code}0000" for code in range(11, 23)]
PREFECTURES, COUNTIES = [f"12{n:02}00" for n in range(1, 5)], [f"1290{n:02}" for n in range(1, 13)]
UNITS = [
    {"unit_measure": "亿元", "factor": 1e8, "dimension_symbol": "money"},
    {"unit_measure": "%", "factor": 0.01, "dimension_symbol": "ratio"},
    {"unit_measure": "元/人", "factor": 1.0, "dimension_symbol": "money/person"},
]
SERIES = [
    {"series_id": name, "kind": kind}
    for name, kind in (("gdp", "flow"), ("primary", "flow"), ("rest", "flow"), ("share", "ratio"))
]
OLD = {"valid_from": 1949}
REGIONS: Rows = [
    {"region_code": "000000", "name": "全国", "level": "country", "valid_from": 1949},
    *(
        {"region_code": code, "name": f"R{code[:2]}", "level": "province", "parent_code": "000000",
         "valid_from": 1997 if code == PROVINCES[-1] else 1949}
        for code in PROVINCES
    ),
    # Two cities of a province that has more of them.
    {"region_code": "110100", "name": "A", "level": "prefecture", "parent_code": "110000"} | OLD,
    {"region_code": "110200", "name": "B", "level": "prefecture", "parent_code": "110000"} | OLD,
    # A province of prefectures and of counties that are in none.
    *({"region_code": code, "name": code, "level": "prefecture", "parent_code": "120000"} | OLD
      for code in PREFECTURES),
    *({"region_code": code, "name": code, "level": "county", "parent_code": "120000"} | OLD
      for code in COUNTIES),
    {"region_code": "000000.coast", "name": "沿海", "level": "area", "parent_code": "000000"} | OLD,
    {"region_code": "000000.east", "name": "东部", "level": "area", "parent_code": "000000"} | OLD,
]  # fmt: skip
FILES: Rows = [
    {"file_id": name, "publisher": "P", "vintage": "2024", "path": f"raw/{name}.xls"}
    for name in "fg"
]
GROUPS: Rows = [
    *({"grouping": "sea", "group_name": "coast", "region_code": code} for code in PROVINCES[:3]),
    *({"grouping": "old", "group_name": "east", "region_code": code} for code in PROVINCES[:3]),
    *({"grouping": "new", "group_name": "east", "region_code": code} for code in PROVINCES[:4]),
]


def cell(region: str, value: float, **more: object) -> dict:
    return {
        "series_id": "gdp", "region_code": region, "period": 2018, "vintage": "2024", "value": value,
        "unit_measure": "亿元", "file_id": "f",
    } | more  # fmt: skip


def compared(observations: Rows, settings: Settings = DEFAULTS, parts: Rows | None = None) -> Rows:
    return run_file("audit", "total", {
        "source.observation": observations,
        "source.file": FILES,
        "catalog.unit_measure": UNITS,
        "catalog.series": SERIES,
        "catalog.series_part": parts or [],
        "catalog.region": REGIONS,
        "catalog.region_group": GROUPS,
    }, settings=settings).to_dicts()  # fmt: skip


def country(total: float, provinces: list[str] = PROVINCES, **more: object) -> Rows:
    return [cell("000000", total, **more), *(cell(code, 10.0, **more) for code in provinces)]


@pytest.mark.parametrize(
    ("total", "severity"),
    [(120.0, None), (121.0, None), (125.0, "warning"), (200.0, "error"), (90.0, "error")],
)
def test_a_country_against_its_provinces(total: float, severity: str | None) -> None:
    (row,) = compared(country(total))
    assert (row["kind"], row["n_totals"], row["severity"]) == ("regions", 1, severity)
    assert row["largest_gap"] == pytest.approx(120 / total - 1)
    assert row["about"] == "gdp P 2024"
    if severity:
        assert "全国 2018" in row["found"]


def test_years_are_counted_and_the_worst_is_named() -> None:
    rows = [*country(120.0), *country(126.0, period=2019), *country(130.0, period=2020)]
    (row,) = compared(rows)
    assert (row["n_totals"], row["n_beyond"], row["period"]) == (3, 2, 2020)


def test_the_cells_of_totals_that_differ_are_named() -> None:
    years = range(2010, 2018)
    rows = [
        one
        for n, year in enumerate(years)
        for one in country(200.0 + n, period=year, locator=f"S!C{year}")
    ]
    (row,) = compared(rows)
    found = row["found"]
    assert "全国 2017 (raw/f.xls: S!C2017); 全国 2016 (raw/f.xls: S!C2016)" in found
    assert found.endswith("; and 3 more")
    assert "2012 (" not in found
    one = compared(country(200.0, locator="S!C5"))[0]["found"]
    assert one.endswith("全国 2018 (raw/f.xls: S!C5)")


def test_without_all_parts_in_the_file_nothing_is_said() -> None:
    assert compared(country(500.0, PROVINCES[1:])) == []
    apart = country(500.0)
    apart[3]["file_id"] = "g"
    assert compared(apart) == []
    # The catalogue has two of the cities of the province: their sum says nothing.
    assert compared([cell("110000", 500.0), cell("110100", 10.0), cell("110200", 10.0)]) == []


def test_prefectures_and_counties_of_none_add_up_together() -> None:
    total, parts = cell("120000", 160.0), [cell(code, 10.0) for code in PREFECTURES + COUNTIES]
    (row,) = compared([total, *parts])
    assert (row["n_totals"], row["n_beyond"]) == (1, 0)
    (row,) = compared([cell("120000", 120.0), *parts])
    assert row["severity"] == "error"
    assert compared([total, *parts[: len(PREFECTURES)]]) == []
    assert compared([total, *parts[len(PREFECTURES) :]]) == []


def test_parts_are_those_that_existed_in_the_year() -> None:
    (row,) = compared(country(110.0, PROVINCES[:-1], period=1990))
    assert (row["n_totals"], row["severity"]) == (1, None)
    assert compared(country(120.0, period=1990)) == []  # revised backwards: twice in it, or not


def test_an_area_is_held_against_its_group_where_one_division_has_it() -> None:
    rows = [
        cell("000000.coast", 40.0),
        cell("000000.east", 99.0),
        *(cell(c, 10.0) for c in PROVINCES),
    ]
    (row,) = compared(rows)
    assert (row["kind"], row["region_code"], row["severity"]) == ("areas", "000000.coast", "error")


@pytest.mark.parametrize("unit", ["元/人", "%"])
def test_what_cannot_be_added_up_is_not(unit: str) -> None:
    assert compared(country(10.0, unit_measure=unit)) == []
    assert compared(country(10.0, series_id="share")) == []
    assert compared(country(10.0, series_id="unknown to the catalogue")) == []


def test_a_series_against_its_parts_in_each_region() -> None:
    parts: Rows = [{"series_id": "gdp", "part_id": part} for part in ("primary", "rest")]
    rows = [
        cell("110000", 10.0),
        cell("110000", 1.0, series_id="primary", file_id="g"),
        cell("110000", 9.0, series_id="rest"),
        cell("120000", 10.0),
        cell("120000", 1.0, series_id="primary"),
        cell("120000", 8.5, series_id="rest"),
        cell("130000", 10.0),  # its parts are not all published
        cell("130000", 1.0, series_id="primary"),
    ]
    (row,) = compared(rows, parts=parts)
    assert (row["kind"], row["n_totals"], row["n_beyond"]) == ("series", 2, 1)
    assert (row["region_code"], row["severity"]) == ("120000", "warning")
    assert row["largest_gap"] == pytest.approx(-0.05)


def test_limits_and_acceptance_come_from_the_settings() -> None:
    tight = Settings.model_validate({"limits": {"totals": 0.001, "totals_stop": 0.005}})
    (row,) = compared(country(121.0), tight)
    assert row["severity"] == "error"
    entry = {"check": "totals", "about": "gdp *", "reason": "the army", "date": "2026-11-24"}
    for total, severity in ((200.0, "warning"), (125.0, "note"), (120.0, None)):
        (row,) = compared(country(total), Settings.model_validate({"accept": [entry]}))
        assert row["severity"] == severity
        assert ("accepted 2026-11-24: the army" in row["found"]) == (row["accepted_on"] is not None)
