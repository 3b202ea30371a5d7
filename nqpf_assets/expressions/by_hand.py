"""Conversions that an author writes out in numbers, and that `unit` would make a second time.

``urban / population * 100`` with the unit % was meant once, as a share in percent. What a number in a
formula is for cannot be known; that it is the very factor of the conversion which follows can.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from nqpf_assets.expressions.functions import FUNCTIONS
from nqpf_assets.expressions.tree import (
    Binary,
    Call,
    ExpressionError,
    Name,
    Negative,
    Node,
    Number,
    is_condition,
)

NONE = Fraction(1)
"""The factor of a formula without one."""
NOBODY: frozenset[str] = frozenset()


def refuse_second_conversion(
    node: Node, factor: Fraction, wanted: object, defined: Mapping[str, Node]
) -> None:
    """Refuse a formula that has the factor of the conversion to its unit in it.

    Args:
        node: the formula as written.
        factor: by which its value is multiplied to be in the unit that is asked for.
        wanted: that unit.
        defined: formulas of variables that it may read and that ask for no unit themselves.

    Raises:
        ExpressionError: it would be converted twice.
    """
    if factor == NONE or by_hand(node, defined) != factor:
        return
    times = f"multiplied by {factor}" if factor > 1 else f"divided by {1 / factor}"
    raise ExpressionError(
        f"the value is {times} in the formula, and once more to be in {wanted}",
        remedy=f"leave that number out of the formula: `unit: {wanted}` converts",
    )


def by_hand(node: Node, defined: Mapping[str, Node], within: frozenset[str] = NOBODY) -> Fraction:
    """The product of the numbers that a whole formula is multiplied by.

    Args:
        within: variables whose formulas are being read: a formula that reads its own name reads a series.
    """
    if isinstance(node, Number):
        return Fraction(str(node.value))
    if isinstance(node, Negative):
        return by_hand(node.operand, defined, within)
    if isinstance(node, Name):
        if node.name not in defined or node.name in within:
            return NONE
        return by_hand(defined[node.name], defined, within | {node.name})
    if isinstance(node, Call):
        is_same = FUNCTIONS[node.function].unit != "plain" and node.arguments
        value = node.arguments[1:] if node.function == "if" else node.arguments
        return by_hand(value[0], defined, within) if is_same else NONE
    if not isinstance(node, Binary) or is_condition(node):
        return NONE
    return _of_both(node, defined, within)


def _of_both(node: Binary, defined: Mapping[str, Node], within: frozenset[str]) -> Fraction:
    left, right = (by_hand(side, defined, within) for side in (node.left, node.right))
    if node.operator == "*":
        return left * right
    if node.operator == "/":
        return left / right if right else NONE
    if node.operator == "**":
        return NONE
    # A bare number takes the unit of what it is added to, so it says nothing of a factor.
    sides = {
        factor
        for factor, side in ((left, node.left), (right, node.right))
        if not isinstance(side, Number)
    }
    return sides.pop() if len(sides) == 1 else NONE
