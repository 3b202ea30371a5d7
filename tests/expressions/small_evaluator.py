"""An evaluator of expressions in NumPy that shares no code with the package.

It draws its own trees, writes them as text, and computes them on a unit × year grid in which
a year without a value is not-a-number. Which years the table has rows of matters to standard scores
alone: parts of an expression have their values in any year, far outside of the table too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

YEARS = range(2010, 2018)
UNITS = ("A", "B", "C")
NAMES = ("gdp", "人口", "x y")
RANKS = (
    "reported",
    "winsorized_low",
    "winsorized_high",
    "corrected",
    "interpolated",
    "extrapolated",
    "missing",
)
NOWHERE = 6


@dataclass
class Grid:
    """Values and ranks, units in rows and years in columns."""

    value: np.ndarray
    rank: np.ndarray


def leaves() -> st.SearchStrategy[tuple]:
    number = st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0, 100.0, 1e-3])
    return st.one_of(
        st.tuples(st.just("name"), st.sampled_from(NAMES)),
        st.tuples(st.just("name"), st.sampled_from(NAMES)),
        st.tuples(st.just("number"), number),
        st.tuples(st.just("is_period"), st.sampled_from(YEARS)),
        st.tuples(st.just("is_group"), st.just("A")),
    )


def trees() -> st.SearchStrategy[tuple]:
    def grow(inner: st.SearchStrategy[tuple]) -> st.SearchStrategy[tuple]:
        two = st.sampled_from(["+", "-", "*", "/", "min", "max"])
        one = st.sampled_from(["negative", "log", "log1p", "exp", "sqrt", "abs", "standardize"])
        shift = st.sampled_from(["lag", "lead", "diff", "growth"])
        return st.one_of(
            st.tuples(two, inner, inner),
            st.tuples(one, inner),
            st.tuples(shift, inner, st.integers(1, 3)),
            st.tuples(st.just("at"), inner, st.sampled_from(YEARS)),
            st.tuples(st.just("of_region"), inner, st.sampled_from(UNITS)),
            st.tuples(st.just("square"), inner),
        )

    return st.recursive(leaves(), grow, max_leaves=8)


def text(tree: tuple) -> str:
    """The tree as an author would write it, with every bracket."""
    kind, *parts = tree
    if kind == "name":
        return parts[0] if parts[0].isidentifier() else f"`{parts[0]}`"
    if kind == "number":
        return repr(parts[0])
    if kind == "is_period":
        return f"is_period({parts[0]})"
    if kind == "is_group":
        return f"is_group(letters, {parts[0].lower()})"
    if kind in ("+", "-", "*", "/"):
        return f"({text(parts[0])} {kind} {text(parts[1])})"
    if kind in ("min", "max"):
        return f"{kind}({text(parts[0])}, {text(parts[1])})"
    if kind == "negative":
        return f"(-{text(parts[0])})"
    if kind == "square":
        return (
            f"{text(parts[0])}**2"
            if parts[0][0] in ("name", "is_period")
            else (f"({text(parts[0])})**2")
        )
    if kind in ("lag", "lead", "diff", "growth", "at", "of_region"):
        return f"{kind}({text(parts[0])}, {parts[1]})"
    return f"{kind}({text(parts[0])})"


def rows_given(tree: tuple, rows: np.ndarray) -> np.ndarray:
    """The rows of a table, and for every unit in it the years of the regions that the tree names."""
    kind, *parts = tree
    if kind == "of_region":
        rows = rows | rows[UNITS.index(parts[1])] & rows.any(axis=1, keepdims=True)
    for part in parts:
        if isinstance(part, tuple):
            rows = rows | rows_given(part, rows)
    return rows


MARGIN = 40
"""Years before and after the table in which parts are computed; eight shifts of three years reach 24."""
CALENDAR = range(YEARS.start - MARGIN, YEARS.stop + MARGIN)


def evaluate(tree: tuple, cells: dict[str, Grid], rows: np.ndarray) -> Grid:
    """Value and weakest rank of a tree; `rows` says which unit-years the table has."""
    wide = ((0, 0), (MARGIN, MARGIN))
    padded = {
        name: Grid(
            np.pad(grid.value, wide, constant_values=np.nan),
            np.pad(grid.rank, wide, constant_values=NOWHERE),
        )
        for name, grid in cells.items()
    }
    with np.errstate(all="ignore"):
        found = _evaluate(tree, padded, np.pad(rows, wide))
    inner = np.s_[:, MARGIN:-MARGIN]
    return Grid(found.value[inner], found.rank[inner])


def _evaluate(tree: tuple, cells: dict[str, Grid], rows: np.ndarray) -> Grid:
    kind, *parts = tree
    shape = rows.shape
    if kind == "name":
        return cells[parts[0]]
    if kind == "number":
        return Grid(np.full(shape, parts[0]), np.zeros(shape, int))
    if kind == "is_period":
        years = np.array([float(year == parts[0]) for year in CALENDAR])
        return Grid(np.tile(years, (shape[0], 1)), np.zeros(shape, int))
    if kind == "is_group":
        inside = np.array([[float(unit == parts[0])] for unit in UNITS])
        return Grid(np.tile(inside, (1, shape[1])), np.zeros(shape, int))
    left = _evaluate(parts[0], cells, rows)
    x = left.value
    if kind in ("+", "-", "*", "/", "min", "max"):
        right = _evaluate(parts[1], cells, rows)
        y = right.value
        value = {
            "+": lambda: x + y,
            "-": lambda: x - y,
            "*": lambda: x * y,
            "/": lambda: x / np.where(y == 0, np.nan, y),
            "min": lambda: np.minimum(x, y),
            "max": lambda: np.maximum(x, y),
        }[kind]()
        return Grid(value, np.maximum(left.rank, right.rank))
    if kind in ("lag", "lead"):
        return _shift(left, parts[1] if kind == "lag" else -parts[1])
    if kind == "at":
        return _copied(left, np.s_[:, [CALENDAR.index(parts[1])]])
    if kind == "of_region":
        return _copied(left, np.s_[[UNITS.index(parts[1])], :])
    if kind in ("diff", "growth"):
        before = _shift(left, parts[1])
        b = before.value
        value = x - b if kind == "diff" else x / np.where(b == 0, np.nan, b) - 1
        return Grid(value, np.maximum(left.rank, before.rank))
    if kind == "standardize":
        seen = np.where(rows & np.isfinite(x), x, np.nan)
        known = seen[np.isfinite(seen)]
        if known.size < 2 or known.min() == known.max():
            return Grid(np.full(shape, np.nan), left.rank)
        return Grid((x - known.mean()) / known.std(ddof=1), left.rank)
    value = {
        "negative": lambda: -x,
        "square": lambda: x * x,
        "abs": lambda: np.abs(x),
        "exp": lambda: np.exp(x),
        "log": lambda: np.log(np.where(x > 0, x, np.nan)),
        "log1p": lambda: np.log(1 + np.where(x > -1, x, np.nan)),
        "sqrt": lambda: np.sqrt(np.where(x >= 0, x, np.nan)),
    }[kind]()
    return Grid(value, left.rank)


def _copied(grid: Grid, part: tuple) -> Grid:
    """One column or one row of the grid in place of all."""
    return Grid(*(np.broadcast_to(one[part], one.shape) for one in (grid.value, grid.rank)))


def _shift(grid: Grid, years: int) -> Grid:
    value = np.full(grid.value.shape, np.nan)
    rank = np.full(grid.rank.shape, NOWHERE)
    width = grid.value.shape[1]
    for column in range(width):
        if 0 <= column - years < width:
            value[:, column] = grid.value[:, column - years]
            rank[:, column] = grid.rank[:, column - years]
    return Grid(value, rank)
