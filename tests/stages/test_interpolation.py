"""Filling of gaps against a slow reference that looks at one unit at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import get_args

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nqpf_assets.stages.interpolation import fill_gaps, sources_of_fills
from nqpf_assets.studies.gap_filling import EndRule, GapRule

TOLERANCE = 1e-12
"""Relative: the reference multiplies and divides in another order, a few roundings apart."""

ENDS = get_args(EndRule)
Unit = Mapping[int, float | None]


def reference(
    cells: Unit, method: str, ends: str, *, is_signed: bool = True
) -> dict[int, tuple[float | None, str]]:
    """Value and status of each year of one unit, from numpy.interp and the words of METHODS."""
    known = {year: value for year, value in cells.items() if value is not None}
    filled: dict[int, tuple[float | None, str]] = {}
    for year, value in cells.items():
        if value is not None:
            filled[year] = (value, "reported")
            continue
        filled[year] = (None, "missing")
        if len(known) < 2:
            continue
        first, last = min(known), max(known)
        if first < year < last:
            if method == "none":
                continue
            years = sorted(known)
            inner = np.interp(year, years, [known[one] for one in years])
            filled[year] = (float(inner), "interpolated")
            continue
        edge = first if year < first else last
        if ends == "nearest":
            filled[year] = (known[edge], "extrapolated")
        if ends == "trend":
            slope = (known[last] - known[first]) / (last - first)
            beyond = known[edge] + slope * (year - edge)
            if is_signed or beyond >= 0:
                filled[year] = (beyond, "extrapolated")
        if ends == "growth" and known[first] > 0 and known[last] > 0:
            rate = (known[last] / known[first]) ** (1 / (last - first))
            filled[year] = (known[edge] * rate ** (year - edge), "extrapolated")
    return filled


def grid(series: Mapping[tuple[str, str], Unit], method: str, ends: str) -> pl.DataFrame:
    rows = [
        (variable, unit, year, value, method, ends)
        for (variable, unit), cells in series.items()
        for year, value in cells.items()
    ]
    schema = {
        "variable": pl.String, "unit": pl.String, "period": pl.Int32, "value": pl.Float64,
        "interpolation": pl.String, "ends": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


# Years are drawn, not counted: a row may be missing altogether, and spacing is unequal.
values = st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False).filter(lambda x: abs(x) > 1e-6))
unit = st.dictionaries(st.integers(1978, 2030), values, max_size=12)
panel = st.dictionaries(
    st.tuples(st.sampled_from(["gdp", "area"]), st.sampled_from(["a", "b", "c"])), unit, max_size=6
)


@pytest.mark.slow
@given(
    series=panel,
    method=st.sampled_from(["linear", "none"]),
    ends=st.sampled_from(ENDS),
    seed=st.integers(0, 99),
)
def test_as_one_unit_at_a_time(series: dict, method: str, ends: str, seed: int) -> None:
    cells = grid(series, method, ends)
    shuffled = cells.sample(fraction=1, shuffle=True, seed=seed)
    filled = fill_gaps(shuffled.lazy()).collect()
    assert filled.select("variable", "unit", "period").equals(
        cells.select("variable", "unit", "period").sort("variable", "unit", "period")
    )
    below = {name for (name, _), own in series.items() if any((x or 0) < 0 for x in own.values())}
    for row in filled.iter_rows(named=True):
        is_signed = row["variable"] in below
        own = series[row["variable"], row["unit"]]
        value, status = reference(own, method, ends, is_signed=is_signed)[row["period"]]
        assert row["status"] == status
        assert row["reported_value"] == own[row["period"]]
        assert (row["value"] is None) == (value is None)
        if value is not None:
            scale = max((abs(one) for one in own.values() if one is not None), default=1)
            assert math.isclose(row["value"], value, rel_tol=TOLERANCE, abs_tol=TOLERANCE * scale)


def filled_values(cells: Unit, ends: str = "none") -> list[float | None]:
    filled = fill_gaps(grid({("x", "u"): cells}, "linear", ends).lazy()).collect()
    return filled["value"].to_list()


def test_distance_is_counted_in_calendar_years() -> None:
    # 2012, 2015 and 2016 are rows; 2013 and 2014 are not there at all.
    assert filled_values({2012: 10.0, 2015: None, 2016: 50.0}) == [10.0, 40.0, 50.0]


def test_ends_by_each_rule() -> None:
    cells = {2010: None, 2011: 100.0, 2012: None, 2013: 121.0, 2014: None, 2016: None}
    assert filled_values(cells) == [None, 100.0, 110.5, 121.0, None, None]
    assert filled_values(cells, "nearest") == [100.0, 100.0, 110.5, 121.0, 121.0, 121.0]
    assert filled_values(cells, "trend") == [89.5, 100.0, 110.5, 121.0, 131.5, 152.5]
    growth = [100 / 1.1, 100, 110.5, 121, 133.1, 121 * 1.331]
    assert filled_values(cells, "growth") == pytest.approx(growth, rel=TOLERANCE)


def test_one_value_fills_nothing_and_a_neighbour_lends_none() -> None:
    series = {("x", "a"): {2010: None, 2011: 5.0, 2012: None}, ("x", "b"): {2010: 1.0, 2012: 3.0}}
    filled = fill_gaps(grid(series, "linear", "nearest").lazy()).collect()
    assert filled["value"].to_list() == [None, 5.0, None, 1.0, 3.0]
    assert filled["status"].to_list() == ["missing", "reported", "missing", "reported", "reported"]


def test_a_trend_takes_no_number_of_things_below_none() -> None:
    falling: Unit = {2014: 900.0, 2015: 500.0, 2016: 150.0, 2017: None, 2018: None}
    assert filled_values(falling, "trend")[3:] == [None, None]
    signed = {("x", "u"): falling, ("x", "v"): {2014: -1.0, 2015: 2.0}}
    filled = fill_gaps(grid(signed, "linear", "trend").lazy()).collect()
    assert filled["value"].to_list()[3:5] == [-225.0, -600.0]


def test_nothing_is_filled_across_a_year_of_another_scale() -> None:
    """A line from a sample to a census, or from one unit to another, is of neither."""
    cells: Unit = {2014: 10.0, 2015: 12.0, 2016: None, 2017: None, 2018: 5000.0, 2019: 6000.0}
    rows = grid({("x", "u"): cells, ("y", "u"): cells}, "linear", "nearest")
    is_x = pl.col("variable") == "x"
    rows = rows.with_columns(rescaled=pl.when(is_x).then(pl.lit("2010, 2017")))
    filled = fill_gaps(rows.lazy()).collect()
    assert filled.filter(is_x)["value"].to_list() == [10.0, 12.0, 12.0, 5000.0, 5000.0, 6000.0]
    assert filled.filter(~is_x)["value"][2:4].to_list() == pytest.approx(
        [12 + 4988 / 3, 12 + 2 * 4988 / 3]
    )
    sources = sources_of_fills(fill_gaps(rows.filter(is_x).lazy())).collect()
    made = sources.select("period", "from_period", "weight_in_fill").rows()
    assert sorted(made) == [(2016, 2015, 1.0), (2017, 2018, 1.0)]
    inner = rows.filter(is_x).with_columns(ends=pl.lit("none"))
    assert fill_gaps(inner.lazy()).collect()["value"].null_count() == 2


def test_growth_needs_positive_ends() -> None:
    assert filled_values({2010: -1.0, 2011: 2.0, 2012: None}, "growth") == [-1.0, 2.0, None]


@pytest.mark.slow
@given(
    cells=st.dictionaries(
        st.integers(1990, 2010), st.one_of(st.none(), st.floats(0.5, 2)), min_size=3, max_size=9
    ),
    ends=st.sampled_from(ENDS),
)
def test_what_a_filled_cell_is_made_from_moves_it_by_its_weight(cells: Unit, ends: str) -> None:
    """Each reported cell is changed alone: filled cells move by its weight, all others not at all."""

    def filled(changed: Unit) -> pl.DataFrame:
        return fill_gaps(grid({("x", "u"): changed}, "linear", ends).lazy()).collect()

    before = filled(cells)
    made_from = {
        (year, source): weight
        for _, _, year, source, weight in sources_of_fills(before.lazy()).collect().iter_rows()
    }
    step = 1e-6
    for source, value in cells.items():
        if value is None:
            continue
        moved = filled({**cells, source: value + step})
        for year, status, old, new in zip(
            before["period"], before["status"], before["value"], moved["value"], strict=True
        ):
            if status not in ("interpolated", "extrapolated"):
                assert (year, source) not in made_from
                continue
            # A rate is not linear: what is left is the second derivative times the step.
            slope = (new - old) / step
            assert slope == pytest.approx(made_from.get((year, source), 0.0), rel=2e-3, abs=1e-4)
            if (year, source) not in made_from:
                assert new == old


@pytest.mark.parametrize("rule", sorted({*get_args(GapRule), *get_args(EndRule)} - {"none"}))
def test_every_rule_that_a_study_may_name_fills(rule: str) -> None:
    cells: Unit = {2009: None, 2010: 1.0, 2011: None, 2012: 3.0, 2013: None}
    method, ends = (rule, "none") if rule in get_args(GapRule) else ("none", rule)
    filled = fill_gaps(grid({("x", "u"): cells}, method, ends).lazy()).collect()
    assert filled["value"].null_count() < 3
