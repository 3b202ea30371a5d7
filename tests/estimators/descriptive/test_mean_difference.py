"""The t test of two groups' means, against R."""

from __future__ import annotations

import numpy as np
import pytest

from nqpf_assets.estimators.descriptive.mean_difference import mean_difference
from tests.estimators.descriptive.grunfeld import expected, panels


@pytest.mark.parametrize("which", ["whole", "gaps"])
@pytest.mark.parametrize("how", ["welch", "equal"])
def test_statistic_and_p_value_are_those_of_r(which: str, how: str) -> None:
    data = panels()[which]
    is_early = data["year"] < 1945
    early, late = data.loc[is_early, "invest"], data.loc[~is_early, "invest"]
    found = mean_difference(late, early, are_variances_equal=how == "equal")
    # R's formula takes FALSE, the late years, first, as it is here.
    sign = np.sign(found.statistic)
    theirs = expected()[which]["means"][how]
    assert found.statistic == pytest.approx(theirs["statistic"], rel=1e-12)
    assert found.p_value == pytest.approx(theirs["p_value"], rel=1e-10)
    assert found.difference == pytest.approx(late.mean() - early.mean(), rel=1e-12)
    assert sign == np.sign(found.difference)
    assert (found.n_first, found.n_second) == (len(late), len(early))
    if how == "equal":
        assert found.df == len(data) - 2


def test_rows_without_a_value_are_left_out() -> None:
    found = mean_difference([1.0, np.nan, 3.0], [4.0, 6.0, 8.0])
    assert (found.n_first, found.mean_first, found.n_second) == (2, 2.0, 3)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [([1.0], [2.0, 3.0], "1 row with a value"), ([1.0, 1.0], [2.0, 2.0], "one value")],
)
def test_what_has_no_test_is_refused(first: list[float], second: list[float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        mean_difference(first, second)
