"""Education Gini: closed forms, invariances, and what is refused.

Tolerance 1e-12 relative: a handful of additions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nqpf_assets.indices.education_gini import education_gini
from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.method import Indicators
from nqpf_assets.indices.methods.education_gini import index

YEARS = (0, 6, 9, 12, 16)
shares = st.lists(st.integers(min_value=0, max_value=10_000), min_size=5, max_size=5).filter(
    lambda counts: sum(counts[1:]) > 0
)


@given(counts=shares, scale=st.sampled_from([0.5, 12.0]))
def test_invariances(counts: list[int], scale: float) -> None:
    p = np.array([counts]) / sum(counts)
    first = education_gini(p, YEARS)
    assert 0 <= first.gini[0] < 1
    assert first.equity[0] == 1 - first.gini[0]
    order = [3, 0, 4, 2, 1]
    reordered = education_gini(p[:, order], np.array(YEARS)[order])
    in_months = education_gini(p, np.array(YEARS) * scale)
    counted = education_gini([counts], YEARS, renormalize=True)
    for other in (reordered, in_months, counted):
        np.testing.assert_allclose(other.gini, first.gini, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(in_months.sd_years, first.sd_years * scale, rtol=1e-9, atol=1e-9)


@given(share=st.floats(min_value=0.01, max_value=1.0))
def test_with_two_levels_the_gini_is_the_share_without_schooling(share: float) -> None:
    result = education_gini([[1 - share, share]], [0, 9])
    assert result.gini[0] == pytest.approx(1 - share, abs=1e-12)
    assert result.mean_years[0] == pytest.approx(9 * share)


def test_nobody_schooled_and_missing_shares_have_no_gini() -> None:
    result = education_gini([[1, 0, 0, 0, 0], [np.nan, 0.5, 0.5, 0, 0], [0, 0, 0, 0, 1]], YEARS)
    np.testing.assert_array_equal(result.gini, [np.nan, np.nan, 0.0])
    np.testing.assert_array_equal(result.mean_years, [0.0, np.nan, 16.0])


@pytest.mark.parametrize(
    ("rows", "years", "words"),
    [
        ([[0.5, 0.4, 0, 0, 0]], YEARS, "row 0 adds up to 0.9"),
        ([[50, 50, 0, 0, 0]], YEARS, "do not add up to one"),
        ([[1.2, -0.2, 0, 0, 0]], YEARS, "negative or infinite share in row 0"),
        ([[0.5, 0.5]], YEARS, "one column for each of 5 levels"),
        ([0.5, 0.5], (0, 9), "one column for each"),
        ([[0.5, 0.5]], (-1, 9), "0 or more"),
        ([[0.5, 0.5]], (0, np.nan), "0 or more"),
    ],
)
def test_refusals(rows: Any, years: Any, words: str) -> None:
    with pytest.raises(IndicatorError, match=words):
        education_gini(rows, years)


def test_shares_within_the_tolerance_are_scaled_to_one() -> None:
    """G moves one for one with the sum of the shares: .996 of them would make it .4 % too small."""
    shares = np.array([[0.1, 0.3, 0.4, 0.15, 0.05], [0.2, 0.3, 0.3, 0.1, 0.1]])
    years = [0, 6, 9, 12, 16]
    exact = education_gini(shares, years)
    rounded = education_gini(shares * [[0.996], [1.004]], years, tolerance=0.005)
    np.testing.assert_allclose(rounded.gini, exact.gini, rtol=1e-12)
    np.testing.assert_allclose(rounded.mean_years, exact.mean_years, rtol=1e-12)
    np.testing.assert_allclose(rounded.share_sums, [0.996, 1.004])
    with pytest.raises(IndicatorError, match="do not add up to one"):
        education_gini(shares * 0.99, years, tolerance=0.005)


def test_a_row_at_fault_is_named_by_its_unit_year_and_shares() -> None:
    indicators = Indicators(
        ("none", "primary"), np.array([[0.5, 0.5], [0.5, 0.4]]), (1, 1), ("all", "all"), ("a", "b"),
        np.array(["110000", "120000"], dtype=object), np.array([2015, 2015]),
    )  # fmt: skip
    words = "in 1 row; 120000 2015 adds up to 0.9: none 0.5, primary 0.4"
    with pytest.raises(IndicatorError, match=words):
        index(indicators, measure="gini", tolerance=0.01, years=(0, 6))
