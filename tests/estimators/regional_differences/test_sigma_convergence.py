"""Spread between regions against NumPy and SciPy, year by year and group by group."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import variation

from nqpf_assets.estimators.regional_differences.errors import DifferenceError
from nqpf_assets.estimators.regional_differences.sigma_convergence import sigma_convergence

RNG = np.random.default_rng(3)
Y = RNG.lognormal(size=60)
YEARS = np.repeat([2012, 2013, 2014], 20)
GROUPS = np.tile(["east"] * 11 + ["middle"] * 8 + ["west"], 3)
RTOL = 1e-12  # sums of twenty terms of one size


@pytest.mark.parametrize("ddof", [0, 1])
def test_against_numpy_and_scipy(ddof: int) -> None:
    found = sigma_convergence(Y, YEARS, GROUPS, ddof=ddof)
    for at, year in enumerate(found.periods):
        rows = year == YEARS
        assert found.mean[at] == pytest.approx(Y[rows].mean(), rel=RTOL)
        assert found.variation[at] == pytest.approx(variation(Y[rows], ddof=ddof), rel=RTOL)
        assert found.log_sd[at] == pytest.approx(np.log(Y[rows]).std(ddof=ddof), rel=RTOL)
        for g, label in enumerate(found.groups[:2]):
            own = Y[rows & (label == GROUPS)]
            assert found.group_sd[at, g] == pytest.approx(own.std(ddof=ddof), rel=RTOL)
            assert found.group_variation[at, g] == pytest.approx(variation(own, ddof=ddof))
            assert found.group_log_sd[at, g] == pytest.approx(np.log(own).std(ddof=ddof))
    # One region alone: no spread over all there is, none to be estimated from a sample.
    np.testing.assert_array_equal(found.group_variation[:, 2], np.nan if ddof else 0.0)


def test_weights_are_repetitions() -> None:
    times = RNG.integers(1, 5, size=60)
    weighted = sigma_convergence(Y, YEARS, GROUPS, weights=times)
    repeated = sigma_convergence(*(np.repeat(c, times) for c in (Y, YEARS, GROUPS)))
    for name in ("mean", "sd", "variation", "log_sd", "group_variation", "group_log_sd"):
        np.testing.assert_allclose(
            getattr(weighted, name), getattr(repeated, name), rtol=1e-10, atol=1e-15
        )


def test_scale_and_order_do_not_matter() -> None:
    order = RNG.permutation(60)
    plain = sigma_convergence(Y, YEARS)
    other = sigma_convergence(Y[order] * 1e5, YEARS[order])
    np.testing.assert_allclose(other.variation, plain.variation, rtol=1e-12)
    np.testing.assert_allclose(other.log_sd, plain.log_sd, rtol=1e-12)
    assert plain.groups == ("all",)


def test_zeros_have_no_logarithm() -> None:
    found = sigma_convergence([0, 1, 2, 1, 1, 2], [1, 1, 1, 2, 2, 2])
    assert np.isnan(found.log_sd[0])
    assert found.log_sd[1] > 0
    assert found.variation[0] == pytest.approx(np.sqrt(2 / 3))


def test_options() -> None:
    with pytest.raises(DifferenceError, match="ddof is 0, or 1 without weights"):
        sigma_convergence(Y, YEARS, ddof=2)
    with pytest.raises(DifferenceError, match="ddof is 0, or 1 without weights"):
        sigma_convergence(Y, YEARS, weights=Y, ddof=1)
