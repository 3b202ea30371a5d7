"""Digits follow the size of a number, and zero has no sign."""

from __future__ import annotations

import pytest

from nqpf_assets.messages.printed_numbers import printed, without_sign_of_zero


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.4404, "0.440"), (-0.000519, "-0.000519"), (0.00996, "0.010"), (0.0099, "0.00990"),
        (0.0, "0.000"), (-0.0, "0.000"), (12345.678, "12345.678"), (4.8818e-7, "4.88e-07"),
        (-2.5e8, "-2.50e+08"), (None, "-"), (float("nan"), "-"), (0.0384, "0.038"),
    ],
)  # fmt: skip
def test_digits_follow_the_size(value, text):
    assert printed(value) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(-0.000419, 3, "0.000"), (1.25, 1, "1.2"), (-3.14159, 4, "-3.1416")],
)
def test_a_table_may_set_its_decimals(value, decimals, text):
    assert printed(value, decimals) == text


def test_zero_has_no_sign_in_any_format():
    assert [without_sign_of_zero(text) for text in ("-0.0", "-0", "-0.01", "0.0", "-")] == [
        "0.0", "0", "-0.01", "0.0", "-",
    ]  # fmt: skip
