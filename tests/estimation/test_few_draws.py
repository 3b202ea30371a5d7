"""Bootstraps and permutations of so few units or draws that nothing can be rejected: no p-value, and told."""

from __future__ import annotations

import polars as pl
import pytest

from tests.estimation.panels import NORTH, UNITS, complete, fitted, panel


def of_units(n):
    """The rows of so many units, half of them in the north."""
    half = (n + 1) // 2
    return panel().filter(pl.col("unit").is_in([*NORTH[:half], *[*UNITS][6 : 6 + n - half]]))


def threshold(n_units, draws=199, **own):
    options = {"variable": "q", "regime": ["x"], "draws": draws, "trim": 0.1} | own
    column = complete(estimator="threshold", regressors=[], controls=[], threshold=options)
    fit = fitted(column, of_units(n_units)).fitted
    return [one for one in fit.tests if one.test.startswith("threshold_")], "\n".join(fit.notes)


@pytest.mark.parametrize(
    ("n_units", "draws", "words"),
    [
        (2, 199, "A bootstrap of 2 units knows 3 different samples, however many are drawn"),
        (4, 199, "A bootstrap of 4 units knows 35 different samples"),
        (12, 10, "10 draws cannot bear a p-value at 5 %"),
        (12, 19, "19 draws cannot bear a p-value at 5 %"),
    ],
)
def test_a_threshold_test_that_can_reject_nothing_has_no_p_value(n_units, draws, words):
    tests, notes = threshold(n_units, draws, count=2 if n_units > 2 else 1)
    assert [one.p_value for one in tests] == [None] * len(tests)
    assert not any("nan" in one.detail or "bootstrap F" in one.detail for one in tests)
    assert words in notes
    assert "not to be relied on" not in notes or n_units == 12


@pytest.mark.parametrize("n_units", [5, 12])
def test_a_threshold_test_of_some_units_has_a_p_value_and_a_warning(n_units):
    (one,), notes = threshold(n_units)
    assert 0 < one.p_value <= 1
    assert f"A bootstrap of {n_units} units has few to draw from" in notes


def test_a_threshold_without_draws_says_nothing_of_them():
    (one,), notes = threshold(2, draws=0)
    assert one.p_value is None
    assert "bootstrap" not in one.detail + notes


@pytest.mark.parametrize(
    ("n_units", "draws", "words"),
    [
        # Of four units there are six divisions, and each has its mirror: 2 of 6 are as extreme.
        (4, 199, "A permutation of 4 units knows 6 different samples"),
        (5, 199, "A permutation of 5 units knows 10 different samples"),
        (6, 199, "A permutation of 6 units knows 20 different samples"),
        (12, 10, "10 draws cannot bear a p-value"),
        (7, 199, ""),
        (12, 199, ""),
    ],
)
def test_a_permutation_that_can_reject_nothing_has_no_p_value(n_units, draws, words):
    groups = {"grouping": "area", "groups": ["north", "south"], "draws": draws}
    column = complete(estimator="group_difference", controls=[], difference=groups,
                      vcov={"type": "robust"})  # fmt: skip
    fit = fitted(column, of_units(n_units)).fitted
    (one,) = (test for test in fit.tests if test.test == "permutation: x")
    assert (one.p_value is None) == bool(words)
    assert words in "\n".join(fit.notes)
    assert bool(words) == ("different samples" in str(fit.notes) or "cannot bear" in str(fit.notes))
