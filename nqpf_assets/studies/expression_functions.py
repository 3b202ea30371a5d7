"""The functions of the expression language: their arguments, options and what they are for.

A registry and nothing more; `docs/studies.md` prints it, so that it is described once.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from nqpf_assets.studies.expression_tree import (
    Binary,
    Call,
    ExpressionError,
    Name,
    Negative,
    Node,
    Number,
)


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
    "log1p": Function("log1p(x)", "log(1 + x); missing unless x > −1"),
    "exp": Function("exp(x)", "exponential function"),
    "sqrt": Function("sqrt(x)", "square root of the number in the unit of x; missing where x < 0"),
    "abs": Function("abs(x)", "absolute value"),
    "min": Function("min(x, y, …)", "the smallest; missing where one is missing", 2, 50),
    "max": Function("max(x, y, …)", "the largest; missing where one is missing", 2, 50),
    "lag": Function("lag(x, k=1)", "x of the same unit k calendar years before", 1, 2, ("k",)),
    "lead": Function("lead(x, k=1)", "x of the same unit k calendar years later", 1, 2, ("k",)),
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
        "deflate(x, index, base=2015, links=fixed)",
        "x in prices of the base year; `links=fixed` for an index with one base, "
        "`links=previous_year` for one whose every year has the year before as 100",
        2,
        2,
        ("base", "links"),
    ),
    "accumulate": Function(
        "accumulate(x, depreciation=0.096, growth=0.1)",
        "perpetual inventory: K = (1 − depreciation)·K of the year before + x. The first stock is "
        "x / (growth + depreciation) with `growth` a number or `average` (the unit's mean annual "
        "growth of x), or the value of `initial=` in that year",
        1,
        1,
        ("depreciation", "growth", "initial"),
    ),
}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean `x`?`` for the nearest known word, or an empty text."""
    # Half of a Chinese name of two characters is a near miss; half of a longer word is not.
    cutoff = 0.5 if len(word) <= 3 else 0.6
    near = difflib.get_close_matches(word, list(known), n=3, cutoff=cutoff)
    return f"did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""


def check_call(call: Call) -> Node:
    """The call with its number of arguments and its options checked, and its defaults filled in.

    Raises:
        ExpressionError: when the function, an option or the number of arguments is wrong.
    """
    function = FUNCTIONS.get(call.function)
    if function is None:
        raise ExpressionError(
            f"there is no function `{call.function}`",
            column=call.column,
            remedy=did_you_mean(call.function, FUNCTIONS) or f"known: {', '.join(FUNCTIONS)}",
        )
    for name, _ in call.options:
        if name not in function.options:
            raise ExpressionError(
                f"`{call.function}` has no option `{name}`",
                column=call.column,
                remedy=did_you_mean(name, function.options) or f"write {function.usage}",
            )
    if not function.least <= len(call.arguments) <= function.most:
        raise ExpressionError(
            f"`{call.function}` has {len(call.arguments)} arguments",
            column=call.column,
            remedy=f"write {function.usage}",
        )
    checker = _CHECKS.get(call.function)
    return checker(call) if checker else call


def whole_number(node: Node, what: str, least: int, most: int) -> int:
    """The whole number that a node is."""
    if not isinstance(node, Number) or node.value != int(node.value):
        raise ExpressionError(f"{what} must be a whole number, not `{node}`", column=node.column)
    if not least <= node.value <= most:
        raise ExpressionError(
            f"{what} must lie between {least} and {most}, not `{node}`", column=node.column
        )
    return int(node.value)


def _shift(call: Call) -> Node:
    named = call.option("k")
    if named is not None and len(call.arguments) == 2:
        raise ExpressionError("the number of years is given twice", column=named.column)
    steps = named or (*call.arguments, Number(1.0, call.column))[1]
    whole_number(steps, f"the number of years of `{call.function}`", 1, 100)
    operand = call.arguments[0]
    shifted = Call("lag", (operand, steps), (), call.column)
    if call.function == "diff":
        return Binary("-", operand, shifted, call.column)
    if call.function == "growth":
        ratio = Binary("/", operand, shifted, call.column)
        return Binary("-", ratio, Number(1.0, call.column), call.column)
    return replace(call, arguments=(operand, steps), options=())


def _labels(call: Call) -> Node:
    for argument in call.arguments:
        if not isinstance(argument, Name):
            raise ExpressionError(
                f"`is_group` takes names, not `{argument}`",
                column=argument.column,
                remedy="write is_group(grouping, group), names as under `groups`",
            )
    return call


def _years(call: Call) -> Node:
    for argument in call.arguments:
        whole_number(argument, "a year of `is_period`", 1000, 2999)
    return call


def _deflate(call: Call) -> Node:
    base, links = call.option("base"), call.option("links")
    if base is None:
        raise ExpressionError(
            "`deflate` needs its base year",
            column=call.column,
            remedy="write deflate(x, index, base=2015)",
        )
    whole_number(base, "the base year of `deflate`", 1000, 2999)
    if links is not None and (
        not isinstance(links, Name) or links.name not in ("fixed", "previous_year")
    ):
        raise ExpressionError(
            f"`links` is `fixed` or `previous_year`, not `{links}`", column=links.column
        )
    return call


def _accumulate(call: Call) -> Node:
    rate = call.option("depreciation")
    if rate is None:
        rate = Number(0.096, call.column)
    if not isinstance(rate, Number) or not 0 <= rate.value < 1:
        raise ExpressionError(
            f"`depreciation` must be a number from 0 to below 1, not `{rate}`", column=rate.column
        )
    growth, initial = call.option("growth"), call.option("initial")
    if (growth is None) == (initial is None):
        raise ExpressionError(
            "`accumulate` needs either `growth` or `initial`",
            column=call.column,
            remedy="accumulate(x, growth=0.1); the first stock is x / (growth + depreciation)",
        )
    if growth is None:
        return replace(call, options=(("depreciation", rate), ("initial", initial)))  # type: ignore[arg-type]
    if isinstance(growth, Negative) and isinstance(growth.operand, Number):
        growth = Number(-growth.operand.value, growth.column)
    if isinstance(growth, Number):
        if growth.value + rate.value <= 0:
            raise ExpressionError(
                "`growth` + `depreciation` must be positive", column=growth.column
            )
    elif growth != Name("average"):
        raise ExpressionError(
            f"`growth` is a number or `average`, not `{growth}`", column=growth.column
        )
    return replace(call, options=(("depreciation", rate), ("growth", growth)))


_CHECKS: dict[str, Callable[[Call], Node]] = {
    **dict.fromkeys(("lag", "lead", "diff", "growth"), _shift),
    "is_group": _labels,
    "is_period": _years,
    "deflate": _deflate,
    "accumulate": _accumulate,
}
