"""Comparisons, logic and choices between values, by hand."""

from __future__ import annotations

import pytest

from nqpf_assets.expressions.compile import compile_definitions, inputs
from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.linear_forms import LinearForms
from tests.expressions.test_derived_values import derive, reported

X = [
    *reported("x", "A", 2010, [1, None, 5, -2]),
    *reported("y", "A", 2010, [2, 3, None, 4]),
    ("z", "A", 2010, 1.0, "interpolated"),
]


def of(expression: str, cells=X, year: int = 2010, **measured):
    return derive({"it": expression}, cells, **measured)["it", "A", year]


@pytest.mark.parametrize(
    ("expression", "year", "value"),
    [
        ("x > y", 2010, 0), ("x < y", 2010, 1), ("x >= 1", 2010, 1), ("x <= 0", 2010, 0),
        ("x == 1", 2010, 1), ("x != 1", 2010, 0), ("x + 1 == y", 2010, 1),
        ("x > 5", 2011, None), ("not x > 5", 2011, None),
        ("x > 5 and y > 9", 2011, 0), ("x > 5 and y > 1", 2011, None),
        ("x > 5 or y > 1", 2011, 1), ("x > 5 or y > 9", 2011, None),
        ("x > 0 or y > 0 and y < 0", 2010, 1), ("not x > 5 and y == 2", 2010, 1),
        ("is_missing(x)", 2011, 1), ("is_missing(x)", 2010, 0), ("is_missing(log(x))", 2013, 1),
        ("if(x > 3, y, 7)", 2010, 7), ("if(x > 3, y, 7)", 2012, None), ("if(x > 3, 7, y)", 2012, 7),
        ("if(is_missing(x), y, x)", 2011, 3), ("coalesce(x, y, 9)", 2011, 3),
        ("coalesce(log(x), y)", 2013, 4), ("coalesce(lag(x), y)", 2010, 2),
        ("year", 2012, 2012), ("year >= 2012 and x > 0", 2012, 1), ("lag(year)", 2012, 2011),
        ("at(x > 3, 2012)", 2010, 1),
    ],
)  # fmt: skip
def test_values(expression: str, year: int, value: float | None) -> None:
    assert of(expression, year=year)[0] == value


@pytest.mark.parametrize(
    ("expression", "year", "reason"),
    [
        ("x > 5", 2011, "missing input: x"),
        ("if(x > 3, log(y - 9), 1)", 2012, "missing input: y"),
        ("if(x > 3, 1, log(x - 9))", 2010, "log of non-positive"),
        ("if(y, 1, 0)", 2010, "neither 0 nor 1"),
        ("not y", 2010, "neither 0 nor 1"),
        ("exp(1000 * x) > 1", 2010, "too large for a number"),
        ("coalesce(log(x), y) / (y - 4)", 2013, "zero denominator"),
        ("if(x > 0, log(x), y) / (y - 4)", 2013, "zero denominator"),
    ],
)
def test_the_reason_is_that_of_what_was_taken(expression: str, year: int, reason: str) -> None:
    value, status, why = of(expression, year=year)
    assert (value, status, why) == (None, "missing", reason)


@pytest.mark.parametrize(
    ("expression", "status"),
    [
        ("x > z", "interpolated"),
        ("if(x > 0, x, z)", "reported"),
        ("if(x < 0, x, z)", "interpolated"),
        ("if(z > 0, x, y)", "interpolated"),
        ("coalesce(x, z)", "reported"),
        ("coalesce(lag(x), z)", "interpolated"),
        ("x < 0 and is_missing(lag(x))", "reported"),
        ("x < 0 and lag(x) > 0", "reported"),
        ("is_missing(lag(z))", "reported"),
        ("is_missing(z)", "interpolated"),
    ],
)
def test_the_status_is_that_of_what_was_taken(expression: str, status: str) -> None:
    value, found, _ = of(expression)
    assert value is not None
    assert found == status


def test_sides_are_brought_to_one_unit() -> None:
    measured = {"x": "亿元", "y": "万元", "z": "%"}
    assert of("x > y", measured=measured)[0] == 1
    assert of("coalesce(lag(y), x)", measured=measured)[0] == 10_000
    assert of("if(x > 2 * y, y, x)", measured=measured)[0] == 2
    assert of("z > 2", measured=measured)[0] == 0


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("x > people", "(money) and `people` in 万人"),
        ("if(x > 1, x, people)", "(money) and `people` in 万人"),
        ("if(x, 1, 0)", "`x` is in 亿元, and a condition is 0 or 1"),
        ("x > 1 and people", "`people` is in 万人, and a condition is 0 or 1"),
        ("not people", "and a condition is 0 or 1"),
        ("share > 0.5", "`share` is in %, so that `0.5` would be 0.5 %"),
    ],
)
def test_what_cannot_be_compared_is_refused(expression: str, why: str) -> None:
    compiled, wrong = compile_definitions(
        {"it": Definition(expression)},
        series_units={"x": "亿元", "people": "万人", "share": "%"},
        groups={},
    )
    assert not compiled
    assert why in str(wrong["it"])


def test_a_condition_has_no_unit_and_a_choice_that_of_its_values() -> None:
    asked = {
        "a": Definition("x > 1"),
        "b": Definition("if(x > 1, x, 0)", "万元"),
        "c": Definition("year"),
    }
    compiled, wrong = compile_definitions(asked, series_units={"x": "亿元"}, groups={})
    assert not wrong
    assert [str(compiled[name].unit) for name in asked] == ["比例", "万元", "比例"]


@pytest.mark.parametrize(
    ("flow", "is_refused"),
    [
        ("is_missing(x)", True), ("coalesce(x, 0)", True), ("if(year > 2010, x, 0)", True),
        ("x > 1 or year > 2010", True), ("x > 1", False), ("if(x > 1, 1, 0)", False),
        ("coalesce(x, lag(y))", False), ("if(year > 2010, x, y)", False),
    ],
)  # fmt: skip
def test_stocks_of_what_has_no_first_year_are_refused(flow: str, is_refused: bool) -> None:
    said = {"k": Definition(f"accumulate({flow}, growth=0.1)")}
    _, wrong = compile_definitions(said, series_units=dict.fromkeys("xy"), groups={})
    assert bool(wrong) == is_refused, wrong


def test_what_a_condition_reads_only_decides_a_side() -> None:
    def roles(expression: str) -> dict[str, set[str]]:
        return {name: {one.role for one in found} for name, found in inputs(expression).items()}

    side = "threshold_side"
    assert roles("if(x > lag(y), z, x)") == {"x": {side, "value"}, "y": {side}, "z": {"value"}}
    assert roles("standardize(x) > 1") == {"x": {side}}
    assert roles("standardize(x > 1)") == {"x": {side}}
    assert roles("lag(is_missing(x)) + y") == {"x": {side}, "y": {"value"}}
    chosen = [one.where for one in inputs("if(x > 1, y, 0)")["y"]]
    assert chosen == [("not zero of x > 1", 0)]


def test_sums_know_years_and_conditions() -> None:
    trees = {
        name: Definition(text).tree
        for name, text in {
            "trend": "year - 2010", "double": "2 * year", "later": "lag(year)", "rich": "x > 1",
            "rich_too": "x > 1", "poor": "x < 1",
        }.items()
    }  # fmt: skip
    forms = LinearForms(trees)
    assert forms.of("double").times(forms.of("trend").lead / forms.of("double").lead).terms == (
        forms.of("trend").terms
    )
    assert forms.of("later").terms == forms.of("trend").terms
    assert forms.of("rich").key == forms.of("rich_too").key != forms.of("poor").key
    assert forms.is_made_of("rich", frozenset({"x"}))


def test_a_name_that_is_a_word_of_the_language_stands_in_backticks() -> None:
    cells = reported("year", "A", 2010, [7]) + reported("not", "A", 2010, [1])
    assert of("`year` + `not`", cells)[0] == 8
    assert of("year + `not`", cells)[0] == 2011
