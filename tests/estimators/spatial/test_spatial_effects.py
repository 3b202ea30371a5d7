"""Direct, indirect and total effects against dense matrices, finite differences and each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial import multipliers as spatial_multipliers
from nqpf_assets.estimators.spatial.effects import derivative_matrix, spatial_effects
from nqpf_assets.estimators.spatial.logdet import log_determinant
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.multipliers import multipliers
from nqpf_assets.estimators.spatial.windows import effects_by_window
from tests.estimators.spatial.spatial_panels import NAMES, committed_panel, committed_weights

PANEL = committed_panel()
KINDS = ("direct", "indirect", "total")


def fit(kind: str = "row", **options: Any) -> Any:
    return spatial_panel(*PANEL, committed_weights(kind), names=NAMES, lee_yu="none", **options)


def averages(matrix: Any) -> list[float]:
    direct, total = np.trace(matrix) / len(matrix), matrix.sum() / len(matrix)
    return [direct, total - direct, total]


@pytest.mark.parametrize("kind", ["row", "spectral", "island"])
@pytest.mark.parametrize("lagged", [("x1", "x2"), ("x2",)])
def test_effects_average_the_derivative_matrix(kind: str, lagged: Any) -> None:
    model = fit(kind, lagged=lagged)
    found = spatial_effects(model)
    for k, name in enumerate(NAMES):
        expected = averages(derivative_matrix(model, name))
        np.testing.assert_allclose(
            [getattr(found, effect).estimates[k] for effect in KINDS], expected, rtol=1e-12
        )


def test_derivative_matrix_is_what_a_change_does() -> None:
    model = fit()
    w = model.weights.matrix.toarray()
    _, x, unit, period = PANEL
    rows = period == 2016
    before = x[rows][np.argsort(unit[rows])]
    after = before + np.eye(12)[:, [4]] * [1.0, 0.0]  # one unit's x1 goes up by one

    def outcome(values: Any) -> Any:
        mean = values @ model.params[:2] + w @ values @ model.params[2:]
        return np.linalg.solve(np.eye(12) - model.rho * w, mean)

    change = outcome(after) - outcome(before)
    np.testing.assert_allclose(derivative_matrix(model, "x1")[:, 4], change, atol=1e-12)


@pytest.mark.parametrize("kind", ["row", "spectral", "island"])
def test_delta_method_against_finite_differences(kind: str) -> None:
    model = fit(kind)
    w = model.weights.matrix.toarray()
    theta = np.append(model.params, model.rho)

    def effects(v: Any) -> Any:
        inverse = np.linalg.inv(np.eye(12) - v[-1] * w)
        return np.array(
            [averages(inverse @ (v[k] * np.eye(12) + v[2 + k] * w)) for k in range(2)]
        ).T.ravel()

    steps = 1e-5 * np.eye(5)
    jacobian = np.array([(effects(theta + s) - effects(theta - s)) / 2e-5 for s in steps]).T
    expected = np.sqrt(np.diag(jacobian @ model.covariance[:5, :5] @ jacobian.T))
    found = spatial_effects(model, inference="delta")
    errors = np.concatenate([getattr(found, effect).std_errors for effect in KINDS])
    np.testing.assert_allclose(errors, expected, rtol=1e-7)


@pytest.mark.parametrize("kind", ["row", "island"])
def test_simulated_inference_is_that_of_brute_force_draws(kind: str) -> None:
    model = fit(kind)
    w = model.weights.matrix.toarray()
    found = spatial_effects(model, draws=20_000, seed=1)
    rng = np.random.default_rng(99)
    theta = np.append(model.params, model.rho)
    drawn = rng.multivariate_normal(theta, model.covariance[:5, :5], size=20_000)
    p = model.parameter
    drawn = drawn[(drawn[:, 4] > p.lower_bound) & (drawn[:, 4] < p.upper_bound)]
    inverses = np.linalg.inv(np.eye(12) - drawn[:, 4, None, None] * w)
    change = inverses @ (drawn[:, 0, None, None] * np.eye(12) + drawn[:, 2, None, None] * w)
    direct = np.trace(change, axis1=1, axis2=2) / 12
    total = change.sum(axis=(1, 2)) / 12
    for effect, values in (("direct", direct), ("indirect", total - direct), ("total", total)):
        low, high = np.quantile(values, [0.025, 0.975])
        estimate = getattr(found, effect)
        # Quantiles of 20,000 skewed draws have an error near 1 % of the width between them.
        spread = np.diff(np.quantile(values, [norm.cdf(-1), norm.cdf(1)]))[0] / 2
        assert estimate.std_errors[0] == pytest.approx(spread, rel=0.06)
        width = high - low
        share = (values <= 0).mean()
        assert estimate.p_values[0] == pytest.approx(2 * min(share, 1 - share), abs=0.02)
        np.testing.assert_allclose(estimate.conf_int[0], [low, high], atol=0.03 * width)


def vague(seed: int, inference: Any = "simulated") -> Any:
    """Effects where ρ is so uncertain that 1/(1 − ρ) of a draw can be anything."""
    model = fit(model="sdm", effects=("unit",))
    p: Any = model.parameter
    stretch = np.ones(len(model.covariance))
    stretch[len(model.names)] = (p.upper_bound - p.estimate) / 1.2 / p.std_error
    uncertain = replace(model, covariance=model.covariance * np.outer(stretch, stretch))
    return spatial_effects(uncertain, inference=inference, seed=seed)


def test_errors_of_effects_do_not_hang_on_the_most_extreme_draw() -> None:
    """Their standard deviation differs by a factor of ten and more between seeds; quantiles do not."""
    errors = np.array([vague(seed).total.std_errors for seed in range(8)])
    assert (errors.max(axis=0) < 1.5 * errors.min(axis=0)).all()
    delta = vague(0, "delta").total.std_errors
    assert (errors < 4 * delta).all()


@pytest.mark.slow
@pytest.mark.parametrize("inference", ["simulated", "delta"])
def test_p_and_interval_and_statistic_agree(inference: Any) -> None:
    for seed in range(40):
        found = vague(seed, inference)
        for kind in KINDS:
            one = getattr(found, kind)
            outside = (one.conf_int[:, 0] > 0) | (one.conf_int[:, 1] < 0)
            np.testing.assert_array_equal(one.p_values < 0.05, outside)
            np.testing.assert_allclose(one.z_stats, one.estimates / one.std_errors, rtol=1e-12)


def test_effects_do_not_hang_on_the_order_of_regressors_units_and_rows() -> None:
    y, x, unit, period = PANEL
    rows = np.random.default_rng(3).permutation(len(y))
    weights = committed_weights("row")

    def effects(values: Any, names: Any, order: Any) -> Any:
        args = (y[order], values[order], unit[order], period[order])
        return spatial_effects(spatial_panel(*args, weights, names=names), seed=5)

    first = effects(x, NAMES, np.arange(len(y)))
    other = effects(x[:, ::-1] * [1000.0, 0.01], NAMES[::-1], rows)
    for kind in KINDS:
        one, two = getattr(first, kind), getattr(other, kind)
        scale = np.array([0.01, 1000.0])
        for name in ("estimates", "std_errors"):
            np.testing.assert_allclose(
                getattr(one, name), getattr(two, name)[::-1] * scale, rtol=1e-8
            )
        np.testing.assert_allclose(one.p_values, two.p_values[::-1], rtol=1e-6)
        np.testing.assert_allclose(one.conf_int, two.conf_int[::-1] * scale[:, None], rtol=1e-8)


def test_clustered_effects_are_drawn_from_students_t() -> None:
    """Eleven degrees of freedom: tails of effects are those of the coefficients' own tests."""
    model = fit(model="sdm", vcov="clustered")
    still = model.covariance.copy()
    still[len(model.names)] = still[:, len(model.names)] = 0
    still[len(model.names), len(model.names)] = 1e-12
    found = spatial_effects(replace(model, covariance=still), draws=40_000, seed=1)
    exact = spatial_effects(replace(model, covariance=still), inference="delta")
    np.testing.assert_allclose(
        np.diff(found.total.conf_int), np.diff(exact.total.conf_int), rtol=0.03
    )


def test_too_few_draws_for_the_level() -> None:
    with pytest.raises(
        EstimationError, match=r"100 draws cannot bear an interval of 0.99; take 200"
    ):
        spatial_effects(fit(), draws=100, confidence_level=0.99)


def test_models_without_a_spatial_lag() -> None:
    slx = fit(model="slx")
    found = spatial_effects(slx, inference="delta")
    np.testing.assert_allclose(found.direct.estimates, slx.params[:2], rtol=1e-12)
    np.testing.assert_allclose(found.direct.std_errors, slx.std_errors[:2], rtol=1e-12)
    np.testing.assert_allclose(found.indirect.estimates, slx.params[2:], rtol=1e-12)
    np.testing.assert_allclose(found.indirect.std_errors, slx.std_errors[2:], rtol=1e-12)
    sem = spatial_effects(fit(model="sem"))
    np.testing.assert_allclose(sem.indirect.estimates, 0, atol=1e-15)
    np.testing.assert_allclose(sem.indirect.std_errors, 0, atol=1e-15)


@pytest.mark.parametrize("kind", ["row", "spectral", "island"])
def test_interpolated_multipliers_are_exact(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = committed_weights(kind).matrix
    rho = np.random.default_rng(2).normal(0.4, 0.15, size=300).clip(-0.5, 0.93)
    monkeypatch.setattr(spatial_multipliers, "EIGENVALUES_UP_TO", 0)
    by_lu = log_determinant(matrix, "lu")
    monkeypatch.setattr(spatial_multipliers, "log_determinant", lambda _: by_lu)
    found = multipliers(matrix, rho)
    dense = matrix.toarray()
    inverses = np.linalg.inv(np.eye(12) - rho[:, None, None] * dense)
    expected = [
        np.trace(inverses, axis1=1, axis2=2) / 12,
        np.trace(inverses @ dense, axis1=1, axis2=2) / 12,
        inverses.sum(axis=(1, 2)) / 12,
        (inverses @ dense).sum(axis=(1, 2)) / 12,
    ]
    values = [found.own, found.own_lagged, found.all, found.all_lagged]
    np.testing.assert_allclose(values, expected, rtol=1e-8)


def test_draws_outside_the_bounds_are_counted_and_refused() -> None:
    model = fit(model="sar", effects=("unit",))
    p: Any = model.parameter
    spread = (p.upper_bound - p.estimate) / p.std_error
    vague = replace(model, covariance=model.covariance * spread**2)  # the bound at one sd
    found = spatial_effects(vague, draws=20_000)
    share = found.n_rejected / (found.n_rejected + 20_000)
    assert share == pytest.approx(norm.sf(1), abs=4 * np.sqrt(0.16 * 0.84 / 20_000))
    assert np.isfinite(found.total.conf_int).all()
    with pytest.raises(EstimationError, match="most draws fall outside its bounds"):
        spatial_effects(replace(model, covariance=model.covariance * 1e6))


def test_windows() -> None:
    weights = committed_weights("row")
    halves = effects_by_window(*PANEL, weights, names=NAMES, windows="halves")
    assert [(part.first, part.last) for part in halves] == [(2015, 2017), (2018, 2020)]
    rolling = effects_by_window(*PANEL, weights, names=NAMES, width=3)
    assert [part.first for part in rolling] == [2015, 2016, 2017, 2018]
    assert [part.last for part in rolling] == [2017, 2018, 2019, 2020]
    expanding = effects_by_window(*PANEL, weights, names=NAMES, windows="expanding", width=4)
    assert [(part.first, part.last) for part in expanding] == [
        (2015, k) for k in (2018, 2019, 2020)
    ]
    y, x, unit, period = PANEL
    late = period >= 2018
    alone = spatial_panel(y[late], x[late], unit[late], period[late], weights, names=NAMES)
    np.testing.assert_allclose(rolling[-1].model.params, alone.params, rtol=1e-12)
    np.testing.assert_allclose(
        halves[1].effects.total.estimates, rolling[-1].effects.total.estimates
    )
    whole = spatial_panel(*PANEL, weights, names=NAMES)
    np.testing.assert_allclose(expanding[-1].model.params, whole.params, rtol=1e-12)
