"""`by_year` in a study file: terms as formulas of the study, and what it does not go with, at its line."""

from __future__ import annotations

import pytest

from nqpf_assets.stages.requested_columns import requests
from tests.studies.test_effects import told
from tests.studies.test_every_option import checked, study

X_2015 = {"of": "x", "base": 2015}


def test_each_year_but_the_base_year_is_a_variable_behind_the_regressors() -> None:
    column = {"label": "(1)", "outcome": "y", "regressors": ["x"], "by_year": X_2015}
    file, problems = checked(study(column | {"sample": {"first": 2014, "last": 2016}}))
    assert problems == []
    assert file is not None
    (one,) = requests(file.study)
    assert one.column.regressors == ("x", "x_in_2014", "x_in_2016")
    made = {one.name: one.definition.expression for one in file.formulas if one.role == "year"}
    assert made == {"x_in_2014": "x * is_period(2014)", "x_in_2016": "x * is_period(2016)"}


def test_terms_of_two_columns_are_one_variable() -> None:
    column = {"label": "(1)", "outcome": "y", "regressors": ["x"], "by_year": X_2015}
    text = study(column)
    second = text[text.index("    - label") :].replace("(1)", "(2)")
    file, problems = checked(text + second)
    assert problems == []
    assert file is not None
    assert len([one for one in file.formulas if one.role == "year"]) == 7


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"by_year": {"of": "xx", "base": 2015}}, "of: xx | `xx`"),
        ({"by_year": {"of": "y", "base": 2015}}, "of: y | `y`, which is the outcome"),
        ({"by_year": {"of": "x", "base": 2020}}, "base: 2020 | 2020"),
        ({"by_year": X_2015, "sample": {"last": 2014}}, "base: 2015 | 2015"),
        ({"by_year": X_2015, "winsorize": {"share": 0.1}}, "winsorize: | `winsorize`"),
        ({"by_year": X_2015, "standardize": True}, "standardize: true | `standardize`"),
        ({"by_year": X_2015, "vcov": {"type": "cr2"}}, "by_year: | `vcov: {type: cr2}`"),
        ({"by_year": X_2015, "vcov": {"type": "wild_bootstrap"}}, "by_year: | `vcov: {type: wild"),
        ({"by_year": X_2015, "vcov": {"type": "driscoll_kraay"}}, "by_year: | `vcov: {type: dris"),
        (
            {"by_year": X_2015, "vcov": {"by": ["unit", "period"]}},
            "by_year: | `by: [unit, period]`",
        ),
        (
            {"by_year": X_2015, "estimator": "tobit", "tobit": {"lower": 0}},
            "by_year: | `by_year` is for two_way_fe and ols",
        ),
        ({"by_year": X_2015, "regressors": ["x", "x_in_2014"]}, "`x_in_2014` twice"),
    ],
)
def test_what_has_no_meaning_is_refused_at_its_line(more: dict[str, object], found: str) -> None:
    problems = told(**more)
    assert len(problems) == 1, problems
    assert found in problems[0]
