"""Expressions: grammar, messages, reach, units, order."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.catalog.units import parse_unit
from nqpf_assets.expressions.compile import (
    ExpressionError,
    Reach,
    compile_definitions,
    compile_expression,
    inputs,
    parse_expression,
)
from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.functions import FUNCTIONS

UNITS = {
    "gdp": "亿元",
    "population": "万人",
    "spending": "万元",
    "share": "%",
    "rate": "比例",
    "cpi": "上年=100",
    "level": "1978年=100",
    "unknown": None,
    "地区生产总值": "亿元",
}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a - b - c", "(a - b) - c"),
        ("a / b * c", "(a / b) * c"),
        ("a + b * c", "a + (b * c)"),
        ("-a ** 2", "-(a ** 2)"),
        ("2 ** 3 ** 2", "2 ** (3 ** 2)"),
        ("2 ** -1", "2 ** (-1)"),
        ("-a * b", "(-a) * b"),
        ("+a", "a"),
        ("diff(x)", "x - lag(x, 1)"),
        ("growth(x, 5)", "(x / lag(x, 5)) - 1"),
        ("at(x, 1984)", "at(x, 1984)"),
        ("of_region(x, 500000)", "of_region(x, region=`500000`)"),
        ("of_region(x, 000000)", "of_region(x, region=`000000`)"),
        ("of_region(x, 重庆市)", "of_region(x, region=重庆市)"),
        ("log( 地区生产总值 /\n `年末人口(万人)`)", "log(地区生产总值 / `年末人口(万人)`)"),
        ("1.5e3 * .5", "1500 * 0.5"),
        ("a > b + 1 and not c == 2 or d", "((a > (b + 1)) and not(c == 2)) or d"),
        ("not a and b", "not(a) and b"),
        ("a == not b", "a == not(b)"),
        ("-a < b", "(-a) < b"),
        ("if(year >= 2015, a, b)", "if(year >= 2015, a, b)"),
        ("`year` + `and` + `not` + year", "((`year` + `and`) + `not`) + year"),
    ],
)
def test_grammar(text, written):
    assert str(parse_expression(text)) == written
    assert str(parse_expression(written)) == written


@pytest.mark.parametrize(
    ("text", "column", "message", "remedy"),
    [
        ("gdp population", 5, "an operator expected, 'population' found", "between two operands"),
        ("gdp（1）", 4, "`（` has no meaning", "half-width bracket ("),
        ("gdp ^ 2", 5, "`^` has no meaning", "write ** for a power"),
        ("lgo(gdp)", 1, "there is no function `lgo`", "did you mean `log`"),
        ("lag(gdp, 0.5)", 10, "must be a whole number", ""),
        ("lag(gdp, 101)", 10, "between 1 and 100", ""),
        ("gdp * ", 7, "'the end' found", "on both sides"),
        ("(gdp", 5, "')' expected", "close the bracket"),
        ("log(gdp", 8, "')' expected", "close the bracket of `log(`"),
        ("min(gdp)", 1, "has 1 argument", "min(x, y"),
        ("deflate(gdp, cpi)", 1, "needs its base year", "base=2015"),
        ("deflate(gdp, cpi, bas=2)", 1, "no option `bas`", "did you mean `base`"),
        ("accumulate(x)", 1, "either `growth` or `initial`", "growth=0.1"),
        ("accumulate(x, growth=0.1, depreciation=2)", 40, "from 0 to below 1", ""),
        ("at(gdp)", 1, "has 1 argument", "at(x, 1984)"),
        ("at(gdp, 19)", 9, "between 1000 and 2999", ""),
        ("at(gdp, base)", 9, "must be a whole number", ""),
        ("of_region(gdp)", 1, "needs one region", "of_region(x, 500000)"),
        ("of_region(gdp, 北京, region=北京)", 1, "needs one region", ""),
        ("of_region(gdp, 1 + 1)", 18, "not `1 + 1`", "the name of the region"),
        ("f(a=1, 2)", 8, "an argument follows an option", ""),
        ("", 0, "is empty", ""),
        ("1e999", 1, "too large", ""),
        ("'gdp' / 2", 1, "has no meaning", "backticks"),
        ("__import__('os')", 12, "has no meaning", ""),
        ("gdp.real", 4, "has no meaning", "`a.b`"),
        ("[x for x in y]", 1, "has no meaning", ""),
        ("x if y else z", 3, "an operator expected", "write if(condition, x, y)"),
        ("a < b < c", 7, "two comparisons in a row", "a < b and b < c"),
        ("if(x = 1, 2, 3)", 4, "no option `x`", "write == to compare"),
        ("if(x > 1, 2)", 1, "has 2 arguments", "write if(c, x, y)"),
        ("x = 1", 3, "an operator expected, '=' found", "write == to compare"),
        ("x & y", 3, "`&` has no meaning", "write and"),
        ("x ≥ y", 3, "`≥` has no meaning", "write >="),
        ("x > 1 and", 10, "'the end' found", "on both sides"),
        ("and > 1", 1, "'and' found", ""),
    ],
)
def test_mistakes_name_their_column(text, column, message, remedy):
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert message in caught.value.message
    assert remedy in caught.value.remedy
    assert caught.value.column == column


@pytest.mark.parametrize(
    "text",
    ["(" * 9_999, "-" * 10_000, "2**" * 3_000 + "2", "a+" * 4_999 + "a", "log(" * 2_000, "a" * 10_000,
     "a+" * 499 + "a", "f(" * 400, "`" * 10_000, "a=" * 400],
)  # fmt: skip
def test_long_and_deep_texts_are_refused_in_words(text):
    with pytest.raises(ExpressionError):
        parse_expression(text)


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab地1.2e+-*/()=,` \nlogmin_<>!dtrif"), max_size=60))
def test_any_text_is_a_tree_or_an_expression_error(text):
    try:
        tree = parse_expression(text)
    except ExpressionError:
        return
    assert parse_expression(str(tree)) == tree


STOCK = Reach(-9_999, 0, since=("begin of x", 0))


def years_read(text: str, name: str, year: int) -> set[int]:
    """Which years of an input from 2000 to 2030 a row of this year reads itself."""
    return {
        other
        for one in inputs(text)[name]
        for other in range(2000, 2031)
        if (one.year or year) + one.first <= other <= (one.year or year) + one.last
        and (one.not_before or 0) <= other <= (one.not_after or 9_999)
        and one.pool is None
    }


def test_inputs_reach_the_years_that_lags_and_leads_read_and_none_between():
    assert inputs("lag(x, 2) + x - lag(lag(y), k=2)") == {
        "x": (Reach(-2, -2), Reach()),
        "y": (Reach(-3, -3),),
    }
    assert inputs("lead(x, 2)") == {"x": (Reach(2, 2),)}
    assert inputs("lag(lead(x, 2), 1)") == {"x": (Reach(1, 1),)}
    assert inputs("growth(x + y) / y") == {"x": (Reach(-1, 0),), "y": (Reach(-1, 0),)}
    assert inputs("is_group(areas, east) * is_period(2015)") == {}
    assert inputs("accumulate(x, initial=k)") == {
        "x": (Reach(-9_999, 0, since=("begin of x", 1)),),
        "k": (Reach(at="begin of x"),),
    }
    before = Reach(-9_999, -1, since=("begin of lag(x, 1)", -1))
    assert inputs("accumulate(lag(x), growth=0.1)") == {"x": (before,)}


def test_a_standard_score_reads_its_row_and_the_whole_panel():
    pool = Reach(-1, -1, pool="rows of lag(x, 1)", role="standardises")
    assert inputs("standardize(lag(x))") == {"x": (Reach(-1, -1), pool)}
    of_x = Reach(pool="rows of x", role="standardises")
    assert inputs("lag(standardize(x))")["x"] == (Reach(-1, -1), of_x)
    assert inputs("at(standardize(x), 2010)")["x"] == (Reach(year=2010), of_x)


@pytest.mark.parametrize(
    ("links", "year", "read"),
    [
        ("fixed", 2013, {2010, 2013}),
        ("fixed", 2008, {2008, 2010}),
        ("fixed", 2010, set()),
        ("previous_year", 2013, {2011, 2012, 2013}),
        ("previous_year", 2008, {2009, 2010}),
        ("previous_year", 2010, set()),
    ],
)
def test_a_deflator_reads_the_years_that_move_the_price_level(links: str, year: int, read: set):
    text = f"deflate(v, p, base=2010, links={links})"
    assert inputs(text)["v"] == (Reach(),)
    assert years_read(text, "p", year) == read
    assert years_read(f"lag({text}, 2)", "p", year + 2) == read
    assert years_read(f"at({text}, {year})", "p", 2020) == read
    # The index of the year before moves all that is read of it by a year.
    later = f"deflate(v, lag(p), base=2010, links={links})"
    assert years_read(later, "p", year) == {one - 1 for one in read}
    both = years_read(text, "p", year) | years_read(text, "p", year - 1)
    assert years_read(f"{text} - lag({text})", "p", year) == both


def test_inputs_are_told_apart_by_calendar_year_and_region():
    assert inputs("at(x + lag(x), 1984) * x") == {"x": (Reach(-1, 0, 1984), Reach())}
    assert inputs("at(x, 1984) + at(x, 1990)") == {"x": (Reach(year=1984), Reach(year=1990))}
    assert inputs("lag(at(x, 1984), 3)") == {"x": (Reach(year=1984),)}
    assert inputs("at(accumulate(x, growth=0.1), 1984)") == {"x": (replace(STOCK, year=1984),)}
    there = Reach(-1, -1, region="500000")
    assert inputs("of_region(lag(x), 500000)") == inputs("lag(of_region(x, 500000))")
    assert inputs("of_region(lag(x), 500000) / x") == {"x": (there, Reach())}
    assert inputs("at(of_region(x, 500000), 1984)") == {"x": (Reach(year=1984, region="500000"),)}
    codes = {"重庆市": "500000", "500000": "500000"}
    assert inputs("of_region(lag(x), 重庆市)", codes) == {"x": (there,)}


def test_what_is_read_through_a_variable_is_counted_from_where_that_is_read():
    in_1984, there = Reach(year=1984), Reach(region="500000")
    assert Reach(-1, 0).under(Reach(-2, 1)) == Reach(-3, 1)
    assert Reach(-2, 0).under(in_1984) == Reach(-2, 0, 1984)
    assert in_1984.under(Reach(-2, 1)) == in_1984
    assert in_1984.under(Reach(year=1990)) == in_1984
    assert there.under(Reach(-1, -1)) == Reach(-1, -1, region="500000")
    assert Reach(-1, -1).under(there) == Reach(-1, -1, region="500000")
    assert there.under(Reach(region="110000")) == there
    assert in_1984.under(there) == Reach(year=1984, region="500000")
    since, pool = Reach(-9_999, 0, not_before=2011), Reach(pool="panel", role="scale")
    assert Reach(-1, -1).under(since) == Reach(-9_999, -1, not_before=2010)
    assert since.under(Reach(-2, -2)) == Reach(-9_999, -2, not_before=2011)
    assert Reach(-1, -1).under(pool) == Reach(-1, -1, pool="panel", role="scale")
    assert pool.under(Reach(-1, -1)) == pool


@pytest.mark.parametrize(
    ("text", "target", "tree", "unit"),
    [
        ("gdp / population", "元/人", "(gdp / population) * 10000", "元/人"),
        ("gdp / population", None, "gdp / population", "亿元/万人"),
        ("gdp + spending", None, "gdp + (spending / 10000)", "亿元"),
        ("spending + gdp", None, "spending + (gdp * 10000)", "万元"),
        ("gdp / spending", None, "(gdp / spending) * 10000", "比例"),
        ("spending / gdp", "%", "((spending / gdp) / 10000) * 100", "%"),
        ("max(gdp, spending, 0)", None, "max(gdp, spending / 10000, 0)", "亿元"),
        ("100 - share", None, "100 - share", "%"),
        ("share", "比例", "share / 100", "比例"),
        ("rate + share", None, "rate + (share / 100)", "比例"),
        ("log(gdp)", None, "log(gdp)", "比例"),
        ("log(gdp / population) * rate", None, "log(gdp / population) * rate", "比例"),
        ("gdp ** 2 / gdp", "亿元", "(gdp ** 2) / gdp", "亿元"),
        ("lag(gdp) - gdp", "万元", "(lag(gdp, 1) - gdp) * 10000", "万元"),
        ("at(gdp, 1984) - gdp", "万元", "(at(gdp, 1984) - gdp) * 10000", "万元"),
        ("of_region(gdp, 北京) / population", None,
         "of_region(gdp, region=北京) / population", "亿元/万人"),
        ("gdp * is_period(2012)", None, "gdp * is_period(2012)", "亿元"),
        ("standardize(gdp)", None, "standardize(gdp)", "比例"),
        ("accumulate(gdp, initial=spending)", "亿元",
         "accumulate(gdp, depreciation=0.096, initial=spending / 10000)", "亿元"),
        ("0.5", "元/人", "0.5", "元/人"),
    ],
)  # fmt: skip
def test_units(text, target, tree, unit):
    compiled = compile_expression(text, units=UNITS, target_unit=target)
    assert str(compiled.tree) == tree
    assert str(compiled.unit) == unit


def test_an_unknown_unit_stays_unknown_until_it_is_asked_for():
    assert compile_expression("unknown * gdp", units=UNITS).unit is None
    with pytest.raises(ExpressionError, match="no unit is known for unknown"):
        compile_expression("unknown * gdp", units=UNITS, target_unit="元")


def test_adding_different_kinds_names_both():
    with pytest.raises(ExpressionError) as caught:
        compile_expression("gdp + population", units=UNITS)
    assert "`gdp` is in 亿元 (money) and `population` in 万人 (person)" in caught.value.message
    with pytest.raises(ExpressionError, match="亿元/万人"):
        compile_expression("gdp / population", units=UNITS, target_unit="公顷")
    with pytest.raises(ExpressionError, match="not known"):
        compile_expression("gdp", units=UNITS, target_unit="furlong")


def test_a_price_index_says_itself_how_it_is_linked():
    tree = compile_expression("deflate(gdp, cpi, base=2015)", units=UNITS).tree
    assert str(tree) == "deflate(gdp, cpi, base=2015, links=previous_year, par=100)"
    tree = compile_expression("deflate(gdp, level, base=2015)", units=UNITS).tree
    assert "links=fixed" in str(tree)
    with pytest.raises(ExpressionError, match="contradicts the unit of the price index, 上年=100"):
        compile_expression("deflate(gdp, cpi, base=2015, links=fixed)", units=UNITS)


@settings(max_examples=100)
@given(
    above=st.sampled_from(["元", "万元", "亿元", "吨", "公斤", "公顷", "亩"]),
    below=st.sampled_from(["人", "万人", "户", "公顷", "平方公里"]),
    above_to=st.sampled_from(["元", "万元", "亿元", "吨", "公斤", "公顷", "亩"]),
    below_to=st.sampled_from(["人", "万人", "户", "公顷", "平方公里"]),
)
def test_a_quotient_is_converted_exactly_or_refused(above, below, above_to, below_to):
    units, target = {"x": above, "y": below}, f"{above_to}/{below_to}"
    left, right = parse_unit(above) / parse_unit(below), parse_unit(target)
    if left.dimensions != right.dimensions:
        with pytest.raises(ExpressionError):
            compile_expression("x / y", units=units, target_unit=target)
        return
    tree = compile_expression("x / y", units=units, target_unit=target).tree
    factor = Fraction(1)
    while hasattr(tree, "factor"):
        factor, tree = factor * tree.factor, tree.operand
    assert factor == left.factor / right.factor


def compile_all(definitions, **units):
    return compile_definitions(
        {name: Definition(text) for name, text in definitions.items()}, series_units=units
    )


def test_variables_are_put_in_the_order_in_which_they_can_be_computed():
    compiled, wrong = compile_all({"c": "b + 1", "b": "a * 2", "a": "s"}, s=None)
    assert list(compiled) == ["a", "b", "c"]
    assert not wrong


def test_a_circle_is_named():
    _, wrong = compile_all({"a": "b + 1", "b": "c", "c": "a", "d": "s"}, s=None)
    (error,) = wrong.values()
    assert error.message in (
        "variables are defined by each other: `a` → `b` → `c` → `a`",
        "variables are defined by each other: `b` → `c` → `a` → `b`",
        "variables are defined by each other: `c` → `a` → `b` → `c`",
    )


def test_an_unknown_name_is_told_once_where_it_stands():
    _, wrong = compile_all({"a": "popluation * 2", "b": "a + 1"}, population=None)
    assert list(wrong) == ["a"]
    assert wrong["a"].remedy == "did you mean `population`?"


def test_every_function_is_written_as_its_usage_says():
    for name, function in FUNCTIONS.items():
        tree = parse_expression(function.usage.replace(", …", ""))
        assert tree is not None, name


@pytest.mark.parametrize("text", ["log1p(share)", "exp(share - 50)", "2 ** share", "gdp ** share"])
def test_a_share_in_percent_is_refused_where_a_plain_number_is_meant(text):
    """As `1 + share` is: 81 and 0.81 are two different things there."""
    with pytest.raises(ExpressionError, match="must be a plain number") as caught:
        compile_expression(text, units=UNITS)
    assert "unit: 比例" in caught.value.remedy
    compile_expression(text.replace("share", "rate"), units=UNITS)


@pytest.mark.parametrize("index", ["无", "指数", "%", "比例", None])
def test_an_index_that_does_not_say_how_it_is_linked_is_asked(index):
    units = {"x": "亿元", "p": index}
    with pytest.raises(ExpressionError, match="does not say what each year") as caught:
        compile_expression("deflate(x, p, base=2015)", units=units)
    assert "links=previous_year" in caught.value.remedy
    for kind in ("fixed", "previous_year"):
        tree = compile_expression(f"deflate(x, p, base=2015, links={kind})", units=units).tree
        assert f"links={kind}" in str(tree)
    if index is None:
        compile_expression("deflate(x, p, base=2015)", units=units, complete=False)


def test_what_is_no_price_index_deflates_nothing():
    with pytest.raises(ExpressionError, match="which is no price index"):
        compile_expression("deflate(gdp, population, base=2015, links=fixed)", units=UNITS)


def test_an_average_growth_is_read_up_to_the_end_of_the_study():
    found = inputs("accumulate(x, growth=average)")["x"]
    assert found == (STOCK, Reach(at="begin of x"), Reach(at="end of x"))


def test_names_of_groups_and_regions_are_no_series():
    text = "is_group(`分组（个）`, `东部（沿海）`) * of_region(`产值（万元）`, `某地（县）`)"
    groups = {"分组（个）": {"东部（沿海）": ["A"]}}
    codes = {"某地（县）": "990000"}
    compiled = compile_expression(text, units={"产值": "万元"}, groups=groups, codes=codes)
    assert list(compiled.inputs) == ["产值"]
