"""An outcome explained by its own past with unit effects is told its bias, however the past is written."""

from __future__ import annotations

from functools import cache

import pytest

from nqpf_assets.catalog.catalogue import Catalogue, load_catalogue
from nqpf_assets.stages.compiled_study import compile_study
from nqpf_assets.stages.lagged_outcomes import Past, lagged_outcome_words, lagged_outcomes
from nqpf_assets.studies.reader import read_study_file
from tests.stages.mini import STUDY

VARIABLES = """\
  before: {expression: "EXPRESSION"}
  log_output: {expression: log(gdp)}
  clipped: {expression: gdp, winsorize: {share: 0.1}}
"""


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def lagged(
    expression: str, outcome: str = "output", model: str = "effects: [unit]"
) -> dict[str, dict[str, Past]]:
    """What is said of a column that explains an outcome by `before`."""
    head, _, _ = STUDY.partition("tables:")
    text = head.replace("indices:\n", VARIABLES.replace("EXPRESSION", expression) + "indices:\n")
    text += (
        "tables:\n  t:\n    title: T\n"
        f"    model: {{outcome: {outcome}, regressors: [before], {model}}}\n"
        "    columns: [{label: (1)}]\n"
    )
    compiled = compile_study(read_study_file("studies/mini.yaml", text), catalogue())
    return lagged_outcomes(compiled, [one.column for one in compiled.requests])


@pytest.mark.parametrize(
    ("expression", "outcome", "years"),
    [
        ("lag(gdp)", "output", 1),
        ("lag(gdp, 3)", "output", 3),
        ("2 * lag(output) + 1", "output", 1),
        ("lag(log(gdp))", "log_output", 1),
        ("log(lag(gdp, 2))", "log_output", 2),
        ("lag(clipped)", "clipped", 1),
    ],
)
def test_the_past_of_the_outcome_is_found_however_it_is_written(
    expression: str, outcome: str, years: int
) -> None:
    assert lagged(expression, outcome)["(1)"]["before"].years == years


@pytest.mark.parametrize(
    ("expression", "model"),
    [
        ("lag(population)", "effects: [unit]"),
        ("lag(gdp) * population", "effects: [unit]"),
        ("lead(gdp)", "effects: [unit]"),
        ("lag(gdp)", "effects: [period]"),
        ("lag(gdp)", "effects: [], estimator: tobit, tobit: {lower: 0}"),
    ],
)
def test_other_pasts_and_columns_without_unit_effects_are_not_told(
    expression: str, model: str
) -> None:
    assert lagged(expression, model=model) == {}


def test_the_note_gives_the_years_and_the_size_of_the_bias() -> None:
    words = lagged_outcome_words(
        {"before": Past(1)}, {"n_obs": 44, "n_units": 4}, [{"term": "before", "estimate": 0.8}]
    )
    assert words is not None
    assert words.startswith(
        "before is the outcome of the year before: with unit effects over 11 years"
    )
    assert "−(1 + ρ) / (T − 1), here about -0.18 (Nickell 1981)" in words
    assert lagged_outcome_words({}, {"n_obs": 44, "n_units": 4}, []) is None


@pytest.mark.parametrize(
    ("expression", "model", "is_rho"),
    [
        ("lag(gdp)", "effects: [unit]", True),
        ("lag(output, 2)", "effects: [unit]", True),
        ("2 * lag(output) + 1", "effects: [unit]", False),
        ("lag(gdp) / 10000", "effects: [unit]", False),
        ("lag(gdp)", "effects: [unit], standardize: true", False),
        (
            "lag(gdp)",
            "effects: [unit], estimator: group_difference,"
            " difference: {grouping: four_regions, groups: [east, west]}",
            False,
        ),
    ],
)
def test_the_size_of_the_bias_is_of_a_coefficient_that_is_rho(
    expression: str, model: str, is_rho: bool
) -> None:
    found = lagged(expression, model=model)["(1)"]
    assert found["before"].is_rho is is_rho
    words = lagged_outcome_words(
        found, {"n_obs": 44, "n_units": 4}, [{"term": "before", "estimate": 0.8}]
    )
    assert words is not None
    assert ("here about" in words) is is_rho


def test_a_past_in_another_unit_has_no_size() -> None:
    text = 'lag(gdp)", unit: 万元, title: "Before'
    assert not lagged(text)["(1)"]["before"].is_rho
