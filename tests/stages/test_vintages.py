"""Noticing downloads that mix vintages: on made series, and on the GDP that was really published."""

from __future__ import annotations

import itertools
import math
import statistics

import numpy as np
import polars as pl
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


KEY = ["vintage", "other_vintage", "period"]


def rows_of(given: dict[str, Rows]) -> pl.DataFrame:
    return run_file("audit", "vintage_break", given).sort(KEY)


def yearly(first: int, last: int) -> dict[str, dict[int, float]]:
    return {str(year): {} for year in range(first, last + 1)}


def test_every_pair_is_held_against_each_other_up_to_thirteen_vintages() -> None:
    """The same worked out pair by pair and cell by cell; no code is shared."""
    given = published({**yearly(1990, 2001), "2002": {2018: 1.08}})
    draw = np.random.default_rng(3)
    kept = [row for row in given["source.observation"] if draw.uniform() < 0.9]
    given["source.observation"] = kept
    value = {(row["vintage"], row["region_code"], row["period"]): row["value"] for row in kept}

    def growth(vintage: str, region: str, year: int) -> float | None:
        now, before = (value.get((vintage, region, when)) for when in (year, year - 1))
        return math.log(now) - math.log(before) if now and before else None

    names = sorted({row["vintage"] for row in kept})
    expected = {}
    for one, other in itertools.permutations(names, 2):
        gaps = {}
        for year in YEARS:
            both = [(growth(one, r, year), growth(other, r, year)) for r in REGIONS]
            apart = [abs(a - b) for a, b in both if a is not None and b is not None]
            if len(apart) >= 5:
                gaps[year] = statistics.median(apart)
        for year, gap in gaps.items():
            usual = statistics.median(gaps[when] for when in gaps if when != year)
            expected[one, other, year] = (gap, usual)
    found = rows_of(given)
    assert set(found.select(KEY).iter_rows()) == set(expected)
    for row in found.to_dicts():
        gap, usual = expected[row["vintage"], row["other_vintage"], row["period"]]
        # The same arithmetic: one rounding of a difference of logarithms near 3 or so.
        assert row["growth_gap"] == pytest.approx(gap, abs=1e-14)
        assert row["usual_growth_gap"] == pytest.approx(usual, abs=1e-14)
        assert row["is_break"] == (gap > 0.02 and gap > 5 * usual)
    assert found.filter("is_break")["period"].unique().to_list() == [2018]


def test_of_many_vintages_each_is_held_against_twelve_before_it() -> None:
    found = rows_of(published(yearly(1960, 1999)))
    pairs = found.select("vintage", "other_vintage").unique()
    assert len(pairs) == 2 * (12 * 40 - 12 * 13 // 2)
    before_last = pairs.filter(vintage="1999")["other_vintage"].cast(int).sort()
    assert (len(before_last), before_last[-1]) == (12, 1998)
    assert before_last.diff().drop_nulls().is_between(3, 4).all(), "spread from the oldest on"


@pytest.mark.parametrize("mixed_from", [1985, 1970])
def test_of_many_vintages_the_newest_is_named_where_most_before_it_say_otherwise(
    mixed_from: int,
) -> None:
    vintages = yearly(1960, 1999)
    for name in vintages:
        if int(name) >= mixed_from:
            vintages[name] = {2018: 1.08}
    named = {one["file"].split()[-1] for one in findings(published(vintages))}
    assert ("1999" in named) == (mixed_from == 1985)


def test_what_was_said_of_vintages_stays_when_later_ones_come() -> None:
    """An `as_of` study is told by those known on its day, as a project without the later files."""
    all_of_them = published({**yearly(1960, 1989), "1990": {2018: 1.08}, **yearly(1991, 1999)})
    early = {
        table: [row for row in rows if row.get("vintage", "") <= "1990"]
        for table, rows in all_of_them.items()
    }
    then = rows_of(all_of_them).filter(pl.max_horizontal("vintage", "other_vintage") <= "1990")
    assert then["is_break"].any()
    assert then.equals(rows_of(early))


def test_vintages_that_share_nothing_take_no_places() -> None:
    """Twenty editions of other regions lie between two that can be compared."""
    given = published({"1960": {}, **yearly(1961, 1980), "1981": {2018: 1.08}})
    for row in given["source.observation"]:
        if "1960" < row["vintage"] < "1981":
            row["region_code"] = f"9{row['region_code'][1:]}"
    assert rows_of(given).filter(vintage="1981")["other_vintage"].unique().to_list() == ["1960"]
