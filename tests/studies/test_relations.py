"""Variables of a column that are made of each other, or that effects absorb, as their formulas show it."""

from __future__ import annotations

import pytest
import yaml

from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.studies.validation import study_problems

SERIES = dict.fromkeys(("a", "b", "c", "u", "r", "gdp", "pop", "inst"), "比例")
CODES = dict.fromkeys(("北京", "天津", "河北", "110000"), "110000")
IV = {"estimator": "fe_2sls", "iv": {"endogenous": ["d"], "instruments": ["made"]}}
MEDIATOR = {"estimator": "mediation", "mediation": {"mediator": "made"}}
THRESHOLD = {"estimator": "threshold", "threshold": {"variable": "made", "regime": ["d"]}}
REGIME = {"estimator": "threshold", "threshold": {"variable": "q", "regime": ["d", "made"]}}
SPATIAL = {"estimator": "spatial_lag", "space": {"weights": "contiguity"}}
GROUPS = {
    "estimator": "group_difference",
    "difference": {"grouping": "area", "groups": ["east", "west"]},
}
BY_I = {"estimator": "fe_2sls", "iv": {"endogenous": ["d"], "instruments": ["i"]}}


def told(formula, column, clip=None):
    """Line, expectation and finding of each problem where `made` has this formula."""
    own = {"label": "(1)", "outcome": "y", "regressors": ["d"], "controls": ["x"]} | column
    variables = {"y": "log(gdp / pop)", "d": "a", "x": "b", "i": "inst", "q": "c", "made": formula}
    study = {
        "study": "demo", "title": "Demo", "units": {"level": "province"},
        "periods": {"first": 2012, "last": 2022},
        "variables": {name: {"expression": text} for name, text in variables.items()},
        "groups": {"area": {"east": ["北京", "天津"], "west": ["河北"]}},
        "tables": {"t": {"title": "T", "columns": [own]}},
    }  # fmt: skip
    if clip:
        study["variables"][clip]["winsorize"] = {"share": 0.01}
    text = yaml.safe_dump(study, allow_unicode=True, sort_keys=False)
    file = read_study_file("demo.yaml", text)
    lines = text.splitlines()
    return [
        (lines[int(one.where.split(",")[0].split()[1]) - 1].strip(" -"), one.expected, one.found)
        for one in study_problems(file, series=SERIES, codes=CODES)
    ]


LIKE_THE_OUTCOME = [
    "y * 2", "3 - y", "log(gdp) - log(pop)", "2 * log(3 * gdp / pop) + 1", "exp(y)", "gdp / pop",
    "(gdp / pop) ** 2", "standardize(y)", "abs(y) + y", "sqrt(exp(y))",
]  # fmt: skip
LIKE_THE_ENDOGENOUS = ["d + 0", "a / 100", "log(d)", "1 / d", "2 * a - d", "d ** 3", "lag(lead(d))"]
OTHERS = [
    "lag(d)", "lag(y)", "d * i", "i", "log(i)", "diff(i)", "gdp", "is_group(area, east) * i",
    "growth(a)", "min(d, i)", "at(d, 2012) * i",
]  # fmt: skip


@pytest.mark.parametrize(
    "formula", [*LIKE_THE_OUTCOME, *LIKE_THE_ENDOGENOUS, "y + log(d)", "log(d) * y"]
)
def test_an_instrument_made_of_the_outcome_or_the_endogenous_is_refused_at_its_line(formula):
    ((line, _, found),) = told(formula, IV)
    assert line == "made"
    assert found.startswith("`made`, an exact function of")


@pytest.mark.parametrize(
    "formula",
    ["d + 2 * x", "y - log(x)", "x + is_period(2015) * b", "3 * x + is_group(area, west)"],
)
def test_an_instrument_made_of_the_equation_is_refused(formula):
    is_other = "log(x)" in formula or "* b" in formula
    assert [line for line, _, _ in told(formula, IV)] == ([] if is_other else ["made"])


@pytest.mark.parametrize("formula", OTHERS)
@pytest.mark.parametrize("column", [IV, MEDIATOR, THRESHOLD, REGIME])
def test_other_variables_are_let_through(formula, column):
    assert told(formula, column) == []


@pytest.mark.parametrize("formula", LIKE_THE_OUTCOME)
@pytest.mark.parametrize("column", [MEDIATOR, THRESHOLD])
def test_a_mediator_or_threshold_variable_made_of_the_outcome_is_refused(formula, column):
    ((line, _, found),) = told(formula, column)
    assert line.endswith(": made")
    assert found == "`made`, an exact function of `y`"


@pytest.mark.parametrize("formula", ["2 * d", "d - x", "d + is_group(area, east)", "d + 3 * x"])
def test_a_mediator_made_of_the_equation_is_refused(formula):
    ((line, _, found),) = told(formula, MEDIATOR)
    assert line == "mediator: made"
    assert "`d`" in found


@pytest.mark.parametrize(
    "estimator", [GROUPS, SPATIAL, BY_I, {}, {"estimator": "ols", "effects": []}], ids=str
)
def test_regressors_that_give_the_outcome_are_refused_where_no_note_can_tell_it(estimator):
    found = told("2 * y - d", estimator | {"regressors": ["d", "made"]})
    is_told = estimator.get("estimator", "two_way_fe") in ("two_way_fe", "ols")
    assert [one[2] for one in found] == (
        [] if is_told else ["`d`, `made`, `x`, of which `y` is made exactly"]
    )


ABSORBED = [
    "is_group(area, east)", "is_period(2015) * 2 + 1", "at(gdp, 2012) / 100", "at(lag(gdp), 2015)",
    "of_region(gdp, 110000)", "a - d", "u / u", "at(of_region(gdp, 110000), 2012)",
    "log(at(gdp, 2012))", "is_period(2014, 2016)", "lag(is_period(2014))",
    "is_group(area, east) + is_period(2015)", "u / (u + r) + r / (r + u)",
]  # fmt: skip


@pytest.mark.parametrize("formula", ABSORBED)
@pytest.mark.parametrize(
    "column",
    [
        IV,
        MEDIATOR,
        REGIME,
        {"regressors": ["made"], "controls": []},
        {"regressors": ["made"], "controls": [], **SPATIAL},
        {"regressors": ["made"], "controls": ["x"], **MEDIATOR, "mediation": {"mediator": "i"}},
        {"regressors": ["d", "made"], **GROUPS},
        {"outcome": "made"},
    ],
    ids=str,
)
def test_what_the_effects_absorb_by_construction_is_refused(formula, column):
    ((line, expected, found),) = told(formula, column)
    assert line.endswith("made")
    assert expected.endswith("that varies once effects of unit and period are removed")
    assert found == "`made`, of which its formula leaves nothing"


@pytest.mark.parametrize(
    ("formula", "effects", "is_gone"),
    [
        ("is_group(area, east)", ["unit"], True),
        ("is_group(area, east)", ["period"], False),
        ("is_period(2015)", ["unit"], False),
        ("is_period(2015)", ["period"], True),
        ("is_period(2030)", [], True),
        ("is_group(area, east) + is_period(2015)", ["unit"], False),
        ("is_group(area, east) * is_period(2015)", ["unit", "period"], False),
        ("2 + 3", [], True),
    ],
)
def test_only_the_effects_of_the_column_absorb(formula, effects, is_gone):
    column = {"regressors": ["made"], "controls": [], "effects": effects}
    assert bool(told(formula, column)) == is_gone


def test_a_dummy_of_the_group_that_the_sample_is_has_nothing_to_say():
    column = {"regressors": ["made"], "controls": [], "effects": ["period"]}
    assert told("is_group(area, east)", column | {"sample": {"within": {"area": "east"}}})
    assert not told("is_group(area, east)", column | {"sample": {"last": 2015}})
    ends = column | {"effects": ["unit"], "sample": {"first": 2015, "last": 2016}}
    assert told("is_period(2015, 2016)", ends)


def test_clipped_variables_are_not_what_their_formula_gives():
    both = BY_I | {"controls": ["made"]}
    assert told("log(gdp / pop) - a", both)
    assert not told("log(gdp / pop) - a", both, clip="d")
    assert told("2 * d", IV, clip="d")
    assert not told("2 * a", IV, clip="d")
    dummies = {"regressors": ["made"], "controls": [], "winsorize": {"share": 0.1}}
    assert told("at(gdp, 2012)", dummies)
    assert not told("at(gdp, 2012) + of_region(gdp, 110000)", dummies)
    assert not told("at(gdp, 2012)", dummies | {"winsorize": {"share": 0.1, "by": "period"}})


def test_a_regressor_that_repeats_another_has_no_difference_between_groups():
    ((line, _, found),) = told("d / 2 + 1", GROUPS | {"regressors": ["d", "made"]})
    assert line == "made"
    assert "`d`" in found


@pytest.mark.parametrize("formula", ["y - 2 * x", "d + x", "y + d"])
@pytest.mark.parametrize("column", [IV, MEDIATOR])
def test_clipping_makes_no_instrument_or_mediator_of_what_is_in_the_equation(formula, column):
    ((line, _, _),) = told(formula, column | {"winsorize": {"share": 0.01}})
    assert line.endswith("made")
