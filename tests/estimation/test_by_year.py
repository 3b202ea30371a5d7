"""`by_year`: coefficients and joint tests against a regression with every dummy written out."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from nqpf_assets.estimation.column import FittedColumn
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.studies.year_terms import term_name
from tests.estimation.panels import STUDY, complete, fitted, panel

RTOL = 1e-8  # two ways through the same least squares
YEARS = range(STUDY.periods.first, STUDY.periods.last + 1)
BASE = 2015


def rows(of: str = "x") -> pl.DataFrame:
    """The panel with the variables that the study's formulas give."""
    terms = {term_name(of, one): pl.col(of) * (pl.col("period") == one) for one in YEARS}
    return panel().with_columns(**terms).sort("unit", "period")


def fit(base: int = BASE, of: str = "x", **more: object) -> FittedColumn:
    return fitted(complete(by_year={"of": of, "base": base}, **more), rows(of))


def by_hand(frame: pl.DataFrame, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and covariance clustered by unit, of all dummies, corrected as xtreg does."""
    units, years = (frame[key].rank("dense").to_numpy() for key in ("unit", "period"))
    x = np.column_stack(
        [
            frame.select(names).to_numpy(),
            *(units == one for one in np.unique(units)),
            *(years == one for one in np.unique(years)[1:]),
        ]
    ).astype(float)
    bread = np.linalg.inv(x.T @ x)
    b = bread @ x.T @ frame["y"].to_numpy()
    e = frame["y"].to_numpy() - x @ b
    scores = np.array([(x * e[:, None])[units == one].sum(axis=0) for one in np.unique(units)])
    g, n, k = len(scores), len(e), x.shape[1] - len(np.unique(units)) + 1
    factor = g / (g - 1) * (n - 1) / (n - k)
    size = len(names)
    return b[:size], (factor * bread @ scores.T @ scores @ bread)[:size, :size]


def test_coefficients_and_joint_tests_are_those_of_all_dummies() -> None:
    terms = {one: term_name("x", one) for one in YEARS if one != BASE}
    names = ["x", *terms.values(), "z"]
    frame = rows()
    b, v = by_hand(frame, names)
    found = fit().fitted
    by_name = {one.term: one for one in found.terms}
    np.testing.assert_allclose([by_name[one].estimate for one in names], b, rtol=RTOL)
    np.testing.assert_allclose(
        [by_name[one].std_error for one in names], np.sqrt(np.diag(v)), rtol=RTOL
    )
    tests = {one.test: one for one in found.tests}
    for test, asked in (
        ("by_year", list(terms)),
        ("by_year_before", [one for one in terms if one < BASE]),
    ):
        at = [names.index(terms[one]) for one in asked]
        wald = b[at] @ np.linalg.solve(v[np.ix_(at, at)], b[at])
        assert tests[test].statistic == pytest.approx(wald / len(at), rel=1e-6)
        assert tests[test].df == len(at)
        assert tests[test].detail is not None
        assert f"F({len(at)}, {frame['unit'].n_unique() - 1})" in tests[test].detail


def test_behind_large_sample_errors_f_has_infinite_degrees_of_freedom() -> None:
    from scipy.stats import chi2

    (joint, _) = fit(vcov={"type": "robust", "large_sample": True}).fitted.tests
    assert joint.statistic is not None
    assert joint.df is not None
    assert joint.p_value == pytest.approx(chi2.sf(joint.statistic * joint.df, joint.df))
    assert "infinity" in str(joint.detail)


def test_one_test_where_no_year_comes_after_the_base_year() -> None:
    assert [one.test for one in fit(base=YEARS[-1]).fitted.tests] == ["by_year"]
    assert [one.test for one in fit(base=YEARS[0]).fitted.tests] == ["by_year"]


def test_without_the_variable_among_regressors_the_note_says_what_the_base_year_is() -> None:
    assert "differences from 2015" in " ".join(fit().fitted.notes)
    notes = " ".join(fit(regressors=[], controls=["z"]).fitted.notes)
    assert "that of 2015 is held at zero" in notes


def test_a_base_year_without_rows_is_refused_and_no_other_year_takes_its_place() -> None:
    column = complete(by_year={"of": "x", "base": BASE})
    with pytest.raises(CheckFailed, match="compares with 2015, of which no row is in the sample"):
        fitted(column, rows().filter(pl.col("period") != BASE))


def test_clusters_that_are_too_few_are_told_in_place_of_a_test() -> None:
    found = fit(vcov={"by": ["area"]}).fitted
    joint = next(one for one in found.tests if one.test == "by_year")
    assert (joint.statistic, joint.p_value) == (None, None)
    assert "2 clusters are too few for 7 years" in " ".join(found.notes)
