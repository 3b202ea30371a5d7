"""The study by which influence is held against estimating again has every estimator and index method in it.

That none of their numbers is untold there, `test_influence.test_what_is_not_computed_is_told` says.
"""

from __future__ import annotations

import pytest
import yaml

from nqpf_assets.studies.estimator_registry import REGISTRY
from nqpf_assets.studies.indices import INDEX_METHODS
from tests.estimation import test_influence_of_columns
from tests.stages.influence_case import STUDY

ONLY_BY_GRADIENT = {
    "ahp": "made of weights that the study says, which do not move",
    "coefficient_of_variation": "is one of the weights that `combined_weights` puts together there",
    "education_gini": "needs shares of levels of schooling, which the study's series are not",
    "equal_weights": "made of weights that the study says, which do not move",
    "given_weights": "made of weights that the study says, which do not move",
}
"""Methods whose gradient is held against the index computed again (tests/indices/test_gradients.py), and why
that is all."""
WAYS = {
    *(
        "effects",
        "sample",
        "standardize",
        "winsorize",
        "by_year",
        "weights",
        "within_each",
        "outcome",
        "controls",
    ),
}
"""What a column may say that changes which entries move its numbers."""
ONLY_BY_COLUMN = {"re_spatial_durbin", "re_spatial_lag"}
"""Estimators too slow to be estimated again and again there, which are held against that column by column
(tests/estimation/test_influence_of_columns.py)."""


@pytest.fixture(scope="module")
def study() -> dict:
    return yaml.safe_load(STUDY)


def test_every_estimator_is_held_against_estimating_again(study: dict) -> None:
    columns = study["tables"]["table_1"]["columns"]
    there = {one.get("estimator", "two_way_fe") for one in columns}
    by_column = {said.get("estimator") for said, _ in test_influence_of_columns.CASES.values()}
    assert not there & ONLY_BY_COLUMN
    assert by_column >= ONLY_BY_COLUMN
    assert there | ONLY_BY_COLUMN == {*REGISTRY.own}


def test_every_index_method_is_held_against_estimating_again_or_says_why_not(study: dict) -> None:
    there = {one["method"] for one in study["indices"].values()}
    assert not there & ONLY_BY_GRADIENT.keys()
    assert there | ONLY_BY_GRADIENT.keys() == {*INDEX_METHODS.own}


def test_every_way_of_a_column_is_held_against_estimating_again(study: dict) -> None:
    assert {key for one in study["tables"]["table_1"]["columns"] for key in one} >= WAYS
