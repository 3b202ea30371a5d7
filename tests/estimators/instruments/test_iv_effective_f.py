"""The effective F against its definition in the instruments' own units, and critical values as published.

Tolerance 1e-8 relative, as in test_iv_reference; published values have three decimals.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import ncx2

from tests.estimators.instruments.test_iv_reference import EXACT, column, columns, fit


def test_one_instrument_has_the_published_bounds() -> None:
    """Of weakivtest (Pflueger and Wang 2015) for one instrument, whatever the errors.

    It takes 1/.3 for 3.33, and prints 12.039 for 30 % where 3.333… gives 12.045.
    """
    found = fit(endo=("d1",), inst=("z1",)).effective_f
    expected = {0.05: 37.418, 0.10: 23.109, 0.20: 15.062, 0.30: 12.045}
    assert round(ncx2.ppf(0.95, 1, 3.33), 3) == 12.039
    assert {key: round(value, 3) for key, value in found.bounds.items()} == expected


@pytest.mark.parametrize("options", [{}, {"vcov": "robust"}, {"vcov": "unadjusted"}])
def test_one_instrument_has_the_f_of_the_first_stage(options: dict[str, Any]) -> None:
    model = fit(endo=("d1",), inst=("z1",), **options)
    assert model.effective_f.statistic == pytest.approx(
        model.first_stages[0].f.statistic, rel=EXACT
    )


def test_errors_that_are_alike_give_the_usual_f_and_bounds_of_its_own() -> None:
    model = fit(endo=("d1",), inst=("z1", "z2", "z3"), vcov="unadjusted")
    assert model.effective_f.statistic == pytest.approx(
        model.first_stages[0].f.statistic, rel=EXACT
    )
    for bias, bound in model.effective_f.bounds.items():
        assert bound == pytest.approx(ncx2.ppf(0.95, 3, 3 / bias) / 3, rel=1e-6)


def test_clusters_against_the_definition() -> None:
    """π'Z'Zπ / tr(V Z'Z), Z the instruments with dummies and exogenous regressors removed."""
    inst = ("z1", "z2", "z3")
    model = fit(endo=("d1",), inst=inst)
    rows = model.is_in_sample
    removed = [
        (column(key)[rows][:, None] == np.unique(column(key)[rows])).astype(float)
        for key in ("unit", "year")
    ]
    others = np.column_stack([columns("x1")[rows], *removed])
    clean = np.eye(rows.sum()) - others @ np.linalg.pinv(others)
    z, x = clean @ columns(*inst)[rows], (clean @ columns("d1")[rows])[:, 0]
    bread = np.linalg.inv(z.T @ z)
    slopes = bread @ z.T @ x
    codes = np.unique(column("unit")[rows], return_inverse=True)[1]
    scores = np.array([np.bincount(codes, one) for one in (z * (x - z @ slopes)[:, None]).T]).T
    n, g, n_first = len(x), codes.max() + 1, 3 + 1 + 7  # instruments, x1, seven years beside units
    factor = g / (g - 1) * (n - 1) / (n - n_first)
    covariance = factor * bread @ scores.T @ scores @ bread
    expected = slopes @ z.T @ z @ slopes / np.trace(covariance @ z.T @ z)
    assert model.effective_f.statistic == pytest.approx(expected, rel=EXACT)
    # The bound is of the covariance in units in which the instruments are orthonormal.
    root = np.linalg.cholesky(z.T @ z)
    w = root.T @ covariance @ root
    df = np.trace(w) ** 2 * 21 / ((w * w).sum() + 20 * np.trace(w) * np.linalg.eigvalsh(w)[-1])
    assert model.effective_f.bounds[0.10] == pytest.approx(
        ncx2.ppf(0.95, df, 10 * df) / df, rel=1e-6
    )


def test_two_endogenous_variables_have_none() -> None:
    assert fit().effective_f is None
