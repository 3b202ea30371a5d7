"""Digits follow the size of a number, and zero has no sign."""

from __future__ import annotations

import pytest

from nqpf_assets.messages.printed_numbers import (
    printed,
    told,
    told_beside,
    without_sign_of_zero,
)


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


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.30000000000000004, "0.3"),
        (12345.678901234567, "12345.7"),
        (1234567.8912345, "1234568"),
        (41045600000.123, "41045600000"),
        (-0.0, "0"),
        (1.0 / 3e8, "3.33333e-09"),
        (1e20, "1e+20"),
    ],
)
def test_a_number_in_a_message_has_the_digits_of_its_size(value: float, words: str) -> None:
    assert told(value) == words


def test_a_number_outside_of_a_bound_is_told_apart_from_it() -> None:
    assert told_beside(100.0000000001, 0.0, 100.0) == "100.0000000001"
    assert told_beside(12345.678901234567, None, 100.0) == "12345.7"
