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
WEIGHTS = np.array([[0, 2.0, 1.0], [0.5, 0, 0], [0, 0, 0]])
"""Who counts how much for whom, as a file has it; nobody does for the last."""
COMPARED = {
    "==": np.equal, "!=": np.not_equal, ">": np.greater, ">=": np.greater_equal,
    "<": np.less, "<=": np.less_equal,
}  # fmt: skip
CONDITIONS = (*COMPARED, "and", "or", "not", "is_missing", "is_period", "is_group")


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
        st.just(("year",)),
    )


def trees() -> st.SearchStrategy[tuple]:
    def grow(inner: st.SearchStrategy[tuple]) -> st.SearchStrategy[tuple]:
        two = st.sampled_from(
            ["+", "-", "*", "/", "min", "max", "coalesce", "and", "or", *COMPARED]
        )
        one = st.sampled_from(
            ["negative", "log", "log1p", "exp", "sqrt", "abs", "standardize", "not", "is_missing"]
        )
        rows = st.sampled_from(["", "period", "unit"])
        compared = st.tuples(st.sampled_from([*COMPARED]), inner, inner)
        shift = st.sampled_from(["lag", "lead", "diff", "growth"])
        return st.one_of(
            st.tuples(two, inner, inner),
            st.tuples(one, inner),
            st.tuples(shift, inner, st.integers(1, 3)),
            st.tuples(st.just("at"), inner, st.sampled_from(YEARS)),
            st.tuples(st.just("of_region"), inner, st.sampled_from(UNITS)),
            st.tuples(st.just("W"), inner),
            st.tuples(st.just("square"), inner),
            st.tuples(st.just("if"), compared, inner, inner),
            st.tuples(st.sampled_from(["and", "or"]), compared, compared),
            st.tuples(st.sampled_from(["mean", "median", "rank", "cut"]), inner, rows),
            st.tuples(st.just("quantile"), inner, rows, st.sampled_from([0.0, 0.25, 0.4, 1.0])),
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
    if kind == "year":
        return "year"
    if kind in ("+", "-", "*", "/", "and", "or", *COMPARED):
        return f"({text(parts[0])} {kind} {text(parts[1])})"
    if kind in ("min", "max", "coalesce", "if"):
        return f"{kind}({', '.join(map(text, parts))})"
    if kind in ("mean", "median", "rank", "cut", "quantile"):
        more = {"cut": ", 3", "quantile": f", {parts[-1]}"}.get(kind, "")
        return f"{kind}({text(parts[0])}{more}{f', by={parts[1]}' if parts[1] else ''})"
    if kind == "not":
        return f"(not {text(parts[0])})"
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
    if kind == "year":
        return Grid(np.tile(np.array(CALENDAR, float), (shape[0], 1)), np.zeros(shape, int))
    if kind in (*COMPARED, "and", "or", "not", "if", "is_missing", "coalesce"):
        return _chosen(
            kind, [_truth_of(kind, place, one, cells, rows) for place, one in enumerate(parts)]
        )
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
    if kind == "W":
        known = np.where(np.isfinite(x), x, np.nan)
        # A unit that does not count may be missing: a sum over its neighbours alone, not a product.
        value, rank = np.full(shape, np.nan), np.full(shape, NOWHERE)
        for unit, weights in enumerate(WEIGHTS):
            inside = np.flatnonzero(weights)
            if inside.size:
                value[unit] = weights[inside] @ known[inside] / weights.sum()
                rank[unit] = left.rank[inside].max(axis=0)
        return Grid(value, rank)
    if kind in ("diff", "growth"):
        before = _shift(left, parts[1])
        b = before.value
        value = x - b if kind == "diff" else x / np.where(b == 0, np.nan, b) - 1
        return Grid(value, np.maximum(left.rank, before.rank))
    if kind in ("mean", "median", "rank", "cut", "quantile"):
        share = parts[2] if kind == "quantile" else 0.5
        return _over_rows(kind, left, rows, parts[1], share)
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


def _over_rows(kind: str, grid: Grid, rows: np.ndarray, by: str, share: float) -> Grid:
    """A statistic group by group: of all rows of the table, of a year whatever its rows, of a unit's rows."""
    x = np.where(np.isfinite(grid.value), grid.value, np.nan)
    inside = np.isfinite(x) & (True if by == "period" else rows)
    every = np.indices(x.shape)
    keys = {"": np.zeros(x.shape, int), "period": every[1], "unit": every[0]}[by]
    value = np.full(x.shape, np.nan)
    for key in np.unique(keys):
        of = keys == key
        known = x[of & inside]
        if not known.size:
            continue
        own = x[of]
        if kind == "mean":
            value[of] = known.mean()
        elif kind in ("median", "quantile"):
            value[of] = np.quantile(known, share)
        elif kind == "rank":
            places = [(known < v).sum() + ((known == v).sum() + 1) / 2 for v in own]
            value[of] = np.where(inside[of], places, np.nan)
        else:
            above = [(np.quantile(known, k / 3) < own).astype(float) for k in (1, 2)]
            value[of] = np.where(np.isnan(own), np.nan, 1 + sum(above))
    is_own = kind in ("rank", "cut")
    return Grid(value, grid.rank if is_own else np.zeros(x.shape, int))


def _truth_of(kind: str, place: int, part: tuple, cells: dict[str, Grid], rows: np.ndarray) -> Grid:
    """An operand of a condition or choice; where it is asked whether it holds, 0 or 1 or nothing."""
    grid = _evaluate(part, cells, rows)
    value = (
        grid.value
        if kind == "if" and place
        else np.where(np.isfinite(grid.value), grid.value, np.nan)
    )
    if (kind in ("and", "or", "not") or (kind == "if" and not place)) and part[0] not in CONDITIONS:
        value = np.where((value == 0) | (value == 1), value, np.nan)
    return Grid(value, grid.rank)


def _chosen(kind: str, of: list[Grid]) -> Grid:
    x, none = of[0].value, np.isnan(of[0].value)
    if kind == "not":
        return Grid(1 - x, of[0].rank)
    if kind == "is_missing":
        return Grid(none.astype(float), np.where(none, 0, of[0].rank))
    y = of[1].value
    if kind == "if":
        rank = np.where(x == 1, of[1].rank, of[2].rank)
        value = np.where(none, np.nan, np.where(x == 1, y, of[2].value))
        return Grid(value, np.maximum(of[0].rank, rank))
    if kind == "coalesce":
        return Grid(np.where(none, y, x), np.where(none, of[1].rank, of[0].rank))
    missing = none | np.isnan(y)
    if kind in COMPARED:
        value = np.where(missing, np.nan, COMPARED[kind](x, y).astype(float))
        return Grid(value, np.maximum(of[0].rank, of[1].rank))
    decides = float(kind == "or")
    value = np.where(
        (x == decides) | (y == decides), decides, np.where(missing, np.nan, 1 - decides)
    )
    ranks = [np.where(np.isnan(one.value), 0, one.rank) for one in of]
    return Grid(value, np.maximum(*ranks))


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
