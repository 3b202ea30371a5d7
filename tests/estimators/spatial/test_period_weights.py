"""Weights that differ by period, against one block-diagonal matrix of all rows and against constant ones.

The brute force knows nothing of periods: one dense W of NT rows, dummies for effects as columns, the textbook
likelihood of a cross-section, and a general maximiser.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.linalg import block_diag
from scipy.optimize import minimize_scalar

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial.distance import economic_weights
from nqpf_assets.estimators.spatial.effects import derivative_matrix, spatial_effects
from nqpf_assets.estimators.spatial.lm import lm_tests
from nqpf_assets.estimators.spatial.logdet import log_determinant
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.moran import morans_i, morans_i_by_period
from nqpf_assets.estimators.spatial.period_weights import PeriodWeights, period_weights
from nqpf_assets.estimators.spatial.random_effects import spatial_random_effects
from tests.estimators.spatial.spatial_panels import draw, ring

NAMES = ("x1", "x2")
SAME = 1e-10  # sums of equal blocks in another order
TOP = 1e-6  # a maximiser that compares values finds a top to the root of rounding
VALUE = 1e-8  # of a log-likelihood of some hundreds
N, T = 9, 4
EFFECTS: list[tuple[str, ...]] = [(), ("unit",), ("period",), ("unit", "period")]


def moving(n: int = N, t: int = T, seed: int = 3) -> PeriodWeights:
    """Economic weights of values that drift."""
    rng = np.random.default_rng(seed)
    values = rng.uniform(1, 9, n) + np.cumsum(rng.normal(0, 0.8, (t, n)), axis=0)
    return period_weights({k: economic_weights(range(n), values[k]) for k in range(t)})


def panel(
    weights: PeriodWeights, seed: int, *, rho: float = 0.0, lam: float = 0.0
) -> tuple[Any, ...]:
    """y_t = ρW_t y_t + X(1, −.5) + effects + u, u = λW_t u + ε."""
    n, t = len(weights.units), len(weights.periods)
    rng = np.random.default_rng(seed)
    level = rng.normal(size=n)
    x = rng.normal(size=(t, n, 2)) + level[:, None] / 2
    y = np.empty((t, n))
    for k, one in enumerate(weights.of_periods):
        w, eye = one.matrix.toarray(), np.eye(n)
        u = np.linalg.solve(eye - lam * w, rng.normal(size=n))
        y[k] = np.linalg.solve(eye - rho * w, x[k] @ [1.0, -0.5] + level + k / 2 + u)
    return (
        y.ravel(),
        x.reshape(-1, 2),
        np.tile(np.arange(n), t),
        np.repeat(np.arange(t), n),
        weights,
    )


def whole(weights: PeriodWeights) -> np.ndarray:
    return block_diag(*(one.matrix.toarray() for one in weights.of_periods))


def dummies(effects: tuple[str, ...], n: int, t: int) -> np.ndarray:
    """Columns of constant and effects, rows by period and unit."""
    columns = [np.ones((n * t, 1))]
    if "unit" in effects:
        columns.append(np.tile(np.eye(n), (t, 1))[:, 1:])
    if "period" in effects:
        columns.append(np.repeat(np.eye(t), n, axis=0)[:, 1:])
    return np.concatenate(columns, axis=1)


def brute_force(
    weights: PeriodWeights, y: np.ndarray, x: np.ndarray, model: str, effects: tuple[str, ...]
) -> Any:
    """ρ → log-likelihood and coefficients of the columns of X."""
    w, eye = whole(weights), np.eye(len(y))
    z = np.column_stack([x, w @ x]) if model == "sdm" else x
    columns = np.column_stack([z, dummies(effects, len(weights.units), len(weights.periods))])

    def at(rho: float) -> tuple[float, np.ndarray]:
        a = eye - rho * w
        design = a @ columns if model == "sem" else columns
        b = np.linalg.lstsq(design, a @ y, rcond=None)[0]
        e = a @ y - design @ b
        variance = float(e @ e) / len(y)
        log_det = float(np.linalg.slogdet(a)[1])
        return log_det - len(y) / 2 * (np.log(2 * np.pi * variance) + 1), b[: z.shape[1]]

    return at


@pytest.mark.parametrize("effects", EFFECTS, ids=lambda one: "+".join(one) or "constant")
@pytest.mark.parametrize("model", ["sar", "sdm", "sem"])
def test_the_maximum_is_that_of_one_block_diagonal_matrix(
    model: Any, effects: tuple[str, ...]
) -> None:
    true = {"lam": 0.5} if model == "sem" else {"rho": 0.4}
    y, x, units, periods, weights = panel(moving(), 11, **true)
    found = spatial_panel(
        y, x, units, periods, weights, names=NAMES, model=model, effects=effects, lee_yu="none"
    )
    at = brute_force(weights, y, x, model, effects)
    parameter = found.parameter
    assert parameter is not None
    roots = np.linalg.eigvals(whole(weights))
    real = roots.real[abs(roots.imag) < 1e-9]
    assert [parameter.lower_bound, parameter.upper_bound] == pytest.approx(
        [1 / real.min(), 1 / real.max()], rel=1e-9
    )
    best = minimize_scalar(
        lambda rho: -at(rho)[0], bounds=(real.min() ** -1, 1.0), method="bounded",
        options={"xatol": 1e-12},
    )  # fmt: skip
    assert parameter.estimate == pytest.approx(best.x, abs=TOP)
    likelihood, params = at(parameter.estimate)
    assert found.log_likelihood == pytest.approx(likelihood, abs=VALUE)
    np.testing.assert_allclose(found.params, params, atol=VALUE)
    for rho in (-0.5, 0.2, 0.8):
        assert parameter.profile.value(rho) == pytest.approx(at(rho)[0], abs=VALUE)
        slope = (at(rho + 1e-5)[0] - at(rho - 1e-5)[0]) / 2e-5
        assert parameter.profile.slope(rho) == pytest.approx(slope, abs=1e-4)


def test_bounds_are_those_that_all_periods_allow() -> None:
    """Weights that are not scaled have bounds of their own: of the two the nearer ones count."""
    values = np.random.default_rng(4).uniform(1, 9, (2, N))
    both = [economic_weights(range(N), one, standardization="none") for one in values]
    found = log_determinant(period_weights(dict(enumerate(both))).matrix)
    roots = np.array([np.linalg.eigvalsh(one.matrix.toarray())[[0, -1]] for one in both])
    assert abs(roots[0] - roots[1]).min() > 0.01
    assert found.lower == pytest.approx((1 / roots[:, 0]).max(), rel=1e-9)
    assert found.upper == pytest.approx((1 / roots[:, 1]).min(), rel=1e-9)


@pytest.mark.parametrize("effects", EFFECTS, ids=lambda one: "+".join(one) or "constant")
def test_slx_is_least_squares_with_the_lags_of_each_period(effects: tuple[str, ...]) -> None:
    y, x, units, periods, weights = panel(moving(), 5)
    found = spatial_panel(y, x, units, periods, weights, names=NAMES, model="slx", effects=effects)
    columns = np.column_stack([x, whole(weights) @ x, dummies(effects, N, T)])
    b = np.linalg.lstsq(columns, y, rcond=None)[0]
    np.testing.assert_allclose(found.params, b[:4], atol=SAME)


@pytest.mark.parametrize(
    ("model", "effects", "lee_yu", "vcov"),
    [
        ("sdm", ("unit", "period"), "none", "clustered"),
        ("sdm", ("unit", "period"), "bias_correction", "information"),
        ("sar", ("period",), "transformation", "robust"),
        ("sem", ("unit", "period"), "none", "robust"),
        ("sem", ("unit",), "none", "clustered"),
        ("sem", ("period",), "transformation", "information"),
        ("sem", ("period",), "bias_correction", "clustered"),
        ("sem", (), "none", "information"),
        ("slx", ("unit", "period"), "transformation", "robust"),
    ],
)
def test_weights_that_do_not_move_give_the_numbers_of_constant_ones(
    model: Any, effects: tuple[str, ...], lee_yu: Any, vcov: Any
) -> None:
    weights = ring(10, 4, 1)
    true = {"lam": 0.4} if model == "sem" else {"rho": 0.4}
    given = draw(weights, 5, np.random.default_rng(8), **true)
    one, other = (
        spatial_panel(
            *given, w, names=NAMES, model=model, effects=effects, lee_yu=lee_yu, vcov=vcov
        )
        for w in (weights, period_weights(dict.fromkeys(range(5), weights)))
    )
    for name in ("params", "covariance", "log_likelihood", "sigma2", "r2_correlation", "residuals"):
        np.testing.assert_allclose(
            getattr(other, name), getattr(one, name), rtol=SAME, atol=SAME, err_msg=name
        )
    for summary in ("unit_effects", "period_effects"):
        if (levels := getattr(one, summary)) is not None:
            np.testing.assert_allclose(
                getattr(other, summary).estimates, levels.estimates, rtol=1e-8, atol=1e-8
            )
    if one.parameter is not None and other.parameter is not None:
        for name in ("estimate", "std_error", "weights_std_error", "lower_bound", "upper_bound"):
            assert getattr(other.parameter, name) == pytest.approx(
                getattr(one.parameter, name), rel=SAME
            )
    inference: Any
    for inference in ("simulated", "delta"):
        ours, theirs = (spatial_effects(m, inference=inference, draws=100) for m in (other, one))
        for kind in ("direct", "indirect", "total"):
            for name in ("estimates", "std_errors", "p_values"):
                np.testing.assert_allclose(
                    getattr(getattr(ours, kind), name),
                    getattr(getattr(theirs, kind), name),
                    rtol=1e-8,
                    atol=SAME,
                )


@pytest.mark.parametrize("effects", EFFECTS, ids=lambda one: "+".join(one) or "constant")
@pytest.mark.parametrize("lee_yu", ["transformation", "none"])
def test_lm_tests_are_those_of_constant_weights(effects: tuple[str, ...], lee_yu: Any) -> None:
    weights = ring(10, 4, 1)
    given = draw(weights, 5, np.random.default_rng(8))
    one, other = (
        lm_tests(*given, w, names=NAMES, effects=effects, lee_yu=lee_yu)
        for w in (weights, period_weights(dict.fromkeys(range(5), weights)))
    )
    for name in ("lag", "error", "robust_lag", "robust_error"):
        assert getattr(other, name).statistic == pytest.approx(
            getattr(one, name).statistic, rel=1e-8
        )


def test_moments_of_the_error_test_are_those_of_projected_errors() -> None:
    """e′We of e = Mε has mean σ² tr(MW) and variance σ⁴[tr(MWMW) + tr(MWMW′)]: by dense products."""
    y, x, units, periods, weights = panel(moving(), 5)
    found = lm_tests(y, x, units, periods, weights, names=NAMES)
    d = dummies(("unit", "period"), N, T)
    m = np.eye(N * T) - d @ np.linalg.pinv(d)
    w = m @ whole(weights)
    b = np.linalg.lstsq(m @ x, m @ y, rcond=None)[0]
    e = m @ (y - x @ b)
    variance = e @ e / ((N - 1) * (T - 1))
    score = e @ whole(weights) @ e / variance - np.trace(w)
    spread = np.trace(w @ w) + np.trace(w @ m @ w.T) - 2 * np.trace(w) ** 2 / ((N - 1) * (T - 1))
    assert found.error.statistic == pytest.approx(score**2 / spread, rel=1e-9)


def test_effects_are_means_of_those_of_the_periods() -> None:
    y, x, units, periods, weights = panel(moving(), 11, rho=0.4)
    found = spatial_panel(y, x, units, periods, weights, names=NAMES, lee_yu="bias_correction")
    effects = spatial_effects(found, inference="delta")
    beta, theta = found.params[0], found.params[2]
    each = [
        np.linalg.solve(
            np.eye(N) - found.rho * one.matrix.toarray(),
            beta * np.eye(N) + theta * one.matrix.toarray(),
        )
        for one in weights.of_periods
    ]
    direct = np.mean([np.trace(one) / N for one in each])
    total = np.mean([one.sum() / N for one in each])
    assert effects.direct.estimates[0] == pytest.approx(direct, rel=SAME)
    assert effects.total.estimates[0] == pytest.approx(total, rel=SAME)
    np.testing.assert_allclose(derivative_matrix(found, "x1"), np.mean(each, axis=0), atol=SAME)


def test_morans_i_is_that_of_each_periods_weights() -> None:
    y, _, units, periods, weights = panel(moving(), 11, rho=0.4)
    found = morans_i_by_period(y, units, periods, weights)
    for k, one in enumerate(weights.of_periods):
        alone = morans_i(y[periods == k], units[periods == k], one)
        assert found[k] == alone


def test_what_needs_one_matrix_says_so() -> None:
    y, x, units, periods, weights = panel(moving(), 11, rho=0.4)
    given = (y, x, units, periods, weights)
    for refused, words in (
        (
            lambda: spatial_panel(*given, names=NAMES),
            "unit effects needs weights that are the same",
        ),
        (
            lambda: spatial_panel(*given, names=NAMES, model="sem", lee_yu="bias_correction"),
            "a unit's effect is no constant",
        ),
        (
            lambda: spatial_panel(*given, names=NAMES, lee_yu="none", transform="demean_first"),
            "cannot be exchanged",
        ),
        (lambda: spatial_random_effects(*given, names=NAMES), "random unit effects need weights"),
    ):
        with pytest.raises(EstimationError, match=words):
            refused()


def test_a_period_without_weights_and_one_whose_weights_are_no_circle_are_named() -> None:
    y, x, units, periods, weights = panel(moving(), 11)
    less = PeriodWeights(weights.periods[:-1], weights.of_periods[:-1])
    with pytest.raises(EstimationError, match="no weights of 3; there are those of 0, 1, 2"):
        spatial_panel(y, x, units, periods, less, names=NAMES, model="slx")
    from nqpf_assets.estimators.spatial.weights import weights_from_matrix

    one_way = weights_from_matrix(np.triu(np.ones((N, N)), 1), range(N))
    with pytest.raises(EstimationError, match="weights of 1: no chain of neighbours"):
        log_determinant(period_weights({0: weights.of_periods[0], 1: one_way}).matrix)
