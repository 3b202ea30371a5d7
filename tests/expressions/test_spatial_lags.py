"""Spatial lags in formulas: against NumPy, with gaps, islands, units of measurement, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from nqpf_assets.expressions.compile import (
    Definition,
    ExpressionError,
    compile_definitions,
    inputs,
)
from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.expressions.neighbours import known_links, links_among, with_links
from nqpf_assets.expressions.parser import parse_expression
from tests.expressions.small_evaluator import UNITS, WEIGHTS
from tests.expressions.test_derived_values import derive, reported

X = np.array([[4.0, 7.0, 9.0], [2.0, 3.0, 8.0], [5.0, 1.0, 6.0]])
"""Units in rows, years 2010 to 2012 in columns."""
ROWS = WEIGHTS[:2] / WEIGHTS[:2].sum(axis=1, keepdims=True)
CELLS = [
    cell for unit, row in zip(UNITS, X, strict=True) for cell in reported("x", unit, 2010, row)
]


def standard(x):
    return (x - x.mean()) / x.std(ddof=1)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("W(x)", ROWS @ X),
        ("W(x, trade)", ROWS @ X),
        ("W(x, weights=trade)", ROWS @ X),
        ("W(log(x))", ROWS @ np.log(X)),
        ("log(W(x))", np.log(ROWS @ X)),
        ("x - W(x)", X[:2] - ROWS @ X),
        ("W(standardize(x))", ROWS @ standard(X)),
        ("W(x > mean(x, by=period))", ROWS @ (X.mean(axis=0) < X)),
        ("W(x) * is_group(letters, a)", (ROWS @ X) * [[1], [0]]),
        ("W(at(x, 2010))", np.repeat(ROWS @ X[:, :1], 3, axis=1)),
    ],
)
def test_values(expression, wanted):
    found = derive({"y": expression}, CELLS, groups={"letters": {"a": ["A"]}})
    values = [[found["y", unit, year][0] for year in (2010, 2011, 2012)] for unit in "AB"]
    assert values == [pytest.approx(row.tolist(), rel=1e-12) for row in wanted]


def test_a_lag_in_time_and_one_in_space_change_places():
    found = derive({"one": "lag(W(x))", "other": "W(lag(x))"}, CELLS)
    for unit, year, value in (("A", 2011, (ROWS @ X)[0, 0]), ("B", 2012, (ROWS @ X)[1, 1])):
        assert found["one", unit, year][0] == pytest.approx(value)
        assert found["other", unit, year][0] == pytest.approx(value)


def test_only_neighbours_have_a_say_in_value_and_status():
    cells = [cell for cell in CELLS if cell[1:3] not in (("C", 2011), ("B", 2012))]
    cells.append(("x", "B", 2012, 8.0, "interpolated"))
    found = derive({"y": "W(x)"}, cells)
    assert found["y", "A", 2010][1] == "reported"
    assert found["y", "A", 2011] == (None, "missing", "missing input: a neighbour's x")
    assert found["y", "B", 2011] == (7.0, "reported", None), "C is none of its neighbours"
    assert found["y", "A", 2012][1] == "interpolated"
    assert found["y", "C", 2010] == (None, "missing", "no value: no neighbour in contiguity")


def test_what_is_read_is_told_of_neighbours_alone():
    tree = with_links(
        parse_expression("lag(W(x))"), known_links("ABC", [("A", "B"), ("B", "C")], [])
    )
    read = {one.region: (one.first, one.last, one.where) for one in inputs(tree)["x"]}
    assert read == {
        "A": (-1, -1, ("not zero of is_neighbour(A, B)", -1)),
        "B": (-1, -1, ("not zero of is_neighbour(B, A, C)", -1)),
        "C": (-1, -1, ("not zero of is_neighbour(C, B)", -1)),
    }


def test_weights_add_up_to_one_among_the_units_of_the_study():
    given = [("A", "B", 3.0), ("A", "C", 1.0), ("A", "D", 96.0), ("D", "A", 1.0)]
    assert links_among("w", "ABC", given).of_units == {"A": {"B": 0.75, "C": 0.25}}


def compiled(expression, unit=None, **options):
    links = known_links("AB", [("A", "B")], [])
    definitions = {"y": Definition(expression, unit, links)}
    return compile_definitions(definitions, series_units={"x": "万元", "z": "人"}, **options)


def test_its_unit_is_that_of_what_is_lagged():
    done, wrong = compiled("W(x) / W(z)", "元/人")
    assert not wrong
    assert str(done["y"].tree).endswith("* 10000")
    assert isinstance(compiled("W(x) + z")[1]["y"], ExpressionError)


@pytest.mark.parametrize(
    ("expression", "said", "remedy"),
    [
        ("W(x, trad)", "there are no weights `trad`", "write contiguity, or the name of weights"),
        ("W(x, contiguty)", "there are no weights `contiguty`", "did you mean `contiguity`?"),
        ("W(x, 2)", "`W` takes the name of weights, not `2`", "write W(x)"),
        ("W(x, a, b)", "`W` has 3 arguments", "write W(x)"),
        ("W(x, a, weights=b)", "the weights of `W` are given twice", ""),
        ("W(x, by=period)", "`W` has no option `by`", "write W(x)"),
    ],
)
def test_what_cannot_be_meant(expression, said, remedy):
    wrong = compiled(expression)[1]["y"]
    assert (wrong.message, wrong.remedy.startswith(remedy)) == (said, True), wrong.remedy


def test_before_weights_are_known_their_names_pass():
    assert not compiled("W(x, trad)", complete=False)[1]


def test_it_is_no_multiple_of_what_is_lagged():
    forms = LinearForms({"a": parse_expression("W(x)"), "b": parse_expression("W(x, trade)"),
                         "c": parse_expression("2 * W(x)")})  # fmt: skip
    keys = {name: forms.of(name).times(1 / forms.of(name).lead).key for name in "abc"}
    assert keys["a"] == keys["c"] != keys["b"]
