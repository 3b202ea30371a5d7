"""Effects of groupings, products and trends, as a column writes them: used, or refused at their line."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from nqpf_assets.studies.effects import effect_of, factors_of
from tests.estimation.panels import complete, fitted, panel
from tests.studies.test_every_option import checked, study


def told(**more: object) -> list[str]:
    """Line and words of what is refused in a column with these keys."""
    column = {"label": "(1)", "outcome": "y", "regressors": ["x"], "controls": ["z"]} | more
    text = study(column)
    lines = text.splitlines()
    return [
        f"{lines[int(one.where.split(',')[0].removeprefix('line ')) - 1].strip()} | {one.found}"
        for one in checked(text)[1]
    ]


def test_an_entry_is_read_with_or_without_blanks() -> None:
    effect = effect_of("area*  period")
    assert (effect.name, effect.factors, effect.is_trend) == (
        "area * period",
        ("area", "period"),
        False,
    )
    assert effect_of("unit * trend").is_trend
    assert factors_of(["unit", "area*period", "area"]) == ("area",)


@pytest.mark.parametrize(
    "effects",
    [
        ["unit", "period", "area * period"],
        ["unit", "area*period"],
        ["unit", "period", "unit * trend"],
    ],
)
def test_what_can_be_estimated_is_accepted(effects: list[str]) -> None:
    assert told(effects=effects) == []


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"effects": ["unit", "industry"]}, "- industry | `industry`"),
        ({"effects": ["unit", "aria * period"]}, "- aria * period | `aria`"),
        (
            {"effects": ["unit", "period", "unit * trend"], "vcov": {"type": "cr2"}},
            "`unit * trend`",
        ),
        (
            {"effects": ["unit", "period", "period * trend"]},
            "effects: | `period * trend`: within a year",
        ),
        (
            {"effects": ["unit", "area * period", "period * area"]},
            "effects: | `area * period` and `period * area`",
        ),
        ({"effects": ["unit", "area * trend"]}, "effects: | `area * trend` alone"),
        ({"effects": ["unit", "part * period"]}, "effects: | 7 units without"),
        ({"effects": ["unit", "area * area"]}, "- area * area | "),
        ({"effects": ["unit", "* period"]}, "- '* period' | "),
        ({"effects": ["trend"]}, "- trend | "),
        ({"effects": ["unit", "area", "area"]}, "effects: | `area` twice"),
        ({"effects": ["unit", "area * period"], "hausman": True}, "hausman: true | `hausman` with"),
        (
            {
                "estimator": "threshold",
                "threshold": {"variable": "i1", "regime": ["x"]},
                "effects": ["unit", "area * period"],
            },
            "effects: | `area * period`, for two_way_fe and fe_2sls",
        ),
    ],
)
def test_what_cannot_is_refused_at_its_line(more: dict[str, object], found: str) -> None:
    problems = told(**more)
    assert len(problems) == 1, problems
    assert found in problems[0]


@pytest.mark.parametrize(
    ("there", "here"), [("year", "period"), ("province", "unit"), ("id", "unit")]
)
def test_words_of_other_programs_are_told_what_stands_for_them(there: str, here: str) -> None:
    column = {"label": "(1)", "outcome": "y", "regressors": ["x"], "effects": [there]}
    (problem,) = checked(study(column))[1]
    assert (problem.found, problem.remedy) == (f"`{there}`", f"write `{here}`")


def test_a_column_is_that_of_all_dummies() -> None:
    frame = panel().sort("unit", "period")
    column = {"effects": ["unit", "period", "area * period"], "controls": ["z"]}
    fit = fitted(complete(**column, vcov={"type": "unadjusted"}), frame).fitted
    rows = frame.select(
        pl.struct("unit").rank("dense").alias("u"), pl.struct("period").rank("dense").alias("t"),
        pl.struct("area", "period").rank("dense").alias("a"),
    )  # fmt: skip
    levels = [
        (rows[key].to_numpy()[:, None] == np.unique(rows[key].to_numpy())).astype(float)
        for key in ("u", "t", "a")
    ]
    whole = np.column_stack([frame.select("x", "z").to_numpy(), *levels])
    b = np.linalg.pinv(whole) @ frame["y"].to_numpy()
    np.testing.assert_allclose([one.estimate for one in fit.terms[:2]], b[:2], rtol=1e-8)
    assert fit.model.df_resid == len(frame) - np.linalg.matrix_rank(whole)
    assert fit.model.effects == "unit, period, area * period"


def test_rows_that_are_alone_in_a_product_are_told() -> None:
    frame = panel().with_columns(
        area=pl.when((pl.col("unit") == "110000") & (pl.col("period") == 2014))
        .then(pl.lit("alone"))
        .otherwise(pl.col("area"))
    )
    fit = fitted(complete(effects=["unit", "period", "area * period"]), frame).fitted
    assert fit.dropped == ("1 row alone in area * period",)
    assert fit.model.n_obs == len(frame) - 1
