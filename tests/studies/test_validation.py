"""Checks across the fields of a study, each with the line of what is wrong."""

from __future__ import annotations

from itertools import pairwise

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.studies.columns import Column
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.studies.validation import study_problems
from nqpf_assets.studies.validation_names import VARIABLE_FIELDS, named
from nqpf_assets.user_input.project import SHIPPED_STUDIES

SERIES = {"gdp": "亿元", "population": "万人", "urban": "万人", "年末人口(万人)": "万人"}
REGIONS = {"北京", "天津", "河北", "110000"}
CODES = {"北京": "110000", "110000": "110000"}
STUDY = """\
study: demo
title: Demo
units: {level: province, exclude: [北京]}
periods: {first: 2012, last: 2022}
sources: {series: {gdp: {vintage: a}}}
variables:
  gdp_pc: {expression: gdp / population, unit: 元/人}
  log_gdp: {expression: log(gdp_pc)}
  share: {series: urban, per: 年末人口(万人), minimum: 0, maximum: 1}
indices:
  score:
    method: entropy
    title: Score
    dimensions:
      one:
        - {indicator: east, expression: "is_group(areas, east) * gdp", minimum: 1}
groups:
  areas: {east: [北京, 天津], west: [河北]}
tables:
  table_1:
    title: One
    hide: [share]
    model: {outcome: score, regressors: [log_gdp], vcov: {by: [unit]}}
    columns:
      - label: "(1)"
      - label: "(2)"
        controls: [share]
        sample: {first: 2013, last: 2020}
        published: {share: {estimate: 1}, constant: {estimate: 2}}
  table_2:
    kind: growth
    title: Two
    region: "110000"
    first: 2012
    last: 2022
    rows:
      - {series: gdp, title: GDP, published: {2012: 1}}
"""

MISTAKES = [
    ("gdp / population", "gdp / popluation", 7, "did you mean `population`?"),
    ('label: "(2)"', "label: row_label", 26, "change it; taken are row_position"),
    (
        'label: "(1)"\n      - label: "(2)"',
        "label: a\n      - label: A",
        26,
        "change one of the two",
    ),
    ("gdp / population", "gdp + population", 7, "can be multiplied and divided"),
    ("gdp / population", "gdp / ", 7, "every operator needs something on both sides"),
    ("unit: 元/人", "unit: 公顷", 7, "correct the expression or the unit"),
    ("gdp / population, unit: 元/人", "log_gdp", 7, "define one of them from series alone"),
    ("minimum: 0", "minimum: 5", 9, "exchange them"),
    ("last: 2020}", "last: 2020, where: share > log_gdp and gdp}", 28, "compare it with something"),
    ("last: 2020}", "last: 2020, where: log_gdp + 1}", 28, "compare it with something"),
    ("last: 2020}", "last: 2020, where: shar > 0.2}", 28, "did you mean `share`?"),
    ("last: 2020}", "last: 2020, where: gdp_pc = 5}", 28, "write == to compare"),
    ("indicator: east", "indicator: share", 16, "rename one of the two"),
    ("indicator: east", "indicator: period", 16, "results have a column or a term of this name"),
    ("indicator: east", "indicator: rho", 16, "results have a column or a term of this name"),
    ("indicator: east", "indicator: sigma_u", 16, "results have a column or a term of this name"),
    ("vcov: {by: [unit]}", "vcov: {type: robust, by: [unit]}", 23, "remove `by`, or change `type`"),
    (
        "sample: {first: 2013, last: 2020}",
        "sample: {first: 2013, last: 2013}",
        28,
        "write `effects: []`",
    ),
    ("is_group(areas, east)", "is_group(areas, esat)", 16, "did you mean `west` or `east`?"),
    ("is_group(areas, east)", "is_group(area, east)", 16, "did you mean `areas`?"),
    ("is_group(areas, east)", "of_region(gdp, 北京市)", 16, "did you mean `北京`?"),
    ("is_group(areas, east)", "of_region(gdp, 100000)", 16, "did you mean `110000`?"),
    ("log(gdp_pc)", "log(at(gdp_pc))", 8, "write at(x, 1984)"),
    ("  score:\n    method", "  share:\n    method", 11, "rename one of the two"),
    ("west: [河北]", "west: [北京]", 18, "keep one of the two"),
    ("west: [河北]", "west: [河南]", 18, "did you mean `河北`?"),
    ("exclude: [北京]", "exclude: [燕京]", 3, "did you mean `北京`?"),
    ("{series: {gdp:", "{series: {gpd:", 5, "did you mean `gdp`?"),
    ("hide: [share]", "hide: [shares]", 22, "did you mean `share`?"),
    ("outcome: score", "outcome: scores", 23, "did you mean `score`?"),
    ("outcome: score, ", "", 25, "add `outcome:`"),
    ("regressors: [log_gdp], ", "", 25, "add `regressors: [name]`"),
    ("[log_gdp]", "[ln_gdp]", 23, "did you mean `log_gdp`?"),
    ("[log_gdp]", "[income]", 23, "define it under `variables`"),
    ("[log_gdp]", "[areas]", 23, 'in_group: {expression: "is_group(areas, east)"}'),
    ("by: [unit]", "by: [area]", 23, "did you mean `areas`?"),
    ('"(2)"', '"(1)"', 26, "change one of the two"),
    ("controls: [share]", "controls: [log_gdp]", 27, "remove it from one of the lists"),
    ("last: 2020}", "within: {area: east}}", 28, "did you mean `areas`?"),
    ("last: 2020}", "within: {unit: east}}", 28, "define the grouping under `groups`"),
    ("first: 2013", "first: 2011", 28, "change the sample or the periods"),
    ("first: 2013", "first: 2021", 28, "exchange them"),
    ("{share: {estimate: 1}", "{shares: {estimate: 1}", 29, "did you mean `share`?"),
    ('region: "110000"', "region: 燕京", 33, "did you mean `北京`?"),
    ('region: "110000"', "region: 河北", 33, "write its code"),
    ("    last: 2022", "    last: 2012", 35, "growth needs two different years"),
    ("{series: gdp, title", "{series: grp, title", 37, "did you mean `gdp`?"),
    ("published: {2012: 1}", "published: {2011: 1}", 37, "widen the table"),
]


def problems(text, regions=REGIONS):
    file = read_study_file("demo.yaml", text)
    return study_problems(file, series=SERIES, regions=regions, codes=CODES)


def test_a_good_study_has_no_problems():
    assert problems(STUDY) == ()
    assert study_problems(read_study_file("demo.yaml", STUDY), series=set(SERIES)) == ()


@pytest.mark.parametrize(("old", "new", "line", "remedy"), MISTAKES)
def test_a_mistake_is_named_with_its_line(old, new, line, remedy):
    assert STUDY.count(old) == 1, "the test must change one place"
    found = problems(STUDY.replace(old, new))
    at_line = [one for one in found if one.where.startswith(f"line {line},")]
    assert any(remedy in one.remedy for one in at_line), [str(one) for one in found]


def test_all_mistakes_are_told_together():
    text = STUDY.replace("by: [unit]", "by: [area]").replace("gdp / population", "gdp / pop")
    assert len(study_problems(read_study_file("demo.yaml", text), series=SERIES)) == 2


def test_names_are_looked_up_in_the_options_of_estimators_too():
    column = Column.model_validate(
        {"label": "(1)", "outcome": "y", "regressors": ["a", "b"], "mediation": {"mediator": "m"}}
    )
    found = named(column, VARIABLE_FIELDS, ("columns", 0), lambda block: block.variables)
    assert set(found) == {
        ("y", ("columns", 0, "outcome")),
        ("a", ("columns", 0, "regressors", 0)),
        ("b", ("columns", 0, "regressors", 1)),
        ("m", ("columns", 0, "mediation", "mediator")),
    }


def test_a_mistake_in_an_expression_shows_its_character():
    (problem,) = problems(STUDY.replace("log(gdp_pc)", "log(gdp_pc"))
    assert problem.found == "')' expected, 'the end' found, character 11 of `log(gdp_pc`"
    assert problem.expected == "an expression that can be computed for `log_gdp`"


@pytest.mark.parametrize("path", sorted(SHIPPED_STUDIES.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_studies_hold_together(path):
    known = {key: series.unit for key, series in load_catalogue().series.series.items()}
    assert study_problems(read_study_file(path), series=known) == ()


@pytest.mark.parametrize("by", ["period", "pooled"])
def test_by_of_winsorize_is_no_grouping(by):
    """In a table's model, in a column, in a variable: a word of its own wherever `winsorize` stands."""
    clip = f"winsorize: {{share: 0.05, by: {by}}}"
    text = STUDY.replace("vcov: {by: [unit]}", f"vcov: {{by: [unit]}}, {clip}")
    text = text.replace('- label: "(1)"', f'- {{label: "(1)", {clip}}}')
    text = text.replace("{expression: log(gdp_pc)}", f"{{expression: log(gdp_pc), {clip}}}")
    text = text.replace("    title: Score\n", f"    title: Score\n    {clip}\n")
    assert text.count(clip) == 4
    file = read_study_file("demo.yaml", text)
    assert not study_problems(file, series=SERIES, regions=REGIONS, codes=CODES)


def refused(model):
    """Problems of the study whose second column has this in place of its sample."""
    text = STUDY.replace("sample: {first: 2013, last: 2020}", model)
    return [one for one in problems(text) if one.where.startswith("line 28,")]


@pytest.mark.parametrize(
    ("instrument", "found", "remedy"),
    [
        ("score", "`score`, the outcome", "cannot instrument what explains it"),
        ("log_gdp", "`log_gdp`, an endogenous regressor", "cannot be its own instrument"),
        ("share", "`share`, a control", "instruments itself already"),
    ],
)
def test_an_instrument_in_the_equation_is_called_what_it_is_there(instrument, found, remedy):
    iv = f"{{endogenous: [log_gdp], instruments: [{instrument}]}}"
    (problem,) = refused(f"iv: {iv}\n        estimator: fe_2sls")
    assert problem.found == found
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("count: 3, trim: 0.3", "4 shares of it are more than all rows"),
        ("count: 2, trim: 0.34", "3 shares of it are more than all rows"),
        ("count: 3, grid: 2", "of which 2 lie there"),
        ("count: 3, trim: 0.25", None),
        ("count: 2, trim: 0.33333333333", None),
        ("count: 3, grid: 3", None),
    ],
)
def test_thresholds_without_room_for_their_regimes_are_refused(options, found):
    threshold = f"{{variable: gdp_pc, regime: [log_gdp], {options}}}"
    told = refused(f"threshold: {threshold}\n        estimator: threshold")
    assert [one.found for one in told] == ([] if found is None else [told[0].found])
    assert found is None or found in told[0].found


def test_one_year_is_one_cluster_of_years():
    sample = "sample: {first: 2013, last: 2013}\n        effects: []\n        vcov: {by: [period]}"
    text = STUDY.replace("sample: {first: 2013, last: 2020}", sample)
    (problem,) = [one for one in problems(text) if one.where.startswith("line 30,")]
    assert problem.found == "`by: [period]` in the sample of 2013"


@pytest.mark.parametrize("kind", ["driscoll_kraay", "newey_west"])
@pytest.mark.parametrize(
    ("years", "lags", "told"),
    [
        ("first: 2013, last: 2013", "", "`type: {kind}` in the sample of 2013"),
        ("first: 2013, last: 2016", ", lags: 4", "`lags: 4`"),
        ("first: 2013, last: 2016", ", lags: 3", None),
    ],
)
def test_errors_with_lags_need_more_years_than_lags(kind, years, lags, told):
    vcov = f"effects: []\n        vcov: {{type: {kind}{lags}}}"
    text = STUDY.replace(
        "sample: {first: 2013, last: 2020}", f"sample: {{{years}}}\n        {vcov}"
    )
    found = [one.found for one in problems(text) if one.where.startswith("line 30,")]
    assert found == ([] if told is None else [told.format(kind=kind)])


CIRCLES = {
    "`log_gdp` → `score` → `east` → `log_gdp`": (
        "log(gdp_pc)",
        "log(score)",
        "* gdp",
        "* log_gdp",
    ),
    "`east` → `score` → `east`": ("log(gdp_pc)", "log(gdp)", "* gdp", "* lag(score)"),
}


@pytest.mark.parametrize("circle", CIRCLES)
def test_an_index_made_of_its_own_score_is_one_problem_that_names_the_circle(circle: str) -> None:
    was, now, indicator, reading = CIRCLES[circle]
    text = STUDY.replace(was, now).replace(indicator, reading)
    (problem,) = study_problems(
        read_study_file("studies/demo.yaml", text), series=SERIES, regions=REGIONS, codes=CODES
    )
    members = circle.replace("`", "").split(" → ")
    told = problem.found.replace("`", "").split(" → ")
    assert told[0] == told[-1]
    assert {*pairwise(told)} == {*pairwise(members)}
    line = int(problem.where.split()[1].strip(","))
    assert any(name in text.splitlines()[line - 1] for name in members)


def test_an_index_that_is_read_has_no_name_of_a_series() -> None:
    """Nobody could say which of the two a formula means."""
    text = STUDY.replace("  score:\n", "  urban:\n").replace("outcome: score", "outcome: urban")
    (problem,) = study_problems(
        read_study_file("studies/demo.yaml", text), series=SERIES, regions=REGIONS, codes=CODES
    )
    assert (problem.code, "`urban`" in problem.found) == ("own_name", True)


def test_a_formula_may_read_the_score_of_an_index() -> None:
    text = STUDY.replace("log(gdp_pc)", "lag(score) ** 2 + log(score)")
    file = read_study_file("studies/demo.yaml", text)
    assert study_problems(file, series=SERIES, regions=REGIONS, codes=CODES) == ()
