"""Measures at a limit follow from the order of values, and are told so whatever their last digit is."""

from __future__ import annotations

import pytest

from nqpf_assets.stages.regional_differences import is_at_limit


@pytest.mark.parametrize(
    ("measure", "value", "expected"),
    [
        ("affluence", 1.0, True),
        # Of the values 300.368, 695.544, 521.282 and 1301.994, 946.904, 1466.304 in a panel of three years.
        ("affluence", 0.9999999999999999, True),
        ("gini_overlap", 2.3318944991073793e-17, True),
        ("gini_overlap", 0.0, True),
        ("affluence", 0.9999, False),
        ("gini_overlap", 1e-6, False),
        ("mean", 0.0, False),
    ],
)
def test_a_measure_may_miss_its_limit_by_a_rounding(
    measure: str, value: float, expected: bool
) -> None:
    assert is_at_limit(measure, value) is expected
