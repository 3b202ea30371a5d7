"""The calls of an expression, checked: arguments, options, defaults; short forms written out.

Which functions there are is said in `functions`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nqpf_assets.expressions.functions import FUNCTIONS
from nqpf_assets.expressions.other_languages import function_elsewhere
from nqpf_assets.expressions.tree import (
    Binary,
    Call,
    ExpressionError,
    Name,
    Negative,
    Node,
    Number,
)
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import did_you_mean

CALENDAR = (1000, 2999)
"""First and last year that an expression may name."""


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
            remedy=function_elsewhere(call.function)
            or did_you_mean(call.function, FUNCTIONS)
            or f"known: {', '.join(FUNCTIONS)}",
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
            f"`{call.function}` has {counted(len(call.arguments), 'arguments')}",
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


def _at(call: Call) -> Node:
    whole_number(call.arguments[1], "the year of `at`", *CALENDAR)
    return call


def _region(call: Call) -> Node:
    """The call with its region as an option, named by a text."""
    named = call.option("region")
    if (named is None) == (len(call.arguments) == 1):
        raise ExpressionError(
            "`of_region` needs one region",
            column=call.column,
            remedy="write of_region(x, 500000), or the name of the region",
        )
    label = named or call.arguments[1]
    if isinstance(label, Number):
        code = whole_number(label, "the code of a region", 0, 10**15)
        label = Name(f"{code:06d}", label.column)
    if not isinstance(label, Name):
        raise ExpressionError(
            f"`of_region` takes the code or the name of a region, not `{label}`",
            column=label.column,
            remedy="write of_region(x, 500000), or the name of the region",
        )
    return replace(call, arguments=call.arguments[:1], options=(("region", label),))


def _neighbours(call: Call) -> Node:
    """The call with its weights as an option; those of the catalogue's borders where none are named."""
    named = call.option("weights")
    if named is not None and len(call.arguments) == 2:
        raise ExpressionError("the weights of `W` are given twice", column=named.column)
    weights = named or (*call.arguments, Name("contiguity", call.column))[1]
    if not isinstance(weights, Name):
        raise ExpressionError(
            f"`W` takes the name of weights, not `{weights}`",
            column=weights.column,
            remedy="write W(x), or W(x, trade) with the name of weights under raw/",
        )
    return replace(call, arguments=call.arguments[:1], options=(("weights", weights),))


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
        whole_number(argument, "a year of `is_period`", *CALENDAR)
    return call


def _by(call: Call) -> Node:
    _unit_or_period(call, "by", "or leave it out for all rows of the study")
    return call


def _unit_or_period(call: Call, option: str, otherwise: str) -> None:
    said = call.option(option)
    if said is not None and said not in (Name("period"), Name("unit")):
        raise ExpressionError(
            f"`{option}` is `period` or `unit`, not `{said}`",
            column=said.column,
            remedy=f"write {option}=period or {option}=unit, {otherwise}",
        )


def _quantile(call: Call) -> Node:
    share = call.arguments[1] if call.function == "quantile" else Number(0.5, call.column)
    if not isinstance(share, Number) or not 0 <= share.value <= 1:
        raise ExpressionError(
            f"the share of `quantile` must be a number from 0 to 1, not `{share}`",
            column=share.column,
            remedy="write quantile(x, 0.25)",
        )
    return _by(replace(call, function="quantile", arguments=(call.arguments[0], share)))


def _cut(call: Call) -> Node:
    operand, parts = call.arguments
    n = whole_number(parts, "the number of parts of `cut`", 2, 20)
    _by(call)
    found: Node = Number(1.0, call.column)
    for k in range(1, n):
        bound = replace(call, function="quantile", arguments=(operand, Number(k / n, call.column)))
        found = Binary("+", found, Binary(">", operand, bound, call.column), call.column)
    return found


def _fit(call: Call) -> Node:
    effects = call.option("effects")
    both = "or for both effects=unit and the years but one as regressors, is_period(2012), is_period(2013), …"
    _unit_or_period(call, "effects", both)
    if effects is not None and call.option("by") is not None:
        raise ExpressionError(
            f"`{call.function}` has `by` or `effects`, not both",
            column=effects.column,
            remedy="leave one out: with `by` each year or unit has a constant and coefficients of its own",
        )
    return _by(call)


def _deflate(call: Call) -> Node:
    base, links = call.option("base"), call.option("links")
    if base is None:
        raise ExpressionError(
            "`deflate` needs its base year",
            column=call.column,
            remedy="write deflate(x, index, base=2015)",
        )
    whole_number(base, "the base year of `deflate`", *CALENDAR)
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
    "at": _at,
    "of_region": _region,
    "W": _neighbours,
    "is_group": _labels,
    "is_period": _years,
    **dict.fromkeys(("mean", "rank"), _by),
    **dict.fromkeys(("median", "quantile"), _quantile),
    "cut": _cut,
    **dict.fromkeys(("residual", "fitted"), _fit),
    "deflate": _deflate,
    "accumulate": _accumulate,
}
