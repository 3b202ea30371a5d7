"""Correlations and variance inflation factors, against R and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest

from nqpf_assets.estimators.descriptive.correlations import (
    Method,
    NoCorrelation,
    correlations,
    variance_inflation,
)
from tests.estimators.descriptive.grunfeld import NAMES, expected, panels


def values(which: str) -> np.ndarray:
    return panels()[which][list(NAMES)].to_numpy()


@pytest.mark.parametrize("which", ["whole", "gaps"])
@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_coefficients_and_p_values_are_those_of_r(which: str, method: Method) -> None:
    found = correlations(values(which), method)
    for pair, numbers in expected()[which][method].items():
        i, j = (NAMES.index(name) for name in pair.split())
        assert found.coefficients[i, j] == pytest.approx(numbers["estimate"], rel=1e-12)
        assert found.p_values[i, j] == pytest.approx(numbers["p_value"], rel=1e-9)
        assert found.coefficients[j, i] == found.coefficients[i, j]


@pytest.mark.parametrize("which", ["whole", "gaps"])
def test_inflation_is_that_of_r_and_statsmodels(which: str) -> None:
    from statsmodels.stats.outliers_influence import variance_inflation_factor
    from statsmodels.tools import add_constant

    x = values(which)
    found = variance_inflation(x)
    assert found == pytest.approx(list(expected()[which]["vif"].values()), rel=1e-12)
    with_constant = add_constant(x)
    theirs = [variance_inflation_factor(with_constant, place) for place in (1, 2, 3)]
    assert found == pytest.approx(theirs, rel=1e-10)


def test_of_each_two_the_rows_count_that_have_both() -> None:
    x = values("whole").copy()
    x[:5, 0], x[3:9, 1] = np.nan, np.nan
    found = correlations(x)
    assert found.n_obs.tolist() == [[195, 191, 195], [191, 194, 194], [195, 194, 200]]
    both = x[9:]
    assert found.coefficients[0, 1] == pytest.approx(np.corrcoef(both[:, 0], both[:, 1])[0, 1])
    whole = x[~np.isnan(x).any(axis=1)]
    assert variance_inflation(x) == pytest.approx(variance_inflation(whole), rel=1e-14)


def test_inflation_does_not_depend_on_units_of_measurement() -> None:
    x = values("whole")
    assert variance_inflation(x * [1e8, 1e-6, 1] + [1e9, 0, -5]) == pytest.approx(
        variance_inflation(x), rel=1e-7
    )


@pytest.mark.parametrize(
    ("made", "columns", "told"),
    [
        ([[1.0, 2.0], [2.0, np.nan], [np.nan, 1.0]], (1, 0), "both are in 1 row;"),
        ([[1.0, 2.0], [1.0, 3.0], [1.0, 5.0]], (1, 0), "one value"),
    ],
)
def test_what_is_not_defined_is_refused(made: list, columns: tuple, told: str) -> None:
    with pytest.raises(NoCorrelation, match=told) as refused:
        correlations(made)
    assert refused.value.columns == columns


def test_a_sum_of_others_has_no_inflation() -> None:
    x = values("whole")
    summed = np.column_stack([x, x[:, 0] - 3 * x[:, 2]])
    with pytest.raises(NoCorrelation, match="sum of others") as refused:
        variance_inflation(summed)
    assert refused.value.columns == (0, 2, 3)
    with pytest.raises(NoCorrelation, match="it takes 5"):
        variance_inflation(x[:4])
