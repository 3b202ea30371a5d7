"""Weights of observations in least squares with effects, against regressions on dummies by statsmodels, the
slopes of linearmodels, and rows that are repeated.

Tolerance 1e-9, relative: both sides are direct solutions of the same equations in double precision; dummies
lose a few digits more than demeaned columns.
"""

from __future__ import annotations

import numpy as np
import pytest

from nqpf_assets.estimators.linear.absorbed import Absorbed
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

CLOSE = {"rtol": 1e-9, "atol": 1e-11}
EFFECTS = [(), ("unit",), ("period",), ("unit", "period")]


@pytest.fixture(scope="module")
def panel():
    """An unbalanced panel of 12 units and 7 periods, with a unit and a period that are seen once."""
    rng = np.random.default_rng(12)
    units, periods = np.repeat(np.arange(12), 7), np.tile(np.arange(7), 12)
    keep = rng.random(84) > 0.2
    keep |= units < 2  # the panel hangs together
    units, periods = units[keep], periods[keep]
    units, periods = np.append(units, [90, 0]), np.append(periods, [3, 99])
    n = len(units)
    x = rng.normal(size=(n, 2)) + 0.3 * units[:, None] + 5
    y = x @ [1.0, -0.5] + 0.2 * units + 0.1 * periods + rng.normal(size=n)
    whole = rng.integers(1, 5, size=n)
    whole[-2:] = [1, 3]  # alone; and alone but for its copies
    return units, periods, x, y, whole


def fit(panel, weights, kind, effects, **more):
    units, periods, x, y, _ = panel
    return two_way_fe(
        y,
        x,
        units,
        periods,
        names=("a", "b"),
        effects=effects,
        weights=weights,
        weights_kind=kind,
        **more,
    )


def dummies(codes):
    return (codes[:, None] == np.unique(codes)).astype(float)


def design(panel, effects, keep, further=()):
    """Regressors, a constant, and dummies without those that repeat others."""
    units, periods, x, _, _ = panel
    columns = [x[keep], np.ones((keep.sum(), 1))]
    columns += [dummies({"unit": units, "period": periods}[one][keep])[:, 1:] for one in effects]
    columns += [dummies(one[keep])[:, 1:] for one in further]
    made = np.column_stack(columns)
    free = [
        j
        for j in range(made.shape[1])
        if np.linalg.matrix_rank(made[:, : j + 1]) > np.linalg.matrix_rank(made[:, :j])
    ]
    return made[:, free]


@pytest.mark.parametrize("effects", EFFECTS)
def test_analytic_weights_are_weighted_least_squares_on_dummies(panel, effects):
    """Coefficients, errors of three kinds, R², likelihood: as WLS, whose weights have a mean of one."""
    import statsmodels.api as sm

    weights = np.random.default_rng(3).uniform(0.2, 4, len(panel[0]))
    found = {
        vcov: fit(panel, weights, "analytic", effects, vcov=vcov)
        for vcov in ("unadjusted", "robust", "clustered")
    }
    one = found["unadjusted"]
    keep = one.is_in_sample
    y, units, w = panel[3][keep], panel[0][keep], weights[keep] / weights[keep].mean()
    model = sm.WLS(y, design(panel, effects, keep), weights=w)
    plain, hc1 = model.fit(), model.fit(cov_type="HC1")
    np.testing.assert_allclose(one.params, plain.params[:2], **CLOSE)
    np.testing.assert_allclose(one.std_errors, plain.bse[:2], **CLOSE)
    np.testing.assert_allclose(found["robust"].std_errors, hc1.bse[:2], **CLOSE)
    for measure, theirs in (
        (one.r2, plain.rsquared),
        (one.r2_adjusted, plain.rsquared_adj),
        (one.rss, plain.ssr),
        (one.log_likelihood, plain.llf),
        (one.df_resid, plain.df_resid),
    ):
        np.testing.assert_allclose(measure, theirs, **CLOSE)
    np.testing.assert_allclose(one.residuals, plain.resid, **CLOSE)
    # Theirs counts all dummies; effects of units are nested in units, and count as one.
    clustered = model.fit(cov_type="cluster", cov_kwds={"groups": units})
    n, k = model.exog.shape
    ours = found["clustered"].small_sample_factor
    g = len(np.unique(units))
    nested = k - g + 1 if "unit" in effects else k
    np.testing.assert_allclose(ours, g / (g - 1) * (n - 1) / (n - nested), **CLOSE)
    theirs = clustered.bse[:2] * np.sqrt((n - k) / (n - nested))
    np.testing.assert_allclose(found["clustered"].std_errors, theirs, **CLOSE)


def test_the_constant_is_that_of_weighted_means(panel):
    """With the error that a constant of pooled weighted least squares has."""
    import statsmodels.api as sm

    weights = np.random.default_rng(3).uniform(0.2, 4, len(panel[0]))
    found = fit(panel, weights, "analytic", (), vcov="robust").constant
    x = np.column_stack([np.ones(len(weights)), panel[2]])
    theirs = sm.WLS(panel[3], x, weights=weights).fit(cov_type="HC1")
    np.testing.assert_allclose(
        [found.estimate, found.std_error], [theirs.params[0], theirs.bse[0]], **CLOSE
    )


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize("vcov", ["unadjusted", "robust", "clustered"])
def test_frequency_weights_are_repeated_rows(panel, effects, vcov):
    """Every number is that of the rows written out, singletons and degrees of freedom among them."""
    import statsmodels.api as sm

    units, _, _, y, whole = panel
    found = fit(panel, whole, "frequency", effects, vcov=vcov)
    keep = found.is_in_sample
    assert found.n_obs == whole[keep].sum()
    assert keep[-1], "a row that stands for three is not alone"
    times = whole[keep]
    model = sm.OLS(
        np.repeat(y[keep], times), np.repeat(design(panel, effects, keep), times, axis=0)
    )
    n, k = model.exog.shape
    if vcov == "clustered":
        theirs = model.fit(cov_type="cluster", cov_kwds={"groups": np.repeat(units[keep], times)})
        g = len(np.unique(units[keep]))
        scale = (n - k) / (n - (k - g + 1)) if "unit" in effects else 1.0
    else:
        theirs, scale = model.fit(cov_type={"robust": "HC1", "unadjusted": "nonrobust"}[vcov]), 1.0
    np.testing.assert_allclose(found.params, theirs.params[:2], **CLOSE)
    np.testing.assert_allclose(found.std_errors, theirs.bse[:2] * np.sqrt(scale), **CLOSE)
    for measure, other in (
        (found.rss, theirs.ssr),
        (found.r2, theirs.rsquared),
        (found.df_resid, theirs.df_resid),
        (found.log_likelihood, theirs.llf),
    ):
        np.testing.assert_allclose(measure, other, **CLOSE)


def test_population_weights_are_analytic_ones_with_robust_errors(panel):
    weights = np.random.default_rng(4).uniform(1, 9, len(panel[0]))
    for vcov in ("robust", "clustered"):
        of_population = fit(panel, weights, "population", ("unit", "period"), vcov=vcov)
        analytic = fit(panel, 100 * weights, "analytic", ("unit", "period"), vcov=vcov)
        np.testing.assert_allclose(of_population.params, analytic.params, **CLOSE)
        np.testing.assert_allclose(of_population.std_errors, analytic.std_errors, **CLOSE)
        assert np.isnan(of_population.log_likelihood)


def test_slopes_are_those_of_linearmodels(panel):
    """Weighted two-way effects of an unbalanced panel, by another program of panel models."""
    pd = pytest.importorskip("pandas")
    linearmodels = pytest.importorskip("linearmodels")

    weights = np.random.default_rng(5).uniform(0.2, 4, len(panel[0]))
    found = fit(panel, weights, "analytic", ("unit", "period"))
    keep = found.is_in_sample
    units, periods, x, y, _ = (one[keep] for one in panel)
    index = pd.MultiIndex.from_arrays([units, periods])
    theirs = linearmodels.PanelOLS(
        pd.Series(y, index),
        pd.DataFrame(x, index, columns=["a", "b"]),
        entity_effects=True,
        time_effects=True,
        weights=pd.Series(weights[keep], index),
    ).fit()
    # Theirs demeans until nothing moves.
    np.testing.assert_allclose(found.params, theirs.params.to_numpy(), rtol=1e-7)


def test_further_effects_are_weighted_too(panel):
    """Products of groups and periods, against their dummies."""
    import statsmodels.api as sm

    units, periods = panel[:2]
    pairs = np.unique((units % 3) * 1000 + periods, return_inverse=True)[1]
    weights = np.random.default_rng(6).uniform(0.2, 4, len(units))
    found = fit(
        panel,
        weights,
        "analytic",
        ("unit",),
        vcov="robust",
        absorbed=[Absorbed("groups * period", pairs)],
    )
    keep = found.is_in_sample
    columns = design(panel, ("unit",), keep, [pairs])
    theirs = sm.WLS(panel[3][keep], columns, weights=weights[keep]).fit(cov_type="HC1")
    np.testing.assert_allclose(found.params, theirs.params[:2], **CLOSE)
    np.testing.assert_allclose(found.std_errors, theirs.bse[:2], **CLOSE)


@pytest.mark.parametrize("vcov", ["robust", "clustered", "driscoll_kraay", "newey_west"])
@pytest.mark.parametrize("effects", EFFECTS)
def test_equal_weights_change_nothing(panel, effects, vcov):
    plain, equal = (
        fit(panel, one, "analytic", effects, vcov=vcov)
        for one in (None, np.full(len(panel[0]), 7.0))
    )
    np.testing.assert_allclose(equal.std_errors, plain.std_errors, **CLOSE)
    np.testing.assert_allclose(equal.standardized, plain.standardized, **CLOSE)
    for one in ("r2", "r2_within", "r2_unit_within", "rss", "log_likelihood", "sigma"):
        ours, theirs = getattr(equal, one), getattr(plain, one)
        assert (ours is None) == (theirs is None)
        if ours is not None:
            np.testing.assert_allclose(ours, theirs, **CLOSE)


def test_effects_are_those_of_the_weighted_regression(panel):
    """Constant, coefficients and levels rebuild what is fitted."""
    weights = np.random.default_rng(7).uniform(0.2, 4, len(panel[0]))
    found = fit(panel, weights, "analytic", ("unit", "period"))
    keep = found.is_in_sample
    units, periods, x, y, _ = (one[keep] for one in panel)
    by_unit, by_period = found.unit_effects, found.period_effects
    fitted = (
        found.constant.estimate
        + x @ found.params
        + by_unit.estimates[np.searchsorted(by_unit.labels, units)]
        + by_period.estimates[np.searchsorted(by_period.labels, periods)]
    )
    np.testing.assert_allclose(y - fitted, found.residuals, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(
    ("weights", "kind", "more", "words"),
    [
        ([1.0, 0.0], "analytic", {}, "1 row is zero or negative"),
        ([1.0, -2.0], "analytic", {}, "1 row is zero or negative"),
        ([1.0, np.nan], "analytic", {}, "1 row is missing or infinite"),
        ([1.0, 1.5], "frequency", {}, "1 row is no whole number"),
        ([1.0, 2.0], "other", {}, "weights are analytic, frequency, population"),
        ([1.0, 2.0], "population", {"vcov": "unadjusted"}, "vcov 'unadjusted' does not go with"),
        ([1.0, 2.0], "frequency", {"vcov": "newey_west"}, "vcov 'newey_west' does not go with"),
        ([1.0, 2.0], "analytic", {"vcov": "cr2"}, "vcov 'cr2' does not go with"),
        ([1.0, 2.0], "analytic", {"vcov": "linearmodels"}, "vcov 'linearmodels' does not go with"),
    ],
)
def test_what_weights_cannot_be(panel, weights, kind, more, words):
    given = np.ones(len(panel[0]))
    given[:2] = weights
    with pytest.raises(EstimationError, match=words):
        fit(panel, given, kind, ("unit",), **more)
