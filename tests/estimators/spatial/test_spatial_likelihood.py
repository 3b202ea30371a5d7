"""Estimates against brute force: dense likelihoods with dummies, differentiated by hand.

Central differences of a log-likelihood near 100 with steps of 1e-4 leave about 1e-6 relative;
the expected information is compared with the observed one where the two have one expectation
by comparing at data that are drawn often, and with the exact variance of the score elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.random_effects import spatial_random_effects
from tests.estimators.spatial.spatial_panels import NAMES, committed_panel, committed_weights

PANEL = committed_panel()
N, T = 12, 6
Floats = NDArray[np.float64]


def sorted_maps() -> tuple[Floats, Floats]:
    y, x, unit, period = PANEL
    order = np.lexsort((unit, period))
    return y[order], x[order]


def dense_weights(kind: str) -> Floats:
    weights = committed_weights(kind)
    order = np.argsort(weights.units)
    return np.asarray(weights.matrix.toarray()[np.ix_(order, order)])


def gradient(function: Callable[[Floats], float], point: Floats) -> Floats:
    steps = 1e-5 * np.maximum(1, np.abs(point))
    return np.array(
        [
            (function(point + s * e) - function(point - s * e)) / (2 * s)
            for s, e in zip(steps, np.eye(len(point)), strict=True)
        ]
    )


def transformed_log_likelihood(theta: Floats, w: Floats) -> float:
    """Lee and Yu's likelihood of F′-transformed data, with explicit orthonormal F."""
    y, x = sorted_maps()
    k = 4
    delta, rho, sigma2 = theta[:k], theta[k], theta[k + 1]
    f_n, f_t = orthonormal(N), orthonormal(T)
    big = np.kron(f_t.T, f_n.T)
    z = np.column_stack([x, np.kron(np.eye(T), w) @ x])
    w_star = f_n.T @ w @ f_n
    s = np.eye(N - 1) - rho * w_star
    y_star = big @ y
    e = np.kron(np.eye(T - 1), s) @ y_star - big @ z @ delta
    n = (N - 1) * (T - 1)
    log_det = (T - 1) * np.linalg.slogdet(s)[1]
    return float(log_det - n / 2 * np.log(2 * np.pi * sigma2) - e @ e / (2 * sigma2))


def orthonormal(n: int) -> Floats:
    """Columns that span the vectors adding up to zero."""
    values, vectors = np.linalg.eigh(np.eye(n) - 1 / n)
    return np.asarray(vectors[:, values > 0.5])


def test_transformation_maximises_the_transformed_likelihood() -> None:
    w = dense_weights("row")
    model: Any = spatial_panel(*PANEL, committed_weights("row"), names=NAMES)
    theta = np.array([*model.params, model.rho, model.sigma2])
    assert transformed_log_likelihood(theta, w) == pytest.approx(model.log_likelihood, rel=1e-10)
    slopes = gradient(lambda v: transformed_log_likelihood(v, w), theta)
    # The curvature is of order 100, so a slope of 1e-4 is 1e-6 away from the top.
    np.testing.assert_allclose(slopes, 0, atol=1e-4)


@pytest.mark.parametrize("kind", ["row", "spectral", "island"])
def test_information_is_the_variance_of_the_score(kind: str) -> None:
    """Exact moments of the score of the model with dummies, effects partialled out."""
    w = dense_weights(kind)
    model: Any = spatial_panel(*PANEL, committed_weights(kind), names=NAMES, lee_yu="none")
    y, x = sorted_maps()
    big = np.kron(np.eye(T), w)
    units, years = np.kron(np.ones((T, 1)), np.eye(N)), np.kron(np.eye(T), np.ones((N, 1)))
    design = np.column_stack([x, big @ x, units, years[:, 1:]])
    s = np.eye(N * T) - model.rho * big
    effects = np.linalg.lstsq(design[:, 4:], s @ y - design[:, :4] @ model.params, rcond=None)[0]
    g = big @ np.linalg.inv(s)
    mean = g @ (design[:, :4] @ model.params + design[:, 4:] @ effects)
    p = design.shape[1]
    info = np.zeros((p + 2, p + 2))
    info[:p, :p] = design.T @ design / model.sigma2
    info[:p, p] = info[p, :p] = design.T @ mean / model.sigma2
    info[p, p] = np.trace(g @ g) + np.trace(g.T @ g) + mean @ mean / model.sigma2
    info[p, p + 1] = info[p + 1, p] = np.trace(g) / model.sigma2
    info[p + 1, p + 1] = N * T / (2 * model.sigma2**2)
    inverse = np.linalg.inv(info)
    keep = [0, 1, 2, 3, p, p + 1]
    np.testing.assert_allclose(model.covariance, inverse[np.ix_(keep, keep)], rtol=1e-8)


def random_log_likelihood(theta: Floats, w: Floats) -> float:
    """The density of y with a dense covariance: constant, two coefficients, rho, two variances."""
    y, x = sorted_maps()
    s = np.eye(N * T) - theta[3] * np.kron(np.eye(T), w)
    v = s @ y - theta[0] - x @ theta[1:3]
    omega = theta[4] * np.eye(N * T) + theta[5] * np.kron(np.ones((T, T)), np.eye(N))
    log_det = np.linalg.slogdet(s)[1] - np.linalg.slogdet(omega)[1] / 2
    return float(log_det - v @ np.linalg.solve(omega, v) / 2 - N * T / 2 * np.log(2 * np.pi))


def test_random_effects_maximise_the_dense_likelihood() -> None:
    w = dense_weights("row")
    model = spatial_random_effects(*PANEL, committed_weights("row"), names=NAMES, model="sar")
    y, x = sorted_maps()
    constant = np.mean((np.eye(N * T) - model.rho * np.kron(np.eye(T), w)) @ y - x @ model.params)
    theta = np.array([constant, *model.params, model.rho, model.sigma2, model.sigma2_unit])
    assert random_log_likelihood(theta, w) == pytest.approx(model.log_likelihood, rel=1e-10)
    # φ is searched for: its square root of rounding times the curvature leaves 1e-5.
    slopes = gradient(lambda v: random_log_likelihood(v, w), theta)
    np.testing.assert_allclose(slopes, 0, atol=2e-4)


def test_period_effects_beside_random_ones_are_transformed_away() -> None:
    """The dense likelihood of the maps that add up to zero, 11 of 12 in every period."""
    w = dense_weights("row")
    model = spatial_random_effects(
        *PANEL,
        committed_weights("row"),
        names=NAMES,
        model="sar",
        period_effects=True,
        lee_yu="transformation",
    )
    y, x = sorted_maps()
    f = np.linalg.svd(np.eye(N) - 1 / N)[0][:, : N - 1]
    over_periods = np.kron(np.eye(T), f.T)
    y, x, w = over_periods @ y, over_periods @ x, f.T @ w @ f
    m = (N - 1) * T

    def log_likelihood(theta: Floats) -> float:
        s = np.eye(m) - theta[2] * np.kron(np.eye(T), w)
        v = s @ y - x @ theta[:2]
        omega = theta[3] * np.eye(m) + theta[4] * np.kron(np.ones((T, T)), np.eye(N - 1))
        log_det = np.linalg.slogdet(s)[1] - np.linalg.slogdet(omega)[1] / 2
        return float(log_det - v @ np.linalg.solve(omega, v) / 2 - m / 2 * np.log(2 * np.pi))

    theta = np.array([*model.params, model.rho, model.sigma2, model.sigma2_unit])
    assert log_likelihood(theta) == pytest.approx(model.log_likelihood, rel=1e-10)
    # φ is searched for: its square root of rounding times the curvature leaves 1e-5.
    np.testing.assert_allclose(gradient(log_likelihood, theta), 0, atol=2e-4)


def test_the_profile_of_random_effects_is_highest_at_the_estimate() -> None:
    model = spatial_random_effects(*PANEL, committed_weights("row"), names=NAMES)
    assert model.parameter is not None
    profile, rho = model.parameter.profile, model.rho
    assert profile.value(rho) == pytest.approx(model.log_likelihood, rel=1e-10)
    assert profile.top()[0] == pytest.approx(rho, abs=1e-6)  # φ is searched for
    step = 1e-4
    for at in (rho - 0.2, rho, rho + 0.2):
        slope = (profile.value(at + step) - profile.value(at - step)) / (2 * step)
        assert profile.slope(at) == pytest.approx(slope, abs=1e-4)  # third derivative × step²


def test_random_effects_information_is_the_variance_of_the_score() -> None:
    """Σ of ½ tr(V⁻¹V_j V⁻¹V_k) and mean derivatives, V the dense covariance of y."""
    w = dense_weights("row")
    model = spatial_random_effects(*PANEL, committed_weights("row"), names=NAMES, model="sar")
    y, x = sorted_maps()
    big = np.kron(np.eye(T), w)
    inverse = np.linalg.inv(np.eye(N * T) - model.rho * big)
    constant = np.mean(y - model.rho * big @ y - x @ model.params)
    design = np.column_stack([np.ones(N * T), x])
    between = np.kron(np.ones((T, T)), np.eye(N))
    omega = model.sigma2 * np.eye(N * T) + model.sigma2_unit * between
    v = inverse @ omega @ inverse.T
    half = inverse @ big @ v
    means = [inverse @ column for column in design.T]
    means += [inverse @ big @ inverse @ (design @ [constant, *model.params])]
    means += [np.zeros(N * T)] * 2
    slopes = [np.zeros_like(v)] * 3 + [half + half.T]
    slopes += [inverse @ inverse.T, inverse @ between @ inverse.T]
    vi = np.linalg.inv(v)
    info = np.array(
        [
            [
                mj @ vi @ mk + np.trace(vi @ vj @ vi @ vk) / 2
                for mk, vk in zip(means, slopes, strict=True)
            ]
            for mj, vj in zip(means, slopes, strict=True)
        ]
    )
    expected = np.linalg.inv(info)[1:4, 1:4]
    np.testing.assert_allclose(model.covariance[:3, :3], expected, rtol=1e-6)
