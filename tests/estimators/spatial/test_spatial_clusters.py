"""Spatial models clustered by periods, groups of units and several keys, against what the likelihood says.

Periods are independent in the likelihood, and so are groups between which there are no weights: their
scores are derivatives of their own likelihoods, taken from small steps, and summed by cluster without a word
on quadratic forms. Where weights connect groups, covariances are held to their definition over all pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.spatial.comparison import wald_test_sar
from nqpf_assets.estimators.spatial.design import spatial_data
from nqpf_assets.estimators.spatial.effects import spatial_effects
from nqpf_assets.estimators.spatial.information import lag_point
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.random_effects import spatial_random_effects
from nqpf_assets.estimators.spatial.sandwich import forms_of, quadratic_form
from nqpf_assets.estimators.spatial.weights import contiguity_weights
from tests.estimators.spatial.spatial_panels import NAMES, draw, ring

NUMERICAL = 1e-5
"""Relative, of scores from central differences, whose steps leave nine digits."""
N, T = 12, 7
UNITS, PERIODS = np.tile(np.arange(N), T), np.repeat(np.arange(T), N)
PARTS = UNITS // 4
"""Groups of four, which `APART` does not connect."""
CROSSED = UNITS % 3
APART = contiguity_weights(
    range(N), [(a, b) for a in range(N) for b in range(a) if a // 4 == b // 4 and a - b < 3]
)
WHOLE = ring(N, 4, 2)


def panel(weights: Any, seed: int = 0, **more: Any) -> tuple[Any, ...]:
    return draw(weights, T, np.random.default_rng(seed), related=0.0, **more)


def fit(weights: Any, *, given: Any = None, **options: Any) -> Any:
    how = {"names": NAMES, "effects": (), "lee_yu": "none"} | options
    args = panel(weights, lam=0.3) if given is None else given
    return spatial_panel(*args, weights, **how)


def by_clusters(scores: Any, *keys: Any) -> Any:
    """Products of (n, Q) scores of rows that share a cluster of any key."""
    alike = np.logical_or.reduce([key[:, None] == key for key in keys])
    return scores.T @ alike @ scores


def corrected(products: Any, bread: Any, n_clusters: int, k: int, n: int = N * T) -> Any:
    return bread @ products @ bread * n_clusters / (n_clusters - 1) * (n - 1) / (n - k)


def slopes_of(function: Callable[[Any], Any], at: Any) -> Any:
    """(cells, Q) derivatives of (cells,) log-likelihoods."""
    found = []
    for place, value in enumerate(at):
        step = np.zeros(len(at))
        step[place] = 1e-5 * max(1.0, abs(value))
        found.append((function(at + step) - function(at - step)) / (2 * step[place]))
    return np.array(found).T


def scores_of_cells(model: Any, form: str, args: Any) -> Any:
    """(T · groups, Q) scores of every group in every year, the constant partialled out."""
    y, x = args[0].reshape(T, N), args[1].reshape(T, N, 2)
    w = APART.matrix.toarray()
    z = np.concatenate([x, np.einsum("ij,tjk->tik", w, x)], axis=2) if form == "sdm" else x
    p = z.shape[2]

    def likelihoods(at: Any) -> Any:
        delta, parameter, s2, constant = at[:p], at[p], at[p + 1], at[p + 2]
        found = np.zeros((T, 3))
        for g in range(3):
            own = np.arange(N) // 4 == g
            s = np.eye(4) - parameter * w[np.ix_(own, own)]
            left = y[:, own] - z[:, own] @ delta - constant if form == "sem" else y[:, own]
            left = left @ s.T
            e = left if form == "sem" else left - z[:, own] @ delta - constant
            found[:, g] = np.log(np.linalg.det(s)) - 2 * np.log(2 * np.pi * s2)
            found[:, g] -= (e**2).sum(axis=1) / (2 * s2)
        return found.ravel()

    rho, constant = model.parameter.estimate, model.constant
    if form == "sem":
        # Of filtered maps, in which it is 1 − λ times itself.
        filtered = z - rho * np.einsum("ij,tjk->tik", w, z)
        constant = (y - rho * y @ w.T - filtered @ model.params).mean() / (1 - rho)
    at = np.concatenate([model.params, [rho, model.sigma2, constant]])
    scores = slopes_of(likelihoods, at)
    # Without the constant: what its score explains of the others by the information they share.
    inverse = np.linalg.inv(np.eye(N) - rho * w)
    if form == "sem":
        shares = np.append(filtered.mean(axis=(0, 1)) / (1 - rho), [0.0, 0.0])
    else:
        mean = (z @ model.params + model.constant) @ (w @ inverse).T
        shares = np.append(z.mean(axis=(0, 1)), [mean.mean(), 0.0])
    return scores[:, :-1] - scores[:, -1:] * shares


CELL_PERIODS, CELL_PARTS = np.repeat(np.arange(T), 3), np.tile(np.arange(3), T)


@pytest.mark.parametrize("form", ["sar", "sdm", "sem"])
@pytest.mark.parametrize("keys", [("period",), ("part",), ("part", "period")])
def test_scores_are_those_of_the_likelihood_by_period_and_group(form: str, keys: Any) -> None:
    args = panel(APART, rho=0.3)
    rows = {"period": "period", "part": PARTS}
    cells = {"period": CELL_PERIODS, "part": CELL_PARTS}
    model = fit(
        APART, given=args, model=form, vcov="clustered", cluster=tuple(rows[k] for k in keys)
    )
    scores = scores_of_cells(model, form, args)
    assert np.abs(scores.sum(axis=0)).max() < 1e-3 * np.abs(scores).max()
    bread = fit(APART, given=args, model=form).covariance
    fewest, k = (3 if "part" in keys else T), model.params.size + 2
    expected = corrected(by_clusters(scores, *(cells[key] for key in keys)), bread, fewest, k)
    if len(keys) == 1:
        scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
        np.testing.assert_allclose(model.covariance / scale, expected / scale, atol=NUMERICAL)
    else:
        variances = np.diag(expected)
        is_told = ~np.isnan(np.diag(model.covariance))
        assert (is_told == (variances > 0)).all()
        # A repair moves coefficients and ρ, the last variance never.
        assert np.diag(model.covariance)[-1] == pytest.approx(variances[-1], rel=NUMERICAL)
        if not model.is_vcov_repaired:
            told = np.diag(model.covariance)[is_told]
            np.testing.assert_allclose(told, variances[is_told], rtol=NUMERICAL)
    assert model.n_clusters == tuple({"part": 3, "period": T}[key] for key in keys)
    assert model.df_inference == fewest - 1


def test_random_effects_by_groups_that_no_weight_connects() -> None:
    y, x, units, periods = panel(APART, 3, rho=0.3)
    w, args = APART.matrix.toarray(), (y, x, units, periods)
    model = spatial_random_effects(
        *args, APART, names=NAMES, model="sar", vcov="clustered", cluster=PARTS
    )
    plain = spatial_random_effects(*args, APART, names=NAMES, model="sar")
    assert model.phi < 1
    maps, z = y.reshape(T, N), x.reshape(T, N, 2)

    def likelihoods(at: Any) -> Any:
        delta, rho, s2, s1, constant = at[:2], at[2], at[3], at[4], at[5]
        of_years = s2 * np.eye(T) + (s1 - s2) / T
        found = np.zeros(3)
        for g in range(3):
            own = np.arange(N) // 4 == g
            s = np.eye(4) - rho * w[np.ix_(own, own)]
            e = maps[:, own] @ s.T - z[:, own] @ delta - constant
            normal = multivariate_normal(np.zeros(T), of_years)
            found[g] = T * np.log(np.linalg.det(s)) + normal.logpdf(e.T).sum()
        return found

    rho = model.rho
    structural = maps - rho * maps @ w.T - z @ model.params
    # Units weigh alike, so the constant is a plain mean; it is partialled out as that of the whole.
    constant = structural.mean()
    s1 = model.sigma2 / model.phi**2
    at = np.concatenate([model.params, [rho, model.sigma2, s1, constant]])
    scores = slopes_of(likelihoods, at)
    far = (z @ model.params + constant) @ (w @ np.linalg.inv(np.eye(N) - rho * w)).T
    shares = np.append(z.mean(axis=(0, 1)), [far.mean(), 0.0, 0.0])
    products = by_clusters(scores[:, :-1] - scores[:, -1:] * shares, np.arange(3))
    expected = corrected(products, plain.covariance, 3, 4)
    scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    np.testing.assert_allclose(model.covariance / scale, expected / scale, atol=NUMERICAL)
    assert (model.n_clusters, model.df_inference) == ((3,), 2.0)
    np.testing.assert_array_equal(model.params, plain.params)


def variance_of_rho(model: Any, keys: Any, args: Any) -> float:
    """The meat of ρ by its definition over all pairs of rows: links by any key, no signed sums."""
    w, rho = WHOLE.matrix.toarray(), model.rho
    y, x = args[0].reshape(T, N), args[1].reshape(T, N, 2)
    e = y - rho * y @ w.T - x @ model.params
    e -= e.mean()
    far = (y - rho * y @ w.T - e) @ (w @ np.linalg.inv(np.eye(N) - rho * w)).T
    h = (far - far.mean()).ravel()
    a = np.kron(np.eye(T), quadratic_form(WHOLE.matrix, rho, None)[0])
    e = e.ravel()
    m = a * np.outer(e, e) - np.diag(np.diag(a)) * (e**2).mean()
    alike = np.logical_or.reduce([key[:, None] == key for key in keys])
    total = 2 * np.trace(alike @ m @ alike @ m)
    sets = [(1, key) for key in keys]
    if len(keys) == 2:
        sets.append((-1, keys[0] * 100 + keys[1]))
    for sign, key in sets:
        for one in np.unique(key):
            rows = key == one
            own = m[np.ix_(rows, rows)].sum()
            total += sign * ((own + (h * e)[rows].sum()) ** 2 - 2 * own**2)
    return float(total / model.sigma2**2)


@pytest.mark.parametrize(
    "keys",
    [(UNITS,), (PERIODS,), (PARTS,), (UNITS, PERIODS), (PARTS, PERIODS), (PARTS, CROSSED)],
)
def test_connected_groups_by_definition(keys: Any) -> None:
    args = panel(WHOLE, 4, rho=0.3)
    plain = fit(WHOLE, given=args, model="sar")
    data = spatial_data(*args, WHOLE, names=NAMES, effects=())
    point = lag_point(
        data, data.regressors, plain.params, plain.rho, plain.sigma2, information="exact",
        demeaned=None,
    )  # fmt: skip
    found = forms_of(point, data.matrix, None).covariance(keys)
    assert found[2, 2] == pytest.approx(variance_of_rho(plain, keys, args), rel=1e-10)


EFFECTS = [(), ("unit",), ("period",), ("unit", "period")]
KEYS = [("unit",), ("period",), (PARTS,), ("unit", "period"), (PARTS, "period"), (PARTS, CROSSED)]


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize("keys", [*KEYS, (PARTS, CROSSED, "period")])
def test_lags_of_regressors_alone_are_least_squares(effects: Any, keys: Any) -> None:
    args = panel(WHOLE, 5)
    model = fit(WHOLE, given=args, model="slx", effects=effects, vcov="clustered", cluster=keys)
    wx = np.einsum("ij,tjk->tik", WHOLE.matrix.toarray(), args[1].reshape(T, N, 2)).reshape(-1, 2)
    plain = two_way_fe(
        args[0], np.column_stack([args[1], wx]), *args[2:], names=["a", "b", "c", "d"],
        effects=effects, cluster=keys,
    )  # fmt: skip
    np.testing.assert_allclose(model.std_errors, plain.std_errors, rtol=1e-8)
    np.testing.assert_allclose(model.p_values, plain.p_values, rtol=1e-7)
    assert model.n_clusters == plain.n_clusters
    assert model.is_vcov_repaired == plain.is_vcov_repaired


@pytest.mark.parametrize("model", ["sdm", "sem", "slx"])
def test_the_unit_is_a_key_like_others_and_order_does_not_matter(model: str) -> None:
    args = panel(WHOLE, 6, rho=0.3)
    how: dict[str, Any] = {"model": model, "effects": ("unit", "period"), "vcov": "clustered"}
    one = fit(WHOLE, given=args, **how)
    other = fit(WHOLE, given=args, cluster=np.array([f"u{u}" for u in UNITS]), **how)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-11)
    mixed = np.random.default_rng(0).permutation(N * T)
    turned = tuple(part[mixed] for part in args)
    again = fit(WHOLE, given=turned, cluster=(PARTS[mixed], "period"), **how)
    whole = fit(WHOLE, given=args, cluster=(PARTS, "period"), **how)
    np.testing.assert_allclose(again.covariance, whole.covariance, rtol=1e-9)


def test_effects_take_the_covariance_of_the_clusters() -> None:
    args = panel(WHOLE, 7, rho=0.3)
    how: dict[str, Any] = {"given": args, "effects": ("unit",), "vcov": "clustered"}
    model = fit(WHOLE, cluster=PARTS, **how)
    effects = spatial_effects(model, inference="delta")
    total = effects.total
    gradient, step = np.zeros(5), 1e-6
    for place in range(5):
        at = np.append(model.params, model.rho)
        values = []
        for sign in (1, -1):
            moved = at.copy()
            moved[place] += sign * step
            values.append((moved[0] + moved[2]) / (1 - moved[4]))
        gradient[place] = (values[0] - values[1]) / (2 * step)
    expected = np.sqrt(gradient @ model.covariance[:5, :5] @ gradient)
    assert total.std_errors[0] == pytest.approx(expected, rel=1e-6)
    by_unit = spatial_effects(fit(WHOLE, **how), inference="delta").total
    assert abs(by_unit.std_errors[0] / total.std_errors[0] - 1) > 0.01


def test_errors_that_cancel_are_none() -> None:
    """Two years less their mean are each other's opposite: the scores of either add up to nothing."""
    y, x, units, periods = panel(WHOLE, 8, rho=0.3)
    rows = periods < 2
    given = (y[rows], x[rows], units[rows], periods[rows])
    how: dict[str, Any] = {"given": given, "effects": ("unit",), "vcov": "clustered"}
    model = fit(WHOLE, model="slx", cluster="period", **how)
    assert np.isnan(model.std_errors).all()
    assert np.isnan(spatial_effects(model).total.std_errors).all()
    third = np.random.default_rng(9).normal(size=(len(given[0]), 1))
    more = (given[0], np.column_stack([given[1], third]), *given[2:])
    how |= {"given": more, "names": [*NAMES, "x3"]}
    few = fit(WHOLE, cluster=UNITS[rows] % 2, **how)
    with pytest.raises(EstimationError, match="no inverse, as with fewer clusters"):
        wald_test_sar(few)


def test_what_cannot_be_clustered_is_refused() -> None:
    args = panel(WHOLE)
    with pytest.raises(EstimationError, match="must not divide units"):
        spatial_random_effects(
            *args, WHOLE, names=NAMES, vcov="clustered", cluster=("unit", "period")
        )
    with pytest.raises(EstimationError, match="does not use clusters"):
        spatial_random_effects(*args, WHOLE, names=NAMES, cluster="unit")
    with pytest.raises(EstimationError, match="does not use clusters"):
        fit(WHOLE, vcov="robust", cluster="unit")
    with pytest.raises(EstimationError, match="two or more clusters"):
        fit(WHOLE, vcov="clustered", cluster=np.zeros(N * T))
    with pytest.raises(EstimationError, match="at most"):
        fit(WHOLE, vcov="clustered", cluster=(UNITS, PERIODS, PARTS, CROSSED))


@pytest.mark.slow
def test_size_where_groups_share_what_errors_and_regressors_are() -> None:
    """Of 60 units in 20 groups, none of whose members are neighbours; ρ = 0 and β = .5 are true.

    Rejections at 5 % in 400 samples: by group 2 to 10 %, three standard errors and the excess that 20
    clusters have; by unit twice as many of β.
    """
    n, t, samples = 60, 6, 400
    pairs = [(k, (k + 1) % n) for k in range(n)] + [(k, (k + 7) % n) for k in range(n)]
    weights = contiguity_weights(range(n), pairs)
    groups = np.arange(n) % 20
    assert not any(groups[a] == groups[b] for a, b in pairs)
    units, periods = np.tile(np.arange(n), t), np.repeat(np.arange(t), n)
    rng = np.random.default_rng(12)
    rejected = {"group": np.zeros(2), "unit": np.zeros(2)}
    for _ in range(samples):
        x = rng.normal(size=(t, n)) + rng.normal(size=20)[groups]
        e = rng.normal(size=(t, n)) + rng.normal(size=20)[groups]
        given = ((0.5 * x + e).ravel(), x.reshape(-1, 1), units, periods)
        for name, key in (("group", groups[units]), ("unit", units)):
            model = spatial_panel(
                *given, weights, names=["x"], model="sar", effects=(), lee_yu="none",
                vcov="clustered", cluster=key,
            )  # fmt: skip
            low, high = model.conf_int[0]
            rejected[name] += [not low < 0.5 < high, model.parameter.p_value < 0.05]
    shares = {name: found / samples for name, found in rejected.items()}
    assert (shares["group"] > 0.02).all()
    assert (shares["group"] < 0.10).all(), shares
    assert shares["unit"][0] > 2 * shares["group"][0], shares
