"""What must not change a spatial model, and how each change must carry through.

Tolerance 1e-6 relative to standard errors: scaling by up to 1e6 and shifting by up to 1e3 cost
about six of sixteen digits, and ρ is found to rounding of the likelihood's slope.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.spatial.effects import spatial_effects
from nqpf_assets.estimators.spatial.hausman import spatial_hausman
from nqpf_assets.estimators.spatial.lm import lm_tests
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.moran import morans_i_by_period
from nqpf_assets.estimators.spatial.weights import contiguity_weights, weights_from_matrix
from tests.estimators.spatial.spatial_panels import NAMES, draw, ring

pytestmark = pytest.mark.slow

RTOL = 1e-6
WEIGHTS = ring(10, 6, seed=3)
OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"model": "sar", "effects": ("unit",)},
    {"model": "sem", "effects": ("period",), "lee_yu": "none"},
    {"model": "slx", "effects": ()},
    {"lee_yu": "bias_correction", "information": "elhorst"},
    {"transform": "demean_first", "lee_yu": "none"},
    {"model": "sem", "vcov": "clustered"},
    {"vcov": "robust", "logdet": "lu"},
)
few = settings(max_examples=10, deadline=None)
seeds = st.integers(min_value=0, max_value=10_000)
outcome_units = st.sampled_from([1e-6, 1.0, -3.0, 1e6])


def panel(seed: int) -> tuple[Any, ...]:
    return draw(WEIGHTS, 5, np.random.default_rng(seed), rho=0.3)


def fit(args: Any, weights: Any = WEIGHTS, **options: Any) -> Any:
    return spatial_panel(*args, weights, names=NAMES, **options)


def same(a: Any, b: Any, scale: Any = 1.0) -> None:
    assert (np.abs(a.params - b.params * scale) < RTOL * a.std_errors).all()
    np.testing.assert_allclose(a.std_errors, b.std_errors * np.abs(scale), rtol=1e-5)
    if a.parameter is not None:
        gap = abs(a.parameter.estimate - b.parameter.estimate)
        # At its bound the parameter has no error; it stands there to the step of the search.
        is_at_bound = np.isnan(a.parameter.std_error)
        assert gap < RTOL * (1.0 if is_at_bound else a.parameter.std_error)
        assert a.parameter.std_error == pytest.approx(b.parameter.std_error, rel=1e-5, nan_ok=True)


@pytest.mark.parametrize("options", OPTIONS)
@given(seed=seeds)
@few
def test_order_of_rows_and_of_the_matrix_does_not_matter(options: Any, seed: int) -> None:
    args, rng = panel(seed), np.random.default_rng(seed + 1)
    order = rng.permutation(len(args[0]))
    shuffled = tuple(part[order] for part in args)
    units = rng.permutation(10)
    dense = WEIGHTS.matrix.toarray()[np.ix_(units, units)]
    weights = weights_from_matrix(dense, units.tolist())
    first, second = fit(args, **options), fit(shuffled, weights, **options)
    same(second, first)
    np.testing.assert_allclose(second.residuals, first.residuals[order], atol=1e-9)


@given(seed=seeds)
@few
def test_names_of_units_do_not_matter(seed: int) -> None:
    y, x, u, t = panel(seed)
    names = np.array([f"u{k}" for k in np.random.default_rng(seed).permutation(10)])
    weights = weights_from_matrix(WEIGHTS.matrix, names.tolist())
    first, second = (
        fit((y, x, u, t), vcov="clustered"),
        fit((y, x, names[u], t), weights, vcov="clustered"),
    )
    same(second, first)
    a = lm_tests(y, x, u, t, WEIGHTS, names=NAMES)
    b = lm_tests(y, x, names[u], t, weights, names=NAMES)
    assert b.robust_lag.statistic == pytest.approx(a.robust_lag.statistic, rel=1e-8)
    a_test = spatial_hausman(y, x, u, t, WEIGHTS, names=NAMES)
    b_test = spatial_hausman(y, x, names[u], t, weights, names=NAMES)
    assert b_test.statistic == pytest.approx(a_test.statistic, rel=1e-3)
    moran = [
        morans_i_by_period(y, who, t, w, permutations=0)[2]
        for who, w in ((u, WEIGHTS), (names[u], weights))
    ]
    assert moran[1].z_randomization == pytest.approx(moran[0].z_randomization, rel=1e-9)


@pytest.mark.parametrize("options", OPTIONS)
@given(
    seed=seeds,
    of_y=outcome_units,
    scale=st.sampled_from([1e-6, 1e-3, -1.0, 7.0, 1e6]),
    shift=st.floats(min_value=-1e3, max_value=1e3),
)
@few
def test_units_of_measurement_carry_through(
    options: Any, seed: int, of_y: float, scale: float, shift: float
) -> None:
    y, x, u, t = panel(seed)
    changed = np.column_stack([(x[:, 0] + shift) * scale, x[:, 1]])
    first, second = (
        fit((y, x, u, t), **options),
        fit(((y + shift) * of_y, changed, u, t), **options),
    )
    factors = of_y * np.array([1 / scale if term.endswith("x1") else 1.0 for term in first.names])
    same(second, first, scale=factors)


@given(seed=seeds)
@few
def test_two_ways_to_the_log_determinant_agree(seed: int) -> None:
    for model in ("sdm", "sem"):
        first = fit(panel(seed), model=model, logdet="eigenvalues")
        second = fit(panel(seed), model=model, logdet="lu")
        same(second, first)
        assert second.log_likelihood == pytest.approx(first.log_likelihood, rel=1e-12)


@given(seed=seeds)
@few
def test_effects_constant_and_residuals_rebuild_the_outcome(seed: int) -> None:
    y, x, u, t = panel(seed)
    w = WEIGHTS.matrix.toarray()
    for model in ("sdm", "sem"):
        found = fit((y, x, u, t), model=model)
        unit, period = found.unit_effects.estimates, found.period_effects.estimates
        columns = x if model == "sem" else np.column_stack([x, np.kron(np.eye(5), w) @ x])
        fitted = found.constant + columns @ found.params + unit[u] + period[t]
        inverse = np.linalg.inv(np.eye(10) - found.parameter.estimate * w)
        if model == "sem":
            left = (y - fitted).reshape(5, 10)
            expected = found.residuals.reshape(5, 10) @ inverse.T
            np.testing.assert_allclose(left, expected, atol=1e-9)
        else:
            rebuilt = (fitted + found.residuals).reshape(5, 10) @ inverse.T
            np.testing.assert_allclose(rebuilt.ravel(), y, atol=1e-9)


@given(seed=seeds)
@few
def test_without_space_it_is_the_fixed_effects_regression(seed: int) -> None:
    y, x, u, t = panel(seed)
    w = np.kron(np.eye(5), WEIGHTS.matrix.toarray())
    slx = fit((y, x, u, t), model="slx")
    plain = two_way_fe(y, np.column_stack([x, w @ x]), u, t, names=("a", "b", "c", "d"))
    np.testing.assert_allclose(slx.params, plain.params, rtol=1e-9)
    assert slx.r2 == pytest.approx(plain.r2, rel=1e-9)
    assert slx.r2_within == pytest.approx(plain.r2_within, rel=1e-9)
    for vcov in ("clustered", "robust"):
        slx = fit((y, x, u, t), model="slx", vcov=vcov)
        plain = two_way_fe(
            y, np.column_stack([x, w @ x]), u, t, names=("a", "b", "c", "d"), vcov=vcov
        )
        np.testing.assert_allclose(slx.std_errors, plain.std_errors, rtol=1e-9)
        if vcov == "clustered":
            np.testing.assert_allclose(slx.p_values, plain.p_values, rtol=1e-8)
    # With the effects out, σ² differs by the coefficients alone.
    assert slx.sigma2 * slx.n_rows == pytest.approx(plain.rss, rel=1e-9)


@given(seed=seeds)
@few
def test_likelihoods_are_nested(seed: int) -> None:
    args = panel(seed)
    whole = fit(args).log_likelihood
    for model in ("sar", "sem", "slx"):
        assert fit(args, model=model).log_likelihood <= whole + 1e-9


@given(seed=seeds)
@few
def test_with_unit_effects_alone_the_transforms_are_one(seed: int) -> None:
    """Without unit row sums both transforms exist; with unit effects alone they are one."""
    args = panel(seed)
    weights = contiguity_weights(
        range(10), [(k, k + 1) for k in range(9)], standardization="spectral"
    )
    first = fit(args, weights, effects=("unit",))
    second = fit(args, weights, effects=("unit",), transform="demean_first")
    same(second, first)


def test_seeds_repeat() -> None:
    model = fit(panel(1))
    first, second = spatial_effects(model, seed=4), spatial_effects(model, seed=4)
    assert (first.indirect.std_errors == second.indirect.std_errors).all()
    other = spatial_effects(model, seed=5)
    assert (first.indirect.std_errors != other.indirect.std_errors).all()
