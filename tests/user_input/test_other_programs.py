"""A study in words of Stata, R or Python: refused at its line, in one message that says how it is written."""

from __future__ import annotations

import pytest

from nqpf_assets.expressions.compile import ExpressionError
from nqpf_assets.expressions.parser import parse_expression
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.user_input import other_programs
from tests.stages.mini import STUDY

SECOND = "{label: (2), regressors: [wealth]}"


def problems(column: str) -> tuple[Problem, ...]:
    text = STUDY.replace(SECOND, f"{{label: (2), {column}}}")
    assert text != STUDY
    with pytest.raises(InputError) as refused:
        read_study_file("mini.yaml", text)
    return refused.value.problems


@pytest.mark.parametrize(
    ("formula", "here"),
    [
        ("L.gdp", "write lag(gdp)"),
        ("L2.gdp", "write lag(gdp, 2)"),
        ("F.gdp", "write lead(gdp)"),
        ("D.gdp", "write diff(gdp)"),
        ("D2.gdp", "write diff(diff(gdp))"),
        ("S2.gdp", "write diff(gdp, 2)"),
        ("LD.gdp", "write lag(diff(gdp))"),
        ("L(1/2).gdp", "declare a variable for each: lag(gdp, 1), lag(gdp, 2)"),
        ("1 + l.gdp", "write lag(gdp)"),
        ("gdp[_n-1]", "write lag(gdp, 1)"),
        ("gdp(-1)", "write lag(gdp, 1)"),
        ("gdp(t+1)", "write lead(gdp, 1)"),
        ("lag(gdp, -1)", "write lead(gdp, 1)"),
        ("lead(gdp, -2)", "write lag(gdp, 2)"),
        ("lag gdp", "write lag(gdp)"),
        ("ln(gdp)", "write log(x)"),
        ("LN(gdp)", "write log(x)"),
        ("log10(gdp)", "write log(x) / log(10)"),
        ("log2(gdp)", "write log(x) / log(2)"),
        ("asinh(gdp)", "write log(x + sqrt(x**2 + 1))"),
        ("np.log(gdp)", "write the function alone: log(x), exp(x), sqrt(x)"),
        ("zscore(gdp)", "write standardize(x)"),
        ("delta(gdp)", "write diff(x), the change from the year before"),
        ("rowmean(gdp, x)", "write (x + y) / 2; a mean of the years (x + lag(x)) / 2"),
        ("avg(gdp)", "write mean(x), over all rows, `by=period` or `by=unit`"),
        ("predict(gdp, x)", "write residual(y, x1, x2)"),
        ("xtile(gdp, 4)", "write cut(x, 4)"),
        ("gdp^2", "write ** for a power: x**2"),
        ("gdp²", "write ** for a power: x**2"),
        ("e^gdp", "write exp(x)"),
        ("c.gdp#c.people", "write the product: gdp * people"),
        ("gdp##people", "write the product: gdp * people"),
        ("gdp·people", "write *"),
        ("gdp // people", "write / for a quotient"),
        ("1,000 * gdp", "write 1000, without a separator"),
        ("=gdp / people", "leave the = at the beginning out"),
    ],
)  # fmt: skip
def test_a_formula_of_another_language_is_told_how_it_is_written(formula: str, here: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_expression(formula)
    assert refused.value.remedy == here


@pytest.mark.parametrize(
    ("formula", "here"),
    [
        ("gdp & people", "write and"),
        ("gdp || people", "write or"),
        ("!gdp", "write not"),
        ("gdp <> 3", "write != for not equal"),
        ("gdp = 3", "write == to compare"),
        ("gdp => 3", "write >="),
        ("inlist(gdp, 1)", "write x == 1 or x == 2"),
        ("cond(gdp, 1, 0)", "write if(condition, x, y)"),
        ("missing(gdp)", "write is_missing(x)"),
        ("gdp != .", "write not is_missing(gdp)"),
        ("people > 1 and gdp < .", "write not is_missing(gdp)"),
        ("gdp == .", "write is_missing(gdp)"),
        ("gdp >= .", "write is_missing(gdp)"),
        ("if people > 3", "write if(condition, x, y), with y where the condition does not hold"),
        (
            "gdp if people > 3",
            "write if(condition, x, y), with y where the condition does not hold",
        ),
    ],
)
def test_conditions_of_another_language_are_told_how_they_are_written(
    formula: str, here: str
) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_expression(formula)
    assert refused.value.remedy == here


@pytest.mark.parametrize(
    ("formula", "here"),
    [
        (
            "mean(gdp, by=year)",
            "write by=period or by=unit, or leave it out for all rows of the study",
        ),
        ("deflate(gdp, price, base=gdp)", "whole number"),
    ],
)
def test_a_wrong_option_is_not_taken_for_a_comparison(formula: str, here: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_expression(formula)
    assert here in f"{refused.value.message}; {refused.value.remedy}"
    assert "==" not in refused.value.remedy


@pytest.mark.parametrize("formula", ["i.year", "ib2015.year"])
def test_dummies_are_told_to_be_effects(formula: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_expression(formula)
    assert "effects: [unit, period]" in refused.value.remedy


@pytest.mark.parametrize("formula", ["std.gdp", "gdp ? 1", "gdp /"])
def test_what_no_language_writes_has_the_remedy_it_had(formula: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_expression(formula)
    assert "lag" not in refused.value.remedy
    assert "diff" not in refused.value.remedy


@pytest.mark.parametrize(
    ("column", "found", "here"),
    [
        ("estimator: xtreg", "`xtreg`", "write `two_way_fe`"),
        ("estimator: reghdfe", "`reghdfe`", "write `two_way_fe`"),
        ("estimator: ivreg2", "`ivreg2`", "write `fe_2sls`"),
        ("estimator: xsmle", "`xsmle`", "write `spatial_durbin`"),
        ("effects: year", "a text, `year`", "write [period]"),
        ("effects: both", "a text, `both`", "write [unit, period]"),
        ("vcov: vce(cluster id)", "a text, `vce(cluster id)`",
         "write {type: clustered, by: [unit]}, as xtreg, vce(robust) does too, or {type: robust}"),
        ("vcov: {type: cluster}", "`cluster`", "write `clustered`"),
        ("vce: robust", "the unknown key `vce`",
         "write `vcov: {type: clustered, by: [unit]}`, as xtreg, vce(robust) does too, or {type: robust}"),
        ("absorb: [id]", "the unknown key `absorb`", "write `effects: [unit, period]`, or a part of it"),
        ("depvar: output", "the unknown key `depvar`", "write `outcome:`"),
        ("if: year>=2016", "the unknown key `if`",
         "write `sample:` with `first` and `last` year, or with `only`, `exclude` or `within`"),
        ("winsor2: true", "the unknown key `winsor2`", "write `winsorize: {share: 0.01}`"),
        ("winsorize: {cuts: [1, 99]}", "the unknown key `cuts`",
         "write `share: 0.01`, which clips 1 % on each side"),
        ("regressors: [L.wealth]", "`L.wealth`",
         'declare it under `variables`, `wealth_before: {expression: "lag(wealth)"}`, and name it here'),
        ("regressors: [i.year]", "`i.year`",
         "leave it out: dummies of years and units are `effects: [unit, period]`"),
        ("regressors: [c.a#c.b]", "`c.a#c.b`",
         "declare it under `variables`, `name: {expression: …}`, and write its name here"),
        ("outcome: ln(output)", "`ln(output)`",
         "declare it under `variables`, `name: {expression: …}`, and write its name here"),
        ("regressors: [Wealth]", "`Wealth`", "names have small letters: `wealth`"),
        ("regressors: [wealth output]", "`wealth output`", "write them apart: wealth, output"),
        ("regressors: wealth output", "a text, `wealth output`", "write [wealth, output]"),
        ("regressors: wealth", "a text, `wealth`", "write [wealth], even for one"),
        ("vcov: {type: robust, by: []}", "a list", "write at least 1 item"),
    ],
)  # fmt: skip
def test_a_column_in_other_words_is_one_message(column: str, found: str, here: str) -> None:
    (problem,) = problems(column)
    assert problem.where.startswith("line 27, ")
    assert (problem.found, problem.remedy) == (found, here)


@pytest.mark.parametrize("name", ["logit", "did", "xtabond2", "gmm"])
def test_no_neighbour_is_proposed_for_a_model_that_is_not_there(name: str) -> None:
    (problem,) = problems(f"estimator: {name}")
    assert problem.remedy.startswith("there is none of that kind")


def test_hints_name_what_there_is() -> None:
    words = [word for one in ESTIMATORS.values() for word in one.elsewhere]
    assert len(words) == len(set(words)), "one word means one estimator"
    elsewhere = set(words)
    assert "xtreg" in elsewhere
    assert not elsewhere & set(ESTIMATORS)
    assert not elsewhere & other_programs._NOT_THERE


@pytest.mark.parametrize(
    ("word", "ours"),
    [("min", "minimum"), ("max", "maximum"), ("N", "n_obs"), ("p50", "median"), ("std", "sd")],
)
def test_a_statistic_of_another_program_is_told_by_its_name_here(word: str, ours: str) -> None:
    """The nearest spelling of min is median."""
    table = (
        f"  d: {{kind: descriptive, title: D, describe: [output], statistics: [mean, {word}]}}\n"
    )
    with pytest.raises(InputError) as refused:
        read_study_file("mini.yaml", STUDY + table)
    (problem,) = refused.value.problems
    assert problem.remedy == f"write `{ours}`"


CHAIN = "estimator: chain_mediation, regressors: [wealth]"


@pytest.mark.parametrize(
    ("column", "expected", "found"),
    [
        (f"{CHAIN}, chain: {{mediators: []}}", "a list of 2 items", "a list of 0 items"),
        (f"{CHAIN}, chain: {{mediators: [people]}}", "a list of 2 items", "a list of 1 item"),
        (f"{CHAIN}, chain: {{mediators: [a, b, c]}}", "a list of 2 items", "a list of 3 items"),
        ("space: {weights: contiguity, join: [[北京]]}", "a list of 2 items", "a list of 1 item"),
        ("difference: {grouping: a, groups: [east]}", "a list of 2 items", "a list of 1 item"),
    ],
)
def test_a_list_of_another_length_is_told_its_length(
    column: str, expected: str, found: str
) -> None:
    """Not by the key `1` that it lacks, which no list has."""
    (problem,) = problems(column)
    assert (problem.expected, problem.found) == (expected, found)
    assert (problem.remedy, problem.code) == ("write [a, b]", "value")
