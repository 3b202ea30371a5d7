"""CR2 and CR3 of two stages, random effects, unit means, groups and spatial lags against their definition.

With A_g a power of (I − H)_gg, H the projection on all columns, dummies among them, the covariance is
B Σ X_g′ A_g e_g e_g′ A_g X_g B; degrees of freedom are Satterthwaite's from (I − H) A X B c (Bell and
McCaffrey 2002, Pustejovsky and Tipton 2018; for two stages with what the first one explains in X).
Tolerance 1e-8 relative: both are exact.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import f as f_distribution
from scipy.stats import t as t_distribution

from nqpf_assets.estimators.group_differences.group_difference import group_difference
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.random_effects import random_effects
from nqpf_assets.estimators.spatial.effects import spatial_effects
from nqpf_assets.estimators.spatial.model import spatial_panel
from tests.estimation.panels import UNITS, complete, fitted, panel
from tests.estimators.instruments.test_iv_reference import EXACT, column, columns, fit
from tests.estimators.spatial.spatial_panels import NAMES, draw, ring

POWERS = {"cr2": -0.5, "cr3": -1.0}


def parts_of(
    x: Any, residuals: Any, clusters: Any, power: float, contrasts: Any = None
) -> tuple[Any, list[Any]]:
    """Covariance of the columns of x, or of combinations (C, K) of them, and (I − H) A X B c by cluster."""
    bread = np.linalg.pinv(x.T @ x)
    chosen = np.eye(len(bread)) if contrasts is None else contrasts
    left = np.eye(len(x)) - x @ bread @ x.T
    parts, shares = [], []
    for one in np.unique(clusters):
        rows = clusters == one
        values, vectors = np.linalg.eigh(left[np.ix_(rows, rows)])
        root = np.array([value**power if value > 1e-9 else 0.0 for value in values])
        adjusted = (vectors * root) @ vectors.T @ x[rows] @ bread @ chosen.T
        parts.append(adjusted.T @ residuals[rows])
        shares.append(left[:, rows] @ adjusted)
    return np.array(parts).T @ np.array(parts), shares


def defined(*args: Any) -> tuple[Any, Any]:
    """Standard errors and degrees of freedom of the same."""
    matrix, shares = parts_of(*args)
    df = []
    for k in range(len(matrix)):
        p = np.column_stack([one[:, k] for one in shares])
        products = p.T @ p
        df.append(np.trace(products) ** 2 / (products**2).sum())
    return np.sqrt(np.diag(matrix)), np.array(df)


def joint(values: Any, matrix: Any, shares: Any) -> tuple[float, float, float]:
    """F of all combinations, its degrees of freedom and p, from vectors as long as the sample."""
    q = len(values)
    expected = sum(one.T @ one for one in shares)
    root = np.linalg.inv(np.linalg.cholesky(expected))  # any root: what follows turns with it
    turned = [one @ root.T for one in shares]
    spread = 0.0
    for s in range(q):
        for t in range(q):
            for one in turned:
                for other in turned:
                    spread += (one[:, s] @ other[:, s]) * (one[:, t] @ other[:, t])
                    spread += (one[:, s] @ other[:, t]) * (one[:, t] @ other[:, s])
    eta = q * (q + 1) / spread
    statistic = (eta - q + 1) / (eta * q) * values @ np.linalg.solve(matrix, values)
    return statistic, eta - q + 1, f_distribution.sf(statistic, q, eta - q + 1)


def dummies(*keys: Any) -> Any:
    return np.column_stack([(one[:, None] == np.unique(one)).astype(float) for one in keys])


@pytest.mark.parametrize("vcov", POWERS)
@pytest.mark.parametrize("effects", [("unit", "period"), ("unit",), ("period",), ()])
def test_two_stages(vcov: str, effects: tuple[str, ...]) -> None:
    model = fit(vcov=vcov, effects=effects)
    rows = model.is_in_sample
    keys = {"unit": column("unit")[rows], "period": column("year")[rows]}
    others = dummies(*(keys[one] for one in effects)) if effects else np.ones((rows.sum(), 1))
    z = np.column_stack([columns("z1", "z2", "z3", "z4", "x1")[rows], others])
    x = np.column_stack([columns("d1", "d2", "x1")[rows], others])
    projected = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    # Effects repeat each other: the pseudo-inverse leaves the first three columns theirs.
    y = column("y")[rows].astype(float)
    residuals = y - x @ (np.linalg.pinv(projected.T @ projected) @ projected.T @ y)
    errors, df = defined(projected, residuals, keys["unit"], POWERS[vcov])
    np.testing.assert_allclose(model.std_errors, errors[:3], rtol=EXACT)
    np.testing.assert_allclose(model.df_inference, df[:3], rtol=1e-6)
    if not effects:
        assert model.constant.std_error == pytest.approx(errors[3], rel=EXACT)


def test_first_stages_and_tests_are_as_clustered() -> None:
    one, other = fit(vcov="cr2"), fit(vcov="clustered")
    assert one.overidentification == other.overidentification
    assert one.first_stages[0].f == other.first_stages[0].f
    assert one.n_clusters == other.n_clusters
    assert fit(endo=("d1",), inst=("z1",), vcov="cr2").tf is None
    with pytest.raises(EstimationError, match="its own correction"):
        fit(vcov="cr2", small_sample="ivreg2")


@pytest.mark.parametrize("vcov", POWERS)
def test_random_effects(vcov: str) -> None:
    rows = np.arange(len(column("unit"))) % 7 > 0  # unbalanced
    y, x = column("y").astype(float)[rows], columns("d1", "x1")[rows]
    units, years = column("unit")[rows], column("year").astype(int)[rows]
    clusters = np.unique(units, return_inverse=True)[1] // 2
    model = random_effects(
        y, x, units, years, names=["d1", "x1"], vcov=vcov, cluster=clusters  # type: ignore[arg-type]
    )  # fmt: skip
    codes = np.unique(units, return_inverse=True)[1]
    share = model.theta[codes][:, None]
    whole = np.column_stack([y, x, np.ones(len(y))])
    means = np.array([whole[codes == unit].mean(axis=0) for unit in range(codes.max() + 1)])
    quasi = whole - share * means[codes]
    residuals = (
        quasi[:, 0] - quasi[:, 1:] @ np.linalg.lstsq(quasi[:, 1:], quasi[:, 0], rcond=None)[0]
    )
    errors, df = defined(quasi[:, 1:], residuals, clusters, POWERS[vcov])
    np.testing.assert_allclose(model.std_errors, errors[:2], rtol=EXACT)
    assert model.constant.std_error == pytest.approx(errors[2], rel=EXACT)
    np.testing.assert_allclose(model.df_inference, df[:2], rtol=1e-6)


@pytest.mark.parametrize("vcov", POWERS)
def test_unit_means(vcov: str) -> None:
    belts = {code: f"b{place // 2}" for place, code in enumerate(UNITS)}
    frame = (
        panel().sort("unit").with_columns(belt=panel().sort("unit")["unit"].replace_strict(belts))
    )
    asked = complete(estimator="between_units", effects=[], vcov={"type": vcov, "by": ["belt"]})
    found = fitted(asked, frame).fitted
    means = frame.group_by("unit", "belt").agg(pl.col("x", "y", "z").mean()).sort("unit")
    x = np.column_stack([means["x"], means["z"], np.ones(len(means))])
    y = means["y"].to_numpy()
    residuals = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    errors, df = defined(x, residuals, means["belt"].to_numpy(), POWERS[vcov])
    assert [one.std_error for one in found.terms] == pytest.approx(list(errors), rel=EXACT)
    assert found.model.df_test == pytest.approx(df[:2].min(), rel=1e-6)
    assert found.model.vcov == f"{vcov} by belt"


@pytest.mark.parametrize("vcov", POWERS)
@pytest.mark.parametrize("effects", [("unit", "period"), ("unit",), ("period",), ()])
def test_a_difference_of_groups(vcov: str, effects: tuple[str, ...]) -> None:
    """Differences and their joint test; clusters hold units of both groups."""
    rows = np.arange(len(column("unit"))) % 7 > 0  # unbalanced
    y, x = column("y").astype(float)[rows], columns("d1", "x1", "z1")[rows]
    units, years = column("unit")[rows], column("year").astype(int)[rows]
    codes = np.unique(units, return_inverse=True)[1]
    side, clusters = codes % 2, codes // 3
    found = group_difference(
        y, x, units, years, side, names=["d1", "x1", "z1"], tested=["d1", "x1"], effects=effects,
        vcov=vcov, cluster=clusters,  # type: ignore[arg-type]
    )  # fmt: skip
    own = np.column_stack([np.where((side == s)[:, None], x, 0.0) for s in (0, 1)])
    keys = {"unit": codes * 2 + side, "period": years * 2 + side}
    others = dummies(*(keys[one] for one in effects)) if effects else dummies(side)
    whole = np.column_stack([own, others])
    b = np.linalg.pinv(whole.T @ whole) @ whole.T @ y
    contrasts = np.zeros((2, whole.shape[1]))
    contrasts[[0, 1], [0, 1]], contrasts[[0, 1], [3, 4]] = 1, -1
    given = (whole, y - whole @ b, clusters, POWERS[vcov], contrasts)
    errors, df = defined(*given)
    np.testing.assert_allclose(found.differences, contrasts @ b, rtol=1e-7)
    np.testing.assert_allclose(found.interaction.std_errors, errors, rtol=EXACT)
    np.testing.assert_allclose(found.interaction.df_inference, df, rtol=1e-6)
    statistic, df_resid, p_value = joint(contrasts @ b, *parts_of(*given))
    assert found.joint.statistic == pytest.approx(statistic, rel=1e-6)
    assert found.joint.df_resid == pytest.approx(df_resid, rel=1e-6)
    assert found.joint.p_value == pytest.approx(p_value, rel=1e-6)
    assert found.joint.df_resid is not None
    assert found.joint.df_resid < len(np.unique(clusters)) - 1
    plain = group_difference(
        y, x, units, years, side, names=["d1", "x1", "z1"], tested=["d1", "x1"], effects=effects,
        cluster=clusters,
    )  # fmt: skip
    of_scores = (found.seemingly_unrelated, plain.seemingly_unrelated)
    np.testing.assert_array_equal(*(one.chi2 for one in of_scores))
    assert found.n_clusters == plain.n_clusters
    assert found.n_shared_clusters == plain.n_shared_clusters > 0


def test_of_one_coefficient_the_joint_test_is_the_square_of_t() -> None:
    side = np.unique(column("unit"), return_inverse=True)[1] % 2
    found = group_difference(
        column("y").astype(float), columns("d1"), column("unit"), column("year").astype(int), side,
        names=["d1"], vcov="cr2",
    )  # fmt: skip
    assert found.joint.statistic == pytest.approx(found.interaction.t_stats[0] ** 2, rel=1e-9)
    assert found.joint.df_resid == pytest.approx(found.interaction.df_inference[0], rel=1e-9)
    assert found.joint.p_value == pytest.approx(found.interaction.p_values[0], rel=1e-9)


@pytest.mark.parametrize("vcov", POWERS)
@pytest.mark.parametrize("effects", [("unit", "period"), ("unit",), ("period",), ()])
def test_spatial_lags_of_regressors(vcov: str, effects: tuple[str, ...]) -> None:
    """Coefficients, and total effects β + θ with degrees of freedom of their own."""
    n, t = 12, 6
    weights = ring(n, 4, 1)
    y, x, units, years = draw(weights, t, np.random.default_rng(3))
    clusters = units // 3
    how: dict[str, Any] = {"names": NAMES, "model": "slx", "effects": effects, "lee_yu": "none"}
    model = spatial_panel(y, x, units, years, weights, vcov=vcov, cluster=clusters, **how)  # type: ignore[arg-type]
    wx = np.einsum("ij,tjk->tik", weights.matrix.toarray(), x.reshape(t, n, 2)).reshape(-1, 2)
    keys = {"unit": units, "period": years}
    others = dummies(*(keys[one] for one in effects)) if effects else np.ones((n * t, 1))
    whole = np.column_stack([x, wx, others])
    residuals = y - whole @ (np.linalg.pinv(whole.T @ whole) @ whole.T @ y)
    contrasts = np.zeros((6, whole.shape[1]))
    contrasts[range(4), range(4)] = 1
    contrasts[4, [0, 2]] = contrasts[5, [1, 3]] = 1
    errors, df = defined(whole, residuals, clusters, POWERS[vcov], contrasts)
    np.testing.assert_allclose(model.std_errors, errors[:4], rtol=EXACT)
    assert model.df_inference == pytest.approx(df[:4].min(), rel=1e-6)
    np.testing.assert_allclose(
        model.p_values, 2 * t_distribution.sf(np.abs(model.t_stats), df[:4]), rtol=1e-6
    )
    found = spatial_effects(model)
    np.testing.assert_allclose(found.total.std_errors, errors[4:], rtol=EXACT)
    z = found.total.estimates / errors[4:]
    expected = 2 * t_distribution.sf(np.abs(z), df[4:])
    np.testing.assert_allclose(found.total.p_values, expected, rtol=1e-6)
    np.testing.assert_allclose(found.direct.p_values, model.p_values[:2], rtol=1e-6)
    np.testing.assert_allclose(found.indirect.p_values, model.p_values[2:], rtol=1e-6)
    assert np.isnan(model.sigma2_std_error)
    assert (model.vcov, model.n_clusters) == (vcov, (4,))


def test_a_likelihood_has_no_bias_reduced_errors() -> None:
    weights = ring(12, 4, 1)
    given = draw(weights, 4, np.random.default_rng(3))
    with pytest.raises(EstimationError, match="'cr2' is of 'slx', which is least squares"):
        spatial_panel(*given, weights, names=NAMES, vcov="cr2")
    with pytest.raises(
        EstimationError, match=r"CR\d with unit effects must not divide units: rows of"
    ):
        spatial_panel(*given, weights, names=NAMES, model="slx", vcov="cr3", cluster="period")
    with pytest.raises(EstimationError, match="at most 1 cluster key"):
        spatial_panel(
            *given, weights, names=NAMES, model="slx", vcov="cr3", cluster=("unit", "period")
        )
