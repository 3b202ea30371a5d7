"""Derived variables in DuckDB against an evaluator of its own kind, and case by case."""

from __future__ import annotations

import numpy as np
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nqpf_assets.expressions.compile import (
    compile_definitions,
    derived_cells_sql,
)
from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.neighbours import links_among
from tests.examples import examples
from tests.expressions.small_evaluator import (
    NAMES,
    RANKS,
    UNITS,
    WEIGHTS,
    YEARS,
    Grid,
    evaluate,
    rows_given,
    text,
    trees,
)
from tests.scratch import scratch

RELATIVE = 1e-7
"""DuckDB's logarithm and exponential may differ from NumPy's in the last digit."""
NUDGE = 1e-11
"""Cells that change by more than `RELATIVE` under this change of the inputs are not compared."""
GROUPS = {"letters": {letter.lower(): [letter] for letter in UNITS}}


LINKS = tuple(
    links_among(
        name,
        UNITS,
        [(UNITS[i], UNITS[j], WEIGHTS[i, j]) for i, j in zip(*WEIGHTS.nonzero(), strict=True)],
    )
    for name in ("contiguity", "trade")
)


def derive(definitions, cells, *, measured=None, groups=None, carried=True, **options):
    """Rows (variable, unit, period) → (value, status, reason) of expressions over some cells.

    With `carried` the query is one that sqlglot can carry to Spark, which takes the longest of a long one.
    """
    written = {
        name: definition
        if isinstance(definition, Definition)
        else Definition(definition, links=LINKS)
        for name, definition in definitions.items()
    }
    names = {cell[0] for cell in cells} | set(measured or {})
    compiled, wrong = compile_definitions(
        written, series_units={name: (measured or {}).get(name) for name in names}, groups=groups
    )
    assert not wrong, wrong
    sql = derived_cells_sql(compiled, cells='"the cells"', groups=groups, **options)
    if carried:
        level = sqlglot.ErrorLevel.RAISE
        sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=level)
    with scratch() as connection:
        connection.execute(
            'CREATE TABLE "the cells" (variable VARCHAR, unit VARCHAR, period INTEGER, '
            "value DOUBLE, status VARCHAR)"
        )
        if cells:
            connection.executemany('INSERT INTO "the cells" VALUES (?, ?, ?, ?, ?)', cells)
        rows = connection.execute(sql).fetchall()
    found = {row[:3]: row[3:] for row in rows}
    assert len(found) == len(rows), "one row per variable, unit and period"
    return found


def reported(name, unit, first, values):
    """Cells of consecutive years; None leaves the year out."""
    return [
        (name, unit, first + step, float(value), "reported")
        for step, value in enumerate(values)
        if value is not None
    ]


@st.composite
def panels(draw):
    """Cells with years without a row, rows without a value, zeros and all statuses."""
    seed = draw(st.integers(0, 2**31))
    random = np.random.default_rng(seed)
    rows = random.random((len(UNITS), len(YEARS))) < draw(st.sampled_from([0.5, 0.9, 1.0]))
    cells = {}
    for name in NAMES:
        value = random.choice([0.0, 0.5, 1.0, 2.0, 7.0, 13.0, 101.0, -3.0], rows.shape)
        value = value * random.choice([1.0, 1.5], rows.shape)
        rank = random.integers(0, 6, rows.shape)
        empty = ~rows | (random.random(rows.shape) < 0.1)
        cells[name] = Grid(np.where(empty, np.nan, value), np.where(empty, 6, rank))
    return cells, rows


@pytest.mark.slow
@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=trees(), panel=panels())
def test_random_expressions_equal_an_independent_evaluator(tree, panel):
    cells, rows = panel
    if not rows.any():
        return
    table = [
        (name, unit, year, None if np.isnan(v := grid.value[i, j]) else v, RANKS[grid.rank[i, j]])
        for name, grid in cells.items()
        for i, unit in enumerate(UNITS)
        for j, year in enumerate(YEARS)
        if rows[i, j]
    ]
    found = derive({"y": text(tree)}, table, measured=dict.fromkeys(NAMES), groups=GROUPS)
    rows = rows_given(tree, rows)
    want = evaluate(tree, cells, rows)
    moved = {
        name: Grid(grid.value * (1 + NUDGE * (1 + index)), grid.rank)
        for index, (name, grid) in enumerate(cells.items())
    }
    near = evaluate(tree, moved, rows)
    assert len(found) == rows.sum()
    for i, unit in enumerate(UNITS):
        for j, year in enumerate(YEARS):
            if not rows[i, j]:
                continue
            value, status, reason = found["y", unit, year]
            expected, other = want.value[i, j], near.value[i, j]
            assert (value is None) == (status == "missing") == (reason is not None)
            if np.isfinite(expected) != np.isfinite(other):
                continue
            if not np.isfinite(expected):
                assert value is None, (text(tree), unit, year)
            elif abs(expected - other) <= RELATIVE * max(abs(expected), 1e-6):
                assert value == pytest.approx(expected, rel=RELATIVE, abs=1e-9), text(tree)
                assert status == RANKS[want.rank[i, j]]


def test_lag_counts_calendar_years_not_rows():
    cells = reported("x", "A", 2010, [1, 2, None, 4, 5]) + reported("x", "B", 2014, [9])
    found = derive({"one": "lag(x)", "two": "lag(x, 2)", "next": "lead(x, 2)"}, cells)
    assert found["one", "A", 2011][0] == 1
    assert found["one", "A", 2013] == (None, "missing", "missing input: lag(x, 1)")
    assert found["two", "A", 2013][0] == 2
    assert found["two", "A", 2014][0] is None
    assert found["next", "A", 2011][0] == 4
    assert found["one", "B", 2014][0] is None, "a lag never comes from another unit"


def test_rows_before_the_first_period_are_read_but_not_returned():
    found = derive({"g": "growth(x)"}, reported("x", "A", 2011, [2, 3]), first=2012, last=2012)
    assert found == {("g", "A", 2012): (0.5, "reported", None)}


def test_a_calendar_year_is_carried_to_every_year_of_its_unit_and_no_other():
    cells = [*reported("phones", "A", 1984, [40]), ("phones", "B", 1985, 7.0, "reported")]
    cells += reported("users", "A", 2021, [10, 20]) + reported("users", "B", 2021, [10, 20])
    found = derive({"z": "at(phones, 1984) * users", "base": "at(phones, 1984)"}, cells, first=2021)
    assert [found["z", "A", year] for year in (2021, 2022)] == [
        (400, "reported", None), (800, "reported", None),
    ]  # fmt: skip
    assert found["z", "B", 2021] == (None, "missing", "no value in 1984")
    assert found["base", "A", 2022][0] == 40
    assert len(found) == 8, "no rows for the years between"


def test_a_calendar_year_brings_its_status_and_may_be_any_expression():
    cells = [("x", "A", 1984, 4.0, "interpolated"), ("x", "A", 2021, 9.0, "reported")]
    cells += [("x", "A", 1983, 2.0, "reported")]
    found = derive({"r": "sqrt(x) / at(x - lag(x), 1984)", "u": "at(r, 1984)"}, cells, first=2021)
    assert found["r", "A", 2021] == (1.5, "interpolated", None)
    assert found["u", "A", 2021][0] == 1
    none = derive({"y": "log(x - 9) + at(log(x - 4), 1984)"}, cells, first=2021)
    assert none["y", "A", 2021][2] == "no value in 1984", "what is not there is told first"


def test_a_region_is_read_by_every_unit_and_is_none_of_them():
    cells = reported("x", "A", 2020, [1, 2, 3]) + reported("x", "B", 2020, [5, 6, 7])
    cells += reported("city", "C", 2019, [100, 110, 120, None])
    expressions = {
        "share": "x / of_region(city, C)",
        "before": "x / lag(of_region(city, C))",
        "same": "x / of_region(lag(city), C)",
        "z": "standardize(x + 0 * of_region(city, C))",
    }
    found = derive(expressions, cells, first=2020, last=2022, units=["A", "B"])
    assert {unit for _, unit, _ in found} == {"A", "B"}
    assert found["share", "B", 2020] == (5 / 110, "reported", None)
    assert found["share", "A", 2022] == (None, "missing", "no value of region C")
    for name in ("before", "same"):
        assert [found[name, "A", year][0] for year in (2020, 2021)] == [1 / 100, 2 / 110]
    scores = [found["z", unit, year][0] for unit in "AB" for year in (2020, 2021)]
    values = np.array([1, 2, 5, 6])
    assert scores == pytest.approx((values - values.mean()) / values.std(ddof=1))


def test_a_region_that_other_formulas_name_is_none_of_the_units():
    """Of some formulas of a study; the cells are those of all of them."""
    cells = [
        cell
        for unit, x in (("A", 1), ("B", 5), ("C", 60))
        for cell in reported("x", unit, 2020, [x])
    ]
    expressions = {"y": "x - mean(x, by=period)", "place": "rank(x, by=period)"}
    found = derive(expressions, cells, first=2020, last=2020, units=["A", "B"], regions=["B", "C"])
    assert {key: told[0] for key, told in found.items()} == {
        ("y", "A", 2020): -2, ("y", "B", 2020): 2, ("place", "A", 2020): 1, ("place", "B", 2020): 2,
    }  # fmt: skip


def test_a_region_that_is_a_unit_keeps_its_rows():
    cells = reported("x", "A", 2020, [1, 2]) + reported("x", "B", 2020, [4, 8])
    found = derive({"ratio": "x / of_region(x, B)"}, cells, units=["A", "B"])
    assert [found["ratio", unit, 2021][0] for unit in "AB"] == [0.25, 1]


def test_a_region_has_its_years_for_units_that_have_no_cell_in_them():
    cells = reported("x", "A", 2021, [1]) + reported("city", "C", 1984, [3])
    found = derive({"y": "x * at(of_region(city, C), 1984)"}, cells, first=2021, units=["A"])
    assert found == {("y", "A", 2021): (3, "reported", None)}


def test_standard_scores_look_at_the_years_of_the_study_only():
    found = derive({"z": "standardize(x)"}, reported("x", "A", 2010, [1000, 1, 2, 3]), first=2011)
    assert [found["z", "A", year][0] for year in (2011, 2012, 2013)] == [-1, 0, 1]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("one / zero", "zero denominator"),
        ("log(zero)", "log of non-positive"),
        ("log(-one)", "log of non-positive"),
        ("sqrt(-one)", "root of negative"),
        ("(-one) ** 0.5", "root of negative"),
        ("zero ** -1", "zero denominator"),
        ("exp(1000 * one)", "too large for a number"),
        ("standardize(one)", "no variation"),
        ("one + lag(one)", "missing input: lag(one, 1)"),
        ("log(zero) / gone", "missing input: gone"),
        ("one / (zero * 1)", "zero denominator"),
        ("log(one / zero)", "zero denominator"),
    ],
)
def test_a_missing_value_says_why(expression, reason):
    cells = reported("one", "A", 2010, [1]) + reported("zero", "A", 2010, [0])
    found = derive({"y": expression}, cells, measured={"one": None, "zero": None, "gone": None})
    assert found["y", "A", 2010] == (None, "missing", reason)


def test_not_a_number_in_a_cell_is_a_missing_cell():
    found = derive({"y": "x + 1"}, [("x", "A", 2010, float("nan"), "reported")])
    assert found["y", "A", 2010] == (None, "missing", "missing input: x")


def test_status_is_that_of_the_weakest_input():
    cells = [
        ("a", "A", 2010, 1.0, "interpolated"),
        ("b", "A", 2010, 2.0, "winsorized_high"),
        ("a", "A", 2011, 1.0, "corrected"),
        ("b", "A", 2011, 2.0, "reported"),
    ]
    found = derive({"s": "a + b", "t": "s + lag(s)", "u": "is_period(2010)"}, cells)
    assert found["s", "A", 2010][1] == "interpolated"
    assert found["s", "A", 2011][1] == "corrected"
    assert found["t", "A", 2011][1] == "interpolated"
    assert found["u", "A", 2011] == (0.0, "reported", None)


def test_names_may_hold_anything():
    names = ["O'Brien", 'say "x"', "a`b", "100 %; DROP TABLE t --", "地区", "GDP", "gdp"]
    cells = [(name, "A", 2010, float(n), "reported") for n, name in enumerate(names)]
    total = " + ".join("`" + name.replace("`", "``") + "`" for name in names)
    assert derive({"total": total}, cells)["total", "A", 2010][0] == 21


def test_a_variable_may_have_the_name_of_the_series_it_is_made_of():
    found = derive({"gdp": "gdp * 2", "log_gdp": "gdp + 1"}, reported("gdp", "A", 2010, [5]))
    assert found["gdp", "A", 2010][0] == 10
    assert found["log_gdp", "A", 2010][0] == 11


def test_powers_bind_as_in_mathematics():
    found = derive(
        {"a": "-x**2", "b": "2**3**2 + 0*x", "c": "x - 1 - 1", "d": "-x * 3", "e": "2**-1*x"},
        reported("x", "A", 2010, [3]),
    )
    assert [found[name, "A", 2010][0] for name in "abcde"] == [-9, 512, 1, -9, 1.5]


def _stock(flow, rate, first):
    stocks = [first]
    for x in flow[1:]:
        stocks.append(stocks[-1] * (1 - rate) + x)
    return stocks


def test_accumulate_is_the_perpetual_inventory_recursion():
    flow = [10, 11, 14, 12, 13.5]
    cells = reported("i", "A", 2010, flow) + reported("k", "A", 2010, [70] * 5)
    found = derive(
        {
            "number": "accumulate(i, depreciation=0.1, growth=0.05)",
            "average": "accumulate(i, growth=average)",
            "given": "accumulate(i, depreciation=0, initial=k)",
        },
        cells,
    )
    growth = (13.5 / 10) ** (1 / 4) - 1
    for name, want in {
        "number": _stock(flow, 0.1, 10 / 0.15),
        "average": _stock(flow, 0.096, 10 / (growth + 0.096)),
        "given": _stock(flow, 0, 70),
    }.items():
        values = [found[name, "A", year][0] for year in range(2010, 2015)]
        assert values == pytest.approx(want, rel=1e-12)


def test_a_stock_begins_with_its_flow_and_ends_at_a_gap():
    cells = reported("i", "A", 2011, [10, None, 12]) + reported("x", "A", 2010, [1, 1, 1, 1])
    found = derive({"k": "accumulate(i, growth=0.1)"}, cells)
    assert found["k", "A", 2010] == (None, "missing", "missing input: i")
    assert found["k", "A", 2011][0] == pytest.approx(10 / 0.196)
    assert found["k", "A", 2012][2] == "missing input: i in this or an earlier year"
    assert found["k", "A", 2013][2] == "missing input: i in this or an earlier year"


def test_deflate_with_a_fixed_base_and_with_links_to_the_year_before():
    cells = reported("x", "A", 2010, [100, 100, 100, 100])
    cells += reported("fixed", "A", 2010, [100, 105, 110, 121])
    cells += reported("chain", "A", 2010, [103, 105, 104, 110])
    found = derive(
        {"a": "deflate(x, fixed, base=2011)", "b": "deflate(x, chain, base=2011)"},
        cells,
        measured={"x": "亿元", "fixed": "2010年=100", "chain": "上年=100"},
    )
    a = [found["a", "A", year][0] for year in range(2010, 2014)]
    b = [found["b", "A", year][0] for year in range(2010, 2014)]
    assert a == pytest.approx([105, 100, 100 * 105 / 110, 100 * 105 / 121])
    assert b == pytest.approx([105, 100, 100 / 1.04, 100 / 1.04 / 1.10])


def test_a_broken_chain_of_prices_deflates_nothing_beyond_the_break():
    cells = reported("x", "A", 2010, [100, 100, 100, 100])
    cells += reported("p", "A", 2010, [100, 102, None, 104])
    cells += [("p", "A", 2012, None, "missing")]
    found = derive({"y": "deflate(x, p, base=2010, links=previous_year)"}, cells)
    assert found["y", "A", 2011][0] == pytest.approx(100 / 1.02)
    assert found["y", "A", 2013][2] == "missing input: p between 2010 and the year"


def test_a_chained_deflator_rests_on_the_links_between_base_and_year_only():
    cells = reported("x", "A", 2010, [1, 1, 1])
    cells += [
        ("p", "A", 2010, 100.0, "reported"),
        ("p", "A", 2011, 101.0, "interpolated"),
        ("p", "A", 2012, 102.0, "reported"),
    ]
    found = derive({"y": "deflate(x, p, base=2011, links=previous_year)"}, cells)
    statuses = [found["y", "A", year][1] for year in (2010, 2011, 2012)]
    assert statuses == ["interpolated", "reported", "reported"]


def test_deep_and_wide_expressions_stay_quick():
    nested = "x"
    for _ in range(12):
        nested = f"log(1 + 1 / max({nested}, 1))"
    definitions = {"nested": nested, "wide": " + ".join(["x"] * 200)}
    definitions |= {f"v{i}": f"v{i - 1} * 1.01" if i else "x" for i in range(20)}
    found = derive(definitions, reported("x", "A", 2010, [2]))
    assert found["wide", "A", 2010][0] == 400
    assert found["v19", "A", 2010][0] == pytest.approx(2 * 1.01**19)


def test_windows_in_windows_reach_years_that_have_no_row():
    cells = reported("x", "A", 2010, [1, None, 4, None, None, 32]) + reported("x", "B", 2011, [7])
    found = derive(
        {
            "two": "lag(lag(x))",
            "back": "lead(lag(x, 3), 3)",
            "then": "at(lag(x), 2013)",
            "beyond": "at(lag(x), 2016)",
            "dummy": "lag(is_period(2013))",
            "inner": "lag(x)",
            "by_name": "lag(inner)",
            "stock": "accumulate(lead(x, 2), growth=0.1)",
        },
        cells,
    )
    assert found["two", "A", 2012] == found["by_name", "A", 2012] == (1, "reported", None)
    assert [found["back", "A", year][0] for year in (2010, 2012, 2015)] == [1, 4, 32]
    assert found["then", "A", 2010][0] == 4
    assert found["beyond", "A", 2010][0] == 32
    assert found["dummy", "A", 2015][0] == 0
    assert found["stock", "A", 2010][0] == pytest.approx(4 / 0.196)
    assert {(unit, year) for _, unit, year in found} == {
        ("A", 2010), ("A", 2012), ("A", 2015), ("B", 2011),
    }, "and no row is given for them"  # fmt: skip


def test_an_average_growth_ends_with_the_study():
    flow = [10, 11, 14, 12, 90]
    found = derive(
        {"k": "accumulate(i, growth=average)"},
        reported("i", "A", 2010, flow),
        first=2011,
        last=2013,
    )
    growth = (12 / 10) ** (1 / 3) - 1
    stock = _stock(flow, 0.096, 10 / (growth + 0.096))
    assert [found["k", "A", year][0] for year in range(2011, 2014)] == pytest.approx(stock[1:4])


def test_a_stock_is_as_weak_as_the_year_that_its_average_growth_ends_in():
    cells = [*reported("i", "A", 2010, [10, 11, 12]), ("i", "A", 2013, 13.0, "extrapolated")]
    found = derive({"k": "accumulate(i, growth=average)"}, cells)
    assert found["k", "A", 2010][1] == "extrapolated"


def test_links_without_a_unit_of_their_own_are_ratios_in_numbers_near_one():
    cells = reported("x", "A", 2010, [1, 1]) + reported("p", "A", 2010, [1.01, 1.25])
    cells += reported("q", "A", 2010, [101, 125])
    formulas = {f"by_{p}": f"deflate(x, {p}, base=2010, links=previous_year)" for p in "pq"}
    found = derive(formulas, cells, measured={"p": "比例", "q": "无"})
    assert found["by_p", "A", 2011][0] == pytest.approx(0.8)
    assert found["by_q", "A", 2011][0] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("flow", "begins"),
    [
        ("is_group(letters, a)", False),
        ("abs(is_period(2011, 2012))", False),
        ("at(x, 2010)", False),
        ("lead(early * 2)", False),
        ("of_region(at(x, 2010), A)", False),
        ("early * x", True),
        ("x * is_period(2011, 2012)", True),
        ("accumulate(lag(x), growth=0.1)", True),
        ("standardize(x)", True),
    ],
)
def test_a_stock_needs_a_first_year(flow, begins):
    # Without one it would be larger the further back other variables of the study read.
    written = {"early": "at(x, 2010)", "k": f"accumulate({flow}, growth=0.1)"}
    definitions = {name: Definition(text) for name, text in written.items()}
    compiled, wrong = compile_definitions(definitions, series_units={"x": None}, groups=GROUPS)
    assert ("k" in compiled) is begins
    assert ("k" in wrong) is not begins
    assert begins or "has no first year" in wrong["k"].message


TWICE = {"town": "万人", "people": "万人", "gdp": "亿元", "share": "%"}


@pytest.mark.parametrize(
    ("formula", "unit", "others"),
    [
        ("town / people * 100", "%", {}),
        ("100 * (town / people)", "%", {}),
        ("town * 100 / people", "%", {}),
        ("(people / lag(people) - 1) * 100", "%", {}),
        ("people / lag(people) * 100 - 100", "%", {}),
        ("share / 100", "比例", {}),
        ("share * 0.01", "比例", {}),
        ("gdp * 10000 / people", "元/人", {}),
        ("-lag(gdp * 10000) / people", "元/人", {}),
        ("part", "%", {"part": "town / people * 100"}),
        ("lag(town)", "%", {"town": "town / people * 100"}),
    ],
)
def test_what_is_converted_by_hand_is_not_converted_again(formula, unit, others):
    definitions = {name: Definition(text) for name, text in others.items()}
    compiled, wrong = compile_definitions(
        {**definitions, "x": Definition(formula, unit)}, series_units=TWICE
    )
    assert "once more to be in" in wrong.pop("x").message
    assert not wrong
    assert set(compiled) == set(others)


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("town / people", "%"),
        ("gdp / people", "元/人"),
        ("100 - share", "比例"),
        ("share", "比例"),
        ("(share + 100) / 2", "比例"),
        ("(town * 100) / (people * 100)", "%"),
        ("gdp * 10000 / people", "亿元/万人"),
        ("town / people * 100", None),
    ],
)
def test_other_numbers_in_a_formula_are_what_they_are(formula, unit):
    _, wrong = compile_definitions({"x": Definition(formula, unit)}, series_units=TWICE)
    assert not wrong
