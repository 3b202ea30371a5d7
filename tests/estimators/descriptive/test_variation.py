"""Descriptive statistics of a variable of a panel, against pandas, R and the identities of `xtsum`."""

from __future__ import annotations

import math
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from nqpf_assets.estimators.descriptive.variation import variation
from tests.estimators.descriptive.grunfeld import NAMES, expected, panels

UNITS = np.repeat(["a", "b", "c", "d"], [5, 3, 4, 1])
VALUES = 1e6 + np.random.default_rng(7).normal(size=13).round(6)


def test_moments_are_those_of_pandas_with_units_of_different_length() -> None:
    found = variation(VALUES, UNITS)
    frame = pd.DataFrame({"x": VALUES, "unit": UNITS})
    means = frame.groupby("unit")["x"].mean()
    within = frame["x"] - frame["unit"].map(means) + frame["x"].mean()
    assert found.mean == pytest.approx(frame["x"].mean(), rel=1e-14)
    assert found.sd == pytest.approx(frame["x"].std(), rel=1e-8)
    assert found.sd_between == pytest.approx(means.std(), rel=1e-8)
    assert found.sd_within == pytest.approx(within.std(), rel=1e-8)
    assert (found.n_obs, found.n_units, found.periods_per_unit) == (13, 4, 13 / 4)
    assert (found.minimum, found.maximum) == (VALUES.min(), VALUES.max())


def test_squares_of_a_balanced_panel_add_up() -> None:
    x, units, n, t = VALUES[:12], np.repeat([1, 2, 3], 4), 3, 4
    found = variation(x, units)
    parts = (n * t - 1) * found.sd_within**2 + t * (n - 1) * found.sd_between**2
    assert (n * t - 1) * found.sd**2 == pytest.approx(parts, rel=1e-9)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([4, 3, 2, 1], (1.5, 2.5, 3.5)),  # n·p is whole: the mean of two neighbours
        ([1, 2, 3, 4, 5], (2, 3, 4)),
        ([1, 2, 3, 4, 5, 6], (2, 3.5, 5)),
    ],
)
def test_quartiles_are_those_of_summarize_detail(values: list[int], expected: tuple) -> None:
    found = variation(values, np.arange(len(values)))
    assert (found.p25, found.median, found.p75) == expected


def test_rows_without_a_value_are_left_out_and_their_units_with_them() -> None:
    found = variation([1.0, 2.0, math.nan, math.nan], ["a", "a", "a", "b"])
    assert (found.n_obs, found.n_units, found.periods_per_unit, found.mean) == (2, 1, 2.0, 1.5)
    assert math.isnan(found.sd_between)


def test_one_value_has_no_deviation() -> None:
    found = variation([3.0], ["a"])
    assert math.isnan(found.sd)
    assert math.isnan(found.sd_within)
    assert found.median == 3


@pytest.mark.parametrize("values", [[], [math.nan], [1.0, math.inf]])
def test_nothing_to_describe_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"no row has a value|infinite"):
        variation(values, ["a"] * len(values))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("which", ["whole", "gaps"])
def test_statistics_are_those_of_r(which: str, name: str) -> None:
    data = panels()[which]
    found = asdict(variation(data[name].to_numpy(), data["firm"].to_numpy()))
    for statistic, value in expected()[which]["variation"][name].items():
        assert found[statistic] == pytest.approx(value, rel=1e-12), statistic
