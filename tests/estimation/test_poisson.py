"""Poisson with fixed effects: R's numbers, statsmodels', dummies, and rows that tell nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.poisson.fe_poisson import FixedEffectsPoisson, fe_poisson
from nqpf_assets.messages.problems import CheckFailed
from tests.estimation.panels import complete, fitted, panel
from tests.estimators.descriptive import grunfeld

R = 1e-7
"""R's errors come from the residual deviance at its own convergence."""
NAMES = ["value", "capital"]
TWO_WAY = (0.000173861071307946, 0.000105240212562730)
ERRORS: list[tuple[dict[str, Any], tuple[float, float]]] = [
    ({}, (4.50292498810017e-05, 7.66758806874795e-05)),
    ({"cluster": "period", "small_sample": "none"}, (3.28488724162552e-05, 9.19944193373235e-05)),
    ({"vcov": "robust"}, (3.17893097515678e-05, 7.91280119362788e-05)),
]
ONE_WAY = (0.000194095662740272, 0.000521050360736585)
ONE_WAY_PLAIN = (1.1033798322381e-05, 1.4381309399372e-05)
"""tests/reference/make_fe_poisson.R."""


def firms(**options: Any) -> FixedEffectsPoisson:
    rows = grunfeld.panel()
    return fe_poisson(
        rows["invest"], rows[NAMES], rows["firm"].to_numpy(), rows["year"].to_numpy(), names=NAMES, **options
    )  # fmt: skip


@pytest.mark.parametrize(("options", "errors"), ERRORS)
def test_grunfeld_as_r(options: dict[str, Any], errors: tuple[float, float]) -> None:
    found = firms(**options)
    assert found.params == pytest.approx(TWO_WAY, rel=R)
    assert found.tests.std_errors == pytest.approx(errors, rel=R)


def test_grunfeld_without_years_as_r() -> None:
    found = firms(period_effects=False, vcov="unadjusted")
    assert found.params == pytest.approx(ONE_WAY, rel=R)
    assert found.tests.std_errors == pytest.approx(ONE_WAY_PLAIN, rel=R)


def drawn(seed: int = 2) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Counts, many of them zero, of 30 units in 8 years."""
    rng = np.random.default_rng(seed)
    unit, year = np.repeat(np.arange(30), 8), np.tile(np.arange(8), 30)
    x = rng.normal(size=(240, 2)) * [1, 50] + [0, 1000]
    index = 0.4 * x[:, 0] - 0.01 * (x[:, 1] - 1000) + rng.normal(size=30)[unit] - 0.5 + 0.1 * year
    return rng.poisson(np.exp(index)).astype(float), x, unit, year


def test_conditional_poisson_of_statsmodels() -> None:
    from statsmodels.discrete.conditional_models import ConditionalPoisson

    y, x, unit, year = drawn()
    x[:, 1] = (x[:, 1] - 1000) / 50
    theirs = ConditionalPoisson(y, x, groups=unit).fit(disp=False, gtol=1e-10)
    found = fe_poisson(y, x, unit, year, names=["a", "b"], period_effects=False, vcov="unadjusted")
    assert found.params == pytest.approx(theirs.params, rel=1e-5)
    assert found.tests.std_errors == pytest.approx(theirs.bse, rel=1e-3)


def test_dummies_give_the_same_likelihood_and_errors() -> None:
    import statsmodels.api as sm

    y, x, unit, year = drawn()
    assert all(y[unit == one].sum() for one in range(30))
    dummies = [unit[:, None] == np.arange(30), year[:, None] == np.arange(1, 8)]
    design = np.column_stack([x, *dummies]).astype(float)
    theirs = sm.GLM(y, design, family=sm.families.Poisson()).fit(tol=1e-14)
    found = fe_poisson(y, x, unit, year, names=["a", "b"], vcov="unadjusted")
    assert found.params == pytest.approx(theirs.params[:2], rel=1e-8)
    assert found.tests.std_errors == pytest.approx(theirs.bse[:2], rel=1e-7)
    assert found.log_likelihood == pytest.approx(theirs.llf, rel=1e-10)
    assert found.pseudo_r2 == pytest.approx(
        1 - theirs.llf / sm.GLM(y, np.ones(240), family=sm.families.Poisson()).fit().llf, rel=1e-8
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_panels_of_which_no_year_is_in_both(seed: int) -> None:
    """Firms of two surveys: each has a year of its own with which others are compared."""
    import statsmodels.api as sm

    y, x, unit, year = drawn(seed)
    x[:, 1] = (x[:, 1] - 1000) / 50
    year = np.where(unit < 15, year, year + 8)
    years = [year[:, None] == one for one in range(16) if one % 8]
    design = np.column_stack([x, unit[:, None] == np.arange(30), *years]).astype(float)
    theirs = sm.GLM(y, design, family=sm.families.Poisson()).fit(tol=1e-14)
    found = fe_poisson(y, x, unit, year, names=["a", "b"], vcov="unadjusted")
    assert found.params == pytest.approx(theirs.params[:2], rel=1e-8)
    assert found.tests.std_errors == pytest.approx(theirs.bse[:2], rel=1e-7)


def test_units_of_zeros_and_single_rows_change_nothing() -> None:
    y, x, unit, year = drawn()
    y[unit == 3] = 0
    keep = (unit != 5) | (year == 2)
    found = fe_poisson(y[keep], x[keep], unit[keep], year[keep], names=["a", "b"])
    telling = keep & (unit != 3) & (unit != 5)
    plain = fe_poisson(y[telling], x[telling], unit[telling], year[telling], names=["a", "b"])
    assert found.params == pytest.approx(plain.params, rel=1e-12)
    assert found.tests.std_errors == pytest.approx(plain.tests.std_errors, rel=1e-12)
    assert 3 in found.sample.zero_units
    assert {*found.sample.alone_units, *found.sample.zero_units} == {3, 5}
    assert found.n_obs == telling.sum()
    assert found.sample.panel.is_in_sample.tolist() == telling[keep].tolist()


@pytest.mark.parametrize("scale", [1.0, 1e9])
def test_separated_rows_leave_as_if_they_had_not_been_there(scale: float) -> None:
    y, x, unit, year = drawn()
    apart = np.flatnonzero(y == 0)[::9]
    dummy = np.zeros(240)
    dummy[apart] = scale
    found = fe_poisson(y, np.column_stack([x, dummy]), unit, year, names=["a", "b", "d"])
    rest = np.setdiff1d(np.arange(240), apart)
    plain = fe_poisson(y[rest], x[rest], unit[rest], year[rest], names=["a", "b"])
    assert found.names == ("a", "b")
    assert [one.name for one in found.dropped] == ["d"]
    assert found.params == pytest.approx(plain.params, rel=1e-10)
    assert found.n_separated == len(apart)


def test_zeros_that_nothing_tells_apart_stay() -> None:
    y, x, unit, year = drawn()
    assert (y == 0).mean() > 0.3
    assert fe_poisson(y, x, unit, year, names=["a", "b"]).n_separated == 0


def test_a_regressor_in_other_units_of_measurement() -> None:
    y, x, unit, year = drawn()
    found = fe_poisson(y, x, unit, year, names=["a", "b"])
    other = fe_poisson(y, x * [1e-6, 1e7] + [0, 3], unit, year, names=["a", "b"])
    assert other.params * [1e-6, 1e7] == pytest.approx(found.params, rel=1e-7)
    assert other.tests.t_stats == pytest.approx(found.tests.t_stats, rel=1e-7)


@pytest.mark.slow
def test_clustered_intervals_cover_where_counts_are_overdispersed() -> None:
    """Negative binomial counts of 200 units; with 60 intervals are a little short, at nine in ten."""
    rng, n, covered = np.random.default_rng(12), 300, 0
    unit, year = np.repeat(np.arange(200), 6), np.tile(np.arange(6), 200)
    for _ in range(n):
        x = rng.normal(size=200)[unit] * (year > 2) + rng.normal(size=1200)
        mean = np.exp(0.3 * x + rng.normal(size=200)[unit] + 1)
        y = rng.poisson(mean * rng.gamma(2, 0.5, size=1200)).astype(float)
        low, high = fe_poisson(y, x[:, None], unit, year, names=["x"]).tests.conf_int[0]
        covered += low < 0.3 < high
    assert 0.92 < covered / n < 0.98


def test_what_cannot_be_estimated_is_refused() -> None:
    y, x, unit, year = drawn()
    with pytest.raises(EstimationError, match="2 rows below zero"):
        fe_poisson(np.r_[-1.0, -2.0, y[2:]], x, unit, year, names=["a", "b"])
    with pytest.raises(EstimationError, match="nothing is left to estimate"):
        fe_poisson(np.zeros(240), x, unit, year, names=["a", "b"])
    with pytest.raises(EstimationError, match="nothing is left of u"):
        fe_poisson(y, unit[:, None].astype(float), unit, year, names=["u"])


def test_a_column_tells_what_left_it() -> None:
    zero = pl.col("unit") == "130000"
    frame = panel().with_columns(n=pl.when(zero).then(0.0).otherwise(pl.col("gdp")))
    column = complete(estimator="fe_poisson", outcome="n")
    fit = fitted(column, frame).fitted
    assert (fit.model.n_obs, fit.model.n_units, fit.model.n_clusters) == (88, 11, 11)
    assert fit.model.effects == "unit, period"
    assert fit.model.small_sample == "stata"
    assert "unit 130000: zero in every row" in fit.dropped
    assert any("1 unit whose outcome is zero throughout has no part" in one for one in fit.notes)
    with pytest.raises(CheckFailed, match="not negative"):
        fitted(complete(estimator="fe_poisson"))
