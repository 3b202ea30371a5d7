"""Samples that cannot have a row for every coefficient: `check` refuses what an estimator would."""

from __future__ import annotations

import re
from typing import Any

import pytest

from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.reader import read_study_file
from tests.estimation.panels import NORTH, UNITS
from tests.studies.every_option import base
from tests.studies.test_every_option import checked, fitted, line_of, study, with_option

SHAPES = ((2, 2), (2, 3), (3, 2), (3, 3), (4, 2), (4, 3))
"""Units and years of a sample of a column with two regressors."""
DROPPING = {"tobit", "re_tobit"}
"""They leave out units for what stands in them, which only the rows tell."""


def column(estimator: str, n_units: int, n_years: int) -> dict[str, Any]:
    kept = [*UNITS][:n_units]
    if estimator == "group_difference":
        kept += [*UNITS][len(NORTH) : len(NORTH) + n_units]
    least = base(estimator, next(iter(ESTIMATORS[estimator].covariances)))
    least = with_option(least, ("sample", "only"), kept)
    return with_option(least, ("sample", "last"), 2011 + n_years)


@pytest.mark.slow  # every estimator is tried
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_check_refuses_a_sample_without_a_row_for_every_coefficient(estimator: str) -> None:
    refused = set()
    for shape in SHAPES:
        text = study(column(estimator, *shape))
        _, problems = checked(text)
        few = [one for one in problems if one.code == "few_rows"]
        try:
            fitted(read_study_file("studies/demo.yaml", text))
            said = ""
        except CheckFailed as failed:
            said = failed.problems[0].found
        if few:
            refused.add(shape)
            assert said, (shape, few)
            line = line_of(text, ("sample",))
            assert [one.where.split(",")[0] for one in few] == [f"line {line}"]
        elif re.search(r"\d rows for ", said):
            assert estimator in DROPPING, (shape, said)
    assert ((2, 2) in refused) == (estimator != "ols")


def test_a_sample_too_small_is_told_with_its_numbers() -> None:
    (problem,) = checked(study(column("two_way_fe", 2, 3)))[1]
    assert problem.expected == "more rows than the 6 parameters of the column, the effects included"
    assert problem.found == "6 rows at the most: 2 units in 3 years"
    assert checked(study(column("two_way_fe", 3, 3)))[1] == []
