"""Noticing downloads that mix vintages: on made series, and on the GDP that was really published."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stages.relations import Rows, run_file

YEARS = range(2010, 2023)
REGIONS = [f"{code}0000" for code in range(11, 31)]


def published(vintages: dict[str, dict[int, float]], series: str = "gdp") -> dict[str, Rows]:
    """Vintage → year from which a factor multiplies the level; noise of 0.1 percent on each value."""
    draw = np.random.default_rng(7)
    growth = draw.uniform(1.03, 1.12, (len(REGIONS), len(YEARS))).cumprod(axis=1)
    observations, files = [], []
    for vintage, factors in vintages.items():
        level = growth * draw.uniform(0.999, 1.001, growth.shape)
        for place, year in enumerate(YEARS):
            for first, factor in factors.items():
                # Each region is revised by its own amount, as a census does.
                if year >= first:
                    level[:, place] *= 1 + (factor - 1) * np.linspace(0.5, 1.5, len(REGIONS))
            observations += [
                {"series_id": series, "region_code": region, "period": year, "vintage": vintage,
                 "value": level[row, place], "unit_measure": "亿元", "file_id": vintage}
                for row, region in enumerate(REGIONS)
            ]  # fmt: skip
        files.append({"file_id": vintage, "publisher": f"P{vintage}", "vintage": vintage})
    units = [{"unit_measure": "亿元", "factor": 1e8}]
    return {"source.observation": observations, "source.file": files, "catalog.unit_measure": units}


def findings(given: dict[str, Rows], warnings: Rows | None = None) -> Rows:
    breaks = run_file("audit", "vintage_break", given)
    found = run_file(
        "audit", "finding", {"audit.vintage_break": breaks, "source.warning": warnings or []}
    )
    return found.to_dicts()


def test_a_vintage_that_changes_in_one_year_is_named_with_the_year() -> None:
    given = published({"2019": {}, "2020": {}, "2021": {}, "2022": {2018: 1.08}})
    found = findings(given)
    assert [(one["file"], one["place"]) for one in found] == [("P2022, vintage 2022", "gdp 2018")]
    assert found[0]["code"] == "vintage_break"
    assert "3 of 3" in found[0]["found"]


def test_where_it_cannot_be_told_which_of_two_departs_both_are_named() -> None:
    found = findings(published({"2021": {}, "2022": {2018: 0.98}}))
    assert {one["file"] for one in found} == {"P2021, vintage 2021", "P2022, vintage 2022"}


def test_a_whole_revision_breaks_nothing() -> None:
    """A census that revises every year moves levels, not growth."""
    given = published({"2019": {}, "2020": {2010: 1.05}, "2021": {2010: 0.93}})
    assert findings(given) == []
    gaps = {row["median_gap"] for row in run_file("audit", "vintage_break", given).to_dicts()}
    assert max(gaps) > 0.04


def test_noise_alone_breaks_nothing() -> None:
    assert findings(published({"2019": {}, "2020": {}, "2021": {}})) == []


def test_small_series_and_one_vintage_are_not_compared() -> None:
    given = published({"2019": {}, "2022": {2018: 1.5}})
    given["source.observation"] = [
        row for row in given["source.observation"] if row["region_code"] in REGIONS[:4]
    ]
    assert findings(given) == []
    assert findings(published({"2022": {2018: 1.5}})) == []


def test_units_do_not_pass_for_a_break() -> None:
    given = published({"2019": {}, "2020": {}})
    for row in given["source.observation"]:
        if row["vintage"] == "2020":
            row |= {"unit_measure": "万元", "value": row["value"] * 10_000}
    given["catalog.unit_measure"].append({"unit_measure": "万元", "factor": 1e4})
    assert findings(given) == []
    rows = run_file("audit", "vintage_break", given).to_dicts()
    assert all(abs(row["median_gap"]) < 0.01 for row in rows)


def test_warnings_of_reading_are_findings_too() -> None:
    warning = {
        "code": "x", "file": "raw/a.csv", "place": "line 1", "expected": "e", "found": "f",
        "remedy": "r",
    }  # fmt: skip
    assert findings(published({"2022": {}}), [warning]) == [{"severity": "warning", **warning}]


@pytest.mark.parametrize("gap", [0.015, 0.03])
def test_the_threshold_is_two_percent_of_growth(gap: float) -> None:
    found = findings(published({"2019": {}, "2020": {}, "2021": {}, "2022": {2018: 1 + gap}}))
    assert bool(found) == (gap > 0.02)


def test_of_two_the_one_that_departs_from_its_own_growth_is_named() -> None:
    found = findings(published({"2021": {}, "2022": {2018: 0.5}}))
    assert [one["file"] for one in found] == ["P2022, vintage 2022"]


def test_one_wrong_year_is_named_and_neither_the_next_nor_the_other_vintages() -> None:
    """Ten thousand times as much in 2015: the return of 2016 is no change, and no percentage is 921."""
    for others in (["2021"], ["2020", "2021"]):
        given = published({**{name: {} for name in others}, "2022": {}})
        for row in given["source.observation"]:
            if row["vintage"] == "2022" and row["period"] == 2015:
                row["value"] *= 10_000
        found = findings(given)
        assert [(one["file"], one["place"]) for one in found] == [
            ("P2022, vintage 2022", "gdp 2015")
        ]
        assert "a factor of 1" in found[0]["found"]
        assert "%" not in found[0]["found"].split("is usual")[0].split("where")[0]


def test_log_differences_are_told_as_percent_of_levels() -> None:
    given = published({"2019": {}, "2020": {}, "2022": {2018: 1.5}})
    (one,) = findings(given)
    gap = float(one["found"].split("by ")[1].split(" %")[0])
    assert 48 < gap < 52, one["found"]
