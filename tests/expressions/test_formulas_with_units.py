"""Formulas over series in many units of measurement, against the same formulas in base units.

A tree is drawn for a kind of quantity: money, persons, a share, money per person … Whatever its series are
printed in, and whatever unit is asked for, its value must be that of the tree over 元, 人 and plain numbers.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.expressions.definition import Definition
from tests.examples import examples
from tests.expressions.test_derived_values import derive

UNITS = {
    "money": {"元": 1.0, "千元": 1e3, "万元": 1e4, "亿元": 1e8},
    "people": {"人": 1.0, "千人": 1e3, "万人": 1e4, "亿人": 1e8},
    "share": {"比例": 1.0, "%": 1e-2, "‰": 1e-3},
    "each": {"元/人": 1.0, "千元/人": 1e3, "元/万人": 1e-4, "万元/万人": 1.0},
    "land": {"公顷": 1e4, "平方公里": 1e6, "万亩": 1e4 * 2000 / 3},
}
"""Kind of quantity → unit → how many base units it is."""
ASKED = UNITS | {
    "each": UNITS["each"] | {"亿元/万人": 1e4, "万元/人": 1e4},
    "yield": {"元/亩": 3 / 2000, "万元/公顷": 1.0, "亿元/平方公里": 1e2},
}
SIZES = {"money": 3e9, "people": 4e6, "share": 0.4, "each": 750.0, "land": 5e8}
YEARS = range(2010, 2016)
PLACES = ("A", "B")
SERIES = {f"{kind}_{place}": kind for kind in UNITS for place in ("one", "two")}

Cells = Mapping[tuple[str, str, int], float]
Tree = tuple[str, Callable[[Cells, str, int], float]]
"""A formula as an author writes it, and its value in base units from those of the series."""


def named(name: str) -> Tree:
    return name, lambda cells, place, year: cells.get((name, place, year), math.nan)


def of_two(operator: str, left: Tree, right: Tree) -> Tree:
    run = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b if b else math.nan,
        "min": min,
        "max": max,
    }[operator]
    is_call = operator.isalpha()
    text = f"{operator}({left[0]}, {right[0]})" if is_call else f"({left[0]} {operator} {right[0]})"

    def value(cells: Cells, place: str, year: int) -> float:
        a, b = left[1](cells, place, year), right[1](cells, place, year)
        return math.nan if math.isnan(a + b) else run(a, b)

    return text, value


def moved(years: int, of: Tree) -> Tree:
    text = f"lag({of[0]})" if years < 0 else f"lead({of[0]})"
    return text, lambda cells, place, year: of[1](cells, place, year + years)


def grown(of: Tree) -> Tree:
    def value(cells: Cells, place: str, year: int) -> float:
        now, before = of[1](cells, place, year), of[1](cells, place, year - 1)
        return now / before - 1 if before else math.nan

    return f"growth({of[0]})", value


def scaled(by: float, of: Tree) -> Tree:
    return f"({by} * {of[0]})", lambda cells, place, year: by * of[1](cells, place, year)


def at_home(of: Tree) -> Tree:
    return f"of_region({of[0]}, A)", lambda cells, _, year: of[1](cells, "A", year)


def rest(part: Tree, whole: Tree) -> Tree:
    text, share = of_two("/", part, whole)
    return f"(1 - {text})", lambda cells, place, year: 1 - share(cells, place, year)


@st.composite
def trees(draw: st.DrawFn, kind: str, depth: int) -> Tree:
    """A formula that gives this kind of quantity."""
    own = [name for name, of in SERIES.items() if of == kind]
    if own and (depth <= 0 or draw(st.integers(0, 3)) == 0):
        return named(draw(st.sampled_from(own)))

    def of(other: str) -> Tree:
        return draw(trees(other, depth - 1))

    ways = ["+", "-", "min", "max", "lag", "lead", "scaled", "at home"]
    parts = {
        "money": [("*", "each", "people")],
        "people": [("*", "people", "share")],
        "share": [("/", "money", "money"), ("/", "people", "people"), ("*", "share", "share"),
                  ("/", "share", "share"), ("/", "each", "each")],
        "each": [("/", "money", "people")],
        "land": [("*", "land", "share")],
        "yield": [("/", "money", "land")],
    }[kind]  # fmt: skip
    further = ["growth", "rest"] if kind == "share" else []
    way = draw(st.sampled_from([*(ways if own else []), *further, *parts]))
    if isinstance(way, tuple):
        return of_two(way[0], of(way[1]), of(way[2]))
    if way in ("+", "-", "min", "max"):
        return of_two(way, of(kind), of(kind))
    if way == "growth":
        return grown(of(draw(st.sampled_from(["money", "people", "each"]))))
    if way == "rest":
        return rest(of("money"), of("money"))
    one: dict[str, Callable[[Tree], Tree]] = {
        "lag": lambda tree: moved(-1, tree),
        "lead": lambda tree: moved(1, tree),
        "scaled": lambda tree: scaled(draw(st.sampled_from([2.0, 0.5, 3.0])), tree),
        "at home": at_home,
    }
    return one[way](of(kind))


@pytest.mark.slow
@settings(max_examples=examples(60), deadline=None)
@given(data=st.data())
def test_the_unit_that_is_printed_or_asked_for_changes_no_quantity(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(ASKED)))
    tree = data.draw(trees(kind, 3))
    asked = data.draw(st.sampled_from(sorted(ASKED[kind])))
    printed = {
        name: data.draw(st.sampled_from(sorted(UNITS[of])), label=name)
        for name, of in SERIES.items()
    }
    noise = random.Random(data.draw(st.integers(0, 2**31)))
    cells = {
        (name, place, year): SIZES[of] * math.exp(noise.gauss(0, 0.3))
        for name, of in SERIES.items()
        for place in PLACES
        for year in YEARS
    }
    rows = [
        (name, place, year, value / UNITS[SERIES[name]][printed[name]], "reported")
        for (name, place, year), value in cells.items()
    ]
    text, value = tree
    found = derive({"y": Definition(text, unit=asked)}, rows, measured=printed)
    for place in PLACES:
        for year in YEARS:
            want = value(cells, place, year) / ASKED[kind][asked]
            got = found["y", place, year][0]
            if got is None:
                assert math.isnan(want), (text, place, year)
                continue
            # Differences of like numbers cancel: judged by the size of what they are made of.
            size = max(abs(want), 1e-6 * _size(kind) / ASKED[kind][asked])
            assert got == pytest.approx(want, rel=1e-9, abs=1e-9 * size), (text, printed, asked)


def _size(kind: str) -> float:
    """How large quantities of a kind are, in base units."""
    return SIZES.get(kind, SIZES["money"] / SIZES["land"])
