"""Years in which a series breaks within one vintage: planted ones are found with their size, noise is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.stages.sql import DEFAULTS
from nqpf_assets.user_input.settings import Settings
from tests.stages.relations import Rows, run_file

FIRST = 2008
UNITS = [
    {"unit_measure": "亿元", "factor": 1e8, "dimension_symbol": "money"},
    {"unit_measure": "万元", "factor": 1e4, "dimension_symbol": "money"},
    {"unit_measure": "元/人", "factor": 1.0, "dimension_symbol": "money/person"},
    {"unit_measure": "%", "factor": 0.01, "dimension_symbol": "ratio"},
    {"unit_measure": "上年=100", "factor": 1.0, "dimension_symbol": "index"},
]


def levels(
    n_regions: int = 20, n_years: int = 12, noise: float = 0.02, seed: int = 3
) -> np.ndarray:
    """Regions of one size that grow by about 5 percent a year, (regions, years)."""
    draw = np.random.default_rng(seed)
    growth = draw.normal(0.05, noise, (n_regions, n_years))
    return 100 * np.exp(growth.cumsum(axis=1))


def observed(values: np.ndarray, unit: str = "亿元", series: str = "gdp") -> Mapping[str, Rows]:
    codes = [f"{11 + place}0000" for place in range(len(values))]
    observations = [
        {"series_id": series, "region_code": code, "region_level": "province", "period": FIRST + place,
         "vintage": "2024", "value": value, "unit_measure": unit, "file_id": "f",
         "locator": f"S!{code}.{FIRST + place}"}
        for code, row in zip(codes, values, strict=True)
        for place, value in enumerate(row.tolist())
    ]  # fmt: skip
    return {
        "source.observation": observations,
        "source.file": [{"file_id": "f", "publisher": "P", "vintage": "2024", "path": "raw/f.xls"}],
        "catalog.unit_measure": UNITS,
        "catalog.region": [{"region_code": code, "name": f"R{code[:2]}"} for code in codes],
    }


def breaks(
    values: np.ndarray,
    unit: str = "亿元",
    declared: Rows | None = None,
    settings: Settings = DEFAULTS,
) -> dict[int, dict]:
    """Year → its row, where the series breaks."""
    given = {**observed(values, unit), "catalog.series_break": declared or []}
    found = run_file("audit", "series_break", given, settings=settings).to_dicts()
    return {row["period"]: row for row in found if row["is_break"]}


def jumping(
    by: float, regions: Sequence[int], year: int, last: int | None = None, **more: float
) -> np.ndarray:
    """Levels times `by` in some regions from a year on, or until another."""
    values = levels(**more)  # type: ignore[arg-type]
    until = None if last is None else last - FIRST + 1
    values[list(regions), year - FIRST : until] *= by
    return values


def test_a_break_of_many_regions_is_found_in_its_year_with_its_size() -> None:
    found = breaks(jumping(0.3, range(14), 2014))
    assert list(found) == [2014]
    row = found[2014]
    assert (row["n_jumps"], row["n_units_compared"]) == (14, 20)
    assert row["median_growth"] == pytest.approx(0.3 * 1.05 - 1, abs=0.03)
    assert row["usual_growth"] == pytest.approx(0.05, abs=0.02)
    assert row["largest_growth"] == pytest.approx(0.3 * 1.05 - 1, abs=0.03)
    assert row["largest_region"] in {f"R{11 + place}" for place in range(14)}
    assert row["severity"] == "warning"
    assert "14 of 20 regions jump, most R" in row["found"]
    code = f"{row['largest_region'].removeprefix('R')}0000"
    assert f"% (raw/f.xls: S!{code}.2014); " in row["found"]


def test_a_break_of_one_large_region_of_a_quiet_series_is_found() -> None:
    found = breaks(jumping(1.5, [4], 2014))
    assert {year: (row["n_lasting"], row["largest_region"]) for year, row in found.items()} == {
        2014: (1, "R15")
    }


def test_a_single_region_breaks_nothing_where_it_is_small_noisy_or_comes_back() -> None:
    small = jumping(1.5, [4], 2014)
    small[4] /= 100
    assert breaks(small) == {}
    assert breaks(jumping(3.0, [4], 2014, noise=0.09)) == {}
    assert breaks(jumping(1.5, [4], 2014, last=2014)) == {}  # a slip of one year
    assert breaks(jumping(1.5, [4], 2019)) == {}  # the last year: nobody knows whether it lasts


def test_prices_know_no_size_so_that_few_regions_do_not_break_them() -> None:
    assert breaks(jumping(1.5, [4], 2014), unit="元/人") == {}
    assert list(breaks(jumping(1.5, range(12), 2014), unit="元/人")) == [2014]
    assert breaks(jumping(1.5, range(12), 2014), unit="上年=100") == {}


def test_one_year_counted_otherwise_breaks_twice() -> None:
    """As the sample survey of population, which is twenty times as large in 2015."""
    assert list(breaks(jumping(20.0, range(20), 2015, last=2015))) == [2015, 2016]


def test_a_common_year_of_another_growth_is_no_break() -> None:
    values = levels()
    values[:, 6:] *= 0.85
    assert breaks(values) == {}


def test_a_unit_that_changes_within_the_file_is_no_break() -> None:
    given = dict(observed(levels()))
    for row in given["source.observation"]:
        if row["period"] >= 2014:
            row |= {"unit_measure": "万元", "value": row["value"] * 10_000}
    assert not run_file("audit", "series_break", given)["is_break"].any()


def test_a_corrected_value_is_taken_as_corrected() -> None:
    given = dict(observed(jumping(3.0, [4], 2014)))
    assert run_file("audit", "series_break", given)["is_break"].sum() == 1
    given["source.correction"] = [
        {key: row[key] for key in ("series_id", "region_code", "period", "vintage")}
        | {"name": "c", "value": row["value"] / 3}
        for row in given["source.observation"]
        if row["region_code"] == "150000" and row["period"] >= 2014
    ]
    assert not run_file("audit", "series_break", given)["is_break"].any()


def test_a_declared_break_is_reported_with_its_size_where_it_has_one() -> None:
    declared: Rows = [{"series_id": "gdp", "period": 2014, "note": "census"}]
    given = {**observed(levels()), "catalog.series_break": declared}
    (row,) = run_file("audit", "series_break", given).to_dicts()
    assert (row["is_declared"], row["is_break"], row["severity"]) == (True, False, None)
    moved = levels()
    moved[:, 6:] *= 0.9
    assert breaks(moved) == {}  # ten percent is too little to be told from a bad year …
    found = breaks(moved, declared=declared)  # … unless somebody says so
    assert found[2014]["found"].endswith("% is usual; declared: census")


def test_an_accepted_break_is_kept_with_its_reason_and_not_told() -> None:
    accept = [
        {
            "check": "series_break",
            "about": "gdp P 2024 *",
            "reason": "new base",
            "date": "2026-11-24",
        }
    ]
    accepted = Settings.model_validate({"accept": accept})
    (row,) = breaks(jumping(0.3, range(14), 2014), settings=accepted).values()
    assert (row["severity"], row["accepted_reason"], str(row["accepted_on"])) == (
        "note", "new base", "2026-11-24",
    )  # fmt: skip
    other = Settings.model_validate({"accept": [accept[0] | {"about": "gdp P 2023 *"}]})
    (row,) = breaks(jumping(0.3, range(14), 2014), settings=other).values()
    assert row["severity"] == "warning"


@pytest.mark.slow
@settings(max_examples=60)
@given(
    n_regions=st.integers(5, 35),
    n_years=st.integers(6, 20),
    noise=st.floats(0.001, 0.4),
    seed=st.integers(0, 10**6),
)
def test_noise_alone_breaks_nothing(n_regions: int, n_years: int, noise: float, seed: int) -> None:
    assert breaks(levels(n_regions, n_years, noise, seed)) == {}


@pytest.mark.slow
@settings(max_examples=30)
@given(
    by=st.sampled_from([0.05, 0.3, 0.5, 2.0, 20.0]),
    n_jumps=st.integers(7, 20),
    year=st.integers(2009, 2019),
    seed=st.integers(0, 10**6),
)
def test_a_break_of_a_third_of_the_regions_is_found_wherever_it_is(
    by: float, n_jumps: int, year: int, seed: int
) -> None:
    assert list(breaks(jumping(by, range(n_jumps), year, seed=seed))) == [year]


def severities(values: np.ndarray) -> dict[int, tuple[str | None, str]]:
    """Year → severity and words of its row."""
    given = {**observed(values), "catalog.series_break": []}
    rows = run_file("audit", "series_break", given, settings=DEFAULTS).to_dicts()
    return {row["period"]: (row["severity"], row["found"]) for row in rows}


@pytest.mark.parametrize(("factor", "words"), [(1e4, "about 10000,"), (0.1, "about 1/10,")])
def test_a_year_in_another_unit_is_an_error_in_the_only_vintage_too(
    factor: float, words: str
) -> None:
    values = levels()
    values[:, 6] *= factor
    found = severities(values)
    assert {year for year, (severity, _) in found.items() if severity == "error"} == {2014, 2015}
    assert words in found[2014][1]


def test_a_great_jump_that_is_no_power_of_ten_is_a_warning() -> None:
    values = levels()
    values[:, 6:] *= 3
    assert [severity for severity, _ in severities(values).values()] == ["warning"]


@pytest.mark.parametrize("places", [(4,), (4, 5, 6)])
@pytest.mark.parametrize("last", [2014, None])
@pytest.mark.parametrize("n_years", [12, 8])
def test_single_regions_of_another_unit_are_told_cell_by_cell(
    places: tuple[int, ...], last: int | None, n_years: int
) -> None:
    values = jumping(1e4, places, 2014, last=last, n_regions=31)[:, :n_years]
    told = [row for row in severities(values).items() if row[1][0]]
    ((year, (severity, words)),) = told
    assert (year, severity) == (2014, "warning")
    cells = ", ".join(f"R{11 + at} (raw/f.xls: S!{11 + at}0000.2014)" for at in places)
    assert words.startswith(
        f"single regions depart from the year before as in another unit: {cells} by about 10000; "
    )


def test_a_single_region_a_hundred_times_as_large_in_a_short_series_is_told() -> None:
    values = levels(n_regions=8, n_years=3)
    values[3, 2] /= 100
    told = [row for row in severities(values).items() if row[1][0]]
    assert [(year, severity) for year, (severity, _) in told] == [(2010, "warning")]
    assert "R14 (raw/f.xls: S!140000.2010) by about 1/100" in told[0][1][1]


def test_a_year_declared_as_rescaled_holds_nothing_and_a_census_that_is_not_does() -> None:
    values = levels()
    values[:, 6:] *= 1e3
    declared: Rows = [{"series_id": "gdp", "period": 2014, "note": "census", "is_rescaled": False}]
    assert breaks(values, declared=declared)[2014]["severity"] == "error"
    declared[0]["is_rescaled"] = True
    row = breaks(values, declared=declared)[2014]
    assert (row["severity"], row["n_slips"]) == ("warning", 0)
    assert row["found"].endswith("declared: census")


def test_a_region_that_grows_a_hundredfold_for_good_is_no_slip() -> None:
    values = levels(31)
    values[7, 3:] *= 105
    assert not [row for row in severities(values).values() if "another unit" in row[1] and row[0]]
    values[7, 5:] /= 105
    assert [year for year, row in severities(values).items() if "another unit" in row[1]] == [2011]


@pytest.mark.slow
@pytest.mark.parametrize(("by", "n_years"), [(10.0, 4), (0.1, 4), (1e4, 12)])
def test_a_last_year_of_ten_times_is_an_error_in_short_series_too(by: float, n_years: int) -> None:
    values = levels(n_regions=8, n_years=n_years)
    values[:, -1] *= by
    assert severities(values)[FIRST + n_years - 1][0] == "error"
    assert not [row for row in severities(levels(n_regions=8, n_years=n_years)).values() if row[0]]


def test_series_below_zero_and_indices_slip_as_others_do() -> None:
    values = levels()
    values[:, 6] *= 1e4
    assert severities(-values)[2014][0] == "error"
    index = 100 + np.random.default_rng(2).normal(5, 2, (20, 12))
    index[:, 6] /= 100
    given = {**observed(index, "上年=100"), "catalog.series_break": []}
    rows = {row["period"]: row for row in run_file("audit", "series_break", given).to_dicts()}
    assert rows[2014]["severity"] == "error"
    crossing = levels() * np.where(np.arange(12) % 2, 1, -1)
    assert not [row for row in severities(crossing).values() if row[0]]
