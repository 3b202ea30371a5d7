"""What a fixed-effects regression refuses, what it leaves out, and that it says so.

Tolerance 1e-9 relative where two ways of writing one model are compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.hausman import hausman
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

RNG = np.random.default_rng(11)
UNITS = np.repeat(["a", "b", "c", "d", "e"], 6)
PERIODS = np.tile(np.arange(2015, 2021), 5)
X = RNG.normal(size=(30, 2))
Y = X @ [1.0, 2.0] + RNG.normal(size=30)
NAMES = ("gdp", "roads")


def fit(**changes: Any) -> Any:
    given = {"outcome": Y, "regressors": X, "units": UNITS, "periods": PERIODS, "names": NAMES}
    return two_way_fe(**(given | changes))


def changed(array: Any, row: int, value: Any) -> Any:
    copy = np.array(array, dtype=object if value is None else None)
    copy[row] = value
    return copy


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": changed(Y, 3, np.nan)}, "the outcome.*1 row"),
        ({"regressors": changed(X, (4, 1), np.inf)}, "roads"),
        ({"outcome": ["many"] * 30}, "the outcome: not all values are numbers"),
        ({"regressors": np.array([["1", "high"]] * 30)}, "gdp, roads: not all values"),
        ({"outcome": [], "regressors": np.empty((0, 2)), "units": [], "periods": []}, "no rows"),
        ({"units": changed(UNITS, 2, None)}, "the unit is missing in 1"),
        ({"units": [*UNITS[:-1], float("nan")]}, "the unit is missing in 1"),
        ({"units": [*UNITS[:-1], 5]}, "the unit mixes text and other labels"),
        ({"units": UNITS[:-1]}, "29 rows where 30"),
        ({"periods": changed(PERIODS, 1, 2015)}, "unit a occurs more than once in period 2015"),
        ({"names": ("gdp",)}, "1 name"),
        ({"names": ("gdp", "gdp")}, "different names"),
        ({"regressors": np.empty((30, 0)), "names": ()}, "no regressors"),
        ({"outcome": np.ones(30)}, "outcome does not vary"),
        ({"outcome": X @ [1.0, 2.0]}, "exactly"),
        ({"regressors": X[:, :1] * 0 + 3, "names": ("gdp",)}, "gdp: absorbed"),
        ({"effects": ("unit", "region")}, "effects are"),
        ({"vcov": "HC3"}, "vcov is one of"),
        ({"small_sample": "stata"}, "small_sample is one of"),
        ({"small_sample": "plm", "vcov": "robust"}, "clustered"),
        ({"small_sample": "none", "vcov": "cr2"}, "own correction"),
        ({"cluster": "region"}, "cluster is"),
        ({"cluster": np.ones(30)}, "two or more clusters"),
        ({"cluster": np.ones(29)}, "29 rows"),
        ({"cluster": ("unit", "period", "unit", "period")}, "at most 3"),
        ({"cluster": "unit", "vcov": "robust"}, "does not use clusters"),
        (
            {"cluster": "period", "vcov": "cr2"},
            r"CR\d with unit effects must not divide units: rows of",
        ),
        ({"lags": 2}, "lags go with"),
        ({"lags": 6, "vcov": "driscoll_kraay"}, "below the number of periods"),
        ({"lags": 6, "vcov": "newey_west"}, "below the number of periods"),
        ({"confidence_level": 95}, "between 0 and 1"),
    ],
)
def test_refusals(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        fit(**changes)


def test_one_unit_or_one_period() -> None:
    for rows in (UNITS == "a", PERIODS == 2015):
        with pytest.raises(EstimationError, match=r"two units and two periods|only once"):
            fit(outcome=Y[rows], regressors=X[rows], units=UNITS[rows], periods=PERIODS[rows])


@pytest.mark.parametrize("vcov", ["driscoll_kraay", "newey_west"])
def test_a_single_period_has_no_errors_with_lags(vcov: Any) -> None:
    rows = PERIODS == 2015
    part = (Y[rows], X[rows], UNITS[rows], PERIODS[rows])
    with pytest.raises(EstimationError, match="two or more periods"):
        two_way_fe(*part, names=NAMES, effects=(), vcov=vcov)


def test_fewer_rows_than_parameters() -> None:
    rows = np.isin(UNITS, ["a", "b"]) & (PERIODS < 2017)
    with pytest.raises(EstimationError, match="4 rows for 4 parameters"):
        fit(outcome=Y[rows], regressors=X[rows], units=UNITS[rows], periods=PERIODS[rows])


def test_dropped_regressors_are_named() -> None:
    altitude = np.repeat([1.0, 2.0, 3.0, 4.0, 5.0], 6) * 1e6
    trend = PERIODS * 0.1
    both = (X[:, 0] + X[:, 1]) * 1e6
    model = fit(
        regressors=np.column_stack([altitude, X, trend, both, X[:, 1] * 1e-6]),
        names=("altitude", "gdp", "roads", "trend", "both", "roads_again"),
    )
    assert model.names == NAMES
    assert [d.name for d in model.dropped] == ["altitude", "trend", "both", "roads_again"]
    assert "absorbed" in model.dropped[0].reason
    assert model.dropped[2].reason == "collinear with gdp, roads"
    assert model.dropped[3].reason == "collinear with roads"  # and not with all that is there
    np.testing.assert_allclose(model.params, fit().params, rtol=1e-9)
    np.testing.assert_allclose(model.std_errors, fit().std_errors, rtol=1e-9)


def test_singletons_leave_and_are_named() -> None:
    more = fit(
        outcome=[*Y, 5.0],
        regressors=np.vstack([X, [9.0, 9.0]]),
        units=[*UNITS, "z"],
        periods=[*PERIODS, 2015],
        cluster=np.array([*UNITS, "z"]),
    )
    assert more.singleton_units == ("z",)
    assert more.is_in_sample.sum() == more.n_obs == 30
    np.testing.assert_allclose(more.std_errors, fit().std_errors, rtol=1e-9)


def test_keeping_singletons_changes_inference_only() -> None:
    kept = fit(
        outcome=[*Y, 5.0],
        regressors=np.vstack([X, [9.0, 9.0]]),
        units=[*UNITS, "z"],
        periods=[*PERIODS, 2015],
        drop_singletons=False,
    )
    assert kept.n_obs == 31
    assert kept.n_clusters == (6,)
    np.testing.assert_allclose(kept.params, fit().params, rtol=1e-9)


def test_integers_do_not_overflow() -> None:
    x = (X * 1e9).astype(np.int64)
    y = (Y * 1e9).astype(np.int64)
    as_integers, as_floats = fit(outcome=y, regressors=x), fit(outcome=y * 1.0, regressors=x * 1.0)
    np.testing.assert_array_equal(as_integers.params, as_floats.params)
    small = fit(regressors=(X * 100).astype(np.int8))
    np.testing.assert_array_equal(
        small.params, fit(regressors=(X * 100).astype(np.int8).astype(float)).params
    )


def test_unconnected_panel_counts_its_parameters() -> None:
    """Units a and b seen in the first years, c to e in the last: two parts, N + T - 2."""
    early = np.isin(UNITS, ["a", "b"])
    rows = (early & (PERIODS < 2018)) | (~early & (PERIODS >= 2018))
    model = fit(outcome=Y[rows], regressors=X[rows], units=UNITS[rows], periods=PERIODS[rows])
    assert model.n_components == 2
    dummies = np.column_stack(
        [UNITS[rows, None] == np.unique(UNITS), PERIODS[rows, None] == np.unique(PERIODS)]
    ).astype(float)
    rank = np.linalg.matrix_rank(np.column_stack([X[rows], dummies]))
    assert model.df_resid == rows.sum() - rank
    assert model.n_parameters == rank - 5 + 1
    brute = np.linalg.lstsq(np.column_stack([X[rows], dummies]), Y[rows], rcond=None)[0]
    np.testing.assert_allclose(model.params, brute[:2], rtol=1e-9)


def test_pooled_least_squares() -> None:
    model = fit(effects=(), vcov="unadjusted")
    design = np.column_stack([X, np.ones(30)])
    inverse = np.linalg.inv(design.T @ design)
    params = inverse @ design.T @ Y
    errors = np.sqrt(np.diag(inverse) * ((Y - design @ params) ** 2).sum() / 27)
    np.testing.assert_allclose([*model.params, model.constant.estimate], params, rtol=1e-9)
    np.testing.assert_allclose([*model.std_errors, model.constant.std_error], errors, rtol=1e-9)
    assert model.unit_effects is None
    assert model.r2_unit_within is None
    assert model.r2 == pytest.approx(model.r2_within)


def test_negative_two_way_variance_is_not_reported_as_certainty() -> None:
    """Errors that cancel within units and within periods leave less than nothing."""
    x = np.outer([1, 1, -1, -1], [1, 1, -1, -1]).ravel()
    errors = np.outer([1, -1, 1, -1], [1, -1, 1, -1]).ravel()
    units, periods = np.repeat(np.arange(4), 4), np.tile(np.arange(4), 4)
    model = two_way_fe(
        x + errors, x[:, None], units, periods, names=("x",), cluster=("unit", "period")
    )
    assert model.is_vcov_repaired
    assert np.isnan(model.std_errors).all()
    assert np.isnan(model.p_values).all()


def test_inference_states_itself() -> None:
    model = fit()
    assert (model.vcov, model.small_sample, model.n_clusters) == ("clustered", "xtreg", (5,))
    assert model.n_parameters == 2 + 5 + 1
    assert model.small_sample_factor == pytest.approx(5 / 4 * 29 / (30 - 8))
    assert model.df_inference.tolist() == [4.0, 4.0]
    assert model.is_balanced


def test_hausman_sets_aside_what_does_not_vary_within_units() -> None:
    altitude = np.repeat([1.0, 2.0, 3.0, 5.0, 4.0], 6)
    test = hausman(
        Y, np.column_stack([altitude, X[:, 0]]), UNITS, PERIODS, names=("altitude", "gdp")
    )
    assert test.names == ("gdp",)
    assert test.df == 1
    with pytest.raises(EstimationError, match="nothing to compare"):
        hausman(Y, altitude[:, None], UNITS, PERIODS, names=("altitude",))
    with pytest.raises(EstimationError, match="more units than parameters"):
        hausman(Y, RNG.normal(size=(30, 5)), UNITS, PERIODS, names=tuple("abcde"))
