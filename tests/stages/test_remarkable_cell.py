"""Single cells of another unit: planted ones are told with kind and factor, noise and growth are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.stages.sql import DEFAULTS
from nqpf_assets.user_input.settings import Settings
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


def test_growth_and_noise_are_not_told() -> None:
    for seed in range(20):
        assert not told(levels(noise=0.1, seed=seed))


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


def test_a_newer_vintage_in_another_unit_is_a_join() -> None:
    """Also of one region, as a table of levels reads it, and of a series that no panel has."""
    values = levels(n_regions=1)
    given = observed(values)
    late = [
        {**row, "vintage": "2025", "file_id": "g", "value": 10_000 * row["value"]}
        if row["period"] > FIRST + 8
        else row
        for row in given["source.observation"]
    ]
    files = [
        {
            "file_id": name,
            "publisher": "P",
            "vintage": vintage,
            "vintage_order": vintage,
            "path": name,
        }
        for name, vintage in (("f", "2024"), ("g", "2025"))
    ]
    (row,) = told(values, given={"source.observation": late, "source.file": files})
    assert (row["kind"], row["period"], row["vintage"]) == ("join", FIRST + 9, "2025")


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
