"""Kernel densities against scipy.stats.gaussian_kde, and what a density must fulfil.

Tolerance 1e-10 relative: both sum some thirty normal densities.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import trapezoid
from scipy.stats import gaussian_kde

from nqpf_assets.estimators.regional_differences.density import kernel_density
from nqpf_assets.estimators.regional_differences.errors import DifferenceError

few = settings(max_examples=20, deadline=None)
seeds = st.integers(min_value=0, max_value=10_000)


def regions(seed: int) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    return rng.gamma(3, size=62), np.repeat([2012, 2022], 31), rng.uniform(0.5, 9, size=62)


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["silverman", "scott"])
@pytest.mark.parametrize("weighted", [False, True])
@given(seed=seeds)
@few
def test_against_scipy(rule: Any, weighted: bool, seed: int) -> None:
    y, years, w = regions(seed)
    found = kernel_density(y, years, weights=w if weighted else None, bandwidth=rule)
    for at, year in enumerate(found.periods):
        rows = years == year
        other = gaussian_kde(y[rows], bw_method=rule, weights=w[rows] if weighted else None)
        np.testing.assert_allclose(found.density[at], other(found.grid), rtol=1e-10)
        assert found.bandwidths[at] == pytest.approx(np.sqrt(other.covariance[0, 0]), rel=1e-12)
        between = other.integrate_box_1d(found.grid[0], found.grid[-1])
        assert found.mass[at] == pytest.approx(between, rel=1e-10)


@given(seed=seeds)
@few
def test_a_density_is_a_density(seed: int) -> None:
    y, years, _ = regions(seed)
    found = kernel_density(y, years, grid=2000)
    assert (found.density >= 0).all()
    np.testing.assert_allclose(trapezoid(found.density, found.grid, axis=1), found.mass, atol=1e-5)
    assert (found.mass > 0.997).all()  # three bandwidths beyond every value
    assert (found.mass <= 1).all()
    assert (found.n_peaks >= 1).all()


@given(seed=seeds, scale=st.sampled_from([1e-6, 7.0, 1e6]))
@few
def test_units_of_measurement_and_order(seed: int, scale: float) -> None:
    y, years, w = regions(seed)
    order = np.random.default_rng(seed).permutation(62)
    first = kernel_density(y, years, weights=w)
    second = kernel_density((y[order] + 3) * scale, years[order], weights=w[order] * 5)
    np.testing.assert_allclose(second.grid, (first.grid + 3) * scale, rtol=1e-9)
    np.testing.assert_allclose(second.density * scale, first.density, rtol=1e-7, atol=1e-12)
    np.testing.assert_array_equal(second.n_peaks, first.n_peaks)


def test_one_value_gives_its_kernel() -> None:
    found = kernel_density([2.0], [2012], bandwidth=0.5, grid=[1.5, 2.0, 2.5])
    top = 1 / (0.5 * np.sqrt(2 * np.pi))
    np.testing.assert_allclose(found.density[0], top * np.exp([-0.5, 0, -0.5]), rtol=1e-12)
    assert found.peaks[0] == 2.0
    assert found.mass[0] == pytest.approx(0.6826894921370859)


def test_two_clubs_have_two_peaks() -> None:
    y = np.concatenate([np.linspace(0, 1, 20), np.linspace(9, 10, 20)])
    found = kernel_density(np.tile(y, 2), np.repeat([1, 2], 40), bandwidth=0.5)
    np.testing.assert_array_equal(found.n_peaks, [2, 2])
    together = kernel_density(y, np.ones(40), bandwidth=8.0)
    assert together.n_peaks[0] == 1
    assert together.peaks[0] == pytest.approx(5, abs=0.2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": [1, 1, 2, 3]}, "period 2012 has no variation: give the bandwidth"),
        ({"periods": [2012, 2013, 2013, 2013]}, "period 2012 has no variation"),
        ({"bandwidth": "nrd"}, "silverman, scott or a number; found 'nrd'"),
        ({"bandwidth": 0.0}, "the bandwidth is a positive number"),
        ({"grid": 2}, "three points or more"),
        ({"grid": [1, 3, 2]}, "the points of a grid rise"),
        ({"values": [1, np.inf, 2, 3]}, "missing or infinite"),
    ],
)
def test_input_that_cannot_be_used(change: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"values": [1, 2, 3, 5], "periods": [2012, 2012, 2013, 2013]}
    with pytest.raises(DifferenceError, match=message):
        kernel_density(**good | change)
