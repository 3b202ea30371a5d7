"""Single cells of another unit: planted ones are told with kind and factor, noise and growth are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from nqpf_assets.exports.printed.lines import printed_table
from nqpf_assets.stages.remarkable_cells import remarkable_in_use
from nqpf_assets.stages.sql import DEFAULTS
from nqpf_assets.user_input.settings import Settings
from tests.stages.mini import STUDY, output, page, walked
from tests.stages.relations import Rows, run_file
from tests.stages.test_series_break import FIRST, levels, observed

LEAST_CAUGHT = 0.95
"""Of faults planted in series whose growth varies by 5 percent; all but those at an end are caught."""


def told(
    values: np.ndarray, settings: Settings = DEFAULTS, given: dict[str, Rows] | None = None
) -> list[dict[str, Any]]:
    """The rows over one series of some regions, and over whatever else is given."""
    rows = {**observed(values), "catalog.series_break": [], "audit.series_break": []}
    rows["source.file"] = [{**one, "vintage_order": one["vintage"]} for one in rows["source.file"]]
    return run_file("audit", "remarkable_cell", rows | (given or {}), settings=settings).to_dicts()


@pytest.mark.slow
def test_growth_and_noise_are_not_told() -> None:
    for seed in range(20):
        assert not told(levels(noise=0.1, seed=seed))


def test_series_with_negative_values_have_no_ratios() -> None:
    """Logarithms, growth, balances: near zero a value is a tenth of the next by chance."""
    values = levels()
    values[4, 6] *= 100
    given = observed(values)["source.observation"]
    given = [*given, given[0] | {"period": FIRST - 1, "value": -1.0}]
    assert not told(values, given={"source.observation": given})


@pytest.mark.parametrize("factor", [10, 0.1, 100, 0.01])
def test_one_region_in_one_year_is_a_spike(factor: float) -> None:
    """Neither neighbours nor the year after are told with it."""
    values = levels()
    values[4, 6] *= factor
    (row,) = told(values)
    assert (row["kind"], row["region_code"], row["period"]) == ("spike", "150000", FIRST + 6)
    assert row["factor"] == pytest.approx(factor, rel=0.15)
    assert (row["severity"], row["value"]) == ("warning", values[4, 6])
    assert (row["value_before"], row["value_after"]) == (values[4, 5], values[4, 7])


@pytest.mark.parametrize("factor", [10, 100, 0.01])
def test_one_region_from_a_year_on_is_a_shift(factor: float) -> None:
    values = levels()
    values[4, 6:] *= factor
    (row,) = told(values)
    assert (row["kind"], row["region_code"], row["period"]) == ("shift", "150000", FIRST + 6)


@pytest.mark.parametrize("year", [0, 11])
def test_the_first_and_the_last_year_have_one_neighbour(year: int) -> None:
    values = levels()
    values[4, year] *= 100
    (row,) = told(values)
    assert (row["kind"], row["period"]) == ("shift", FIRST + max(year, 1))


@pytest.mark.parametrize("factor", [100, 10_000])
def test_a_region_in_another_unit_in_all_years_is_a_level(factor: float) -> None:
    values = levels(noise=0.02) * np.exp(np.random.default_rng(2).normal(0, 0.3, (20, 1)))
    values[4] = factor * np.median(values, axis=0)
    (row,) = told(values)
    assert (row["kind"], row["region_code"], row["n_cells"]) == ("level", "150000", 12)


def test_what_all_regions_do_is_no_single_cell() -> None:
    values = levels()
    values[:, 6] *= 10
    assert not told(values)


def test_an_accepted_cell_is_a_note() -> None:
    values = levels()
    values[4, 6] *= 10
    (row,) = told(values)
    entry = {"check": "remarkable_cell", "about": row["about"], "reason": "x", "date": "2026-11-24"}
    (accepted,) = told(values, Settings.model_validate({"accept": [entry]}))
    assert (accepted["severity"], accepted["accepted_reason"]) == ("note", "x")


@pytest.mark.slow
def test_nearly_all_planted_faults_are_told_and_nothing_else() -> None:
    draw, caught, others = np.random.default_rng(5), 0, 0
    n = 100
    for seed in range(n):
        values = levels(noise=0.05, seed=seed)
        region, year = draw.integers(20), draw.integers(1, 11)
        values[region, year] *= draw.choice([0.01, 0.1, 10, 100])
        found = {(row["region_code"], row["period"]) for row in told(values)}
        planted = (f"{11 + region}0000", FIRST + int(year))
        caught += planted in found
        others += len(found - {planted})
    assert caught >= LEAST_CAUGHT * n
    assert others == 0


class Tables:
    """Tables that a step reads, as frames."""

    def __init__(self, **rows: Rows) -> None:
        self.rows = rows

    def scan(self, _schema: str, table: str) -> pl.LazyFrame:
        return pl.LazyFrame(self.rows[table])


def test_what_is_put_together_or_filled_from_the_cell_has_its_words() -> None:
    edition = {"publisher": "P", "vintage": "2024"}
    given = Tables(
        remarkable_cell=[
            {"series_id": "gdp", "unit_code": "340422", "period": 2015, "kind": "cell", "about": "a",
             "severity": "warning", "found": "寿县 2015: 7 is about 100 times"} | edition,
        ],
        reported_cell=[
            {"variable": "gdp", "unit": "340422", "period": year} | edition for year in (2014, 2015)
        ],
        filled_from=[
            {"variable": "gdp", "unit": unit, "period": year, "from_series": "gdp", "from_unit": "340422",
             "from_period": source}
            for unit, year, source in (("340400", 2015, 2015), ("340400", 2016, 2015), ("341500", 2014, 2014))
        ],
    )  # fmt: skip
    found = remarkable_in_use(given, "s")  # type: ignore[arg-type]  # reads tables by name alone
    assert sorted(found.select("variable", "unit", "period").iter_rows()) == [
        ("gdp", "340400", 2015), ("gdp", "340400", 2016), ("gdp", "340422", 2015)
    ]  # fmt: skip
    assert found["words"].unique().to_list() == ["gdp 寿县 2015: 7 is about 100 times"]


TABLES = """\
  levels:
    title: Levels
    kind: growth
    region: 河北
    first: 2015
    last: 2018
    rows: [{title: Output, series: gdp}, {title: People, series: population}]
  lines: {title: Lines, kind: trend, x: people_before, y: output, grouping: halves}
  early: {title: Early, kind: trend, x: people_before, y: output, grouping: halves, last: 2017}
"""
HALVES = "groups: {halves: {a: [北京, 天津], b: [河北, 山西]}}\ntables:\n"


def test_what_a_break_of_the_series_tells_is_not_told_again() -> None:
    values = levels()
    values[4, 6] *= 100
    one = {"series_id": "gdp", "publisher": "P", "vintage": "2024", "level": "province",
           "period": FIRST + 6, "n_slips": 1}  # fmt: skip
    for severity, rows in (("warning", [None]), ("note", []), ("error", [])):
        given: dict[str, Rows] = {"audit.series_break": [{**one, "severity": severity}]}
        assert [row["severity"] for row in told(values, given=given)] == rows


@pytest.mark.slow
def test_every_kind_of_table_that_reads_the_cell_says_so(tmp_path: Path) -> None:
    """Levels row by row, what describes the panel in its notes; regressions have cautions."""

    def planted(region: int, year: int) -> float | None:
        value = output(region, year)
        return value * 100 if value is not None and (region, year) == (2, 2018) else value

    study = STUDY.replace("tables:\n", HALVES, 1) + TABLES
    done = walked(
        tmp_path, study, {"raw/bureau/2019/output.csv": page("output", planted)}, is_published=True
    )
    words = "河北省 2018: "
    levels_of = done.query(
        "SELECT row_label, remarkable_cells FROM mini.levels ORDER BY row_position"
    )
    assert [told is None for _, told in levels_of] == [False, True]
    assert words in levels_of[0][1]
    notes = (
        "SELECT row_label FROM mini.{} WHERE row_kind = 'note' AND row_label LIKE '%another unit%'"
    )
    ((note,),) = done.query(notes.format("lines"))
    assert note.startswith(f"Cells as of another unit underneath: gdp {words}")
    assert done.query(notes.format("early")) == []
    rows = [
        {"row_position": 1, "row_label": "Output", "2018": 1.0, "remarkable_cells": levels_of[0][1]}
    ]
    printed = printed_table("mini", "levels", "Levels", list(rows[0]), rows)
    assert printed.heads == ("2018",)
    assert printed.notes == (f"Output: has cells as of another unit: {levels_of[0][1]}.",)
