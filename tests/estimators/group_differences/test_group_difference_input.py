"""What a comparison of groups refuses, leaves out and says; and the fitted-trend figure's data.

Tolerance 1e-9 relative where two ways of writing one model are compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.group_differences.group_difference import group_difference
from nqpf_assets.estimators.group_differences.permutation import permutation_test
from nqpf_assets.estimators.group_differences.rows import group_regressions
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.trends.fitted_trend import fitted_trend

RNG = np.random.default_rng(13)
UNITS = np.repeat([f"u{k:02d}" for k in range(12)], 6)
PERIODS = np.tile(np.arange(2015, 2021), 12)
GROUPS = np.repeat(["east", "middle", "west"], 24)
X = RNG.normal(size=(72, 2))
Y = X @ [1.0, 2.0] + np.where(GROUPS == "east", X[:, 0], 0) + RNG.normal(size=72)
NAMES = ("gdp", "roads")
TWO = GROUPS != "middle"
FUNCTIONS = (group_difference, permutation_test)


def call(function: Any, **changes: Any) -> Any:
    given: dict[str, Any] = {
        "outcome": Y,
        "regressors": X,
        "units": UNITS,
        "periods": PERIODS,
        "groups": GROUPS,
        "names": NAMES,
        "compare": ("east", "west"),
    }
    return function(**(given | changes))


def changed(array: Any, rows: Any, value: Any) -> Any:
    copy = np.array(array, dtype=object)
    copy[rows] = value
    return copy


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"groups": changed(GROUPS, 3, None)}, "the group is missing in 1 row"),
        ({"groups": changed(GROUPS, 3, float("nan"))}, "the group is missing in 1 row"),
        ({"groups": changed(GROUPS, 3, " ")}, "the group is blank in 1 row"),
        ({"groups": changed(GROUPS, 3, 7)}, "mixes text"),
        ({"groups": GROUPS[:-1]}, "the group: 71 rows where 72"),
        ({"groups": ["east"] * 72}, "all rows are in one group, east"),
        ({"compare": None}, r"3 groups \(east, middle, west\); say which two"),
        ({"compare": ("east", "north")}, "no row is in group north; the groups are east"),
        ({"compare": ("east", "east")}, "cannot be compared with itself"),
        ({"tested": ["rails"]}, "rails"),
        ({"outcome": changed(Y, 3, np.nan)}, "the outcome.*1 row"),
    ],
)
def test_refusals(function: Any, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        call(function, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"vcov": "newey_west"}, "vcov is one of clustered, cr2, cr3, robust, unadjusted here"),
        ({"cluster": ("unit", "unit", "unit", "unit")}, "at most 3 cluster keys"),
        ({"tested": []}, "one or more"),
        ({"tested": ["gdp", "gdp"]}, "each once"),
        ({"cluster": "region"}, "cluster is"),
    ],
)
def test_refusals_of_the_wald_tests(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        call(group_difference, **changes)


def test_a_group_with_fewer_rows_than_regressors_is_named() -> None:
    small = changed(GROUPS, slice(48, 72), "east")
    small[48:50] = small[54:56] = "west"
    with pytest.raises(EstimationError, match=r"group west \(4 rows\): 4 rows for 4 parameters"):
        call(group_difference, groups=small)
    with pytest.raises(EstimationError, match="group west"):
        group_regressions(Y, X, UNITS, PERIODS, small, names=NAMES)


def test_a_regressor_that_one_group_lacks() -> None:
    pilot = np.where((GROUPS == "east") & (PERIODS > 2017), X[:, 0] > 0, 0.0).astype(float)
    wide = {"regressors": np.column_stack([X, pilot]), "names": (*NAMES, "pilot")}
    test = call(group_difference, **wide)
    assert test.names == NAMES
    with pytest.raises(EstimationError, match="pilot cannot be compared: in group west"):
        call(group_difference, **wide, tested=["pilot"])
    with pytest.raises(EstimationError, match="pilot: not identified in both groups"):
        call(permutation_test, **wide, tested=["pilot"])
    assert call(permutation_test, **wide, tested=["gdp"], draws=50).names == ("gdp",)


def test_units_in_both_groups() -> None:
    moving = np.where(PERIODS < 2018, "early", "late")
    test = call(group_difference, groups=moving, compare=None)
    assert test.n_clusters == test.n_shared_clusters == 12
    with pytest.raises(EstimationError, match=r"unit u00 is in both groups \(12 such units\)"):
        call(permutation_test, groups=moving, compare=None)


def test_groups_side_by_side_are_separate_regressions() -> None:
    cluster = np.repeat([f"p{k}" for k in range(24)], 3)
    found = group_regressions(Y, X, UNITS, PERIODS, GROUPS, names=NAMES, cluster=cluster)
    assert [group.label for group in found] == ["east", "middle", "west"]
    for group in found:
        rows = group.label == GROUPS
        own = two_way_fe(
            Y[rows], X[rows], UNITS[rows], PERIODS[rows], names=NAMES, cluster=cluster[rows]
        )
        np.testing.assert_array_equal(group.model.params, own.params)
        np.testing.assert_array_equal(group.model.std_errors, own.std_errors)
        np.testing.assert_array_equal(group.is_in_sample, rows)


def test_other_groups_do_not_enter() -> None:
    test = call(group_difference)
    alone = group_difference(Y[TWO], X[TWO], UNITS[TWO], PERIODS[TWO], GROUPS[TWO], names=NAMES)
    np.testing.assert_array_equal(test.differences, alone.differences)
    np.testing.assert_array_equal(test.interaction.std_errors, alone.interaction.std_errors)
    assert test.chow == alone.chow
    assert test.interacted.n_obs == TWO.sum() == 48


def test_more_coefficients_than_clusters_have_no_joint_test() -> None:
    """Four clusters give a covariance of rank three at most, for four coefficients."""
    x = np.column_stack([X, RNG.normal(size=(72, 2))])
    cluster = np.repeat(["a", "b", "c"], 24)
    cluster[::2] = "d"
    test = call(group_difference, regressors=x, names=tuple("pqrs"), cluster=cluster)
    assert np.isnan([test.joint.statistic, test.joint.p_value]).all()
    assert np.isnan(test.seemingly_unrelated.joint.statistic)
    assert np.isfinite(test.interaction.p_values).all()


def test_a_permutation_test_needs_draws() -> None:
    with pytest.raises(EstimationError, match="draws is a number from 1"):
        call(permutation_test, draws=0)


def test_trends() -> None:
    result = fitted_trend(X[:, 0], Y, GROUPS, n_grid=11)
    assert [trend.label for trend in result.groups] == ["east", "middle", "west"]
    for trend in result.groups:
        rows = trend.label == GROUPS
        own = two_way_fe(
            Y[rows], X[rows, :1], np.arange(24), np.zeros(24), names=["x"], effects=(),
            vcov="unadjusted",
        )  # fmt: skip
        np.testing.assert_array_equal(trend.x, X[rows, 0])
        np.testing.assert_array_equal(trend.y, Y[rows])
        found = (trend.slope, trend.intercept, trend.slope_std_error, trend.p_value, trend.r2)
        expected = (
            own.params[0],
            own.constant.estimate,
            own.std_errors[0],
            own.p_values[0],
            own.r2,
        )
        assert found == pytest.approx(expected, rel=1e-9)
        assert (trend.grid[0], trend.grid[-1]) == (trend.x.min(), trend.x.max())
        assert len(trend.grid) == len(trend.fitted) == 11
        # The line at 0 of a shifted x is its constant: the band there is the constant's interval.
        at = trend.grid[3]
        moved = two_way_fe(
            Y[rows], X[rows, :1] - at, np.arange(24), np.zeros(24), names=["x"], effects=(),
            vcov="unadjusted",
        ).constant  # fmt: skip
        band = (trend.conf_low[3], trend.fitted[3], trend.conf_high[3])
        assert band == pytest.approx((moved.conf_low, moved.estimate, moved.conf_high), rel=1e-9)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"groups": ["a"] * 70 + ["b"] * 2}, "group b has 2 points"),
        ({"x": np.where(GROUPS == "west", 5.0, X[:, 0])}, "group west: x does not vary"),
        ({"groups": changed(GROUPS, 1, None)}, "the group is missing in 1"),
        ({"groups": GROUPS[:-1]}, "71 rows"),
        ({"y": changed(Y, 1, np.nan)}, "missing or infinite values in y"),
        ({"n_grid": 1}, "two or more points"),
        ({"confidence_level": 1.5}, "between 0 and 1"),
    ],
)
def test_refusals_of_trends(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        fitted_trend(**({"x": X[:, 0], "y": Y, "groups": GROUPS} | changes))
