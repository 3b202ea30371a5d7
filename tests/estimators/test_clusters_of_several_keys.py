"""Clusters of two and three keys of estimators that are not least squares with effects.

Poisson, fractional and grouped regressions are held to statsmodels, whose sums over two keys are its own, on
the same equation with dummies; the others to the definition: sums over each key, less those over both.
Tolerance 1e-6 relative for maximum likelihood, where both sides stop on their own, 1e-8 for least squares.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from nqpf_assets.estimators.censored.re_tobit import re_tobit
from nqpf_assets.estimators.censored.tobit import tobit
from nqpf_assets.estimators.fractional.fractional import fractional
from nqpf_assets.estimators.group_differences.group_difference import group_difference
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.random_effects import random_effects
from nqpf_assets.estimators.poisson.fe_poisson import fe_poisson

N_UNITS, N_PERIODS = 35, 9
UNITS = np.repeat(np.arange(N_UNITS), N_PERIODS)
PERIODS = np.tile(np.arange(N_PERIODS), N_UNITS)
AREAS, BELTS, SIDES = UNITS % 7, UNITS // 5, UNITS % 2
NAMES = ["x1", "x2"]
PAIRS = [(UNITS, PERIODS), (AREAS, PERIODS), (AREAS, BELTS)]


def drawn() -> dict[str, Any]:
    rng = np.random.default_rng(14)

    def shared(size: float, width: int) -> Any:
        """What rows of an area, a belt and a year have alike, so that no covariance is negative."""
        parts = [rng.normal(size=(key.max() + 1, width))[key] for key in (AREAS, BELTS, PERIODS)]
        return size * np.sum(parts, axis=0)

    x = 0.3 * rng.normal(size=(len(UNITS), 2)) + shared(0.6, 2)
    index = 0.4 * x[:, 0] - 0.2 * x[:, 1]
    noise = (0.2 * rng.normal(size=(len(UNITS), 1)) + shared(0.6, 1))[:, 0]
    return {
        "x": x,
        "count": rng.poisson(np.exp(0.5 + 0.5 * index + 0.3 * noise)).astype(float),
        "share": 1 / (1 + np.exp(-index - noise)),
        "level": index + noise,
        "cut": np.maximum(index + noise, 0.0),
    }


DATA = drawn()


def dummies(codes: Any) -> Any:
    return (codes[:, None] == np.unique(codes)).astype(float)


def fit(estimator: Any, outcome: str, cluster: Any, **more: Any) -> Any:
    return estimator(
        DATA[outcome], DATA["x"], UNITS, PERIODS, names=NAMES, cluster=cluster, small_sample="none",
        **more,
    )  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS)
def test_poisson_against_statsmodels(pair: Any) -> None:
    columns = np.column_stack([DATA["x"], dummies(UNITS), dummies(PERIODS)[:, 1:]])
    model = sm.GLM(DATA["count"], columns, family=sm.families.Poisson())
    groups = {"groups": np.column_stack(pair), "use_correction": False}
    expected = model.fit(tol=1e-13, maxiter=200, cov_type="cluster", cov_kwds=groups)
    found = fit(fe_poisson, "count", pair)
    np.testing.assert_allclose(found.params, expected.params[:2], rtol=1e-6)
    np.testing.assert_allclose(found.tests.std_errors, expected.bse[:2], rtol=1e-6)
    assert found.n_clusters == tuple(len(np.unique(one)) for one in pair)


@pytest.mark.parametrize("pair", PAIRS)
def test_fractional_against_statsmodels(pair: Any) -> None:
    columns = np.column_stack([DATA["x"], np.ones(len(UNITS))])
    model = sm.GLM(DATA["share"], columns, family=sm.families.Binomial())
    groups = {"groups": np.column_stack(pair), "use_correction": False}
    expected = model.fit(tol=1e-13, maxiter=200, cov_type="cluster", cov_kwds=groups)
    found = fit(fractional, "share", pair)
    np.testing.assert_allclose(found.tests.std_errors, expected.bse, rtol=1e-6)
    average = found.margins["average"]
    told = expected.get_margeff(at="overall")
    np.testing.assert_allclose(average.tests.std_errors, told.margeff_se, rtol=1e-5)


@pytest.mark.parametrize("pair", PAIRS[:2])
def test_a_difference_of_groups_against_statsmodels(pair: Any) -> None:
    side = dummies(SIDES)
    columns = np.column_stack([*(DATA["x"] * side[:, [s]] for s in (0, 1)), side])
    groups = {"groups": np.column_stack(pair), "use_correction": False}
    model = sm.OLS(DATA["level"], columns).fit(cov_type="cluster", cov_kwds=groups)
    between = np.zeros((2, 6))
    between[:, :2], between[:, 2:4] = np.eye(2), -np.eye(2)
    whole = model.cov_params()
    assert np.linalg.eigvalsh(whole[:4, :4]).min() > 0, "nothing is to be repaired"
    expected = np.sqrt(np.diag(between @ whole @ between.T))
    found = group_difference(
        DATA["level"], DATA["x"], UNITS, PERIODS, SIDES, names=NAMES, effects=(), cluster=pair,
        small_sample="none",
    )  # fmt: skip
    np.testing.assert_allclose(found.interaction.std_errors, expected, rtol=1e-8)
    assert found.n_clusters == min(len(np.unique(one)) for one in pair)


CASES = {
    "tobit": (tobit, "cut", {}),
    "re_tobit": (re_tobit, "cut", {"vcov": "clustered"}),
    "random_effects": (random_effects, "level", {}),
}


@pytest.mark.parametrize("name", CASES)
def test_several_keys_are_sums_over_each_less_those_over_both(name: str) -> None:
    estimator, outcome, more = CASES[name]
    # Of random effects keys do not divide units.
    pair = (AREAS, PERIODS) if name == "tobit" else (AREAS, BELTS)
    both = pair[0] * 100 + pair[1]

    def variance(cluster: Any, **how: Any) -> float:
        """Of one coefficient, so that nothing is repaired where it is positive."""
        found = estimator(
            DATA[outcome], DATA["x"][:, :1], UNITS, PERIODS, names=NAMES[:1], cluster=cluster,
            **more, **how,
        )  # fmt: skip
        return float(found.std_errors[0]) ** 2

    plain = {"small_sample": "none"}
    expected = variance(pair[0], **plain) + variance(pair[1], **plain) - variance(both, **plain)
    assert expected > 0
    assert variance(pair, **plain) == pytest.approx(expected, rel=1e-8)
    g, n = min(len(np.unique(one)) for one in pair), len(UNITS)
    factor = g / (g - 1) * ((n - 1) / (n - 2) if name == "random_effects" else 1)
    assert variance(pair) == pytest.approx(expected * factor, rel=1e-8)


def test_three_keys_count_pairs_of_rows_once() -> None:
    """Of a Poisson regression: + each - pairs + all."""

    def covariance(*keys: Any) -> Any:
        joint = keys[0] * 1
        for key in keys[1:]:
            joint = joint * 100 + key
        return of_one(joint)

    def of_one(cluster: Any) -> Any:
        return fe_poisson(
            DATA["count"], DATA["x"][:, :1], UNITS, PERIODS, names=NAMES[:1], cluster=cluster,
            small_sample="none",
        ).covariance  # fmt: skip

    keys = (AREAS, BELTS, PERIODS)
    expected = sum(covariance(one) for one in keys) + covariance(*keys)
    expected -= sum(covariance(*(k for k in keys if k is not one)) for one in keys)
    assert expected > 0
    np.testing.assert_allclose(of_one(keys), expected, rtol=1e-8)


def test_a_key_that_divides_units_is_refused_among_several() -> None:
    for estimator, outcome in ((re_tobit, "cut"), (random_effects, "level")):
        with pytest.raises(EstimationError, match="must not divide units"):
            fit(estimator, outcome, (AREAS, PERIODS), vcov="clustered")
