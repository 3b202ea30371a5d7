"""Which of several vintages is newer: by day and not by the text of its name, for everyone who asks."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path

import pytest

from nqpf_assets.catalog.vintages import day_of_name, order_of, spelled
from tests.stages.mini import STUDY, YEARS, Walk, output, page, walked
from tests.stages.relations import Rows, run_file

Dates = dict[str, str]

OLDER_AND_NEWER: dict[str, tuple[str, Dates, str, Dates]] = {
    "a year is its last day": ("2025-05", {"published": "2025-05"}, "2025", {"published": "2025"}),
    "by name": ("2025-05", {}, "2025", {}),
    "one digit": ("2025-9", {"accessed": "2025-09-03"}, "2025-10", {"accessed": "2025-10-03"}),
    "one digit by name": ("2025-9", {}, "2025-10", {}),
    "named otherwise": (
        "2026-01", {"published": "2024-06-30"}, "2020-01", {"published": "2025-06-30"},
    ),
    "published before accessed": (
        "b", {"published": "2024-01-05", "accessed": "2026-01-01"}, "a", {"published": "2024-02-05"},
    ),
    "no day at all": ("v9", {}, "2020", {}),
    "numbers in words": ("v9", {}, "v10", {}),
}  # fmt: skip
"""What it shows → name and days of the older vintage, and of the newer one."""


@pytest.mark.parametrize(
    ("name", "one", "day"),
    [
        ("2025", "2025", "2025-12-31"),
        ("2025年", "2025", "2025-12-31"),
        ("2025-5", "2025-05", "2025-05-31"),
        ("2025.05", "2025-05", "2025-05-31"),
        ("2025年5月", "2025-05", "2025-05-31"),
        ("202505", "2025-05", "2025-05-31"),
        ("２０２４－２", "2024-02", "2024-02-29"),
        ("2025-5-3", "2025-05-03", "2025-05-03"),
        ("20250503", "2025-05-03", "2025-05-03"),
        ("2025-13", "2025-13", None),
        ("2025-02-30", "2025-02-30", None),
        ("1234", "1234", None),
        ("2025年鉴", "2025年鉴", None),
        ("", "", None),
    ],
)
def test_spellings_of_one_day_are_one(name: str, one: str, day: str | None) -> None:
    assert spelled(name) == one
    assert spelled(one) == one
    assert day_of_name(name) == (dt.date.fromisoformat(day) if day else None)


def test_names_are_ordered_by_day_then_by_their_numbers() -> None:
    rising = ["v9", "v10", "2019", "2024-2", "2024-10", "2025-9-9", "2025-10", "2025-12-31"]
    for older, newer in pairwise(rising):
        assert order_of(None, None, older) < order_of(None, None, newer), (older, newer)


@pytest.mark.parametrize("case", OLDER_AND_NEWER)
@pytest.mark.parametrize("policy", ["latest", "single"])
def test_the_newest_vintage_is_taken(case: str, policy: str) -> None:
    older, newer = files(case)
    (row,) = reported([newer, older], {"vintage_policy": policy})
    assert (row["vintage"], row["value"]) == (newer["vintage"], 2.0)


def test_as_of_takes_the_newest_that_was_published() -> None:
    older, newer = files("named otherwise")
    as_of = {"vintage_policy": "as_of", "as_of": dt.date(2025, 12, 31)}
    (row,) = reported([older, newer], as_of)
    assert row["vintage"] == "2020-01"
    (row,) = reported([older, newer], as_of | {"as_of": dt.date(2025, 1, 1)})
    assert row["vintage"] == "2026-01"


@pytest.mark.parametrize("case", OLDER_AND_NEWER)
def test_magnitude_holds_the_newer_against_the_older(case: str) -> None:
    older, newer = files(case)
    (row,) = run_file("audit", "magnitude", {
        "source.file": [newer, older], "source.observation": cells([older, newer]),
        "catalog.unit_measure": UNITS, "catalog.region": REGIONS,
    }).to_dicts()  # fmt: skip
    assert (row["vintage"], row["other_vintage"]) == (newer["vintage"], older["vintage"])


def test_vintages_of_one_day_or_of_none_are_told_where_they_differ() -> None:
    def ties(*of: dict, values: tuple[float, ...] = (1.0, 2.0, 3.0)) -> Rows:
        return run_file("audit", "vintage_tie", {
            "source.file": list(of), "source.observation": cells(list(of), values),
            "catalog.unit_measure": UNITS, "catalog.region": REGIONS,
        }).to_dicts()  # fmt: skip

    one, other = file("2025", {}), file("2025-12", {})
    (row,) = ties(one, other)
    assert row["about"] == "P 2025-12 / P 2025"
    assert row["severity"] == "warning"
    assert "1 cell of 1 series differs: " in row["found"]
    assert "both of 2025-12-31; the first is taken for the newer" in row["found"]
    assert ties(one, other, values=(1.0, 1.0)) == []
    assert ties(one, file("2026", {})) == []
    (row,) = ties(one, file("初稿", {}))
    assert "the second has no day at all" in row["found"]
    assert row["vintage"] == "2025"


@pytest.mark.slow
def test_one_day_in_two_spellings_is_one_vintage(tmp_path: Path) -> None:
    """A study may spell it as it likes."""
    study = STUDY.replace(
        "    population: {ends: nearest}\n",
        "    population: {ends: nearest}\n    gdp: {vintage: 2020-5}\n",
    )
    assert "vintage: 2020-5" in study
    done = built(tmp_path, study, {"2020-05": {}}, "mini.reported_cell")
    assert done.query("SELECT DISTINCT vintage FROM mini.reported_cell WHERE variable = 'gdp'") == [
        ("2020-05",)
    ]


@pytest.mark.slow
def test_a_growth_table_takes_the_newest_too(tmp_path: Path) -> None:
    growth = """\
  levels:
    kind: growth
    title: Levels
    region: 北京
    first: 2015
    last: 2018
    rows: [{series: gdp, title: Output}]
"""
    published = {"2021": {"published": "2020-06-30"}, "2020": {"published": "2021-06-30"}}
    done = built(tmp_path, STUDY + growth, published, "mini.levels")
    ((level,),) = done.query('SELECT "2015" FROM mini.levels')
    assert level == pytest.approx((output(0, 2015) or 0) + 2)
    (row,) = done.query("SELECT vintages, corrected_years, data_status FROM mini.levels")
    assert row == ("2020", None, "official")


@pytest.mark.slow
def test_a_growth_table_says_what_it_rests_on_and_what_the_paper_prints(tmp_path: Path) -> None:
    growth = """\
  levels:
    kind: growth
    title: Levels
    region: 北京
    first: 2015
    last: 2018
    rows: [{series: gdp, title: Output, published: {2015: 12.5, 2018: 14}}]
"""
    dates = {"2020": {"published": "2021-06-30"}}
    done = built(tmp_path, STUDY + growth, dates, "mini.levels")
    (row,) = done.query(
        "SELECT published_2015, published_2018, vintages, corrected_years FROM mini.levels"
    )
    assert row == (12.5, 14.0, "2020", None)


@pytest.mark.slow
def test_a_growth_table_takes_what_the_panel_takes_of_values_of_one_day(tmp_path: Path) -> None:
    """Two publishers with other values, and a district that was a county: one region, one value."""
    growth = """\
  levels:
    kind: growth
    title: Levels
    region: 长寿
    first: 2015
    last: 2018
    rows: [{series: gdp, title: Output}]
"""
    head = STUDY.split("tables:")[0].split("indices:")[0]
    study = head.replace("{level: province, only: [北京, 天津, 河北, 山西], expect: 4}",
                         "{level: county, only: [长寿区]}")  # fmt: skip
    card = "publisher: {0}\ntitle: t\nstatus: official\nunit: 亿元\npublished: 2020-06\n" + (
        "series: {{output: gdp}}\ncolumns: {{region: 地区, period: 年份, values: [output]}}\n"
    )
    files: dict[str, str] = {}
    for place, name in enumerate(("zulu", "alpha", "mike"), start=1):
        lines = [f"长寿区,{year},{year - 1900}.{place}" for year in YEARS]
        files[f"raw/{name}/{2018 + place}/o.csv"] = "地区,年份,output\n" + "\n".join(lines) + "\n"
        files[f"raw/{name}/{2018 + place}/o.csv.card.yaml"] = card.format(name)
    only = ("mini.reported_cell", "mini.levels")
    done = walked(tmp_path, study + "tables:\n" + growth, files, only=only)
    panel = done.query(
        "SELECT value FROM mini.reported_cell WHERE variable = 'gdp' AND period > 2014"
    )
    (levels,) = done.query('SELECT "2015", "2016", "2017", "2018" FROM mini.levels')
    assert sorted(levels) == sorted(value for (value,) in panel)
    assert len({round(level % 1, 3) for level in levels}) == 1


def built(root: Path, study: str, vintages: dict[str, Dates], *only: str) -> Walk:
    """Tables of the mini project with later vintages; each adds one more to every value."""
    card = "publisher: Bureau\ntitle: t\nstatus: official\nunit: 亿元\nseries: {output: gdp}\ncolumns: {region: 地区, period: 年份, values: [output]}\n"  # noqa: E501
    added: dict[str, str] = {}
    for place, (name, days) in enumerate(vintages.items(), start=1):
        values = page("output", lambda r, y, place=place: (output(r, y) or 50) + place)
        added[f"raw/bureau/{name}/output.csv"] = values
        added[f"raw/bureau/{name}/output.csv.card.yaml"] = card + "".join(
            f"{key}: {day}\n" for key, day in days.items()
        )
    return walked(root, study, added, only=only)


UNITS = [{"unit_measure": "亿元", "factor": 1e8, "dimension_symbol": "money"}]
REGIONS = [{"region_code": "110000", "unit_code": "110000", "name": "北京市"}]


def file(name: str, days: Dates) -> dict:
    """A file as reading gives it; a month stands for its last day."""
    dates = {key: day_of_name(day) for key, day in days.items()}
    return {"file_id": name, "publisher": "P", "vintage": spelled(name)} | dates


def files(case: str) -> tuple[dict, dict]:
    older, days, newer, later = OLDER_AND_NEWER[case]
    return file(older, days), file(newer, later)


def cells(of: list[dict], values: tuple[float, ...] = (1.0, 2.0, 3.0)) -> Rows:
    """One cell in each file."""
    return [
        {"series_id": "gdp", "region_code": "110000", "period": 2018, "vintage": one["vintage"],
         "value": value, "unit_measure": "亿元", "file_id": one["file_id"], "locator": "A1"}
        for one, value in zip(of, values, strict=False)
    ]  # fmt: skip


def reported(of: list[dict], series: dict) -> Rows:
    """What a study takes of the cell; the older file has 1, the newer one 2."""
    older_first = sorted(
        of, key=lambda one: order_of(one.get("published"), one.get("accessed"), one["vintage"])
    )
    rule = {"series_id": "gdp", "first_period": 2018, "last_period": 2018} | series
    one = {
        "series_id": "gdp",
        "from_unit_measure": "亿元",
        "to_unit_measure": "亿元",
        "numerator": 1.0,
        "denominator": 1.0,
    }
    return run_file("study", "reported_cell", {
        "source.observation": cells(older_first), "source.file": of, "catalog.region": REGIONS,
        "s.unit": [{"unit": "110000"}], "s.series": [rule], "s.unit_conversion": [one],
    }).to_dicts()  # fmt: skip
