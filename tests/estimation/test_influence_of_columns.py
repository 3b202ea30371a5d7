"""A column's numbers move with its variables as the column estimated again says."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from nqpf_assets.catalog.geography import load_geography
from nqpf_assets.estimation.influence import moving_columns
from nqpf_assets.estimators.influence.number import Number
from nqpf_assets.studies.spec import CompleteColumn
from tests.estimation.panels import STUDY, complete, fitted, panel

STEP, CLOSE = 1e-4, 1e-5
"""Of coefficients near one: the third order of such a step leaves 1e-8 of a change …"""
COARSE_STEP, COARSE = 1e-2, 1e-3
"""… and where an estimator compares heights of its likelihood alone, φ has seven digits, so that a change
over a step of a hundredth has three to four, as has its third order."""
UNIT, PERIOD = "130000", 2016
BY_YEAR = {"weights": "economic", "economic_variable": "q", "by_period": True, "draws": 100}
NESTED = {"weights": "nested", "economic_variable": "q", "draws": 100, "lee_yu": "none"}
CASES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "weighted": ({"weights": {"variable": "gdp"}, "winsorize": {"share": 0.1}}, ("y", "x", "gdp")),
    "weighted by a regressor": (
        {"weights": {"variable": "q", "type": "population"}, "regressors": ["x", "q"]},
        ("q",),
    ),
    "pooled": ({"estimator": "ols", "weights": {"variable": "gdp"}}, ("z", "gdp")),
    "instruments": (
        {
            "estimator": "fe_2sls",
            "iv": {"endogenous": ["x"], "instruments": ["i1", "i2"]},
            "weights": {"variable": "gdp"},
            "vcov": {"type": "robust"},
        },
        ("x", "i1", "gdp"),
    ),
    "moderated": (
        {
            "estimator": "moderated_mediation",
            "moderated": {
                "mediator": "m",
                "moderator": "q",
                "moderates": ["first", "second"],
                "draws": 0,
            },
        },
        ("x", "m", "q"),
    ),
    "shares": (
        {"estimator": "fractional", "outcome": "q", "effects": [], "fractional": {"mundlak": True}},
        ("q", "x"),
    ),
    "by year": (
        {
            "estimator": "spatial_durbin",
            "space": BY_YEAR | {"lee_yu": "bias_correction"},
            "vcov": {"type": "unadjusted"},
        },
        ("x", "q"),
    ),
    "random units": (
        {
            "estimator": "re_spatial_durbin",
            "effects": ["period"],
            "space": NESTED,
            "vcov": {"type": "unadjusted"},
        },
        ("x", "q"),
    ),
    "random units, lag": (
        {
            "estimator": "re_spatial_lag",
            "effects": [],
            "space": {"weights": "contiguity", "draws": 100, "lee_yu": "none"},
            "vcov": {"type": "unadjusted"},
        },
        ("y",),
    ),
}
UNTOLD = ("profile likelihood", "(bias-corrected)")


def numbers(column: CompleteColumn, frame: pl.DataFrame) -> dict[Number, float]:
    fit = fitted(column, frame).fitted
    assert fit is not None
    found = {
        Number(one.term, one.effect or None): one.estimate for one in (*fit.terms, *fit.effects)
    }
    return {number: one for number, one in found.items() if not str(number.effect).endswith(UNTOLD)}


def moved(frame: pl.DataFrame, variable: str, by: float) -> pl.DataFrame:
    is_it = (pl.col("unit") == UNIT) & (pl.col("period") == PERIOD)
    return frame.with_columns(
        pl.when(is_it).then(pl.col(variable) + by).otherwise(variable).alias(variable)
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_each_number_moves_with_an_entry_as_the_column_estimated_again(name: str) -> None:
    said, variables = CASES[name]
    column, frame = complete(**said), panel()
    frame = frame.sort("unit", "period")
    sample = frame.select("unit", "period")
    told = moving_columns(STUDY, "t", column, frame, load_geography()[0], sample)
    assert not isinstance(told, str), told
    (part,) = told
    assert dict(zip(part.numbers, part.estimates, strict=True)) == pytest.approx(
        numbers(column, frame), rel=1e-6
    )
    rows = part.design.rows
    row = int(np.argmax(((rows["unit"] == UNIT) & (rows["period"] == PERIOD)).to_numpy()))
    step, close = (COARSE_STEP, COARSE) if name.startswith("random") else (STEP, CLOSE)
    for variable in variables:
        ends = [numbers(column, moved(frame, variable, by)) for by in (step, -step)]
        found = {one: part.derivatives(k)[variable][row] for k, one in enumerate(part.numbers)}
        measured = {one: (ends[0][one] - ends[1][one]) / (2 * step) for one in found}
        largest = max(map(abs, measured.values()))
        assert largest > 1e-5
        assert found == pytest.approx(measured, rel=close, abs=close * largest), variable
