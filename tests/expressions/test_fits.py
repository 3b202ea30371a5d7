"""Residuals and fitted values against NumPy's least squares on dummies, and against NIST's Longley."""

from __future__ import annotations

import numpy as np
import pytest

from nqpf_assets.expressions.compile import compile_definitions, inputs, parse_expression
from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.expressions.tree import ExpressionError
from tests.expressions.test_derived_values import derive, reported

UNITS, YEARS, FIRST = "ABCDE", range(2010, 2018), 2011
SAME = 1e-12
"""Of numbers of size ten; sums in another order differ in the last digits."""
CERTIFIED = 1e-8
"""NIST's residual sum of squares has 15 digits; data of seven digits whose regressors are nearly collinear
leave some ten of them."""
LONGLEY = (
    (60323, 83, 234289, 2356, 1590, 107608, 1947),
    (61122, 88.5, 259426, 2325, 1456, 108632, 1948),
    (60171, 88.2, 258054, 3682, 1616, 109773, 1949),
    (61187, 89.5, 284599, 3351, 1650, 110929, 1950),
    (63221, 96.2, 328975, 2099, 3099, 112075, 1951),
    (63639, 98.1, 346999, 1932, 3594, 113270, 1952),
    (64989, 99, 365385, 1870, 3547, 115094, 1953),
    (63761, 100, 363112, 3578, 3350, 116219, 1954),
    (66019, 101.2, 397469, 2904, 3048, 117388, 1955),
    (67857, 104.6, 419180, 2822, 2857, 118734, 1956),
    (68169, 108.4, 442769, 2936, 2798, 120445, 1957),
    (66513, 110.8, 444546, 4681, 2637, 121950, 1958),
    (68655, 112.6, 482704, 3813, 2552, 123366, 1959),
    (69564, 114.2, 502601, 3931, 2514, 125368, 1960),
    (69331, 115.7, 518173, 4806, 2572, 127852, 1961),
    (70551, 116.9, 554894, 4007, 2827, 130081, 1962),
)
"""Employment, price deflator, product, unemployed, armed forces, population, year: 1947 to 1962."""
RULES = ("", "by=period", "by=unit", "effects=unit", "effects=period")


@pytest.fixture(scope="module")
def drawn() -> np.ndarray:
    """(3, 5, 8) y, x and z of units and years, a tenth missing."""
    draw = np.random.default_rng(1)
    found = draw.normal(5, 2, (3, len(UNITS), len(YEARS)))
    found[0] += 0.7 * found[1] + found[2]
    found[draw.random(found.shape) < 0.1] = np.nan
    return found


def cells_of(values: np.ndarray) -> list:
    return [
        cell
        for name, of_name in zip("yxz", values, strict=True)
        for unit, row in zip(UNITS, of_name, strict=True)
        for cell in reported(name, unit, YEARS[0], [None if np.isnan(one) else one for one in row])
    ]


def expected(values: np.ndarray, rule: str) -> tuple[np.ndarray, np.ndarray]:
    """Residuals and fitted values of the study's rows, by a dense matrix of dummies."""
    y, x, z = values
    year, unit = np.meshgrid(YEARS, range(len(UNITS)))
    keys = {"by=period": year, "by=unit": unit}.get(rule, np.zeros_like(year))
    dummies = {"effects=unit": unit, "effects=period": year}.get(rule, np.zeros_like(year))
    design = np.stack([*(dummies == one for one in np.unique(dummies)), x, z], axis=-1)
    is_row = ~np.isnan(values).any(axis=0) & (year >= FIRST)
    found = np.full(y.shape, np.nan)
    for key in np.unique(keys):
        rows, used = is_row & (keys == key), design
        used = used[..., used[rows].any(axis=0)]
        if rows.sum() > used.shape[-1]:
            slopes = np.linalg.lstsq(used[rows], y[rows], rcond=None)[0]
            found[keys == key] = (used @ slopes)[keys == key]
    return (y - found)[:, FIRST - YEARS[0] :], found[:, FIRST - YEARS[0] :]


@pytest.fixture(scope="module")
def found(drawn: np.ndarray) -> dict:
    texts = {
        f"{function} {rule}": f"{function}(y, x, z{', ' if rule else ''}{rule})"
        for function in ("residual", "fitted")
        for rule in RULES
    }
    return derive(texts, cells_of(drawn), first=FIRST, last=YEARS[-1], units=UNITS, carried=False)


@pytest.mark.parametrize("rule", RULES)
def test_rows_with_gaps_are_as_with_dummies(found: dict, drawn: np.ndarray, rule: str) -> None:
    for function, wanted in zip(("residual", "fitted"), expected(drawn, rule), strict=True):
        rows = [
            [found[f"{function} {rule}", unit, year][0] for year in YEARS[1:]] for unit in UNITS
        ]
        np.testing.assert_allclose(np.array(rows, dtype=float), wanted, atol=SAME, rtol=0)


def test_what_is_missing_says_why(found: dict, drawn: np.ndarray) -> None:
    reasons = {row[2] for row in found.values()}
    wanted = {None, *(f"missing input: {one}" for one in "yxz"), "too few rows for the regression"}
    assert reasons == wanted
    asked = {
        "twice": "residual(y, x, z, x - 2 * z)",
        "flat": "fitted(y, x, is_group(g, a), effects=unit)",
        "before": "lag(residual(y, x, effects=period))",
        "before_in_unit": "lag(residual(y, x, effects=unit))",
    }
    known = np.nan_to_num(drawn, nan=4.0) + np.arange(len(YEARS))
    made = derive(asked, cells_of(known), first=FIRST, last=YEARS[-1], units=UNITS, carried=False,
                  groups={"g": {"a": ["A"]}})  # fmt: skip
    assert made["twice", "A", 2012][2] == "collinear in the regression: x - (2 * z)"
    assert made["flat", "A", 2012][2] == "collinear in the regression: is_group(g, a)"
    # No row of the regression is of the year before the study; a unit's effect holds there.
    assert made["before", "A", FIRST][0] is None
    assert made["before_in_unit", "A", FIRST][0] is not None


def test_a_residual_is_as_weak_as_its_own_row_alone() -> None:
    cells = [("x", "A", 2010 + n, float(n**2), "reported") for n in range(5)]
    cells += [
        ("y", "A", 2010 + n, float(n), "interpolated" if n == 2 else "reported") for n in range(5)
    ]
    made = derive({"r": "residual(y, x)", "f": "fitted(y, x)"}, cells)
    assert [made["r", "A", 2010 + n][1] for n in (1, 2, 3)] == [
        "reported",
        "interpolated",
        "reported",
    ]
    assert {made["f", "A", 2010 + n][1] for n in range(5)} == {"reported"}


def test_two_effects_are_one_and_years_as_regressors(drawn: np.ndarray) -> None:
    y, x, _ = drawn
    text = "residual(y, x, is_period(2012), is_period(2013), effects=unit)"
    made = derive({"r": text}, cells_of(drawn), first=FIRST, last=2013, units=UNITS, carried=False)
    year, unit = np.meshgrid(YEARS, range(len(UNITS)))
    rows = ~np.isnan(y + x) & (year >= FIRST) & (year <= 2013)
    columns = [*(unit == one for one in range(5)), year == 2012, year == 2013, x]
    design = np.stack(columns, axis=-1)[rows].astype(float)
    wanted = y[rows] - design @ np.linalg.lstsq(design, y[rows], rcond=None)[0]
    have = [made["r", UNITS[i], YEARS[t]][0] for i, t in zip(*rows.nonzero(), strict=True)]
    np.testing.assert_allclose(have, wanted, atol=SAME)


def test_longley_has_the_residuals_that_nist_certifies() -> None:
    """Statistical Reference Datasets, Longley (1967): residual sum of squares 836424.055505915."""
    names = ("y", *(f"x{place}" for place in range(1, 7)))
    cells = [
        (name, f"u{row}", 2010, float(value), "reported")
        for row, values in enumerate(LONGLEY)
        for name, value in zip(names, values, strict=True)
    ]
    made = derive({"r": f"residual({', '.join(names)})"}, cells, carried=False)
    squares = sum(row[0] ** 2 for row in made.values())
    assert squares == pytest.approx(836424.055505915, rel=CERTIFIED)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("residual(y)", "`residual` has 1 argument"),
        ("fitted(y, x, effects=year)", "`effects` is `period` or `unit`, not `year`"),
        ("residual(y, x, effects=unit, by=period)", "`residual` has `by` or `effects`, not both"),
        ("residual(y, x, by=areas)", "`by` is `period` or `unit`, not `areas`"),
        ("predict(y, x)", "there is no function `predict`"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=r".") as refused:
        parse_expression(text)
    assert message in refused.value.message
    assert refused.value.remedy


def test_the_unit_is_that_of_the_outcome() -> None:
    asked = {"r": Definition("residual(y, x)", "万元"), "f": Definition("fitted(y, log(x))")}
    compiled, wrong = compile_definitions(asked, series_units={"y": "亿元", "x": "万人"}, groups={})
    assert not wrong
    assert [str(compiled[name].unit) for name in asked] == ["万元", "亿元"]


def test_which_rows_are_read_and_what_for() -> None:
    def reads(text: str, name: str) -> set[tuple[object, ...]]:
        return {(one.role, one.pool, one.at, one.first) for one in inputs(text)[name]}

    rows = "rows of y + x"
    assert reads("residual(y, x)", "y") == {("value", None, None, 0), ("aggregates", rows, None, 0)}
    assert reads("fitted(y, x)", "y") == {("aggregates", rows, None, 0)}
    assert reads("fitted(y, x)", "x") == {("value", None, None, 0), ("aggregates", rows, None, 0)}
    assert reads("fitted(y, x, by=unit)", "y") == {("aggregates", None, rows, 0)}
    assert reads("lag(fitted(y, x, by=period))", "y") == {("aggregates", "period", None, -1)}


def test_what_follows_from_the_same_row_is_known() -> None:
    texts = {"all": "residual(y, x)", "effects": "residual(y, x, effects=unit)"}
    forms = LinearForms({name: Definition(text).tree for name, text in texts.items()})
    assert forms.is_made_of("all", frozenset({"y", "x"}))
    assert not forms.is_made_of("effects", frozenset({"y", "x"}))
