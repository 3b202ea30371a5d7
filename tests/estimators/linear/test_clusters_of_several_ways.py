"""Clusters of several ways, and large-sample errors, against R's sandwich.

The reference is made by tests/reference/make_clusters.R. Tolerance 1e-9 relative: both sides solve exactly, R
with a dummy for every unit and period, whose condition number leaves 1e-12 to rounding.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.distributions import normal_sf
from tests.estimators.linear.test_two_way_fe_reference import column, fit

EXACT = 1e-9
FOLDER = Path(__file__).parent / "reference"
EXPECTED = json.loads((FOLDER / "clusters.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("unadjusted", {"vcov": "unadjusted"}),
        ("robust", {"vcov": "robust"}),
        ("clustered", {}),
        ("two", {"cluster": ("unit", "period")}),
        ("three", {"cluster": ("unit", column("sector"), "period")}),
    ],
)
def test_large_sample(key: str, options: dict[str, Any]) -> None:
    model = fit(small_sample="large_sample", **options)
    np.testing.assert_allclose(model.std_errors, EXPECTED[key], rtol=EXACT)
    assert model.small_sample_factor == 1
    z = model.params / np.array(EXPECTED[key])
    np.testing.assert_allclose(model.p_values, 2 * normal_sf(np.abs(z)), rtol=1e-8)
    assert np.isinf(model.df_inference).all()


def test_three_ways_take_the_factor_of_the_fewest_clusters() -> None:
    keys = ("unit", column("sector"), "period")
    model, plain = fit(cluster=keys), fit(cluster=keys, small_sample="none")
    n, g = model.n_obs, min(model.n_clusters)
    k = (
        3 + 1
    )  # effects of units and of years are each nested in a key, so that the constant alone is counted
    factor = g / (g - 1) * (n - 1) / (n - k)
    assert model.n_clusters == (13, 6, 9)
    np.testing.assert_allclose(model.std_errors, plain.std_errors * np.sqrt(factor), rtol=EXACT)
    assert (model.df_inference == g - 1).all()


def test_a_key_within_another_adds_nothing() -> None:
    """Units lie within regions: clusters of both are those of regions."""
    both = fit(cluster=("unit", column("region"), column("region")), small_sample="none")
    regions = fit(cluster=column("region"), small_sample="none")
    np.testing.assert_allclose(both.std_errors, regions.std_errors, rtol=EXACT)
