"""`weights` of a column: the numbers of a weighted regression, what is told of it, and what is refused.

Tolerance 1e-9: dummies and demeaned columns solve the same equations in double precision.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from nqpf_assets.messages.problems import CheckFailed
from tests.estimation.panels import complete, fitted, panel
from tests.studies.test_effects import told

CLOSE = {"rtol": 1e-9}


def dummies(frame: pl.DataFrame, *keys: str) -> np.ndarray:
    """x, z, a constant, and dummies of each key but its first level."""
    columns = [frame.select("x", "z").to_numpy(), np.ones((len(frame), 1))]
    for key in keys:
        levels = frame[key].unique().sort().to_list()[1:]
        columns.append(np.column_stack([(frame[key] == one).to_numpy() for one in levels]))
    return np.column_stack(columns).astype(float)


def test_a_weighted_column_is_weighted_least_squares_on_dummies() -> None:
    import statsmodels.api as sm

    frame = panel().sort("unit", "period")
    column = complete(weights={"variable": "gdp"}, vcov={"type": "unadjusted"})
    found = fitted(column, frame)
    theirs = sm.WLS(
        frame["y"].to_numpy(), dummies(frame, "unit", "period"), weights=frame["gdp"]
    ).fit()
    for place, term in enumerate(found.fitted.terms[:2]):
        np.testing.assert_allclose(term.estimate, theirs.params[place], **CLOSE)
        np.testing.assert_allclose(term.std_error, theirs.bse[place], **CLOSE)
    np.testing.assert_allclose(found.fitted.model.r2, theirs.rsquared, **CLOSE)
    assert found.fitted.notes[0] == "Weighted by gdp (analytic weights)"
    assert found.roles["gdp"] == "weights"


def test_frequency_weights_count_the_rows_they_stand_for() -> None:
    import statsmodels.api as sm

    frame = panel().sort("unit", "period")
    weights = {"variable": "people", "type": "frequency"}
    found = fitted(complete(weights=weights, vcov={"type": "robust"}, effects=["unit"]), frame)
    times = frame["people"].to_numpy().astype(int)
    repeated = frame[np.repeat(np.arange(len(frame)), times)]
    theirs = sm.OLS(repeated["y"].to_numpy(), dummies(repeated, "unit")).fit(cov_type="HC1")
    assert found.fitted.model.n_obs == len(repeated)
    assert found.fitted.notes[0].endswith("(frequency weights): 96 rows stand for n")
    np.testing.assert_allclose(found.fitted.terms[0].estimate, theirs.params[0], **CLOSE)
    np.testing.assert_allclose(found.fitted.terms[0].std_error, theirs.bse[0], **CLOSE)


def test_rows_of_weight_zero_are_left_out_and_counted() -> None:
    zero = (pl.col("unit") == "110000") & (pl.col("period") < 2015)
    frame = panel().with_columns(v=pl.when(zero).then(0.0).otherwise(pl.col("gdp")))
    found = fitted(complete(weights={"variable": "v"}), frame)
    without = fitted(complete(weights={"variable": "gdp"}), frame.filter(~zero))
    assert found.fitted.terms == without.fitted.terms
    assert found.fitted.model.n_obs == 93
    assert "3 rows left out whose weight is zero" in found.fitted.notes
    assert found.n_missing_rows == 0


def test_rows_without_a_weight_lack_a_value() -> None:
    frame = panel().with_columns(v=pl.when(pl.col("period") > 2013).then(pl.col("gdp")))
    found = fitted(complete(weights={"variable": "v"}), frame)
    assert found.n_missing_rows == 24
    assert found.lacking == {"v": 24}


@pytest.mark.parametrize(
    ("weight", "kind", "words"),
    [
        (-1.0, "analytic", "v is -1 for 北京 in 2012: a negative weight"),
        (
            1.5,
            "frequency",
            "v is 1.5 for 北京 in 2012: a frequency weight that is no whole number",
        ),
    ],
)
def test_a_weight_that_is_none_stops_the_column(weight: float, kind: str, words: str) -> None:
    is_first = (pl.col("unit") == "110000") & (pl.col("period") == 2012)
    frame = panel().with_columns(v=pl.when(is_first).then(weight).otherwise(pl.col("people")))
    with pytest.raises(CheckFailed, match=words):
        fitted(complete(weights={"variable": "v", "type": kind}), frame)


BY_GDP = {"weights": {"variable": "gdp"}}


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"weights": {"variable": "gpd"}}, "variable: gpd | `gpd`"),
        ({"weights": {"variable": "y"}}, "variable: y | `y`, which is the outcome"),
        (BY_GDP | {"vcov": {"type": "cr2"}}, "weights: | `weights` beside `vcov: {type: cr2}`"),
        (
            BY_GDP | {"vcov": {"type": "wild_bootstrap"}},
            "weights: | `weights` beside `vcov: {type: wild",
        ),
        (BY_GDP | {"hausman": True, "effects": ["unit"]}, "weights: | `weights` by `gdp`"),
        (
            BY_GDP | {"estimator": "fe_poisson"},
            "weights: | `weights` is for two_way_fe, ols and fe_2sls",
        ),
        (
            {"weights": {"variable": "gdp", "type": "population"}, "vcov": {"type": "unadjusted"}},
            "type: population | `weights` beside `vcov: {type: unadjusted}`",
        ),
        (
            {"weights": {"variable": "gdp", "type": "frequency"}, "vcov": {"type": "newey_west"}},
            "type: frequency | `weights` beside `vcov: {type: newey_west}`",
        ),
        (
            {"weights": {"variable": "gdp", "type": "frequency"}, "winsorize": {"share": 0.1}},
            "type: frequency | `type: frequency`",
        ),
    ],
)
def test_what_weights_do_not_go_with_is_refused_at_its_line(
    more: dict[str, object], found: str
) -> None:
    problems = told(**more)
    assert len(problems) == 1, problems
    assert found in problems[0]


def test_a_variant_replaces_the_weights_and_does_not_lag_them() -> None:
    table = BY_GDP | {"controls": ["gdp"]}
    assert complete(table=table, replace={"gdp": "people"}).weights.variable == "people"
    assert complete(table=table, lag=1).weights.variable == "gdp"
