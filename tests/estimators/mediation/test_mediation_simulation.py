"""Size and coverage of the indirect effect's intervals on panels like the two papers'.

31 units in 11 years and 38 units in 3 years, unit and period effects, one control, errors
correlated within units. Each figure rests on 400 replications of 500 draws: the Monte Carlo
error of a coverage near .95 is sqrt(.95 x .05 / 400) = .011, three of them .033; resampling
whole units of so few leaves intervals a little too narrow, by a point or two, which the lower
limits allow for and the comparison with Sobel's test puts into proportion.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.mediation.mediation import mediation

REPLICATIONS = 400
DRAWS = 500
pytestmark = pytest.mark.slow


def errors(rng: np.random.Generator, n_units: int, n_years: int) -> Any:
    """First-order autoregressive with coefficient .5 and unit variance."""
    series = np.empty((n_units, n_years))
    series[:, 0] = rng.normal(size=n_units)
    for year in range(1, n_years):
        series[:, year] = 0.5 * series[:, year - 1] + rng.normal(size=n_units) * 0.75**0.5
    return series


def shares(n_units: int, n_years: int, a: float, b: float, seed: int) -> dict[str, float]:
    """Shares of replications in which intervals hold ab, and in which tests find it."""
    rng = np.random.default_rng(seed)
    unit, year = np.repeat(np.arange(n_units), n_years), np.tile(np.arange(n_years), n_units)
    counts = dict.fromkeys(("percentile", "bias_corrected", "found", "found_bc", "sobel"), 0)
    for _ in range(REPLICATIONS):
        level, trend = rng.normal(size=(n_units, 1)), rng.normal(size=n_years)
        z = errors(rng, n_units, n_years) + level
        x = errors(rng, n_units, n_years) + level + trend
        m = a * x + 0.3 * z + errors(rng, n_units, n_years) + level - trend
        y = 0.3 * x + b * m + 0.3 * z + errors(rng, n_units, n_years) + level + trend
        path = mediation(
            y.ravel(), x.ravel(), m.ravel(), z.reshape(-1, 1), unit, year,
            treatment_name="x", mediator_names=["m"], control_names=["z"],
            draws=DRAWS, seed=rng,
        ).paths[0]  # fmt: skip
        drawn = path.bootstrap[0]
        for key, found in (("percentile", "found"), ("bias_corrected", "found_bc")):
            low, high = getattr(drawn, key)
            counts[key] += low <= a * b <= high
            counts[found] += not low <= 0 <= high
        counts["sobel"] += path.tests.sobel.p_value < 0.05
    return {key: count / REPLICATIONS for key, count in counts.items()}


@pytest.mark.parametrize(("n_units", "n_years"), [(31, 11), (38, 3)])
def test_coverage_of_an_effect(n_units: int, n_years: int) -> None:
    found = shares(n_units, n_years, a=0.4, b=0.4, seed=101)
    print(found)
    assert 0.91 < found["percentile"] < 0.975
    assert 0.90 < found["bias_corrected"] < 0.975
    assert found["found"] >= found["sobel"]


@pytest.mark.parametrize(("n_units", "n_years"), [(31, 11), (38, 3)])
@pytest.mark.parametrize(("a", "b"), [(0.4, 0.0), (0.0, 0.4)])
def test_size_when_one_path_is_absent(n_units: int, n_years: int, a: float, b: float) -> None:
    found = shares(n_units, n_years, a=a, b=b, seed=202)
    print(found)
    assert 0.02 < found["found"] < 0.09
    assert found["found_bc"] < 0.11


def test_size_when_both_paths_are_absent() -> None:
    """The product is then far from normal: every test is conservative, Sobel's most of all."""
    found = shares(31, 11, a=0.0, b=0.0, seed=303)
    print(found)
    assert found["sobel"] <= found["found"] < 0.03
    assert found["found_bc"] < 0.05
