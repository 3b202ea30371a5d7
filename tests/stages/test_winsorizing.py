"""Winsorising in SQL against NumPy's quantiles, rule by rule."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.stages.relations import Rows, registered, run_file

TOLERANCE = 1e-12
"""Relative to the largest value: both interpolate between the same two numbers, some roundings apart."""


def run(values: list[tuple[int, float | None]], share: float, rule: str, by: str) -> list[dict]:
    """The file on one variable; values as (year, value), one unit per value."""
    cells = [
        {"variable": "x", "unit": f"u{place:04}", "period": year, "value": value,
         "status": "missing" if value is None else "reported"}
        for place, (year, value) in enumerate(values)
    ]  # fmt: skip
    parameters = {"variable": "x", "share": share, "quantile_rule": rule, "grouped_by": by}
    return clipped(cells, [parameters]).to_dicts()


def clipped(cells: Rows | pl.DataFrame, rules: Rows) -> pl.DataFrame:
    """Bounds from the cells, and the cells clipped to them."""
    given = {"s.derived_cell": cells}
    bounds = run_file("study", "winsor_bound", {**given, "s.winsorizing": rules})
    return run_file("study", "variable_cell", {**given, "s.winsor_bound": bounds})


def stata_bounds(values: list[float], share: float) -> tuple[float, float]:
    """Definition of _pctile in whole numbers: the mean of two neighbours where n p is whole."""
    ordered, bounds = sorted(values), []
    exact = Fraction(str(share))
    for p in (exact, 1 - exact):
        place = len(ordered) * p
        if place.denominator == 1:
            below, above = max(int(place), 1), min(int(place) + 1, len(ordered))
        else:
            below = above = math.ceil(place)
        low, high = ordered[below - 1], ordered[above - 1]
        bounds.append(low + (high - low) / 2)
    return bounds[0], bounds[1]


numbers = st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False)
cells = st.lists(
    st.tuples(st.sampled_from([2012, 2013, 2020]), st.one_of(st.none(), numbers)), max_size=60
)
shares = st.sampled_from([0.01, 0.02, 0.05, 0.07, 0.1, 0.25, 0.3, 0.49, 0.333, 0.005])


@pytest.mark.slow
@settings(max_examples=examples(60))
@given(values=cells, share=shares, rule=st.sampled_from(["linear", "stata"]), pooled=st.booleans())
@example(values=[(2012, 0.1)] * 7, share=0.3, rule="linear", pooled=True)
@example(values=[(2012, float(i)) for i in range(20)], share=0.05, rule="stata", pooled=True)
def test_against_numpy(values: list, share: float, rule: str, pooled: bool) -> None:
    rows = run(values, share, rule, "pooled" if pooled else "period")
    assert len(rows) == len(values)
    scale = max((abs(value) for _, value in values if value is not None), default=0.0)
    for year in {None} if pooled else {year for year, _ in values}:
        mine = [row for row in rows if year in (None, row["period"])]
        known = [row["reported_value"] for row in mine if row["reported_value"] is not None]
        if not known:
            assert all(row["value"] is None and row["status"] == "missing" for row in mine)
            continue
        pool = [value for _, value in values if value is not None]
        low, high = (
            (min(pool), max(pool))
            if len(set(pool)) <= 2
            else np.quantile(known, [share, 1 - share])
            if rule == "linear"
            else stata_bounds(known, share)
        )
        near = TOLERANCE * scale
        for row in mine:
            before, after = row["reported_value"], row["value"]
            if before is None:
                assert (after, row["status"]) == (None, "missing")
            elif row["status"] == "reported":
                assert after == before
                assert low - near <= before <= high + near
            else:
                bound, side = (low, "low") if row["status"] == "winsorized_low" else (high, "high")
                assert row["status"] == f"winsorized_{side}"
                assert math.isclose(after, bound, rel_tol=TOLERANCE, abs_tol=near)
                assert before < after if side == "low" else before > after


@pytest.mark.parametrize("n", [1, 2, 3, 10, 31, 100, 200, 341])
@pytest.mark.parametrize("share", [0.01, 0.05, 0.1])
def test_the_stata_rule_is_numpys_averaged_inverted_cdf(n: int, share: float) -> None:
    """Where n p is whole in binary too, so that NumPy sees it; elsewhere NumPy misses whole ranks."""
    values = np.random.default_rng(n).normal(size=n)
    rows = run([(2012, float(value)) for value in values], share, "stata", "pooled")
    low, high = np.quantile(values, [share, 1 - share], method="averaged_inverted_cdf")
    expected = np.clip(values, low, high)
    np.testing.assert_allclose([row["value"] for row in rows], expected, rtol=TOLERANCE)


def test_a_whole_rank_is_recognised_although_binary_misses_it() -> None:
    assert 100 * 0.07 != 7
    rows = run([(2012, float(value)) for value in range(1, 101)], 0.07, "stata", "pooled")
    assert min(row["value"] for row in rows) == 7.5
    assert max(row["value"] for row in rows) == 93.5


def test_equal_values_are_never_clipped() -> None:
    for share in (0.01, 0.05, 0.1, 0.3):
        rows = run([(2012, 0.1)] * 11 + [(2012, 0.7)] * 11, share, "linear", "pooled")
        assert {row["status"] for row in rows} == {"reported"}


@pytest.mark.parametrize("by", ["pooled", "period"])
@pytest.mark.parametrize("pair", [(0.0, 1.0), (1.0, 2.0)])
def test_two_values_have_no_tails_and_are_not_clipped(pair: tuple[float, float], by: str) -> None:
    values = [(2012 + place % 2, pair[place == 7]) for place in range(60)]
    rows = run(values, 0.1, "linear", by)
    assert {row["status"] for row in rows} == {"reported"}
    assert {row["value"] for row in rows} == set(pair)
    three = run([*values, (2012, 5.0)], 0.1, "linear", by)
    assert {row["value"] for row in three if row["period"] == 2012} == {pair[0]}


def test_what_is_not_winsorised_keeps_its_status() -> None:
    cells = [
        {"variable": "y", "unit": "a", "period": 2012, "value": 1e9, "status": "interpolated"},
        {"variable": "y", "unit": "b", "period": 2012, "status": "missing", "reason": "why"},
    ]
    rows = clipped(cells, []).to_dicts()
    assert [(r["value"], r["status"], r["reason"]) for r in rows] == [
        (1e9, "interpolated", None), (None, "missing", "why"),
    ]  # fmt: skip


def test_a_filled_or_corrected_cell_stays_one_when_it_is_clipped() -> None:
    statuses = ("interpolated", "extrapolated", "corrected", "reported")
    cells = [
        {
            "variable": "y",
            "unit": f"u{place}",
            "period": 2012,
            "value": float(place),
            "status": "reported",
        }
        for place in range(40)
    ]
    for place, status in enumerate(statuses):
        cells[place]["status"] = status
    rule = {"variable": "y", "share": 0.1, "quantile_rule": "linear", "grouped_by": "pooled"}
    rows = {row["unit"]: row for row in clipped(cells, [rule]).to_dicts()}
    assert [rows[f"u{place}"]["status"] for place in range(4)] == [*statuses[:3], "winsorized_low"]
    assert all(
        rows[f"u{place}"]["value"] > rows[f"u{place}"]["reported_value"] for place in range(3)
    )


@pytest.mark.slow
def test_three_million_rows() -> None:
    """The file is a few window functions: seconds, not minutes, at three million rows."""
    n = 3_000_000
    draw = np.random.default_rng(1)
    frame = pl.DataFrame({
        "variable": np.repeat(["a", "b", "c"], n // 3),
        "unit": np.tile(np.arange(n // 30).astype(str), 30),
        "period": np.tile(np.repeat(np.arange(2012, 2022, dtype=np.int32), n // 30), 3),
        "value": draw.normal(size=n),
        "status": ["reported"] * n,
        "reason": pl.Series([None] * n, dtype=pl.String),
    })  # fmt: skip
    frame = frame.select(registered("study", "derived_cell", []).columns)
    rules = [
        {"variable": "a", "share": 0.01, "quantile_rule": "linear", "grouped_by": "pooled"},
        {"variable": "b", "share": 0.01, "quantile_rule": "stata", "grouped_by": "period"},
    ]
    rows = clipped(frame, rules)
    counts = rows.filter(pl.col("status") != "reported")["variable"].value_counts(name="n")
    assert dict(counts.iter_rows()) == {"a": 2 * n // 3 // 100, "b": 2 * n // 3 // 100}
