"""What a Tobit refuses, what it leaves out, and that it says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.censored.re_tobit import re_tobit
from nqpf_assets.estimators.censored.tobit import tobit
from nqpf_assets.estimators.linear.errors import EstimationError

RNG = np.random.default_rng(5)
UNITS = np.repeat([f"u{k:02d}" for k in range(12)], 6)
PERIODS = np.tile(np.arange(2015, 2021), 12)
X = RNG.normal(size=(72, 2))
LATENT = 1.0 + X @ [1.0, -0.5] + 0.4 * np.repeat(RNG.normal(size=12), 6) + RNG.normal(size=72)
Y = np.maximum(LATENT, 0.0)
CENSORED = Y == 0
NAMES = ("gdp", "roads")
MARK = (CENSORED & (np.arange(72) % 3 == 0)).astype(float)


def fit(estimate: Any = tobit, **changes: Any) -> Any:
    given = {"outcome": Y, "regressors": X, "units": UNITS, "periods": PERIODS, "names": NAMES}
    return estimate(**(given | changes))


@pytest.mark.parametrize("estimate", [tobit, re_tobit])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lower": None}, "needs a lower limit, an upper limit"),
        ({"lower": 2.0, "upper": 1.0}, "2 is not below the upper limit 1"),
        ({"lower": float("nan")}, "the lower limit must be a finite number"),
        ({"upper": float("inf")}, "the upper limit must be a finite number"),
        ({"lower": 50.0}, "all 72 rows are censored"),
        ({"vcov": "HC3"}, "vcov is one of"),
        ({"small_sample": "xtreg"}, "small_sample is one of"),
        ({"distribution": "z"}, "distribution is one of"),
        ({"cluster": "unit", "vcov": "unadjusted"}, "does not use clusters"),
        (
            {"cluster": ("unit", "unit", "unit", "unit"), "vcov": "clustered"},
            "at most 3 cluster keys",
        ),
        ({"cluster": np.ones(72), "vcov": "clustered"}, "two or more clusters"),
        ({"confidence_level": 95}, "between 0 and 1"),
        ({"outcome": np.where(np.arange(72) == 3, np.nan, Y)}, "the outcome.*1 row"),
        (
            {"regressors": np.column_stack([X, MARK]), "names": (*NAMES, "mark")},
            "^mark: censored rows are told apart",
        ),
        (
            {"regressors": np.column_stack([X, -1e6 * MARK]), "names": (*NAMES, "mark")},
            "^mark: censored rows are told apart",
        ),
        ({"outcome": np.maximum(X @ [1.0, 2.0], 0.0)}, "reproduce the uncensored rows exactly"),
    ],
)
def test_refusals(estimate: Any, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        fit(estimate, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nodes": 3}, "between 4 and 192"),
        ({"cluster": "period", "vcov": "clustered"}, "must not divide units"),
        ({"units": [f"v{k}" for k in range(72)]}, "some seen more than once"),
        ({"units": ["one"] * 72, "periods": range(72)}, "two units or more"),
    ],
)
def test_refusals_of_random_effects(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        fit(re_tobit, **changes)


def test_unknown_effects_and_few_rows() -> None:
    with pytest.raises(EstimationError, match="effects are"):
        fit(effects=("unit", "region"))
    rows = np.isin(UNITS, ["u00", "u01"]) & (PERIODS < 2017)
    with pytest.raises(EstimationError, match="4 rows for 5 parameters"):
        fit(
            outcome=LATENT[rows], regressors=X[rows], units=UNITS[rows], periods=PERIODS[rows],
            lower=-100.0,
        )  # fmt: skip


def test_levels_that_are_censored_throughout_leave_one_after_the_other() -> None:
    """Only u02 is above the lower limit in 2020; once it has left, the year has to leave."""
    y = np.where(UNITS == "u02", 9.0, np.where(PERIODS == 2020, 0.0, Y))
    y = np.where(UNITS == "u03", 0.0, y)
    model = fit(outcome=y, upper=5.0)
    gone = {(g.kind, g.label): (g.side, g.n_rows) for g in model.dropped_levels}
    assert gone["unit", "u02"] == ("right", 6)
    assert gone["unit", "u03"] == ("left", 6)
    assert gone["period", 2020] == ("left", 10)
    assert model.n_obs == 72 - 6 - 6 - 10 == model.is_in_sample.sum()
    kept = ~np.isin(UNITS, ["u02", "u03"]) & (PERIODS != 2020)
    np.testing.assert_array_equal(model.is_in_sample, kept)
    again = fit(
        outcome=y[kept], regressors=X[kept], units=UNITS[kept], periods=PERIODS[kept], upper=5.0
    )
    np.testing.assert_allclose(model.params, again.params, rtol=1e-10)
    # Random effects need nothing of the kind: every row stays.
    assert fit(re_tobit, outcome=y, upper=5.0).n_obs == 72


def test_period_dummies_match_a_column_per_period() -> None:
    dummies = (PERIODS[:, None] == np.arange(2016, 2021)).astype(float)
    names = (*NAMES, *(str(year) for year in range(2016, 2021)))
    wide = fit(regressors=np.column_stack([X, dummies]), names=names, effects=("unit",))
    model = fit()
    np.testing.assert_allclose(model.params, wide.params[:2], rtol=1e-9)
    np.testing.assert_allclose(model.std_errors, wide.std_errors[:2], rtol=1e-8)
    assert model.n_parameters == wide.n_parameters == 2 + 12 + 5 + 1


def test_dropped_regressors_are_named() -> None:
    altitude = np.repeat(RNG.normal(size=12), 6)
    both = X[:, 0] + X[:, 1]
    model = fit(regressors=np.column_stack([altitude, X, both]), names=("alt", *NAMES, "both"))
    assert [(d.name, d.reason) for d in model.dropped] == [
        ("alt", "absorbed by the effects or constant"),
        ("both", "collinear with gdp, roads"),
    ]
    np.testing.assert_allclose(model.params, fit().params, rtol=1e-9)


def test_values_beyond_a_limit_count_as_censored_there() -> None:
    np.testing.assert_array_equal(fit(outcome=LATENT).params, fit().params)


def test_inference_states_itself() -> None:
    model = fit(distribution="t")
    assert (model.vcov, model.n_clusters, model.df_inference) == ("clustered", (12,), 11)
    assert model.small_sample_factor == pytest.approx(12 / 11)
    free = fit(distribution="t", vcov="robust")
    assert free.df_inference == 72 - 2 - 11 - 5
    assert free.small_sample_factor == pytest.approx(72 / 71)
    assert fit(vcov="unadjusted").small_sample == "none"
    assert fit().df_inference == np.inf


def test_no_variance_between_units_is_the_bound() -> None:
    """Where units differ less than chance would have it, sigma_u is zero and has no error."""
    rng = np.random.default_rng(8)
    errors = rng.normal(size=(12, 6))
    errors -= errors.mean(axis=1, keepdims=True)
    y = np.maximum(X @ [1.0, -0.5] + errors.ravel() + 0.3, 0.0)
    model = fit(re_tobit, outcome=y)
    assert model.is_at_bound
    assert model.sigma_u.estimate < 1e-3
    assert np.isnan(model.sigma_u.std_error)
    assert (model.lr_statistic, model.lr_p_value) == (pytest.approx(0, abs=1e-6), 1.0)
    pooled = fit(outcome=y, effects=(), vcov="unadjusted")
    np.testing.assert_allclose(model.params, pooled.params, rtol=1e-5)
    np.testing.assert_allclose(model.std_errors, pooled.std_errors, rtol=1e-4)


def test_random_effects_without_censoring_match_the_linear_model() -> None:
    """Closed form of the normal likelihood with equicorrelated rows, at the estimates."""
    model = fit(re_tobit, outcome=LATENT, lower=-100.0)
    design = np.column_stack([X, np.ones(72)])
    same_unit = UNITS[:, None] == UNITS
    covariance = model.sigma_e.estimate**2 * np.eye(72) + model.sigma_u.estimate**2 * same_unit
    inverse = np.linalg.inv(covariance)
    gls = np.linalg.solve(design.T @ inverse @ design, design.T @ inverse @ LATENT)
    np.testing.assert_allclose([*model.params, model.constant.estimate], gls, rtol=1e-8)
    residuals = LATENT - design @ gls
    value = -0.5 * (
        72 * np.log(2 * np.pi) + np.linalg.slogdet(covariance)[1] + residuals @ inverse @ residuals
    )
    assert model.log_likelihood == pytest.approx(value, rel=1e-10)


@pytest.mark.slow
def test_coarse_hermite_nodes_say_so() -> None:
    """Half of the units never above the limit: posteriors like cliffs."""
    rng = np.random.default_rng(3)
    units, periods = np.repeat(np.arange(20), 30), np.tile(np.arange(30), 20)
    x = rng.normal(size=(600, 1))
    y = np.maximum(x[:, 0] - 3 + 3 * rng.normal(size=20)[units] + rng.normal(size=600), 0.0)
    panel = (y, x, units, periods)
    model = re_tobit(*panel, names=("x",))
    assert model.node_check.is_stable
    assert abs(model.node_check.log_likelihood_change) < 1e-6
    coarse = re_tobit(*panel, names=("x",), nodes=12)
    assert not coarse.node_check.is_stable
    assert coarse.node_check.largest_change > 0.5
