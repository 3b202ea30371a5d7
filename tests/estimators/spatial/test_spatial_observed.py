"""Observed information of spatial lag and Durbin models, against second differences of the likelihood."""

from __future__ import annotations

import numpy as np
import pytest

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.weights import weights_from_matrix

N, T = 9, 6
UNITS = [f"u{one}" for one in range(N)]


def drawn():
    """A panel of a ring of nine units, and its weights, some neighbours twice as near."""
    draw = np.random.default_rng(8)
    matrix = np.zeros((N, N))
    for one in range(N):
        for by, size in ((1, 2.0), (2, 1.0)):
            matrix[one, (one + by) % N] = matrix[(one + by) % N, one] = size
    weights = weights_from_matrix(matrix, UNITS)
    x = draw.normal(size=(T, N, 2))
    shocks = x @ [0.7, -0.4] + draw.normal(size=N) + draw.normal(size=(T, N))
    w = weights.matrix.toarray()
    y = shocks @ np.linalg.inv(np.eye(N) - 0.3 * w).T
    return y, x, weights


def within(maps, effects):
    if "unit" in effects:
        maps = maps - maps.mean(axis=0, keepdims=True)
    if "period" in effects:
        maps = maps - maps.mean(axis=1, keepdims=True)
    return maps if effects else maps - maps.mean(axis=(0, 1), keepdims=True)


def estimated(y, x, weights, **options):
    units, periods = np.tile(UNITS, T), np.repeat(np.arange(T), N)
    return spatial_panel(
        y.ravel(), x.reshape(-1, 2), units, periods, weights, names=["a", "b"], **options
    )


def hessian(f, at, steps):
    """Second differences, four points each."""
    k = len(at)
    found = np.empty((k, k))
    for i in range(k):
        for j in range(k):
            up, down = np.eye(k)[i] * steps[i], np.eye(k)[j] * steps[j]
            four = f(at + up + down) - f(at + up - down) - f(at - up + down) + f(at - up - down)
            found[i, j] = four / (4 * steps[i] * steps[j])
    return found


@pytest.mark.parametrize("effects", [("unit",), ("unit", "period"), ("period",), ()])
@pytest.mark.parametrize(("model", "lagged"), [("sar", None), ("sdm", None), ("sdm", ["b"])])
@pytest.mark.parametrize("lee_yu", ["none", "transformation"])
def test_errors_are_those_of_the_curvature_at_the_top(effects, model, lagged, lee_yu):
    y, x, weights = drawn()
    result = estimated(
        y,
        x,
        weights,
        model=model,
        lagged=lagged,
        effects=effects,
        lee_yu=lee_yu,
        information="observed",
    )
    w = weights.matrix.toarray()
    far = [] if model == "sar" else [0, 1] if lagged is None else [1]
    columns = np.concatenate([x, np.einsum("ij,tjk->tik", w, x[:, :, far])], axis=2)
    z = within(columns, effects).reshape(T * N, -1)
    own, lag = within(y, effects).ravel(), within(y @ w.T, effects).ravel()
    transformed = lee_yu == "transformation"
    maps = T - 1 if transformed and "unit" in effects else T
    drops = transformed and "period" in effects
    rows = maps * (N - 1 if drops else N)

    def likelihood(at):
        *delta, rho, s2 = at
        e = own - rho * lag - z @ delta
        det = np.linalg.slogdet(np.eye(N) - rho * w)[1] - (np.log(1 - rho) if drops else 0)
        return maps * det - rows / 2 * np.log(s2) - e @ e / (2 * s2)

    at = np.array([*result.params, result.rho, result.sigma2])
    covariance = np.linalg.inv(-hessian(likelihood, at, np.full(len(at), 1e-4)))
    assert result.covariance == pytest.approx(covariance, rel=2e-4, abs=1e-7)
    expected = estimated(y, x, weights, model=model, lagged=lagged, effects=effects, lee_yu=lee_yu)
    assert result.params == pytest.approx(expected.params, rel=1e-12)
    assert result.parameter.std_error != pytest.approx(expected.parameter.std_error, rel=1e-3)


@pytest.mark.parametrize(
    "options",
    [{"model": "sem"}, {"model": "slx"}, {"model": "sar", "vcov": "robust"},
     {"model": "sdm", "lee_yu": "bias_correction"}],
)  # fmt: skip
def test_where_there_is_none_it_is_refused(options):
    with pytest.raises(EstimationError, match="the observed information is that of a maximum"):
        estimated(*drawn(), information="observed", **options)
