"""A vintage against the one before: a silent change of unit is an error, a large revision a warning."""

from __future__ import annotations

import pytest

from nqpf_assets.stages.sql import DEFAULTS
from nqpf_assets.user_input.settings import Settings
from tests.stages.relations import Rows, run_file

REGIONS = ["110000", "120000", "130000", "140000"]
UNITS = [
    {"unit_measure": "亿元", "factor": 1e8, "dimension_symbol": "money"},
    {"unit_measure": "万元", "factor": 1e4, "dimension_symbol": "money"},
    {"unit_measure": "台", "factor": 1.0, "dimension_symbol": "count"},
]


def vintage(
    name: str, times: float = 1.0, publisher: str = "P", unit: str = "亿元", **cells: float
) -> tuple[dict, Rows]:
    """A file of eight cells, all of them `times` as large; `r110000_2018` multiplies one cell more."""
    rows: Rows = [
        {"series_id": "gdp", "region_code": region, "period": period, "vintage": name, "unit_measure": unit,
         "file_id": f"{publisher}{name}",
         "value": times * cells.get(f"r{region}_{period}", 1.0) * (100 + place)}
        for place, region in enumerate(REGIONS)
        for period in (2018, 2019)
    ]  # fmt: skip
    return {"file_id": f"{publisher}{name}", "publisher": publisher, "vintage": name}, rows


def compared(
    *files: tuple[dict, Rows], settings: Settings = DEFAULTS, corrections: Rows | None = None
) -> Rows:
    return run_file("audit", "magnitude", {
        "source.file": [file for file, _ in files],
        "source.observation": [row for _, rows in files for row in rows],
        "source.correction": corrections or [],
        "catalog.unit_measure": UNITS,
        "catalog.region": [{"region_code": code, "name": f"R{code[:2]}"} for code in REGIONS],
    }, settings=settings).to_dicts()  # fmt: skip


@pytest.mark.parametrize("times", [10, 10_000, 0.1, 1.51, 0.66])
def test_a_vintage_of_another_size_is_an_error(times: float) -> None:
    (row,) = compared(vintage("2024"), vintage("2025", times))
    assert row["severity"] == "error"
    assert row["median_ratio"] == pytest.approx(times)
    assert (row["vintage"], row["other_vintage"], row["about"]) == ("2025", "2024", "gdp P 2025")
    is_unit = times in (10, 10_000, 0.1)
    assert ("8 of 8 cells are about" if is_unit else "8 cells are in the median") in row["found"]
    assert "P 2024" in row["found"]


@pytest.mark.parametrize("times", [1.0, 1.03, 1.49, 0.68, -1.0])
def test_an_ordinary_revision_is_none(times: float) -> None:
    """Signs aside: a balance that changes its sign is of the same size, and its cells are revised."""
    (row,) = compared(vintage("2024"), vintage("2025", times))
    assert row["severity"] == (None if times > 0 else "warning")


def test_single_cells_are_counted_with_the_largest() -> None:
    (row,) = compared(vintage("2024"), vintage("2025", r120000_2019=1.6, r130000_2018=0.2))
    assert (row["severity"], row["n_beyond"], row["n_cells_compared"]) == ("warning", 2, 8)
    assert (row["region_code"], row["period"]) == ("130000", 2018)
    assert row["largest_revision"] == pytest.approx(-0.8)
    assert "2 of 8 cells differ by more than 50 %" in row["found"]
    assert "R13 2018 by -80.0 %" in row["found"]


def test_units_are_converted_and_other_measures_left_alone() -> None:
    (row,) = compared(vintage("2024"), vintage("2025", 10_000, unit="万元"))
    assert (row["severity"], row["median_ratio"]) == (None, pytest.approx(1))
    assert compared(vintage("2024"), vintage("2025", unit="台")) == []


def test_the_last_vintage_of_the_same_publisher_is_held_against_else_of_any() -> None:
    rows = compared(
        vintage("2022"), vintage("2023", publisher="Q"), vintage("2024"), vintage("2025")
    )
    assert [(row["vintage"], row["other_publisher"], row["other_vintage"]) for row in rows] == [
        ("2024", "P", "2022"), ("2025", "P", "2024"), ("2023", "P", "2022"),
    ]  # fmt: skip


def test_limits_and_acceptance_come_from_the_settings() -> None:
    files = (vintage("2024"), vintage("2025", 1.4, r120000_2019=2.0))
    (row,) = compared(*files)
    assert row["severity"] == "warning"
    (row,) = compared(*files, settings=Settings.model_validate({"limits": {"magnitude": 1.2}}))
    assert row["severity"] == "error"
    loose = Settings.model_validate({"limits": {"revision": 2.0}})
    (row,) = compared(*files, settings=loose)
    assert row["severity"] is None
    entry = {"check": "magnitude", "about": "gdp P 2025", "reason": "rebased", "date": "2026-11-24"}
    for limit, severity in ((1.2, "warning"), (1.5, "note")):
        accepted = Settings.model_validate({"limits": {"magnitude": limit}, "accept": [entry]})
        (row,) = compared(*files, settings=accepted)
        assert (row["severity"], row["accepted_reason"]) == (severity, "rebased")
        assert row["found"].endswith("; accepted 2026-11-24: rebased")
    elsewhere = Settings.model_validate({"accept": [entry | {"about": "gdp P 2024"}]})
    (row,) = compared(*files, settings=elsewhere)
    assert row["severity"] == "warning"


def test_a_corrected_cell_is_not_told_again() -> None:
    files = (vintage("2024"), vintage("2025", r130000_2018=10.0))
    (row,) = compared(*files)
    assert row["n_beyond"] == 1
    cell = {
        "name": "c",
        "series_id": "gdp",
        "region_code": "130000",
        "period": 2018,
        "vintage": "2025",
    }
    (row,) = compared(*files, corrections=[cell | {"value": 102.0}])
    assert row["n_beyond"] == 0


def test_one_year_in_another_unit_is_an_error_however_many_years_are_right() -> None:
    """Three or more regions of one year near a power of ten; the median over all years is 1."""
    years = range(2005, 2023)

    def long(name: str, times: dict[tuple[str, int], float]) -> tuple[dict, Rows]:
        file, _ = vintage(name)
        rows = [
            {"series_id": "gdp", "region_code": region, "period": year, "vintage": name,
             "unit_measure": "亿元",
             "file_id": file["file_id"], "value": 100.0 * times.get((region, year), 1.0), "locator": "B7"}
            for region in REGIONS for year in years
        ]  # fmt: skip
        return file | {"path": f"raw/P/{name}/gdp.csv"}, rows

    one_year = {(region, 2022): 10_300.0 for region in REGIONS}
    (row,) = compared(long("2024", {}), long("2025", one_year))
    assert (row["severity"], row["median_ratio"]) == ("error", pytest.approx(1))
    assert row["found"].startswith(
        "4 of 4 cells of 2022 are about 10000 times those of P 2024, as in"
    )
    assert "raw/P/2025/gdp.csv: B7" in row["found"]
    three = {(region, 2022): 0.0101 for region in REGIONS[:3]}
    (row,) = compared(long("2024", {}), long("2025", three))
    assert row["severity"] == "error"
    assert "3 of 4 cells of 2022 are about 1/100 times" in row["found"]
    doubled = {(region, 2022): 2.0 for region in REGIONS}
    (row,) = compared(long("2024", {}), long("2025", doubled))
    assert row["severity"] == "error"
    assert "4 cells of 2022 are in the median 2.0 times" in row["found"]
    region = {("130000", year): 10_000.0 for year in years}
    (row,) = compared(long("2024", {}), long("2025", region))
    assert row["severity"] == "error"
    assert "18 of 18 cells of R13 are about 10000 times" in row["found"]
    single = {("130000", 2022): 10_000.0, ("110000", 2019): 0.1}
    (row,) = compared(long("2024", {}), long("2025", single))
    assert row["severity"] == "warning"
    assert "most R13 2022, 10000 times as much" in row["found"]
