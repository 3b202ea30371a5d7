"""Least squares of unit means: plain arithmetic, and Stata's digits for ten firms of Grunfeld (1958)."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from nqpf_assets.messages.problems import CheckFailed
from tests.estimation.panels import complete, fitted, panel


def test_a_unit_is_one_row() -> None:
    frame = panel()
    fit = fitted(complete(estimator="between_units", vcov={"type": "unadjusted"}), frame).fitted
    rows = frame.drop_nulls(["y", "x", "z"])
    means = rows.select("unit", "y", "x", "z").group_by("unit").mean().drop("unit").to_numpy()
    design = np.column_stack([means[:, 1:], np.ones(len(means))])
    b, rss, *_ = np.linalg.lstsq(design, means[:, 0], rcond=None)
    errors = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * rss[0] / (len(means) - 3))
    assert [one.estimate for one in fit.terms] == pytest.approx(b, rel=1e-10)
    assert [one.std_error for one in fit.terms] == pytest.approx(errors, rel=1e-10)
    assert (fit.model.n_obs, fit.model.n_units) == (len(rows), len(means))
    assert fit.model.df_resid == len(means) - 3


def test_clusters_of_single_units_are_robust() -> None:
    frame = panel()
    clustered = fitted(complete(estimator="between_units"), frame).fitted
    robust = fitted(complete(estimator="between_units", vcov={"type": "robust"}), frame).fitted
    found = [one.std_error for one in clustered.terms]
    assert found == pytest.approx([one.std_error for one in robust.terms], rel=1e-12)


def test_clusters_must_not_divide_units() -> None:
    column = complete(estimator="between_units", vcov={"by": ["late"]})
    frame = panel().with_columns(late=(pl.col("period") > 2015).cast(pl.String))
    with pytest.raises(CheckFailed) as refused:
        fitted(column, frame)
    (problem,) = refused.value.problems
    assert problem.found == (
        "clusters of unit means must not divide units: rows of 北京 lie in several (12 such units)"
    )
    whole = frame.with_columns(late=pl.col("area"))
    of_area = complete(estimator="between_units", vcov={"by": ["area"]})
    assert fitted(column, whole).fitted.terms == fitted(of_area, whole).fitted.terms
