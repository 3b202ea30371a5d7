"""What formulas are said to have to do with each other, against the numbers that they give.

Formulas are drawn at random and computed with NumPy. Where one is said to be a sum of others, least squares
has to leave nothing; what is said to be the same over years or units has to be the same there.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from nqpf_assets.expressions.compile import Definition, compile_definitions
from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.expressions.sums import are_dependent
from nqpf_assets.expressions.tree import Binary, Call, Name, Negative, Number, Scaled

SERIES = ("a", "b", "c", "d")
N_UNITS, N_YEARS = 9, 14
FIRST = 2010
TOLERANCE = 1e-7
"""Left over, relative to the spread: quotients of drawn formulas lose up to eight digits."""


def formula(draw: random.Random, depth: int) -> str:
    """A formula of some series, positive where it can be."""
    if depth == 0 or draw.random() < 0.15:
        return draw.choice((*SERIES, *SERIES, "2", "0.5"))
    one, other = formula(draw, depth - 1), formula(draw, depth - 1)
    return draw.choice(
        (
            f"({one} + {other})", f"({one} - {other})", f"({one} * {other})", f"({one} / {other})",
            f"(2 * {one})", f"(-{one})", f"log({one})", f"lag({one})", f"lead({one}, 2)",
            f"({one}) ** 2", f"at({one}, 2015)", f"of_region({one}, 000002)", f"is_period(2014) * {one}",
            f"is_group(side, left) + {one}", f"({one} / ({one} + {other}))", f"abs({one})",
        )
    )  # fmt: skip


def value(node, data: dict[str, np.ndarray], trees: dict, owner: str) -> np.ndarray:
    """(units, years) values of a tree; NaN where there are none."""
    if isinstance(node, Number):
        return np.full((N_UNITS, N_YEARS), node.value)
    if isinstance(node, Name):
        inner = node.name in trees and node.name != owner
        return value(trees[node.name], data, trees, node.name) if inner else data[node.name]
    if isinstance(node, Negative):
        return -value(node.operand, data, trees, owner)
    if isinstance(node, Scaled):
        return value(node.operand, data, trees, owner) * float(node.factor)
    if isinstance(node, Binary):
        left, right = (value(one, data, trees, owner) for one in (node.left, node.right))
        with np.errstate(all="ignore"):
            return {
                "+": np.add,
                "-": np.subtract,
                "*": np.multiply,
                "/": np.divide,
                "**": np.power,
            }[node.operator](left, right)
    return of_call(node, data, trees, owner)


def of_call(node: Call, data, trees, owner) -> np.ndarray:
    if node.function == "is_period":
        return np.tile(np.isin(np.arange(FIRST, FIRST + N_YEARS), [one.value for one in node.arguments]),
                       (N_UNITS, 1)).astype(float)  # fmt: skip
    if node.function == "is_group":
        return np.repeat(np.arange(N_UNITS)[:, None] < 4, N_YEARS, axis=1).astype(float)
    inside = value(node.arguments[0], data, trees, owner)
    if node.function in ("lag", "lead"):
        by = int(node.arguments[1].value) * (1 if node.function == "lag" else -1)
        moved = np.full_like(inside, np.nan)
        if by > 0:
            moved[:, by:] = inside[:, :-by]
        else:
            moved[:, :by] = inside[:, -by:]
        return moved
    if node.function == "at":
        return np.repeat(inside[:, [int(node.arguments[1].value) - FIRST]], N_YEARS, axis=1)
    if node.function == "of_region":
        return np.repeat(inside[[2]], N_UNITS, axis=0)
    with np.errstate(all="ignore"):
        return {"log": np.log, "abs": np.abs}[node.function](inside)


def is_given(one: np.ndarray, others: list[np.ndarray]) -> bool:
    """Whether a constant and the others give the first, over the rows that all have."""
    columns = np.array([one, *others]).reshape(1 + len(others), -1)
    columns = columns[:, np.isfinite(columns).all(axis=0)]
    if columns.shape[1] < 2 * len(columns) + 2:
        return True  # too few rows to tell
    level = np.abs(columns).max(axis=1, keepdims=True)
    columns = columns - columns.mean(axis=1, keepdims=True)
    scale = np.abs(columns).max(axis=1, keepdims=True)
    is_same = scale <= TOLERANCE * level
    if is_same[0, 0]:
        return True  # a constant but for rounding
    columns = np.where(is_same, 0, columns / np.where(is_same, 1, scale))
    fit = np.linalg.lstsq(columns[1:].T, columns[0], rcond=1e-13)[0] if others else np.zeros(0)
    return bool(np.abs(columns[0] - columns[1:].T @ fit).max() < TOLERANCE)


def drawn(seed: int, n: int):
    """The forms of some formulas, and their values."""
    draw = random.Random(seed)
    rng = np.random.default_rng(seed)
    data = {name: rng.uniform(1, 3, size=(N_UNITS, N_YEARS)) for name in SERIES}
    written = {f"v{k}": formula(draw, draw.choice((1, 2, 3))) for k in range(n)}
    # Formulas of formulas, so that likenesses are frequent.
    for k in range(n):
        one, other = (f"v{draw.randrange(n)}" for _ in "ab")
        written[f"w{k}"] = draw.choice(
            (f"2 * {one} + 1", f"{one} - {other}", f"{one} / {other}", f"lag({one}) + {other}",
             f"log({one}) - log({other})", f"log({one} / {other})", f"{one} * 3 - {other} / 2")
        )  # fmt: skip
    compiled, wrong = compile_definitions(
        {name: Definition(text) for name, text in written.items()},
        series_units=dict.fromkeys(SERIES),
        complete=False,
    )
    assert not wrong
    trees = {name: one.tree for name, one in compiled.items()}
    values = {name: value(tree, data, trees, name) for name, tree in trees.items()}
    return LinearForms(trees), written, values


def test_what_is_said_to_be_made_of_others_is() -> None:
    n_said = 0
    for seed in range(60):
        forms, written, values = drawn(seed, 8)
        names, draw = sorted(written), random.Random(seed)
        for _ in range(150):
            one, *others = draw.sample(names, draw.choice((2, 2, 3)))
            if are_dependent(forms.of(one), [forms.of(other) for other in others]):
                n_said += 1
                shown = [written[name] for name in (one, *others)]
                assert is_given(values[one], [values[other] for other in others]), shown
    assert n_said > 300


@pytest.mark.parametrize("seed", range(40))
def test_what_is_said_not_to_vary_does_not(seed: int) -> None:
    forms, written, values = drawn(100 + seed, 12)
    for name in written:
        over = [forms.atoms.varies(atom) for atom in forms.of(name).terms]
        whole = values[name]
        for effect, axis in (("unit", 1), ("period", 0)):
            if all(one <= {effect} for one in over):
                level = np.abs(whole[np.isfinite(whole)]).max(initial=1.0)
                if not np.isfinite(whole).any(axis=axis).all():
                    continue
                low, high = (
                    getattr(np, f"nan{what}")(np.where(np.isfinite(whole), whole, np.nan), axis=axis)
                    if np.isfinite(whole).any() else np.zeros(1) for what in ("min", "max")
                )  # fmt: skip
                assert np.nanmax(high - low, initial=0) <= TOLERANCE * level, written[name]


LIKE = {
    "2 * a + 2 * b": "-(b + a)",
    "log(a / b)": "log(a) - log(b)",
    "lag(a + b)": "lag(b) + lag(a)",
    "a / (a + b)": "b / (a + b)",
    "(a - lag(a)) / lag(a)": "a / lag(a)",
    "(a + b) ** 2": "a * a + b ** 2 + 2 * a * b",
    "log(3 * a ** 2 * b)": "2 * log(a) + log(b)",
    "1 / (1 / a)": "a",
    "a * b / c": "b / (c / a)",
    "diff(a, 2)": "a - lag(lag(a))",
    "growth(a)": "a / lag(a)",
    "at(a - b, 2015)": "at(b, 2015) - at(a, 2015)",
    "100 * a / (a + b + c)": "(b + c) / (a + b + c)",
    "a - b + b": "a",
}


@pytest.mark.parametrize(("one", "other"), LIKE.items())
def test_likenesses_that_are_seen(one: str, other: str) -> None:
    compiled, wrong = compile_definitions(
        {"p": Definition(one), "q": Definition(other)},
        series_units=dict.fromkeys(SERIES),
        complete=False,
    )
    assert not wrong
    forms = LinearForms({name: each.tree for name, each in compiled.items()})
    assert are_dependent(forms.of("p"), [forms.of("q")])
    assert forms.is_made_of("p", frozenset({"q"}))


def test_formulas_of_formulas_are_looked_through_once() -> None:
    """Forty variables, each twice in the next: 2^40 paths, and one look at each."""
    written = {"v0": Definition("log(a) * b")}
    written |= {f"v{k}": Definition(f"log(v{k - 1}) * abs(v{k - 1})") for k in range(1, 40)}
    compiled, _ = compile_definitions(written, series_units=dict.fromkeys(SERIES), complete=False)
    forms = LinearForms({name: one.tree for name, one in compiled.items()})
    assert not forms.is_made_of("v39", frozenset({"a"}))
    assert forms.is_made_of("v39", frozenset({"v20"}))
