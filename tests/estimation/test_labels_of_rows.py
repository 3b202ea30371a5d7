"""Groups that units change: what takes units names one that does, what takes rows takes all."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from nqpf_assets.messages.problems import CheckFailed, Problem
from tests.estimation.panels import complete, fitted, panel

BY = {"by": ["half"]}
WHOLE: dict[str, tuple[dict[str, Any], str, str]] = {
    "permutation": (
        {
            "estimator": "group_difference",
            "difference": {"grouping": "half", "groups": ["late", "early"], "draws": 20},
        },
        "unit 北京 is in both groups (12 such units): only units that stay in one group can be permuted",
        "write `draws: 0`",
    ),
    "bootstrap": (
        {
            "estimator": "mediation",
            "mediation": {"mediator": "m", "draws": 20, "resample": "half"},
        },
        "what is resampled must not divide units: rows of 北京 lie in several (12 such units)",
        "write `resample: unit`",
    ),
    "random effects": (
        {"estimator": "random_effects", "effects": [], "vcov": BY},
        "clusters of random effects must not divide units: rows of 北京 lie in several (12 such units)",
        "cluster by what stays the same",
    ),
    "spatial random effects": (
        {"estimator": "re_spatial_lag", "effects": [], "vcov": BY, "space": {"draws": 100}},
        "clusters of random effects must not divide units: rows of 北京 lie in several (12 such units)",
        "cluster by what stays the same",
    ),
    "means": (
        {"estimator": "between_units", "vcov": BY},
        "clusters of unit means must not divide units: rows of 北京 lie in several (12 such units)",
        "cluster by what stays the same",
    ),
    "random-effects Tobit": (
        {
            "estimator": "re_tobit",
            "outcome": "scores",
            "tobit": {"lower": 0},
            "effects": [],
            "vcov": BY,
        },
        "clusters of a random-effects Tobit must not divide units: rows of 北京 lie in several "
        "(12 such units)",
        "cluster by what stays the same",
    ),
}


def moving() -> pl.DataFrame:
    late = pl.when(pl.col("period") > 2015).then(pl.lit("late")).otherwise(pl.lit("early"))
    return panel().with_columns(half=late)


def refused(column: dict[str, Any]) -> Problem:
    with pytest.raises(CheckFailed) as found:
        fitted(complete(**column), moving())
    (problem,) = found.value.problems
    return problem


@pytest.mark.parametrize("what", WHOLE)
def test_what_takes_whole_units_names_one_that_changes_its_group(what: str) -> None:
    column, words, remedy = WHOLE[what]
    problem = refused(column)
    assert problem.found == words
    assert problem.remedy.startswith(remedy)


@pytest.mark.parametrize("what", WHOLE)
def test_it_takes_groups_in_which_units_stay(what: str) -> None:
    column, *_ = WHOLE[what]
    half = pl.when(pl.col("area") == "north").then(pl.lit("late")).otherwise(pl.lit("early"))
    fit = fitted(complete(**column), panel().with_columns(half=half)).fitted
    assert fit.terms


def test_other_tests_of_a_difference_take_rows() -> None:
    column, *_ = WHOLE["permutation"]
    without = column | {"difference": {**column["difference"], "draws": 0}}
    fit = fitted(complete(**without), moving()).fitted
    assert [one.test for one in fit.tests] == ["interaction", "seemingly_unrelated: x", "chow"]
