"""What a column says of a spatial parameter that is hardly known, and that it holds nothing back."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from nqpf_assets.catalog.geography import load_geography
from tests.estimation.panels import complete, fitted
from tests.estimation.test_inference import broken

GEOGRAPHY = load_geography()[0]
YEARS = np.arange(2012, 2023)
UNWEIGHTED = ("71", "81", "82")


def provinces(rho: float, seed: int) -> pl.DataFrame:
    """31 provinces in 11 years: y = ρWy + x − z/2 + effects + ε with W = 1/d."""
    from nqpf_assets.estimators.spatial.distance import inverse_distance_weights

    places = GEOGRAPHY.coordinates.filter(
        pl.col("region_code").str.ends_with("0000")
        & ~pl.col("region_code").str.slice(0, 2).is_in(UNWEIGHTED)
    ).sort("region_code")
    units = places.get_column("region_code").to_list()
    weights = inverse_distance_weights(units, *places.select("longitude", "latitude").to_numpy().T)
    w, n, t = weights.matrix.toarray(), len(units), len(YEARS)
    rng = np.random.default_rng([3, seed])
    x = rng.normal(size=(t, n, 2))
    mean = x @ [1.0, -0.5] + rng.normal(size=n) + rng.normal(size=(t, n))
    y = mean @ np.linalg.inv(np.eye(n) - rho * w).T
    return pl.DataFrame({
        "unit": np.tile(units, t), "unit_name": np.tile(units, t),
        "period": np.repeat(YEARS, n).astype(np.int32), "y": y.ravel(),
        "x": x[:, :, 0].ravel(), "z": x[:, :, 1].ravel(),
    })  # fmt: skip


def column(weights: str):
    joins = {"join": [("440000", "460000")]} if weights == "contiguity" else {}
    return complete(
        estimator="spatial_durbin",
        vcov={"type": "unadjusted"},
        sample={"first": 2012, "last": 2022},
        space={"weights": weights, "draws": 200} | joins,
    )


def words(fit) -> str:
    return " ".join(fit.fitted.notes)


def test_dense_weights_are_called_weak_and_what_to_do_is_said() -> None:
    fit = fitted(column("inverse_distance"), provinces(0.3, 1), GEOGRAPHY)
    assert "WEAK: from these weights alone ρ can have a standard error of 0.303" in words(fit)
    assert "Take contiguity, a power of 2, a shorter cut-off, or spatial_slx" in words(fit)
    assert "ρ by profile likelihood: 95 % interval [" in words(fit)
    assert broken(fit) == {}


def test_contiguity_is_not_called_weak() -> None:
    fit = fitted(column("contiguity"), provinces(0.3, 1), GEOGRAPHY)
    assert "WEAK" not in words(fit)
    assert "From these weights alone ρ can have a standard error of 0.086" in words(fit)


@pytest.mark.slow
def test_a_column_at_the_bound_is_estimated_and_says_so() -> None:
    """The first of these samples whose likelihood rises up to ρ = 1; once it stopped the whole study."""
    for seed in range(60):
        fit = fitted(column("inverse_distance"), provinces(0.8, seed), GEOGRAPHY)
        if "at its bound" in words(fit):
            break
    said = words(fit)
    assert "ρ is at its bound 1: the likelihood rises up to it" in said
    assert "1.000), open at the bound" in said
    assert "No effects: rho is at its bound 1, where a change goes round for ever" in said
    assert "common trend" not in said
    assert "separate blocks" not in said
    (rho,) = (one for one in fit.fitted.terms if one.term == "rho")
    assert np.isnan([rho.std_error, rho.statistic]).all()
    assert 0 < rho.conf_low < 1
    assert rho.p_value < 0.05
    assert "No standard error for" not in said
    tests = {one.test: one for one in fit.fitted.tests}
    assert tests["wald_sem"].statistic is None
    assert "is at its bound 1" in tests["wald_sem"].detail
    assert broken(fit) == {}


@pytest.mark.slow
def test_what_lee_and_yu_moved_is_said_where_it_is_more_than_one_error() -> None:
    moved = {}
    for seed in range(12):
        fit = fitted(column("inverse_distance"), provinces(0.6, seed), GEOGRAPHY)
        (rho,) = (one for one in fit.fitted.terms if one.term == "rho")
        (direct,) = (one for one in fit.fitted.tests if one.test == "rho_uncorrected")
        if np.isfinite(rho.std_error):
            gap = abs(rho.estimate - direct.statistic) / rho.std_error
            moved[gap > 1] = f"it moves by {gap:.1f} standard errors" in words(fit)
    assert moved[True]
