"""The line of `nqpf diff` that counts coefficients: moved, gone, added, or with another error."""

from __future__ import annotations

from typing import Any

import pytest

from nqpf_assets.exports.told_summary import _coefficients

SAME = {
    "n": 7, "n_moved": 7, "n_gone": 0, "n_added": 0, "n_columns": 2, "most": 0.31, "most_error": 0.29,
    "n_signs": 0, "n_levels": 0, "n_stars": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "7 coefficients of 2 columns moved, by at most 0.31 standard errors"),
        (
            {"n_moved": 0, "n_gone": 5, "most": 0.0},
            "7 coefficients of 2 columns differ: 2 in the standard error alone, by at most 29%, 5 gone",
        ),
        (
            {"n_moved": 3, "n_gone": 3, "n_added": 1, "n_stars": 1},
            "7 coefficients of 2 columns differ: 3 moved, by at most 0.31 standard errors, 3 gone, 1 added; "
            "1 with other stars",
        ),
        ({"n": 0}, "no coefficient of a table moves"),
    ],
)
def test_coefficients_that_did_not_move_are_not_said_to_have_moved(
    facts: dict[str, Any], words: str
) -> None:
    assert _coefficients(SAME | facts) == words
