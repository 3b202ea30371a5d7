"""A standard error that rounding left of a sum of zero is none, and the column says so.

Errors that cancel leave 1e-17 or so, which would be printed as (0.000) with three stars.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from nqpf_assets.estimators.censored.re_tobit import re_tobit
from nqpf_assets.estimators.censored.tobit import tobit
from nqpf_assets.estimators.group_differences.group_difference import group_difference
from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.mediation.mediation import mediation
from nqpf_assets.estimators.trends.fitted_trend import fitted_trend
from tests.estimation.panels import complete, fitted, panel

UNIT, YEAR = np.repeat(np.arange(20), 6), np.tile(np.arange(6), 20)
RNG = np.random.default_rng(5)
X, Z = RNG.normal(size=(2, 120))
Y = 0.4 * X + RNG.normal(size=20)[UNIT] + RNG.normal(size=120)


def two_periods(frame: pl.DataFrame | None = None) -> pl.DataFrame:
    return (panel() if frame is None else frame).filter(pl.col("period") >= 2018)


def lacking(fit) -> list[str]:
    """Terms without a standard error; all else about their inference is missing, too."""
    found = []
    for one in fit.fitted.terms:
        inference = (one.std_error, one.statistic, one.p_value, one.conf_low, one.conf_high)
        assert len({math.isnan(number) for number in inference}) == 1, one
        assert math.isfinite(one.estimate)
        if math.isnan(one.std_error):
            found.append(one.term)
    return found


@pytest.mark.parametrize("vcov", [{"type": "driscoll_kraay"}, {"by": ["period"]}])
def test_two_periods_hold_halves_of_the_scores(vcov):
    """With unit and period effects the scores of two periods are one another's negatives."""
    fit = fitted(complete(vcov=vcov), two_periods())
    assert {"x", "z"} <= set(lacking(fit))
    assert any("No standard error for x" in note for note in fit.fitted.notes)


def test_a_constant_whose_regressors_have_mean_zero():
    frame = panel()
    frame = frame.with_columns(pl.col("x") - pl.col("x").mean(), pl.col("z") - pl.col("z").mean())
    fit = fitted(complete(), frame)
    assert lacking(fit) == ["constant"]
    assert any("No standard error for constant under" in note for note in fit.fitted.notes)


def test_a_variable_that_one_cluster_alone_has():
    """One unit is treated: its scores add up to zero, as least squares makes them."""
    treated = pl.col("unit").eq("110000") & (pl.col("period") >= 2016)
    fit = fitted(
        complete(regressors=["q"], controls=[], effects=["unit"]),
        panel().with_columns(treated.cast(pl.Float64).alias("q")),
    )
    assert lacking(fit) == ["q", "constant"]


def test_errors_that_do_not_cancel_stay():
    for vcov in ({}, {"type": "robust"}, {"by": ["period"]}, {"type": "driscoll_kraay"}):
        assert lacking(fitted(complete(vcov=vcov))) == []
    assert lacking(fitted(complete(vcov={"by": ["unit"]}), two_periods())) == []
    # A large level and a small unit of measurement are no cancellation.
    frame = panel().with_columns(pl.col("x") * 1e-9 + 1, pl.col("y") + 1e6)
    assert lacking(fitted(complete(), frame)) == []


def test_rows_that_are_fitted_exactly_leave_no_robust_error():
    """A dummy inside a unit of two rows: both have a residual of zero, whatever the covariance."""
    keep = (UNIT > 0) | (YEAR < 2)
    dummy = ((UNIT == 0) & (YEAR == 0)).astype(float)[keep, None]
    for vcov in ("robust", "clustered"):
        model = two_way_fe(
            Y[keep], dummy, UNIT[keep], YEAR[keep], names=["d"], effects=["unit"], vcov=vcov
        )
        assert np.isnan([model.std_errors[0], model.p_values[0], *model.conf_int[0]]).all()


def test_instruments_in_two_periods():
    keep = YEAR < 2
    model = fe_2sls(
        Y[keep], X[keep, None], Z[keep, None], UNIT[keep], YEAR[keep],
        endogenous_names=["x"], instrument_names=["z"], cluster="period",
    )  # fmt: skip
    first = model.first_stages[0].coefficients
    assert np.isnan([*model.std_errors, *model.p_values, *first.std_errors]).all()
    tests = (model.anderson_rubin_f, model.anderson_rubin_chi2, model.endogeneity)
    assert np.isnan([one.statistic for one in tests]).all()
    assert np.isnan(model.kleibergen_paap_f)
    assert model.anderson_rubin_set is None


def test_censored_outcomes():
    """Scores of each period's dummy add up to zero within the period."""
    x = X - X.mean()
    done = tobit(
        Y, x[:, None], UNIT, YEAR, names=["x"], lower=0.0, effects=("period",), vcov="clustered",
        cluster=YEAR,
    )  # fmt: skip
    assert np.isfinite(done.std_errors).all()
    halves = (UNIT >= 10).astype(int)
    random = re_tobit(
        Y, X[:, None], UNIT, YEAR, names=["x"], lower=0.0, vcov="clustered", cluster=halves
    )
    # Two clusters' scores are one another's negatives, which is not zero.
    assert np.isfinite(random.std_errors).all()


def test_one_missing_error_leaves_the_other_differences_theirs():
    side = np.where(UNIT < 10, "a", "b")
    treated = ((UNIT == 0) & (YEAR > 2)) | ((UNIT == 15) & (YEAR > 3))
    x = np.where((UNIT == 0) | (UNIT == 15), 0.0, X)  # tells nothing of the two treated units
    found = group_difference(
        Y, np.column_stack([x, treated]), UNIT, YEAR, side, names=["x", "d"], compare=("a", "b"),
        effects=["unit"],
    )  # fmt: skip
    assert np.isfinite(found.interaction.std_errors[0])
    assert np.isnan(found.interaction.std_errors[1])
    assert np.isnan(found.interaction.p_values[1])
    assert np.isfinite(found.seemingly_unrelated.std_errors[0])
    assert np.isnan(found.joint.p_value)


def test_a_mediation_without_errors_has_no_tests():
    keep = YEAR < 2
    found = mediation(
        Y[keep], X[keep], Z[keep, None], None, UNIT[keep], YEAR[keep], treatment_name="x",
        mediator_names=["z"], cluster="period", draws=0, seed=1,
    )  # fmt: skip
    assert math.isnan(found.paths[0].tests.sobel.p_value)


def test_points_on_a_line_have_no_error():
    x = np.arange(2.0, 12.0)
    (line,) = fitted_trend(x, 0.1 + 0.3 * x, np.repeat("a", len(x))).groups
    assert math.isnan(line.slope_std_error)
    assert math.isnan(line.p_value)


def test_effects_of_zero_are_said_to_be_zero():
    """Limits so far from every score that the probability of reaching them is zero in double precision."""
    column = complete(estimator="tobit", outcome="scores", tobit={"lower": -1000})
    fit = fitted(column)
    zero = [one for one in fit.fitted.effects if one.effect == "marginal on probability, means"]
    assert [one.estimate for one in zero] == [0.0, 0.0]
    assert (
        fit.fitted.notes.count(
            "marginal on probability, means: zero, and so without a standard error"
        )
        == 1
    )
    assert not any("add up to zero" in note for note in fit.fitted.notes)
