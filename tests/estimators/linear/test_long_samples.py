"""Samples of millions of rows go shorter ways: they must lead to the numbers of the ways of small ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from nqpf_assets.estimators.linear import lengths as ways
from nqpf_assets.estimators.linear import within
from nqpf_assets.estimators.linear.coding import coded, first_repeated, renumbered
from nqpf_assets.estimators.linear.connected_levels import connected_levels
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.within import group_sums, take_away

NAMES = ("x1", "x2", "x3")


@given(
    st.lists(st.integers(-3, 40) | st.sampled_from([-(2**40), 2**40]), min_size=1), st.booleans()
)
def test_codes_are_those_of_sorted_labels(labels, as_text):
    keys = np.array([f"k{one}" for one in labels]) if as_text else np.array(labels)
    for given_keys in (keys, np.sort(keys)):
        codes, different = coded(given_keys)
        expected, places = np.unique(given_keys, return_inverse=True)
        assert_array_equal(different, expected)
        assert_array_equal(codes, places)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12))
def test_a_repeated_pair_is_the_first_and_counted(pairs):
    unit, period = (np.array(one) for one in zip(*pairs, strict=True))
    twice = sorted({pair for pair in pairs if pairs.count(pair) > 1})
    found = first_repeated(unit, period, 5)
    assert found == ((*twice[0], len(twice)) if twice else None)


@given(st.lists(st.integers(0, 9), min_size=1))
def test_gaps_in_codes_are_closed(codes):
    closed, kept = renumbered(np.array(codes), 10)
    assert_array_equal(kept[closed], codes)
    assert_array_equal(kept, np.unique(codes))


@pytest.mark.parametrize("is_sorted", [True, False])
def test_sums_and_levels_over_many_blocks(is_sorted):
    draw = np.random.default_rng(4)
    n = within._ROWS_SUMMED * 2 + 77
    codes = draw.integers(0, 40_000, n)
    codes = np.sort(codes) if is_sorted else codes
    columns = draw.normal(size=(n, 2))
    expected = np.column_stack([np.bincount(codes, one, 40_000) for one in columns.T])
    assert_allclose(group_sums(columns, codes, 40_000), expected, atol=1e-12)
    left = columns.copy()
    take_away(left, expected, codes)
    assert_array_equal(left, columns - expected[codes])


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 5)), min_size=1, unique=True),
    st.sampled_from([0, 100]),
)
def test_parts_of_a_panel_that_nothing_connects(pairs, cells_per_row):
    """Written out or kept by its filled cells, the table of levels has one pinned level per part."""
    unit, period = (renumbered(np.array(one), 8)[0] for one in zip(*pairs, strict=True))
    parts = [{("u", u), ("t", t)} for u, t in zip(unit, period, strict=True)]
    for link in list(parts):
        met = [part for part in parts if part & link]
        parts = [part for part in parts if not part & link] + [set().union(*met)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "nqpf_assets.estimators.linear.connected_levels._CELLS_PER_ROW", cells_per_row
        )
        levels = connected_levels(unit, unit.max() + 1, period, period.max() + 1)
    assert [sum(("t", t) in part for t in levels.pinned) for part in parts] == [1] * len(parts)


@pytest.mark.parametrize(
    "vcov", ["clustered", "robust", "unadjusted", "driscoll_kraay", "newey_west"]
)
@pytest.mark.parametrize("near", [1.0, 0.02, 0.005, 1e-7])
def test_products_give_what_orthogonal_columns_give(vcov, near, monkeypatch):
    """Far from collinear by products, near to it by QR as ever: 1e-10 is more than rounding leaves."""
    draw = np.random.default_rng(9)
    units, periods = np.repeat(np.arange(300), 7), np.tile(np.arange(7), 300)
    kept = draw.uniform(size=2100) < 0.8
    x = draw.normal(size=(2100, 3)) + np.array([1e4, 0, 0])
    x[:, 2] = x[:, 1] + near * x[:, 2]
    y = x @ [1.0, -2.0, 0.5] + draw.normal(size=2100)
    given_columns = y[kept], x[kept], units[kept], periods[kept]
    small = two_way_fe(*given_columns, names=NAMES, vcov=vcov)
    monkeypatch.setattr(ways, "LONG", 1)
    demeaned = within.fixed_effects(("unit", "period"), units, periods).demean(x)
    assert (ways.clear_products(demeaned) is not None) is (near > 0.01)
    long = two_way_fe(*given_columns, names=NAMES, vcov=vcov)
    assert_allclose(long.params, small.params, rtol=1e-10)
    assert_allclose(long.std_errors, small.std_errors, rtol=1e-10)
    assert long.dropped == small.dropped


def test_a_regressor_made_of_others_is_dropped_from_long_samples_too(monkeypatch):
    monkeypatch.setattr(ways, "LONG", 1)
    draw = np.random.default_rng(3)
    x = draw.normal(size=(400, 3))
    x[:, 2] = x[:, 0] - x[:, 1]
    fit = two_way_fe(
        x[:, 0] + draw.normal(size=400), x, np.repeat(np.arange(80), 5), np.tile(np.arange(5), 80),
        names=NAMES,
    )  # fmt: skip
    assert [one.name for one in fit.dropped] == ["x3"]
