"""Least squares of unit means: plain arithmetic, and Stata's digits for ten firms of Grunfeld (1958)."""

from __future__ import annotations

import numpy as np
import pytest

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
