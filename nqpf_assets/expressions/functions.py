"""The functions of the expression language: their arguments, options, units, and what they are for.

A function of the numbers of its own row is told here whole: a further one is an entry of this table. Those
that look at other rows are lowered in `windows` and `stocks`, and say in `reach` and `years` where they look.
`docs/studies.md` prints the table, so that it is described once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Function:
    """One function of the language.

    Attributes:
        usage: how it is written, with its defaults.
        meaning: what it gives, in one sentence.
        least: fewest arguments.
        most: most arguments.
        options: names of its options.
        reads: ``row``, the numbers of the same row; ``cases``, those of them that a condition chooses;
            ``panel``, those and constants of the whole panel; ``labels``, names and years that are no series;
            ``elsewhere``, other years or regions.
        unit: of its value: ``plain`` number, that of its first ``operand``, or the one in which its arguments
            are ``alike``.
        takes_plain: whether its argument must be a plain number, as that of a function that adds to one.
        sql: its value in SQL, where it reads its row only; ``{}`` stands for its arguments.
        within: condition that its argument meets, as ``> 0``; outside of it the value is missing,
        outside: for this reason.
        skips_missing: whether the SQL passes over missing arguments, of which it then gives nothing.
    """

    usage: str
    meaning: str
    least: int = 1
    most: int = 1
    options: tuple[str, ...] = ()
    reads: Literal["row", "cases", "panel", "labels", "elsewhere"] = "row"
    unit: Literal["plain", "operand", "alike"] = "plain"
    takes_plain: bool = False
    sql: str = ""
    within: str = ""
    outside: str = ""
    skips_missing: bool = False


FUNCTIONS: dict[str, Function] = {
    "log": Function(
        "log(x)",
        "natural logarithm of the number in the unit of x; missing unless x > 0",
        sql="ln({})",
        within="> 0",
        outside="log of non-positive",
    ),
    "log1p": Function(
        "log1p(x)",
        "log(1 + x) of a plain number; missing unless x > −1",
        takes_plain=True,
        sql="ln(1e0 + {})",
        within="> -1",
        outside="log of non-positive",
    ),
    "exp": Function(
        "exp(x)", "exponential function of a plain number", takes_plain=True, sql="exp({})"
    ),
    "sqrt": Function(
        "sqrt(x)",
        "square root of the number in the unit of x; missing where x < 0",
        sql="sqrt({})",
        within=">= 0",
        outside="root of negative",
    ),
    "abs": Function("abs(x)", "absolute value", unit="operand", sql="abs({})"),
    "min": Function(
        "min(x, y, …)",
        "the smallest; missing where one is missing",
        2,
        50,
        unit="alike",
        sql="least({})",
        skips_missing=True,
    ),
    "max": Function(
        "max(x, y, …)",
        "the largest; missing where one is missing",
        2,
        50,
        unit="alike",
        sql="greatest({})",
        skips_missing=True,
    ),
    "not": Function("not x", "1 where the condition x is 0, 0 where it is 1", reads="cases"),
    "if": Function(
        "if(c, x, y)",
        "x where the condition c is 1, y where it is 0; missing where c is",
        3,
        3,
        reads="cases",
        unit="alike",
    ),
    "is_missing": Function(
        "is_missing(x)", "1 where x is missing, 0 where it is not", reads="cases"
    ),
    "is_filled": Function(
        "is_filled(x, …)",
        "1 where a value was filled in between or beyond published ones (interpolated, extrapolated), "
        "0 where all are reported or corrected; missing where one is missing and none filled",
        1,
        200,
        reads="cases",
    ),
    "coalesce": Function(
        "coalesce(x, y, …)",
        "the first that is not missing",
        2,
        10,
        reads="cases",
        unit="alike",
    ),
    "year": Function("year", "the calendar year of the row", 0, 0, reads="labels"),
    "lag": Function(
        "lag(x, k=1)",
        "x of the same unit k calendar years before",
        1,
        2,
        ("k",),
        reads="elsewhere",
        unit="operand",
    ),
    "lead": Function(
        "lead(x, k=1)",
        "x of the same unit k calendar years later",
        1,
        2,
        ("k",),
        reads="elsewhere",
        unit="operand",
    ),
    "at": Function(
        "at(x, 1984)",
        "x of the same unit in that calendar year, the same for every year",
        2,
        2,
        reads="elsewhere",
        unit="operand",
    ),
    "of_region": Function(
        "of_region(x, 500000)",
        "x of the region with this code, or of this name, in the same year; the same for every unit",
        1,
        2,
        ("region",),
        reads="elsewhere",
        unit="operand",
    ),
    "W": Function(
        "W(x)",
        "spatial lag: mean of x of the neighbours in the year, by the catalogue's borders; `W(x, trade)` "
        "by weights under raw/, those of the row's year where they differ by it, each unit's adding up to "
        "one. Missing where a neighbour's is, or with none",
        1,
        2,
        ("weights",),
        reads="elsewhere",
        unit="operand",
    ),
    "diff": Function("diff(x, k=1)", "x − lag(x, k)", 1, 2, ("k",), reads="elsewhere"),
    "growth": Function("growth(x, k=1)", "x / lag(x, k) − 1", 1, 2, ("k",), reads="elsewhere"),
    "standardize": Function(
        "standardize(x)",
        "(x − mean) / standard deviation (n − 1), over all units and the study's years",
        reads="panel",
    ),
    "mean": Function(
        "mean(x)",
        "mean over all units and the study's years; `by=period` over the units in the year, "
        "`by=unit` over the study's years of the unit",
        options=("by",),
        reads="panel",
        unit="operand",
    ),
    "median": Function(
        "median(x)",
        "quantile(x, 0.5); `by` as of `mean`",
        options=("by",),
        reads="panel",
        unit="operand",
    ),
    "quantile": Function(
        "quantile(x, 0.25)",
        "the value below which this share lies, between two values on a line (R's type 7); `by` as of `mean`",
        2,
        2,
        ("by",),
        reads="panel",
        unit="operand",
    ),
    "rank": Function(
        "rank(x)",
        "1 for the smallest, of equal values the mean of their places; `by` as of `mean`",
        options=("by",),
        reads="panel",
    ),
    "cut": Function(
        "cut(x, 4)",
        "1 to 4 by quantiles: 1 + (x > quantile(x, 1/4)) + …, as Stata's xtile; `by` as of `mean`",
        2,
        2,
        ("by",),
        reads="panel",
    ),
    "residual": Function(
        "residual(y, x, …)",
        "what least squares of y on the others and a constant leaves, over all units and the study's years; "
        "`by=period` or `by=unit` each with coefficients of its own, `effects=period` or `effects=unit` "
        "with a constant of its own alone",
        2,
        50,
        ("by", "effects"),
        reads="panel",
        unit="operand",
    ),
    "fitted": Function(
        "fitted(y, x, …)",
        "what the same regression expects of y; also where y is missing",
        2,
        50,
        ("by", "effects"),
        reads="panel",
        unit="operand",
    ),
    "is_group": Function(
        "is_group(grouping, group)",
        "1 for the units of a group of the study, 0 for the others",
        2,
        2,
        reads="labels",
    ),
    "is_period": Function(
        "is_period(2015, …)", "1 in these years, 0 in the others", 1, 100, reads="labels"
    ),
    "deflate": Function(
        "deflate(x, index, base=2015)",
        "x in prices of the base year; `links=fixed` for an index with one base, "
        "`links=previous_year` for one whose every year has the year before as 100: to be said where "
        "the unit of the index does not say it",
        2,
        2,
        ("base", "links"),
        reads="elsewhere",
        unit="operand",
    ),
    "accumulate": Function(
        "accumulate(x, depreciation=0.096, growth=0.1)",
        "perpetual inventory: K = (1 − depreciation)·K of the year before + x. The first stock is "
        "x / (growth + depreciation) with `growth` a number or `average` (the unit's mean annual "
        "growth of x up to the end of the study), or the value of `initial=` in that year",
        1,
        1,
        ("depreciation", "growth", "initial"),
        reads="elsewhere",
        unit="operand",
    ),
}

COMPARING = frozenset(name for name, one in FUNCTIONS.items() if one.reads == "cases")
"""Functions without options in which a single = can only be meant to compare."""
LABEL_FUNCTIONS = frozenset(
    ("is_neighbour", *(name for name, one in FUNCTIONS.items() if one.reads == "labels"))
)
"""Functions whose arguments are labels or years, not series; the first is written by nobody."""
