"""CR2 and CR3 of two-stage least squares, random effects and unit means against their definition.

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

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.random_effects import random_effects
from tests.estimation.panels import UNITS, complete, fitted, panel
from tests.estimators.instruments.test_iv_reference import EXACT, column, columns, fit

POWERS = {"cr2": -0.5, "cr3": -1.0}


def defined(x: Any, residuals: Any, clusters: Any, power: float) -> tuple[Any, Any]:
    """Standard errors and degrees of freedom of the columns of x."""
    bread = np.linalg.pinv(x.T @ x)
    left = np.eye(len(x)) - x @ bread @ x.T
    parts, shares = [], []
    for one in np.unique(clusters):
        rows = clusters == one
        values, vectors = np.linalg.eigh(left[np.ix_(rows, rows)])
        root = np.array([value**power if value > 1e-9 else 0.0 for value in values])
        adjusted = (vectors * root) @ vectors.T @ x[rows] @ bread
        parts.append(adjusted.T @ residuals[rows])
        shares.append(left[:, rows] @ adjusted)
    matrix = np.array(parts).T @ np.array(parts)
    df = []
    for k in range(x.shape[1]):
        p = np.column_stack([one[:, k] for one in shares])
        products = p.T @ p
        df.append(np.trace(products) ** 2 / (products**2).sum())
    return np.sqrt(np.diag(matrix)), np.array(df)


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
