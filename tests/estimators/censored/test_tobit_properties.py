"""What must not change a Tobit, and how each change must carry through.

Tolerance 1e-6 relative: Newton stops where the log-likelihood is flat to 1e-12, and scaling by
up to 1e6 with shifts up to 1e4 costs digits of the data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from nqpf_assets.estimators.censored.re_tobit import re_tobit
from nqpf_assets.estimators.censored.tobit import tobit
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

pytestmark = pytest.mark.slow

RTOL = 1e-6
NAMES = ("x1", "x2")
few = settings(max_examples=10, deadline=None)
seeds = st.integers(min_value=0, max_value=10_000)
MODELS: tuple[tuple[Callable[..., Any], dict[str, Any]], ...] = (
    (tobit, {}),
    (tobit, {"effects": (), "vcov": "robust"}),
    (tobit, {"effects": ("unit",), "vcov": "unadjusted", "upper": 3.0}),
    (re_tobit, {}),
    (re_tobit, {"period_effects": True, "vcov": "clustered", "upper": 3.0}),
)


def panel(seed: int) -> tuple[Any, Any, Any, Any]:
    """An unbalanced panel of 12 units in 6 years; about a third of the rows are below zero."""
    rng = np.random.default_rng(seed)
    unit, period = (
        part.ravel() for part in np.meshgrid(np.arange(12), np.arange(6), indexing="ij")
    )
    keep = (rng.uniform(size=72) > 0.15) | (period < 2)
    unit, period = unit[keep], period[keep]
    x = rng.normal(size=(len(unit), 2)) + 0.2 * unit[:, None]
    effects = rng.normal(size=12)
    y = x @ [1.0, -0.5] + effects[unit] + 0.1 * period + rng.normal(size=len(unit))
    return np.maximum(y, 0.0), x, unit, 2000 + period


def same(a: Any, b: Any, scale: Any = 1.0) -> None:
    # Against the standard error: a coefficient near zero has no digits of its own.
    assert (np.abs(a.params - b.params * scale) < RTOL * a.std_errors).all()
    np.testing.assert_allclose(a.std_errors, b.std_errors * np.abs(scale), rtol=RTOL)


def same_margins(a: Any, b: Any, outcome: float, probability: Any) -> None:
    for one, two in zip(a.margins, b.margins, strict=True):
        factor = probability if one.of == "probability" else outcome * probability
        errors = two.inference.std_errors * np.abs(factor)
        assert (np.abs(one.estimates - two.estimates * factor) < RTOL * errors).all()
        np.testing.assert_allclose(one.inference.std_errors, errors, rtol=RTOL)


@pytest.mark.parametrize(("estimate", "options"), MODELS)
@given(seed=seeds)
@few
def test_order_of_rows_and_names_of_units_do_not_matter(
    estimate: Callable[..., Any], options: dict[str, Any], seed: int
) -> None:
    y, x, u, t = panel(seed)
    rng = np.random.default_rng(seed + 1)
    order = rng.permutation(len(y))
    renamed = np.array([f"u{k}" for k in rng.permutation(12)])[u]
    first = estimate(y, x, u, t, names=NAMES, **options)
    second = estimate(y[order], x[order], renamed[order], t[order], names=NAMES, **options)
    same(second, first)
    assert second.log_likelihood == pytest.approx(first.log_likelihood, abs=1e-8)
    assert second.constant.estimate == pytest.approx(
        first.constant.estimate, abs=RTOL * first.constant.std_error
    )
    inside = first.is_in_sample[order]
    position = np.cumsum(first.is_in_sample) - 1
    np.testing.assert_allclose(
        second.latent_means, first.latent_means[position[order][inside]], atol=1e-5
    )


@pytest.mark.parametrize(("estimate", "options"), MODELS)
@given(
    seed=seeds,
    scale=st.sampled_from([1e-6, 1e-3, -1.0, 7.0, 1e6]),
    shift=st.floats(min_value=-1e4, max_value=1e4),
)
@few
def test_units_of_regressors_carry_through(
    estimate: Callable[..., Any], options: dict[str, Any], seed: int, scale: float, shift: float
) -> None:
    y, x, u, t = panel(seed)
    first = estimate(y, x, u, t, names=NAMES, **options)
    changed = np.column_stack([(x[:, 0] + shift) * scale, x[:, 1]])
    second = estimate(y, changed, u, t, names=NAMES, **options)
    factor = np.array([1 / scale, 1.0])
    same(second, first, scale=factor)
    same_margins(second, first, 1.0, factor)
    assert second.log_likelihood == pytest.approx(first.log_likelihood, abs=1e-6)


@pytest.mark.parametrize(("estimate", "options"), MODELS)
@given(
    seed=seeds,
    scale=st.sampled_from([1e-4, 3.0, 1e5]),
    shift=st.floats(min_value=-100.0, max_value=100.0),
)
@few
def test_unit_of_the_outcome_carries_through(
    estimate: Callable[..., Any], options: dict[str, Any], seed: int, scale: float, shift: float
) -> None:
    """Limits move with the outcome; densities are per unit of it."""
    y, x, u, t = panel(seed)
    upper = options.get("upper")
    first = estimate(y, x, u, t, names=NAMES, **options)
    moved = options | {"lower": shift * scale}
    if upper is not None:
        moved["upper"] = (upper + shift) * scale
    second = estimate((y + shift) * scale, x, u, t, names=NAMES, **moved)
    same(second, first, scale=scale)
    same_margins(second, first, scale, 1.0)
    expected = first.log_likelihood - first.n_uncensored * np.log(scale)
    assert second.log_likelihood == pytest.approx(expected, abs=1e-6)


@given(seed=seeds)
@few
def test_turned_round_it_is_the_same(seed: int) -> None:
    """Minus the outcome, censored from above at minus the limit."""
    y, x, u, t = panel(seed)
    for estimate in (tobit, re_tobit):
        first = estimate(y, x, u, t, names=NAMES)
        second = estimate(-y, -x, u, t, names=NAMES, lower=None, upper=0.0)
        same(second, first)
        assert second.n_right_censored == first.n_left_censored


@given(seed=seeds)
@few
def test_without_censoring_it_is_least_squares(seed: int) -> None:
    y, x, u, t = panel(seed)
    model = tobit(y, x, u, t, names=NAMES, lower=-100.0, vcov="unadjusted")
    plain = two_way_fe(y, x, u, t, names=NAMES, vcov="unadjusted", small_sample="none")
    np.testing.assert_allclose(model.params, plain.params, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(model.std_errors, plain.std_errors, rtol=1e-8)
    assert model.sigma == pytest.approx(np.sqrt(plain.rss / plain.n_obs), rel=1e-9)
    assert model.sigma_std_error == pytest.approx(model.sigma / np.sqrt(2 * plain.n_obs), rel=1e-8)
    assert model.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-10)
    assert model.constant.estimate == pytest.approx(plain.constant.estimate, abs=1e-9)
    assert model.n_uncensored == model.n_obs
    assert model.unit_effects is not None
    assert plain.unit_effects is not None
    np.testing.assert_allclose(
        model.unit_effects.estimates, plain.unit_effects.estimates, atol=1e-9
    )
    for margin in model.margins:
        if margin.of != "probability":
            np.testing.assert_allclose(margin.estimates, model.params, rtol=1e-9)


def dense_log_likelihood(y, x, units, beta, constant, sigma_u, sigma_e) -> float:
    """The integrated likelihood by the trapezoid rule on 60 000 points, without quadrature rules."""
    v = np.linspace(-9, 9, 60_001)
    total = 0.0
    for unit in np.unique(units):
        rows = units == unit
        logs = norm.logpdf(v)
        for outcome, regressor in zip(y[rows], x[rows], strict=True):
            mean = constant + beta * regressor + sigma_u * v
            if outcome > 0:
                logs = logs + norm.logpdf(outcome, mean, sigma_e)
            else:
                logs = logs + norm.logcdf(-mean / sigma_e)
        top = logs.max()
        total += top + np.log(np.exp(logs - top).sum() * (v[1] - v[0]))
    return float(total)


@pytest.mark.parametrize("seed", [1, 2])
def test_effects_that_dwarf_the_other_errors(seed: int) -> None:
    """With sigma_u = 41 sigma_e an always censored unit's likelihood is a cliff; nodes follow it.

    Tolerances: 1e-6 of log-likelihood; a slope at the maximum of less than 1e-4 per standard error.
    """
    rng = np.random.default_rng(seed)
    units, periods = np.repeat(np.arange(20), 6), np.tile(np.arange(6), 20)
    x = rng.normal(size=120)
    y = np.maximum(0.0, x + 41 * rng.normal(size=20)[units] + rng.normal(size=120))
    found = re_tobit(y, x[:, None], units, periods, names=["x"])
    assert found.node_check.nodes > 48
    assert found.node_check.is_stable
    at = (float(found.params[0]), found.constant.estimate)
    sigma_u, error = found.sigma_u.estimate, found.sigma_u.std_error

    def likelihood(sigma: float) -> float:
        return dense_log_likelihood(y, x, units, *at, sigma, found.sigma_e.estimate)

    assert likelihood(sigma_u) == pytest.approx(found.log_likelihood, abs=1e-6)
    step = 0.01 * error
    slope = (likelihood(sigma_u + step) - likelihood(sigma_u - step)) / 0.02
    assert abs(slope) < 1e-4
