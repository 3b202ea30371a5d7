"""Theil's indices against their definitions, published examples, and what must not change them.

Tolerance 1e-12 absolute, as for the Gini coefficient.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.estimators.regional_differences.errors import DifferenceError
from nqpf_assets.estimators.regional_differences.theil import theil_index

ATOL = 1e-12
few = settings(max_examples=25, deadline=None)
seeds = st.integers(min_value=0, max_value=10_000)
both_kinds = pytest.mark.parametrize("kind", ["T", "L"])


def regions(seed: int) -> tuple[Any, Any, Any, Any]:
    rng = np.random.default_rng(seed)
    groups = np.array(["east", "middle", "west"])[rng.integers(3, size=31)]
    years = np.repeat([2012, 2013], 31)
    return rng.lognormal(size=62), years, np.tile(groups, 2), rng.uniform(0.5, 9, size=62)


def plain(y: Any, w: Any, kind: str) -> float:
    """One year without groups, straight from the definition."""
    share = w / w.sum()
    ratio = y / (share @ y)
    return float(share @ (ratio * np.log(ratio)) if kind == "T" else share @ -np.log(ratio))


@both_kinds
@pytest.mark.parametrize("weighted", [False, True])
@given(seed=seeds)
@few
def test_parts_against_definitions(kind: Any, weighted: bool, seed: int) -> None:
    y, years, groups, w = regions(seed)
    found = theil_index(y, years, groups, weights=w if weighted else None, kind=kind)
    w = w if weighted else np.ones(len(y))
    for at, year in enumerate(found.periods):
        rows = years == year
        total = (w[rows] * y[rows]).sum()
        within = between = 0.0
        for g, label in enumerate(found.groups):
            own = rows & (groups == label)
            p, s = w[own].sum() / w[rows].sum(), (w[own] * y[own]).sum() / total
            inside = plain(y[own], w[own], kind)
            assert found.group_index[at, g] == pytest.approx(inside, abs=ATOL)
            within += inside * (s if kind == "T" else p)
            between += s * np.log(s / p) if kind == "T" else p * np.log(p / s)
        assert found.index[at] == pytest.approx(plain(y[rows], w[rows], kind), abs=ATOL)
        assert found.within[at] == pytest.approx(within, abs=ATOL)
        assert found.between[at] == pytest.approx(between, abs=ATOL)
    np.testing.assert_allclose(found.within + found.between, found.index, rtol=0, atol=ATOL)
    np.testing.assert_allclose(found.group_shares.sum(axis=1), found.within_share, atol=1e-10)


def test_examples_of_r_packages() -> None:
    """REAT's help page (Stoermann 2009) prints 0.2326302: the mean log deviation.

    ineq's class means of incomes: Atkinson's index at 1 is 0.3518251 = 1 - exp(-L).
    """
    regional = theil_index([10, 10, 10, 20, 50], [1] * 5, kind="L").index[0]
    assert regional == pytest.approx(0.2326302, abs=5e-8)
    incomes = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
    atkinson = 1 - np.exp(-theil_index(incomes, [1] * 10, kind="L").index[0])
    assert atkinson == pytest.approx(0.3518251, abs=5e-8)


def test_worked_by_hand() -> None:
    """One region has everything: T = ln n. Two equal groups of which one has all: T_b = ln 2."""
    assert theil_index([0, 0, 0, 8], [1] * 4).index[0] == pytest.approx(np.log(4), abs=ATOL)
    found = theil_index([0, 0, 3, 3], [1] * 4, list("aabb"))
    assert found.between[0] == pytest.approx(np.log(2), abs=ATOL)
    assert found.within[0] == pytest.approx(0, abs=ATOL)
    assert found.between_share[0] == pytest.approx(1, abs=ATOL)


@both_kinds
@given(seed=seeds)
@few
def test_invariances(kind: Any, seed: int) -> None:
    y, years, groups, w = regions(seed)
    order = np.random.default_rng(seed).permutation(len(y))
    times = np.random.default_rng(seed).integers(1, 4, size=len(y))
    pairs = [
        ((y, years, groups, w), (y[order] * 1e6, years[order], groups[order], w[order] / 7)),
        ((y, years, groups, None), (*(np.tile(c, 3) for c in (y, years, groups)), None)),
        ((y, years, groups, times),
         (*(np.repeat(c, times) for c in (y, years, groups)), None)),
    ]  # fmt: skip
    for (a, b, c, d), (e, f, g, h) in pairs:
        first = theil_index(a, b, c, weights=d, kind=kind)
        second = theil_index(e, f, g, weights=h, kind=kind)
        for name in ("index", "within", "between", "group_index"):
            np.testing.assert_allclose(getattr(second, name), getattr(first, name), atol=1e-10)


def test_equal_regions_and_absent_groups() -> None:
    found = theil_index([5, 5, 1, 3], [1, 1, 2, 2], ["a", "b", "a", "a"])
    assert found.index[0] == pytest.approx(0, abs=ATOL)
    assert np.isnan(found.within_share[0])
    assert np.isnan(found.group_index[1, 1])
    assert found.within[1] == pytest.approx(found.index[1], abs=ATOL)


def test_zeros_and_options() -> None:
    with pytest.raises(DifferenceError, match=r"positive values; 1 is not, one of them \(0\)"):
        theil_index([0, 1, 2], [1] * 3, kind="L")
    with pytest.raises(DifferenceError, match="kind is 'T' or 'L'"):
        theil_index([1, 2], [1, 1], kind="GE2")  # type: ignore[arg-type]
