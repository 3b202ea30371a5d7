"""Random effects against plm, Stata's printed digits, linearmodels and fixed effects.

plm's numbers are made by tests/reference/make_random_effects.R. 1e-9 relative: plm takes its variances from
other routines. Stata prints seven digits.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.hausman import hausman
from nqpf_assets.estimators.linear.random_effects import random_effects
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

RTOL = 1e-9
MADE = json.loads((Path(__file__).parent / "reference" / "random_effects.json").read_text("utf-8"))
GRUNFELD = {key: np.array(values, dtype=float) for key, values in MADE["rows"].items()}
NAMES = ("value", "capital")
UNBALANCED = np.setdiff1d(np.arange(200), MADE["left_out"])
STATA = {
    "value": (0.1097811, 0.0104927),
    "capital": (0.3081130, 0.0171805),
    "constant": (-57.83441, 28.89893),
}
"""`xtreg invest mvalue kstock, re` of the same ten firms, seven printed digits."""
LINEARMODELS = {
    "value": 0.13507347,
    "capital": 0.2934282,
    "sigma2_u": 7854.89362,
    "sigma2_e": 2323.71467,
}
"""linearmodels 7.0, RandomEffects without 18 rows, `small_sample=False`: the harmonic mean of the rows."""


def fitted(rows=slice(None), **options):  # type: ignore[no-untyped-def]
    x = np.column_stack([GRUNFELD[name][rows] for name in NAMES])
    return random_effects(
        GRUNFELD["inv"][rows], x, GRUNFELD["firm"][rows], GRUNFELD["year"][rows], names=NAMES, **options
    )  # fmt: skip


def whole_terms(result):  # type: ignore[no-untyped-def]
    estimates = [*result.params, result.constant.estimate]
    return estimates, [*result.std_errors, result.constant.std_error]


def test_stata_prints_the_same() -> None:
    estimates, errors = whole_terms(fitted(vcov="unadjusted"))
    for at, (value, error) in enumerate(STATA.values()):
        assert estimates[at] == pytest.approx(value, abs=6e-8 * max(1, 10 ** (at * 1.5)))
        assert errors[at] == pytest.approx(error, abs=6e-8 * max(1, 10 ** (at * 1.5)))
    found = fitted()
    assert (found.sigma_u, found.sigma_e) == pytest.approx((84.20095, 52.76797), abs=6e-6)
    assert found.rho == pytest.approx(0.71800838, abs=6e-8 * 10)
    r2 = (found.r2_within, found.r2_between, found.r2_overall)
    assert r2 == pytest.approx((0.7668, 0.8196, 0.8061), abs=6e-5)


@pytest.mark.parametrize(
    ("sample", "rows", "options"),
    [
        ("whole", slice(None), {}),
        ("whole", slice(None), {"components": "baltagi_chang"}),
        ("unbalanced", UNBALANCED, {"components": "baltagi_chang"}),
        ("periods", slice(None), {"period_effects": True}),
    ],
)
def test_plm_gives_the_same(sample: str, rows, options) -> None:  # type: ignore[no-untyped-def]
    expected = MADE[sample]
    for vcov, key in (("unadjusted", "std_error"), ("clustered", "clustered")):
        found = fitted(rows, vcov=vcov, small_sample="none", **options)
        estimates, errors = whole_terms(found)
        np.testing.assert_allclose(estimates, expected["estimate"], rtol=RTOL)
        np.testing.assert_allclose(errors, expected[key], rtol=RTOL)
    assert found.sigma_e**2 == pytest.approx(expected["sigma2_e"], rel=RTOL)
    assert found.sigma_u**2 == pytest.approx(expected["sigma2_u"], rel=RTOL)
    np.testing.assert_allclose(np.unique(found.theta.round(12)), expected["theta"], atol=2e-11)


def test_the_harmonic_mean_of_rows_is_that_of_linearmodels() -> None:
    found = fitted(UNBALANCED)
    assert found.params == pytest.approx([LINEARMODELS["value"], LINEARMODELS["capital"]], rel=1e-7)
    assert found.sigma_u**2 == pytest.approx(LINEARMODELS["sigma2_u"], rel=1e-8)
    assert found.sigma_e**2 == pytest.approx(LINEARMODELS["sigma2_e"], rel=1e-8)


def test_the_correction_counts_clusters_and_all_coefficients() -> None:
    none, stata = fitted(small_sample="none"), fitted()
    factor = 10 / 9 * 199 / 197
    np.testing.assert_allclose(stata.std_errors, none.std_errors * np.sqrt(factor), rtol=1e-12)
    assert stata.n_clusters == (10,)


@pytest.mark.parametrize("rows", [slice(None), UNBALANCED])
def test_with_unit_means_coefficients_are_those_of_fixed_effects(rows) -> None:  # type: ignore[no-untyped-def]
    found = fitted(rows, with_means=True)
    assert found.names == (*NAMES, "value:mean", "capital:mean")
    x = np.column_stack([GRUNFELD[name][rows] for name in NAMES])
    fixed = two_way_fe(
        GRUNFELD["inv"][rows], x, GRUNFELD["firm"][rows], GRUNFELD["year"][rows], names=NAMES,
        effects=("unit",),
    )  # fmt: skip
    np.testing.assert_allclose(found.params[:2], fixed.params, rtol=1e-9)


def test_so_they_are_with_years_in_an_unbalanced_panel() -> None:
    draw = np.random.default_rng(4)
    units, years = np.repeat(np.arange(40), 6), np.tile(np.arange(6), 40)
    keep = draw.uniform(size=240) > 0.25
    effect = draw.normal(size=40)[units]
    x = np.column_stack([draw.normal(size=240) + effect, draw.normal(size=240)])
    y = x @ [1.0, -1.0] + 2 * effect + 0.3 * years + draw.normal(size=240)
    given = (y[keep], x[keep], units[keep], years[keep])
    found = random_effects(*given, names=NAMES, period_effects=True, with_means=True)
    fixed = two_way_fe(*given, names=NAMES, drop_singletons=False)
    np.testing.assert_allclose(found.params[:2], fixed.params, rtol=1e-9)
    assert found.means is not None
    assert found.means.df == 2
    assert found.means.p_value < 1e-6
    again = hausman(*given, names=NAMES, period_effects=True, sigma="sigmamore")
    assert again.p_value < 1e-6


@pytest.mark.slow
def test_the_test_of_unit_means_has_its_size() -> None:
    """400 panels whose effects have nothing to do with the regressor; 5 % within 3.3 Monte Carlo errors."""
    draw, n = np.random.default_rng(8), 0
    units, years = np.repeat(np.arange(60), 5), np.tile(np.arange(5), 60)
    for _ in range(400):
        x, effect = draw.normal(size=(300, 1)), draw.normal(size=60)[units]
        y = x[:, 0] + effect + draw.normal(size=300)
        found = random_effects(y, x, units, years, names=["x"], with_means=True)
        n += found.means is not None and found.means.p_value < 0.05
    assert abs(n / 400 - 0.05) < 0.036


def test_what_does_not_vary_in_time_has_a_coefficient_and_no_mean() -> None:
    x = np.column_stack([GRUNFELD["value"], GRUNFELD["firm"] ** 2])
    found = random_effects(
        GRUNFELD["inv"], x, GRUNFELD["firm"], GRUNFELD["year"], names=["value", "size"], with_means=True
    )  # fmt: skip
    assert found.names == ("value", "size", "value:mean")
    assert np.isfinite(found.std_errors).all()


def test_no_variance_between_units_is_pooled_least_squares() -> None:
    draw = np.random.default_rng(3)
    units, years = np.repeat(np.arange(30), 4), np.tile(np.arange(4), 30)
    x, error = draw.normal(size=(120, 1)), draw.normal(size=120)
    y = x[:, 0] + error - np.bincount(units, error)[units] / 4
    found = random_effects(y, x, units, years, names=["x"])
    pooled = two_way_fe(y, x, units, years, names=["x"], effects=())
    assert found.sigma_u == 0
    np.testing.assert_allclose(found.params, pooled.params, rtol=1e-12)


def test_clusters_that_divide_units_are_refused() -> None:
    with pytest.raises(EstimationError, match="must not divide units"):
        fitted(cluster=GRUNFELD["year"])


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (np.arange(20), "two or more units"),
        (np.array([0, 20, 40]), "two or more periods"),
        (np.array([0, 1, 20, 21, 40, 41]), "more units than parameters|for 5 parameters"),
        (np.array([0, 20, 41]), "3 rows for"),
    ],
)
def test_too_little_is_refused(rows, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EstimationError, match=told):
        fitted(rows)


def test_an_outcome_that_is_made_of_the_regressors_is_refused() -> None:
    x = np.column_stack([GRUNFELD[name] for name in NAMES])
    with pytest.raises(EstimationError, match="reproduce the outcome exactly"):
        random_effects(
            x.sum(axis=1) + GRUNFELD["firm"], x, GRUNFELD["firm"], GRUNFELD["year"], names=NAMES
        )
