"""How far from a cell's own year an expression reads its inputs.

A study of 2012 to 2022 whose variables lag by two years needs its series from 2010.
"""

from __future__ import annotations

from dataclasses import dataclass

from nqpf_assets.studies.expression_terms import constant
from nqpf_assets.studies.expression_tree import (
    LABEL_FUNCTIONS,
    Binary,
    Call,
    Name,
    Negative,
    Node,
    Number,
    Scaled,
)

EVERY_YEAR = 9_999


@dataclass(frozen=True)
class Reach:
    """The years that an input is read in, counted from the cell's own: ``lag(x, 2)`` is −2 to −2.

    `EVERY_YEAR` stands for all the years there are (an accumulated stock, a price base).
    """

    first: int = 0
    last: int = 0

    @property
    def before(self) -> int:
        """Years before the cell's own that must be there."""
        return max(-self.first, 0)

    @property
    def after(self) -> int:
        """Years after the cell's own that must be there."""
        return max(self.last, 0)

    def __or__(self, other: Reach) -> Reach:
        return Reach(min(self.first, other.first), max(self.last, other.last))

    def moved(self, years: int) -> Reach:
        """The same years, so many later."""
        return Reach(self.first + years, self.last + years)


def reach(node: Node, start: Reach | None = None) -> dict[str, Reach]:
    """The inputs of a tree that is itself read in the years `start`."""
    start = start or Reach()
    if isinstance(node, Name):
        return {node.name: start}
    if isinstance(node, Number):
        return {}
    if isinstance(node, (Negative, Scaled)):
        return reach(node.operand, start)
    if isinstance(node, Binary):
        return _joined(reach(node.left, start), reach(node.right, start))
    return _of_call(node, start)


def _of_call(node: Call, start: Reach) -> dict[str, Reach]:
    if node.function in LABEL_FUNCTIONS:
        return {}
    if node.function in ("lag", "lead"):
        years = int(constant(node.arguments[1]))
        return reach(node.arguments[0], start.moved(-years if node.function == "lag" else years))
    if node.function == "accumulate":
        to_the_end = node.option("growth") == Name("average")
        start = Reach(-EVERY_YEAR, EVERY_YEAR if to_the_end else start.last)
        initial = node.option("initial")
        found = reach(node.arguments[0], start)
        return found if initial is None else _joined(found, reach(initial, start))
    if node.function == "deflate":
        index = reach(node.arguments[1], Reach(-EVERY_YEAR, EVERY_YEAR))
        return _joined(reach(node.arguments[0], start), index)
    found = {}
    for argument in node.arguments:
        found = _joined(found, reach(argument, start))
    return found


def _joined(left: dict[str, Reach], right: dict[str, Reach]) -> dict[str, Reach]:
    both = {name: left[name] | right[name] for name in left if name in right}
    return {**left, **right, **both}
