"""Dagum's Gini against sums over all pairs, worked examples, and what must not change it.

Tolerance 1e-12 absolute: coefficients lie between 0 and 1, and both sides add up some hundred
terms of that size.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.estimators.regional_differences.dagum import DagumGini, dagum_gini
from nqpf_assets.estimators.regional_differences.errors import DifferenceError

ATOL = 1e-12
few = settings(max_examples=25, deadline=None)
seeds = st.integers(min_value=0, max_value=10_000)
PARTS = ("gini", "within", "between", "transvariation", "pair_gini", "affluence")


def regions(seed: int, weighted: bool = False) -> tuple[Any, Any, Any, Any]:
    """31 regions in 4 groups over 3 years, some values equal, one zero; weights or None."""
    rng = np.random.default_rng(seed)
    y = np.round(rng.lognormal(size=93), 1)
    y[5] = 0.0
    groups = np.array(["east", "middle", "northeast", "west"])[rng.integers(4, size=31)]
    w = rng.uniform(0.5, 9, size=93) if weighted else None
    return y, np.repeat([2012, 2013, 2014], 31), np.tile(groups, 3), w


def by_pairs(y: Any, groups: Any, w: Any) -> dict[str, Any]:
    """All quantities of one year as Dagum defines them, pair by pair."""
    labels = sorted(set(groups))
    k = len(labels)
    w = np.ones(len(y)) if w is None else w
    w = w / w.sum()
    mu = sum(w * y)
    out: dict[str, Any] = {"pair_gini": np.zeros((k, k)), "affluence": np.zeros((k, k))}
    out |= {"gini": 0.0, "within": 0.0, "between": 0.0, "transvariation": 0.0}
    for a in range(len(y)):
        for b in range(len(y)):
            out["gini"] += w[a] * w[b] * abs(y[a] - y[b]) / (2 * mu)
    member = [np.flatnonzero(np.array(groups) == label) for label in labels]
    p = [w[rows].sum() for rows in member]
    m = [(w[rows] * y[rows]).sum() / w[rows].sum() for rows in member]
    s = [p[j] * m[j] / mu for j in range(k)]
    for j in range(k):
        for h in range(k):
            ahead = behind = 0.0
            for a in member[j]:
                for b in member[h]:
                    pair = w[a] * w[b] / (p[j] * p[h])
                    ahead += pair * max(y[a] - y[b], 0)
                    behind += pair * max(y[b] - y[a], 0)
            g = (ahead + behind) / (m[j] + m[h])
            out["pair_gini"][j, h] = g
            if j == h:
                out["within"] += g * p[j] * s[j]
                continue
            gross, moment = (ahead, behind) if m[j] >= m[h] else (behind, ahead)
            d = (gross - moment) / (gross + moment) if gross + moment else 0.0
            out["affluence"][j, h] = d
            out["between"] += g * p[j] * s[h] * d
            out["transvariation"] += g * p[j] * s[h] * (1 - d)
    return out


@pytest.mark.parametrize("weighted", [False, True])
@given(seed=seeds)
@settings(max_examples=5, deadline=None)
def test_against_sums_over_pairs(weighted: bool, seed: int) -> None:
    y, years, groups, w = regions(seed, weighted)
    found = dagum_gini(y, years, groups, weights=w)
    assert found.periods == (2012, 2013, 2014)
    assert found.is_weighted == weighted
    for at, year in enumerate(found.periods):
        rows = years == year
        expected = by_pairs(y[rows], groups[rows], None if w is None else w[rows])
        for name, value in expected.items():
            np.testing.assert_allclose(getattr(found, name)[at], value, rtol=0, atol=ATOL)


def test_worked_by_hand() -> None:
    """A = {1, 3}, B = {2, 6}: mean 3, sum of differences 32, G = 32 / (2 16 3) = 1/3."""
    found = dagum_gini([1, 3, 2, 6], [1, 1, 1, 1], ["A", "A", "B", "B"])
    assert found.gini[0] == pytest.approx(1 / 3, abs=ATOL)
    assert found.within[0] == pytest.approx(1 / 8, abs=ATOL)
    assert found.between[0] == pytest.approx(1 / 6, abs=ATOL)
    assert found.transvariation[0] == pytest.approx(1 / 24, abs=ATOL)
    np.testing.assert_allclose(found.pair_gini[0], [[1 / 4, 5 / 12], [5 / 12, 1 / 4]], atol=ATOL)
    assert found.affluence[0, 0, 1] == pytest.approx(0.8, abs=ATOL)
    assert found.within_share[0] == pytest.approx(3 / 8, abs=ATOL)
    np.testing.assert_allclose(found.population_shares, [[0.5, 0.5]])
    np.testing.assert_allclose(found.value_shares, [[1 / 3, 2 / 3]])
    np.testing.assert_array_equal(found.n_regions, [[2, 2]])


def test_example_of_the_r_package_ineq() -> None:
    """Class means of incomes in its help page, for which it prints 0.4620911."""
    incomes = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
    assert dagum_gini(incomes, [1] * 10, ["all"] * 10).gini[0] == pytest.approx(0.4620911, abs=5e-8)


@pytest.mark.parametrize("weighted", [False, True])
@given(seed=seeds)
@few
def test_parts_add_up(weighted: bool, seed: int) -> None:
    y, years, groups, w = regions(seed, weighted)
    found = dagum_gini(y, years, groups, weights=w)
    total = found.within + found.between + found.transvariation
    np.testing.assert_allclose(total, found.gini, rtol=0, atol=ATOL)
    shares = found.within_share + found.between_share + found.transvariation_share
    np.testing.assert_allclose(shares, 1, atol=1e-10)
    assert (found.transvariation >= -ATOL).all()
    assert ((found.affluence >= 0) & (found.affluence <= 1)).all()
    np.testing.assert_allclose(found.pair_gini, found.pair_gini.transpose(0, 2, 1), atol=ATOL)


@pytest.mark.parametrize("weighted", [False, True])
@given(seed=seeds)
@few
def test_invariances(weighted: bool, seed: int) -> None:
    y, years, groups, w = regions(seed, weighted)
    plain = dagum_gini(y, years, groups, weights=w)

    def same(other: DagumGini) -> None:
        for name in PARTS:
            np.testing.assert_allclose(getattr(other, name), getattr(plain, name), atol=1e-10)

    order = np.random.default_rng(seed).permutation(len(y))
    shuffled = None if w is None else w[order] * 1e6
    same(dagum_gini(y[order], years[order], groups[order], weights=shuffled))
    same(dagum_gini(y * 1e-7, years, groups, weights=w))
    twice = [np.tile(column, 2) if column is not None else None for column in (y, years, groups, w)]
    same(dagum_gini(twice[0], twice[1], twice[2], weights=twice[3]))
    # A region that counts three times is three regions.
    times = np.random.default_rng(seed).integers(1, 4, size=len(y))
    weights = dagum_gini(y, years, groups, weights=times)
    repeated = dagum_gini(np.repeat(y, times), np.repeat(years, times), np.repeat(groups, times))
    for name in PARTS:
        np.testing.assert_allclose(getattr(weights, name), getattr(repeated, name), atol=1e-10)


def test_groups_that_do_not_overlap_have_no_transvariation() -> None:
    found = dagum_gini([1, 2, 10, 12], [1] * 4, list("aabb"))
    assert found.transvariation[0] == pytest.approx(0, abs=ATOL)
    assert found.affluence[0, 0, 1] == pytest.approx(1, abs=ATOL)


@pytest.mark.parametrize("seed", range(20))
def test_groups_apart_have_no_trace_of_an_overlap(seed: int) -> None:
    # Sums leave 1e-17, which a table would print among its numbers.
    draw = np.random.default_rng(seed)
    y = np.concatenate([draw.uniform(0.1, 3, 4), draw.uniform(3.1, 9, 5)])
    found = dagum_gini(y, [1] * 9, list("aaaabbbbb"))
    assert found.transvariation[0] == 0
    assert found.affluence[0, 0, 1] == 1
    touching = dagum_gini(np.append(y, y[:4].max() - 1e-6), [1] * 10, list("aaaabbbbbb"))
    assert touching.transvariation[0] > 0


def test_equal_regions_and_groups_that_are_absent() -> None:
    found = dagum_gini([5, 5, 5, 1, 3], [1, 1, 1, 2, 2], ["a", "b", "b", "a", "a"])
    assert found.gini[0] == pytest.approx(0, abs=ATOL)
    assert np.isnan(found.within_share[0])
    assert found.affluence[0, 0, 1] == 0
    assert found.gini[1] == pytest.approx(0.25, abs=ATOL)
    assert found.within[1] == pytest.approx(0.25, abs=ATOL)
    assert np.isnan(found.group_gini[1, 1])
    assert found.n_regions[1, 1] == 0


def test_a_group_of_zeros() -> None:
    found = dagum_gini([0, 0, 2, 2], [1] * 4, list("aabb"))
    assert found.gini[0] == pytest.approx(0.5, abs=ATOL)
    assert found.between[0] == pytest.approx(0.5, abs=ATOL)
    assert found.group_gini[0, 0] == 0


def test_integers_do_not_overflow() -> None:
    big = np.array([2_000_000_000, 4_000_000_000, 6_000_000_000], dtype=np.int64)
    assert dagum_gini(big, [1] * 3, ["a"] * 3).gini[0] == pytest.approx(2 / 9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": [1, np.nan, 2, 3]}, "values are missing or infinite in 1 row"),
        ({"values": [1, -1, 2, 3]}, r"non-negative values; 1 is not, one of them \(-1\) in 2012"),
        ({"values": [0, 0, 2, 3]}, "all values of 2012 are zero"),
        ({"values": ["a", 1, 2, 3]}, "values: not all are numbers"),
        ({"values": []}, "there are no values"),
        ({"groups": ["a", None, "b", "b"]}, "groups are missing in 1 row"),
        ({"groups": ["a", np.nan, "b", "b"]}, "groups are missing in 1 row"),
        ({"groups": ["a", 1, "b", "b"]}, "groups mix text and other labels"),
        ({"periods": [2012, 2012]}, "periods: shape"),
        ({"weights": [1, 0, 1, 1]}, "weights must be positive; 1 is not, one of them in 2012"),
        ({"weights": [1, 2]}, "weights: 2 rows where 4 were expected"),
    ],
)
def test_values_that_cannot_be_measured(change: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {
        "values": [1, 2, 3, 4], "periods": [2012, 2012, 2013, 2013], "groups": list("abab"),
    }  # fmt: skip
    with pytest.raises(DifferenceError, match=message):
        dagum_gini(**good | change)
