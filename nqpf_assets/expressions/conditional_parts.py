"""Parts of a formula that decide in which rows others matter: factors that are zero, conditions, choices.

What is read in the rows that they tell is said in `reach`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Literal, Protocol

from nqpf_assets.expressions.functions import LABEL_FUNCTIONS
from nqpf_assets.expressions.tree import Binary, Call, Node, children, is_condition, nodes

SIDE = "threshold_side"
"""Role of what only decides which case a row is: a little more of it moves nothing."""
AND, OF = " AND ", " OF "
"""Between parts that must all hold, and after the years from the rows of the first to those of another."""


@dataclass(frozen=True)
class Part:
    """A part of a formula whose years depend on its values.

    Attributes:
        edge: ``begin`` or ``end`` of it, or ``rows`` in which it has a value, is ``zero`` or ``not zero``;
            ``bound`` for rows of the study in which it is zero.
        node: the part.
    """

    edge: Literal["begin", "end", "rows", "zero", "not zero", "bound"]
    node: Node

    def __str__(self) -> str:
        return f"{self.edge} of {self.node}"


def together(where: tuple[str, int], other: tuple[str, int]) -> tuple[str, int]:
    """Both conditions as one: ``not zero of g AND -1 OF zero of x``, told of the rows of the first."""
    name, lag = where
    known = conditions(name)
    more = [(part, years + other[1] - lag) for part, years in conditions(other[0])]
    told = (f"{years:+d}{OF}{part}" for part, years in more if (part, years) not in known)
    return AND.join([name, *told]), lag


def conditions(where: str) -> list[tuple[str, int]]:
    """The parts of a condition, each with the years from the rows of the first to its own."""
    first, *others = where.split(AND)
    split = (one.split(OF, 1) for one in others)
    return [(first, 0), *((part, int(years)) for years, part in split)]


class Decides(Protocol):
    """Whether in some rows a factor moves nothing because another one is zero there."""

    def __call__(self, other: Node, factor: Node) -> bool:
        """Both are factors of one product, or numerator and divisor."""


def conditional(
    node: Node, decides: Decides | None = None
) -> Iterator[tuple[Node, Part | None, str]]:
    """Operands of which not each matters in every row, with the rows in which it does, and what for.

    Of a product or quotient others may be zero: groups, years and conditions are so by design, in most rows
    of a study; of other numbers `decides` knows. Of `min`, `max`, `if` and `coalesce` one is taken in a row.
    """
    if is_condition(node):
        yield from ((one, None, SIDE) for one in children(node))
    elif isinstance(node, Binary) and node.operator in ("*", "/"):
        sides = (node.left, node.right)
        factors = list(_factors(node)) if node.operator == "*" else list(sides)
        for place, factor in enumerate(factors):
            others = [
                one
                for other, one in enumerate(factors)
                if other != place and (_is_label(one) or (decides and decides(one, factor)))
            ]
            if node.operator == "/" and place == 0:
                others = []  # by zero nothing is divided
            whole = reduce(lambda left, right: Binary("*", left, right), others) if others else None
            yield factor, Part("not zero", whole) if whole is not None else None, "value"
    elif isinstance(node, Call) and node.function in ("min", "max"):
        for one in node.arguments:
            yield one, Part("zero", Binary("-", node, one)), "value"
    elif isinstance(node, Call) and node.function == "if":
        condition, yes, no = node.arguments
        yield condition, None, SIDE
        yield yes, Part("not zero", condition), "value"
        yield no, Part("zero", condition), "value"
    elif isinstance(node, Call) and node.function == "coalesce":
        yield from _in_turn(node)


def _in_turn(node: Call) -> Iterator[tuple[Node, Part | None, str]]:
    """Arguments of `coalesce`: the value of one, and of those before it that they have none."""
    before: Node | None = None
    for one in node.arguments:
        none: Node = Call("is_missing", (one,))
        there: Node = Call("not", (none,))
        yield (
            one,
            Part("not zero", there if before is None else Binary("and", before, there)),
            "value",
        )
        before = none if before is None else Binary("and", before, none)
        yield one, Part("not zero", before), SIDE


def _factors(node: Node) -> Iterator[Node]:
    if isinstance(node, Binary) and node.operator == "*":
        yield from _factors(node.left)
        yield from _factors(node.right)
    else:
        yield node


def _is_label(node: Node) -> bool:
    """Whether groups, years or conditions decide on a number, so that it is zero in many rows."""
    return any(
        is_condition(one) or (isinstance(one, Call) and one.function in LABEL_FUNCTIONS)
        for one in nodes(node)
    )
