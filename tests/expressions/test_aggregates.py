"""Statistics over rows, by hand: of the whole study, of a year, of a unit."""

from __future__ import annotations

import pytest

from nqpf_assets.expressions.compile import compile_definitions, inputs, parse_expression
from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.expressions.tree import ExpressionError
from tests.expressions.test_derived_values import derive, reported

CELLS = [
    *reported("x", "A", 2010, [100, None, 5, -2, 7, 50]),
    *reported("x", "B", 2010, [200, 3, None, 4, 7, 60]),
    *reported("x", "C", 2010, [900, 900, 900, 900, 900, 900]),
]
"""The study has A and B from 2011 to 2014; C is a region that a formula may name."""


def of(expression: str, unit: str = "A", year: int = 2012) -> float | None:
    study = {"first": 2011, "last": 2014, "units": ["A", "B"]}
    asked = {"it": expression, "named": "of_region(x, C)"}
    return derive(asked, CELLS, **study)["it", unit, year][0]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("mean(x)", 4), ("mean(x, by=period)", 5), ("mean(x, by=unit)", 10 / 3),
        ("median(x)", 4.5), ("median(x, by=unit)", 5), ("quantile(x, 0)", -2), ("quantile(x, 1)", 7),
        ("quantile(x, 0.25)", 3.25), ("quantile(x, 0.2)", 3), ("rank(x)", 4), ("rank(x, by=unit)", 2),
        ("cut(x, 2)", 2), ("cut(x, 4)", 3), ("x > median(x)", 1), ("x > median(x, by=unit)", 0),
        ("mean(x > 3)", 4 / 6), ("mean(log(x - 4))", None), ("lag(mean(x, by=period), 2)", 150),
        ("at(median(x, by=period), 2014)", 7), ("mean(of_region(x, C))", 900),
        ("of_region(mean(x, by=unit), C)", 900), ("of_region(rank(x), C)", None),
        ("mean(if(is_missing(x), 0, x), by=period)", 2.5),
    ],
)  # fmt: skip
def test_values(expression: str, value: float | None) -> None:
    found = of(expression)
    if expression == "mean(log(x - 4))":
        assert found == pytest.approx((0 + 2 * 1.0986122886681098) / 3)
    else:
        assert found == (value if value is None else pytest.approx(value, rel=1e-14))


@pytest.mark.parametrize(
    "expression", ["mean(x)", "mean(x, by=period)", "mean(x, by=unit)", "standardize(x)"]
)
def test_the_order_of_cells_decides_no_digit(expression: str) -> None:
    """A sum in another order has other last digits, and packages are held to all of them."""
    cells = [
        one
        for n in range(40)
        for one in reported("x", f"u{n}", 2010, [10 ** ((n * 7 + k * 3) % 6) / 7 for k in range(9)])
    ]
    orders = [cells, cells[::-1], cells[1::2] + cells[::2], sorted(cells, key=lambda one: one[3])]
    first, *others = (derive({"it": expression}, one, carried=False) for one in orders)
    assert all(one == first for one in others)


def test_equal_values_share_a_place_and_a_part() -> None:
    assert [of("rank(x)", unit, 2014) for unit in "AB"] == [5.5, 5.5]
    assert [of("cut(x, 3)", unit, 2014) for unit in "AB"] == [3, 3]


def test_a_value_at_a_whole_place_is_not_above_it() -> None:
    """0.07 of 100 values is a whole place, although 7.000000000000001 in binary; so is 9 times k/9."""
    cells = [one for n in range(10) for one in reported("x", f"u{n}", 2010, [n * 0.1])]
    found = derive({"part": "cut(x, 9)"}, cells)
    assert [found["part", f"u{n}", 2010][0] for n in range(10)] == [1, 1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_a_year_is_that_of_all_units_also_of_those_without_a_cell() -> None:
    cells = reported("x", "A", 2010, [1, 2]) + reported("x", "B", 2011, [3])
    asked = {"gap": "mean(is_missing(x), by=period)", "who": "mean(is_group(g, a), by=period)"}
    found = derive(asked, cells, groups={"g": {"a": ["A"]}})
    assert [found["gap", "A", year][0] for year in (2010, 2011)] == [0.5, 0]
    assert [found["who", "A", year][0] for year in (2010, 2011)] == [0.5, 0.5]


def test_a_row_without_a_value_has_the_mean_and_no_rank() -> None:
    assert of("mean(x)", year=2011) == 4
    assert of("rank(x)", year=2011) is None
    assert of("x > mean(x)", year=2011) is None


def test_a_statistic_has_no_say_in_the_status() -> None:
    cells = [("x", "A", 2010, 1.0, "interpolated"), ("x", "B", 2010, 3.0, "reported")]
    found = derive({"m": "mean(x)", "above": "x > mean(x)", "r": "rank(x)"}, cells)
    assert found["m", "A", 2010][1] == "reported"
    assert [found["above", unit, 2010][1] for unit in "AB"] == ["interpolated", "reported"]
    assert found["r", "A", 2010][1] == "interpolated"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mean(x, by=year)", "`by` is `period` or `unit`, not `year`"),
        ("mean(x, by=2)", "`by` is `period` or `unit`"),
        ("quantile(x, 2)", "a number from 0 to 1, not `2`"),
        ("quantile(x)", "has 1 argument"),
        ("cut(x, 1)", "must lie between 2 and 20"),
        ("cut(x, 2.5)", "must be a whole number"),
        ("median(x, side=low)", "has no option `side`"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=r".") as refused:
        parse_expression(text)
    assert message in refused.value.message


def test_units_go_through() -> None:
    asked = {
        "m": Definition("mean(x)", "万元"),
        "q": Definition("quantile(x, 0.2, by=unit)"),
        "r": Definition("rank(x)"),
        "c": Definition("cut(x, 3)"),
    }
    compiled, wrong = compile_definitions(asked, series_units={"x": "亿元"}, groups={})
    assert not wrong
    assert [str(compiled[name].unit) for name in asked] == ["万元", "亿元", "比例", "比例"]


def test_which_rows_are_read_and_what_for() -> None:
    def reads(text: str) -> set[tuple[object, ...]]:
        return {(one.role, one.pool, one.at, one.first) for one in inputs(text)["x"]}

    assert reads("mean(x)") == {("aggregates", "rows of x", None, 0)}
    assert reads("lag(mean(x, by=period))") == {("aggregates", "period", None, -1)}
    assert reads("mean(lag(x), by=unit)") == {("aggregates", None, "rows of lag(x, 1)", -1)}
    assert {role for role, *_ in reads("x > median(x)")} == {"threshold_side"}
    assert {role for role, *_ in reads("rank(x)")} == {"threshold_side"}
    side = "bound of x - quantile(x, 0.5, side={})"
    assert reads("median(x)") == {
        ("threshold_side", "rows of x", None, 0),
        *(("aggregates", side.format(one), None, 0) for one in ("low", "high")),
    }


def test_sums_know_over_what_a_statistic_varies() -> None:
    texts = {"all": "mean(x)", "year": "mean(x, by=period)", "unit": "quantile(x, 0.2, by=unit)"}
    forms = LinearForms({name: Definition(text).tree for name, text in texts.items()})
    varies = {
        name: {over for atom in forms.of(name).terms for over in forms.atoms.varies(atom)}
        for name in texts
    }
    assert varies == {"all": set(), "year": {"period"}, "unit": {"unit"}}
    assert not forms.is_made_of("year", frozenset({"x"}))
