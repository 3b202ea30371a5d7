"""Which unit an expression has, and the conversions that adding and dividing need.

A bare number has the unit of what it is added to: ``100 - share`` with a share in percent is
percent. A quotient of two quantities of one kind is a plain number whatever their scales
(亿元 / 万元 is multiplied by 10 000). ``log``, ``exp``, ``sqrt`` and fractional powers take the
number in the operand's own unit and give a plain number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nqpf_assets.catalog.units import RATIO, Unit, UnitError, conversion, parse_unit
from nqpf_assets.expressions.by_hand import refuse_second_conversion
from nqpf_assets.expressions.functions import FUNCTIONS
from nqpf_assets.expressions.price_links import silent_index, with_links
from nqpf_assets.expressions.tree import (
    COMPARISONS,
    Binary,
    Call,
    ExpressionError,
    Name,
    Negative,
    Node,
    Number,
    Scaled,
    is_condition,
    names,
    nodes,
)
from nqpf_assets.messages.problems import did_you_mean

Units = Mapping[str, Unit | str | None]
"""The unit of each series and variable; None where it is not known."""


def in_units(
    node: Node,
    units: Units,
    target: Unit | str | None,
    *,
    complete: bool = True,
    defined: Mapping[str, Node] | None = None,
) -> tuple[Node, Unit | None]:
    """The tree with its conversions written in, and the unit of its value.

    Args:
        node: the tree.
        units: unit of every name that may be read.
        target: unit that is asked for, if any.
        complete: false where units that are not known are learned later; they then pass.
        defined: formulas of variables that it may read and that ask for no unit.

    Raises:
        ExpressionError: when a name is not known, when operands do not measure the same thing,
            when the value cannot be expressed in the target unit, or would be converted to it twice.
    """
    resolved, unit = _resolve(node, units)
    if complete:
        _refuse_unknown_links(node, units)
    if target is None:
        return resolved, unit
    wanted = as_unit(target)
    if _is_constant(resolved):
        return resolved, wanted
    if unit is None and not complete:
        return resolved, wanted
    if unit is None:
        unknown = sorted({name.name for name in names(node) if units[name.name] is None})
        raise ExpressionError(
            f"the result cannot be given in {wanted}: no unit is known for {', '.join(unknown)}",
            remedy="declare the unit of the series in the catalogue, or leave out `unit`",
        )
    converted = _converted(resolved, unit, wanted, f"`{node}` is in {unit} ({unit.dimension})")
    refuse_second_conversion(node, conversion(unit, wanted), wanted, defined or {})
    return converted, wanted


def as_unit(unit: Unit | str) -> Unit:
    """The unit that a symbol names."""
    if isinstance(unit, Unit):
        return unit
    try:
        return parse_unit(unit)
    except UnitError as error:
        raise ExpressionError(
            str(error), remedy="write the unit as the yearbook prints it"
        ) from error


def _resolve(node: Node, units: Units) -> tuple[Node, Unit | None]:
    if isinstance(node, Number):
        return node, RATIO
    if isinstance(node, Name):
        return node, _unit_of_name(node, units)
    if isinstance(node, (Negative, Scaled)):
        operand, unit = _resolve(node.operand, units)
        return replace(node, operand=operand), unit
    if isinstance(node, Binary):
        return _resolve_binary(node, units)
    return _resolve_call(node, units)


def _unit_of_name(node: Name, units: Units) -> Unit | None:
    if node.name not in units:
        raise ExpressionError(
            f"`{node.name}` is neither a series nor a variable",
            column=node.column,
            remedy=did_you_mean(node.name, units) or "declare it, or correct the name",
        )
    unit = units[node.name]
    return None if unit is None else as_unit(unit)


def _resolve_binary(node: Binary, units: Units) -> tuple[Node, Unit | None]:
    left, above = _resolve(node.left, units)
    right, below = _resolve(node.right, units)
    whole = replace(node, left=left, right=right)
    if node.operator in ("+", "-", *COMPARISONS):
        (left, right), unit = _alike(node, ((left, above), (right, below)))
        plain = RATIO if node.operator in COMPARISONS else unit
        return replace(whole, left=left, right=right), plain
    if is_condition(node):
        _require_condition(node.left, above)
        _require_condition(node.right, below)
        return whole, RATIO
    if above is None or below is None:
        return whole, None
    if node.operator == "*":
        return whole, _plain(above * below)
    if node.operator == "**":
        power = right.operand if isinstance(right, Negative) else right
        if isinstance(power, Number) and power.value == int(power.value) and power.value < 10:
            exponent = int(power.value) * (-1 if power is not right else 1)
            return whole, RATIO if above == RATIO else _plain(above**exponent)
        _refuse_share(node, node.right, below, "an exponent")
        return whole, RATIO
    if above.dimensions and above.dimensions == below.dimensions:
        factor = above.factor / below.factor
        return (whole if factor == 1 else Scaled(whole, factor, node.column)), RATIO
    return whole, _plain(above / below)


def _resolve_call(node: Call, units: Units) -> tuple[Node, Unit | None]:
    function = FUNCTIONS[node.function]
    if function.reads == "labels":
        return node, RATIO
    pairs = tuple(_resolve(argument, units) for argument in node.arguments)
    whole = replace(node, arguments=tuple(argument for argument, _ in pairs))
    unit = pairs[0][1]
    if function.takes_plain:
        _refuse_share(node, node.arguments[0], unit, f"the argument of `{node.function}`")
    if node.function == "not":
        _require_condition(node.arguments[0], unit)
    if node.function == "if":
        _require_condition(node.arguments[0], unit)
        values, unit = _alike(node, pairs[1:])
        return replace(whole, arguments=(pairs[0][0], *values)), unit
    if function.unit == "alike":
        arguments, unit = _alike(node, pairs)
        return replace(whole, arguments=arguments), unit
    if node.function == "deflate":
        return with_links(whole, pairs[1][1]), unit
    if node.function == "accumulate":
        initial = node.option("initial")
        if initial is None:
            return whole, unit
        (_, stock), unit = _alike(node, (pairs[0], _resolve(initial, units)))
        options = tuple((key, stock if key == "initial" else value) for key, value in node.options)
        return replace(whole, options=options), unit
    return whole, unit if function.unit == "operand" else RATIO


def _require_condition(operand: Node, unit: Unit | None) -> None:
    """``if(gdp, …)`` means a condition that is not written: 0 and 1 have no unit of measurement.

    A series of zeros and ones may be printed in 无.
    """
    if unit is None or (
        unit.factor == 1 and not unit.reference and unit.dimensions in ((), (("index", 1),))
    ):
        return
    raise ExpressionError(
        f"`{operand}` is in {unit}, and a condition is 0 or 1",
        column=operand.column,
        remedy=f"compare it with something: {operand} > 0",
    )


def _alike(
    node: Node, pairs: tuple[tuple[Node, Unit | None], ...]
) -> tuple[tuple[Node, ...], Unit | None]:
    """Operands expressed in the unit of the first that has one."""
    measured = [(operand, unit) for operand, unit in pairs if not _is_constant(operand)]
    if not measured:
        return tuple(operand for operand, _ in pairs), RATIO
    first, common = measured[0]
    if common is None or any(unit is None for _, unit in measured):
        return tuple(operand for operand, _ in pairs), None
    _refuse_ambiguous_share(node, pairs, first, common)
    converted = [
        operand
        if _is_constant(operand) or unit is None
        else _converted(
            operand,
            unit,
            common,
            f"`{first}` is in {common} ({common.dimension}) and `{operand}` in {unit} "
            f"({unit.dimension})",
            node.column,
        )
        for operand, unit in pairs
    ]
    return tuple(converted), common


def _refuse_ambiguous_share(
    node: Node, pairs: tuple[tuple[Node, Unit | None], ...], first: Node, common: Unit
) -> None:
    """``1 - share`` with a share in percent would silently be one percent less the share."""
    if not _is_scaled_share(common):
        return
    for operand, _ in pairs:
        number = operand.operand if isinstance(operand, Negative) else operand
        if isinstance(number, Number) and 0 < number.value <= 1:
            raise ExpressionError(
                f"`{first}` is in {common}, so that `{number}` would be {number} {common}",
                column=node.column,
                remedy=f"write {1 / common.factor} for the whole, or take `{first}` as a variable in 比例",
            )


def _is_scaled_share(unit: Unit | None) -> bool:
    """Whether a unit is that of a share counted in parts of a hundred, of a thousand, …"""
    return unit is not None and not (unit.dimensions or unit.reference) and unit.factor != 1


def _refuse_share(node: Node, operand: Node, unit: Unit | None, what: str) -> None:
    """``log1p(share)`` with a share in percent would silently be the logarithm of 1 + 81."""
    if unit is not None and _is_scaled_share(unit) and not _is_constant(operand):
        raise ExpressionError(
            f"`{operand}` is in {unit}, and {what} must be a plain number",
            column=node.column,
            remedy=f"take it as a variable of its own with `expression: {operand}` and `unit: 比例`",
        )


def _converted(node: Node, unit: Unit, wanted: Unit, fact: str, column: int = 0) -> Node:
    try:
        factor = conversion(unit, wanted)
    except UnitError as error:
        raise ExpressionError(
            f"{fact}: one cannot be expressed in {wanted} ({wanted.dimension})",
            column=column,
            remedy="correct the expression or the unit; quantities of different kinds can be "
            "multiplied and divided, not added or compared",
        ) from error
    return node if factor == 1 else Scaled(node, factor, node.column)


def _refuse_unknown_links(node: Node, units: Units) -> None:
    """An index of which no unit is known at all says even less than one that is printed in 无."""
    calls = (one for one in nodes(node) if isinstance(one, Call) and one.function == "deflate")
    for call in calls:
        if call.option("links") is None and _resolve(call.arguments[1], units)[1] is None:
            raise silent_index(call, "has no known unit")


def _is_constant(node: Node) -> bool:
    """Whether the tree is numbers only, so that it has whatever unit its surroundings need."""
    if isinstance(node, Number):
        return True
    if isinstance(node, (Negative, Scaled)):
        return _is_constant(node.operand)
    if not isinstance(node, Binary) or is_condition(node):
        return False
    return _is_constant(node.left) and _is_constant(node.right)


def _plain(unit: Unit) -> Unit:
    return RATIO if unit.factor == 1 and not unit.dimensions and not unit.reference else unit
