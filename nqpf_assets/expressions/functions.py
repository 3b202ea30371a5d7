"""The functions of the expression language: their arguments, options and what they are for.

A registry and nothing more; `docs/studies.md` prints it, so that it is described once.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """One function of the language.

    Attributes:
        usage: how it is written, with its defaults.
        meaning: what it gives, in one sentence.
        least: fewest arguments.
        most: most arguments.
        options: names of its options.
    """

    usage: str
    meaning: str
    least: int = 1
    most: int = 1
    options: tuple[str, ...] = ()


FUNCTIONS: dict[str, Function] = {
    "log": Function(
        "log(x)", "natural logarithm of the number in the unit of x; missing unless x > 0"
    ),
    "log1p": Function("log1p(x)", "log(1 + x) of a plain number; missing unless x > −1"),
    "exp": Function("exp(x)", "exponential function of a plain number"),
    "sqrt": Function("sqrt(x)", "square root of the number in the unit of x; missing where x < 0"),
    "abs": Function("abs(x)", "absolute value"),
    "min": Function("min(x, y, …)", "the smallest; missing where one is missing", 2, 50),
    "max": Function("max(x, y, …)", "the largest; missing where one is missing", 2, 50),
    "lag": Function("lag(x, k=1)", "x of the same unit k calendar years before", 1, 2, ("k",)),
    "lead": Function("lead(x, k=1)", "x of the same unit k calendar years later", 1, 2, ("k",)),
    "at": Function(
        "at(x, 1984)", "x of the same unit in that calendar year, the same for every year", 2, 2
    ),
    "of_region": Function(
        "of_region(x, 500000)",
        "x of the region with this code, or of this name, in the same year; the same for every unit",
        1,
        2,
        ("region",),
    ),
    "diff": Function("diff(x, k=1)", "x − lag(x, k)", 1, 2, ("k",)),
    "growth": Function("growth(x, k=1)", "x / lag(x, k) − 1", 1, 2, ("k",)),
    "standardize": Function(
        "standardize(x)",
        "(x − mean) / standard deviation (n − 1), over all units and the study's years",
    ),
    "is_group": Function(
        "is_group(grouping, group)",
        "1 for the units of a group of the study, 0 for the others",
        2,
        2,
    ),
    "is_period": Function("is_period(2015, …)", "1 in these years, 0 in the others", 1, 100),
    "deflate": Function(
        "deflate(x, index, base=2015)",
        "x in prices of the base year; `links=fixed` for an index with one base, "
        "`links=previous_year` for one whose every year has the year before as 100: to be said where "
        "the unit of the index does not say it",
        2,
        2,
        ("base", "links"),
    ),
    "accumulate": Function(
        "accumulate(x, depreciation=0.096, growth=0.1)",
        "perpetual inventory: K = (1 − depreciation)·K of the year before + x. The first stock is "
        "x / (growth + depreciation) with `growth` a number or `average` (the unit's mean annual "
        "growth of x up to the end of the study), or the value of `initial=` in that year",
        1,
        1,
        ("depreciation", "growth", "initial"),
    ),
}
