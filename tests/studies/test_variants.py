"""`replace` and `lag`: a column as a variant of its table's base model."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from nqpf_assets.stages.requested_columns import requests
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spatial_options import lags_of
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.variants import names_in_base
from tests.studies.test_effects import told
from tests.studies.test_every_option import checked, study

COLUMN = {"label": "(1)", "outcome": "y", "regressors": ["x"], "controls": ["z"]}


def asked(**more: Any) -> tuple[StudyFile, CompleteColumn]:
    """A study of one column with these keys, and the column as it is estimated."""
    file, problems = checked(study(COLUMN | more))
    assert file is not None
    assert problems == []
    (request,) = requests(file.study)
    return file, request.column


def test_another_variable_stands_wherever_the_column_names_it() -> None:
    iv = {"endogenous": ["x"], "instruments": ["i1"]}
    _, column = asked(estimator="fe_2sls", iv=iv, replace={"x": "w", "y": "scores"})
    assert (column.outcome, column.regressors, column.controls) == ("scores", ("w",), ("z",))
    assert column.iv.endogenous == ("w",)  # type: ignore[attr-defined]
    assert names_in_base(column) == {"scores": "y", "w": "x"}


@pytest.mark.parametrize("varied", [{"lag": 1}, {"replace": {"x": "w"}}])
def test_spatial_lags_are_of_the_variable_that_stands_there(varied: dict[str, Any]) -> None:
    space = {"durbin": ["x"], "economic_variable": "gdp", "weights": "economic"}
    given = {"estimator": "spatial_durbin", "vcov": {"type": "unadjusted"}, "space": space}
    _, column = asked(**given, **varied)
    assert lags_of(column) == column.regressors
    assert CompleteColumn.model_validate(column.model_dump(exclude_unset=True)) == column


def test_years_are_those_of_the_other_variable() -> None:
    _, column = asked(replace={"x": "w"}, by_year={"of": "x", "base": 2018}, sample={"first": 2017})
    assert column.regressors == ("w", "w_in_2017", "w_in_2019")


def test_regressors_and_controls_of_years_before_are_variables_of_the_study() -> None:
    file, column = asked(lag=2, replace={"z": "w"})
    assert (column.outcome, column.regressors, column.controls) == ("y", ("x_lag_2",), ("w_lag_2",))
    made = {one.name: one.definition.expression for one in file.formulas if one.role == "past"}
    assert made == {"x_lag_2": "lag(x, 2)", "w_lag_2": "lag(w, 2)"}
    assert names_in_base(column) == {"x_lag_2": "x", "w_lag_2": "z"}


def test_conditions_are_asked_of_what_is_estimated() -> None:
    file, _ = asked(lag=1, sample={"reported_only": True})
    names = {one.name for one in file.formulas if one.role == "condition"}
    assert names == {"is_filled_y", "is_filled_x_lag_1", "is_filled_z_lag_1"}


def test_a_name_that_is_taken_is_told_at_the_key_that_makes_it() -> None:
    text = study(COLUMN | {"lag": 1}).replace("groups:", "  x_lag_1:\n    series: x\ngroups:", 1)
    (problem,) = checked(text)[1]
    assert problem.where.startswith(f"line {text.splitlines().index('      lag: 1') + 1},")
    assert problem.found.startswith("the term of `lag`, `x_lag_1`, and the variable `x_lag_1` in")


def test_controls_that_stand_in_for_others_can_be_hidden() -> None:
    whole = yaml.safe_load(study(COLUMN | {"lag": 1, "replace": {"z": "w"}}))
    whole["tables"]["t"]["hide"] = ["w_lag_1"]
    assert checked(yaml.safe_dump(whole, sort_keys=False))[1] == []


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"replace": {"q": "w"}}, "q: w | `q`"),
        ({"replace": {"x": "ww"}}, "x: ww | `ww`"),
        ({"replace": {"x": "z"}}, "x: z | `z` twice in column `(1)`"),
        ({"lag": 0}, "lag: 0 | "),
        ({"lag": 1, "by_year": {"of": "x", "base": 2015}}, "lag: 1 | `lag: 1`"),
    ],
)
def test_what_cannot_be_varied_is_refused_at_its_line(more: dict[str, Any], found: str) -> None:
    problems = told(**more)
    assert len(problems) == 1, problems
    assert found in problems[0]
