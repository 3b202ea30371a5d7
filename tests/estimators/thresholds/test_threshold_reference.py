"""Thresholds of a small unbalanced panel against regressions with dummies, one by one.

The reference is made by tests/reference/make_threshold.py. Tolerance 1e-9 relative: both sides
are least squares on 105 rows with condition numbers near 1e2. F is a difference of sums of
squares, so it is compared to 1e-8 of its own scale, which is 1 for the relative F stored.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.thresholds.threshold import panel_threshold

RTOL = 1e-9
FOLDER = Path(__file__).parent / "reference"
EXPECTED = json.loads((FOLDER / "threshold.json").read_text(encoding="utf-8"))
with (FOLDER / "threshold.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
SPECIFICATIONS = pytest.mark.parametrize(
    "expected", EXPECTED, ids=["one_way", "two_way_two_regressors", "two_way_intercept"]
)


def columns(*names: str) -> Any:
    return np.array([[float(row[name]) for name in names] for row in ROWS])


def fit(expected: Any, **options: Any) -> Any:
    defaults: dict[str, Any] = {"trim": 0.1, "draws": 0}
    return panel_threshold(
        columns("y")[:, 0], columns("w"), columns(*expected["regime"]), columns("q")[:, 0],
        [row["unit"] for row in ROWS], [int(row["year"]) for row in ROWS],
        names=("w",), regime_names=expected["regime"], threshold_name="q",
        effects=("unit", "period") if expected["two_way"] else ("unit",),
        regime_intercept=expected["intercept"], **defaults | options,
    )  # fmt: skip


@SPECIFICATIONS
def test_thresholds_and_sums_of_squares(expected: Any) -> None:
    stages = expected["stages"]
    for number in (1, 2, 3):
        model = fit(expected, n_thresholds=number)
        assert [t.estimate for t in model.thresholds] == sorted(stages[number]["thresholds"])
        np.testing.assert_allclose(model.ssr, [s["ssr"] for s in stages[: number + 1]], rtol=RTOL)
        assert model.fit.rss == pytest.approx(stages[number]["ssr"], rel=RTOL)
        for test, before, after in zip(model.tests, stages, stages[1:], strict=False):
            assert test.ssr_null == pytest.approx(before["ssr"], rel=RTOL)
            assert test.ssr_alternative == pytest.approx(after["ssr_added"], rel=RTOL)


@SPECIFICATIONS
def test_confidence_sets(expected: Any) -> None:
    model = fit(expected, n_thresholds=2)
    for threshold, curve in zip(model.thresholds, expected["curves"], strict=True):
        values = np.array([float(key) for key in curve])
        ssr = np.array(list(curve.values()))
        ratio = (ssr / ssr.min() - 1) * model.divisor_value
        np.testing.assert_array_equal(threshold.candidates, values)
        np.testing.assert_allclose(threshold.likelihood_ratio, ratio, rtol=0, atol=1e-7)
        inside = values[ratio <= 7.352277]  # Hansen (1999): 7.35 at 5 %
        assert (threshold.conf_low, threshold.conf_high) == (inside.min(), inside.max())
        assert threshold.critical_value == pytest.approx(7.352277, abs=1e-6)
        gaps = ((values > inside.min()) & (values < inside.max()) & (ratio > 7.352277)).any()
        assert threshold.is_set_connected == (not gaps)


@SPECIFICATIONS
def test_coefficients_given_the_thresholds(expected: Any) -> None:
    for vcov in ("unadjusted", "robust", "clustered"):
        model = fit(expected, n_thresholds=2, vcov=vcov).fit
        regressors = len(expected["regime"])
        # The reference groups columns by regime, the package by regressor.
        order = [0, *(1 + r * regressors + j for j in range(regressors) for r in range(3))]
        if expected["intercept"]:
            order = [0, 1, 2, 4, 3, 5]
        params = np.array(expected["params"])[order]
        np.testing.assert_allclose(model.params, params, rtol=1e-8)
        np.testing.assert_allclose(model.std_errors, np.array(expected[vcov])[order], rtol=1e-8)


@SPECIFICATIONS
@pytest.mark.parametrize("source", ["alternative", "null"])
def test_bootstrap_draws(expected: Any, source: str) -> None:
    model = fit(
        expected, n_thresholds=3, draws=12, residuals_from=source,
        generator=np.random.default_rng(7),
    )  # fmt: skip
    for test, drawn in zip(model.tests, expected["relative_f"][source], strict=True):
        relative = test.bootstrap_f / model.divisor_value
        np.testing.assert_allclose(relative, drawn, rtol=0, atol=1e-8)
        assert test.n_exceeding == sum(f * model.divisor_value >= test.f_statistic for f in drawn)
        assert test.p_value == (test.n_exceeding + 1) / 13
    assert model.n_filled > 0
