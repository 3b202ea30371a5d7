"""Moran's I: permutation p-values, local statistics, panels with gaps."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial.local_moran import (
    false_discovery_adjusted,
    is_discovery,
    local_morans_i,
)
from nqpf_assets.estimators.spatial.moran import gearys_c, morans_i, morans_i_by_period
from nqpf_assets.estimators.spatial.weights import contiguity_weights
from tests.estimators.spatial.spatial_panels import ring


@pytest.mark.parametrize("alternative", ["greater", "less", "two-sided"])
def test_permutations_against_all_of_them(alternative: Any) -> None:
    """720 orders of six values: their mean and variance, and tails within 4 errors of 9,999 draws."""
    weights = ring(6, 2, seed=5)
    w = weights.matrix.toarray()
    values = np.array([3.0, 2.5, 0.1, -1.0, -2.0, 1.5])
    z = values - values.mean()
    factor = 6 / w.sum() / (z @ z)
    every = np.array([factor * np.array(p) @ w @ np.array(p) for p in permutations(z)])
    found = morans_i(values, range(6), weights, permutations=9999, seed=1, alternative=alternative)
    assert every.mean() == pytest.approx(found.expected)
    assert every.var() == pytest.approx(found.variance_randomization)
    greater = (every >= found.statistic - 1e-12).mean()
    less = (every <= found.statistic + 1e-12).mean()
    exact = {"greater": greater, "less": less, "two-sided": min(1, 2 * min(greater, less))}
    assert found.p_permutation == pytest.approx(exact[alternative], abs=2 * 4 * 0.005)


def test_local_permutations_against_all_of_them() -> None:
    """With two neighbours out of the other five there are ten sets of neighbours."""
    weights = ring(6, 0, seed=5)
    values = np.array([3.0, 2.5, 0.1, -1.0, -2.0, 1.5])
    z = values - values.mean()
    found = local_morans_i(values, range(6), weights, permutations=9999)
    for i in range(6):
        others = np.delete(z, i)
        sets = np.array([(a + b) / 2 for k, a in enumerate(others) for b in others[:k]])
        observed = (z[(i + 1) % 6] + z[i - 1]) / 2
        greater = (sets >= observed - 1e-12).mean()
        less = (sets <= observed + 1e-12).mean()
        exact = min(1, 2 * min(greater, less))
        assert found.p_values[i] == pytest.approx(exact, abs=2 * 4 * 0.005)
        signs = "HL"[int(z[i] < 0)] + "HL"[int(observed < 0)]
        assert found.quadrants[i] == signs


def test_local_statistics_average_to_the_global_one() -> None:
    weights = ring(30, 20, seed=2)
    values = np.random.default_rng(0).normal(size=30)
    local = local_morans_i(values, range(30), weights, permutations=99)
    glob = morans_i(values, range(30), weights, permutations=0)
    assert local.statistics.mean() == pytest.approx(glob.statistic)
    order = np.random.default_rng(1).permutation(30)
    again = local_morans_i(values[order], order, weights, permutations=99)
    np.testing.assert_allclose(again.statistics, local.statistics)
    np.testing.assert_allclose(again.p_values, local.p_values)
    assert again.units == local.units


def test_islands_have_no_local_statistic() -> None:
    weights = contiguity_weights("abcde", [("a", "b"), ("b", "c"), ("c", "d")])
    local = local_morans_i([1, 2, 4, 8, 16], list("abcde"), weights, permutations=99)
    assert local.quadrants[4] is None
    assert np.isnan(local.p_values[4])
    assert local.statistics[4] == 0


def test_every_period_by_itself() -> None:
    weights = ring(12, 6, seed=2)
    rng = np.random.default_rng(3)
    values, units, periods = (
        rng.normal(size=36),
        np.tile(np.arange(12), 3),
        np.repeat([7, 8, 9], 12),
    )
    keep = ~((periods == 8) & (units == 5))
    order = rng.permutation(keep.sum())
    found = morans_i_by_period(
        values[keep][order], units[keep][order], periods[keep][order], weights, permutations=99
    )
    assert list(found) == [7, 8, 9]
    first = morans_i(values[:12], units[:12], weights, permutations=99)
    assert found[7] == first
    assert found[8].expected == pytest.approx(-1 / 10)


def test_scale_and_level_do_not_matter() -> None:
    weights = ring(12, 6, seed=2)
    values = np.random.default_rng(3).normal(size=12)
    first = morans_i(values, range(12), weights, permutations=99)
    second = morans_i(values * 1e12 + 1e9, range(12), weights, permutations=99)
    assert second.z_randomization == pytest.approx(first.z_randomization, rel=1e-9)
    assert second.p_permutation == first.p_permutation
    assert gearys_c(values * 1e12, range(12), weights) == pytest.approx(
        gearys_c(values, range(12), weights)
    )


def test_false_discovery_adjustment_is_scipys_and_leaves_islands_out() -> None:
    rng = np.random.default_rng(4)
    for n in (1, 2, 31):
        p = np.round(rng.uniform(size=n) ** 3, 2)  # with ties
        found = false_discovery_adjusted(p)
        np.testing.assert_allclose(found, false_discovery_control(p, method="bh"), rtol=1e-14)
        with_islands = np.concatenate([[np.nan], p, [np.nan]])
        adjusted = false_discovery_adjusted(with_islands)
        np.testing.assert_array_equal(adjusted[1:-1], found)
        assert np.isnan(adjusted[[0, -1]]).all()


@pytest.mark.slow
@pytest.mark.parametrize(("draws", "rate"), [(99, "0.9"), (999, "0.05"), (9999, "0.05")])
def test_a_p_value_at_its_rate_is_a_discovery(draws: int, rate: str) -> None:
    """k alike of n, as small as n times each over k is the rate: in fractions, which have no rounding."""
    at = Fraction(rate) * (draws + 1)
    assert at.denominator == 1
    for n in range(1, 342):
        for k in range(1, n + 1):
            count = at * k / n
            if count.denominator != 1:
                continue
            p = np.ones(n)
            p[:k] = int(count) / (draws + 1)
            found = is_discovery(false_discovery_adjusted(p), float(rate))
            np.testing.assert_array_equal(found, np.arange(n) < k)
            p[:k] = (int(count) + 1) / (draws + 1)
            assert not is_discovery(false_discovery_adjusted(p), float(rate)).any()
    assert not is_discovery(np.array([np.nan]), 1.0).any()


def test_islands_are_counted_or_not() -> None:
    """With a unit that has no neighbour N is 6 in esda and 5 in spdep, in I and all its moments."""
    x = np.array([1.0, 2.0, 4.0, 3.0, 9.0, 5.0])
    weights = contiguity_weights(range(6), [(0, 1), (1, 2), (2, 3), (3, 4)])
    w, z = weights.matrix.toarray(), x - x.mean()
    moment = z @ w @ z / (z @ z) / w.sum()
    counted = morans_i(x, range(6), weights, permutations=99)
    not_counted = morans_i(x, range(6), weights, permutations=99, islands="not_counted")
    assert counted.statistic == pytest.approx(6 * moment, rel=1e-12)
    assert not_counted.statistic == pytest.approx(5 * moment, rel=1e-12)
    assert (counted.expected, not_counted.expected) == (-1 / 5, -1 / 4)
    s0, s1 = w.sum(), ((w + w.T) ** 2).sum() / 2
    s2 = ((w.sum(axis=0) + w.sum(axis=1)) ** 2).sum()
    normal = (25 * s1 - 5 * s2 + 3 * s0**2) / (24 * s0**2) - 1 / 16
    kurtosis = 6 * (z**4).sum() / (z @ z) ** 2  # spdep takes it over all units
    first = 5 * ((25 - 15 + 3) * s1 - 5 * s2 + 3 * s0**2)
    random = (first - kurtosis * (20 * s1 - 10 * s2 + 6 * s0**2)) / (4 * 3 * 2 * s0**2) - 1 / 16
    assert not_counted.variance_normal == pytest.approx(normal, rel=1e-12)
    assert not_counted.variance_randomization == pytest.approx(random, rel=1e-12)
    assert not_counted.p_permutation == counted.p_permutation
    with pytest.raises(EstimationError, match="islands is one of counted, not_counted"):
        morans_i(x, range(6), weights, islands="left out")  # type: ignore[arg-type]
