"""How far from a cell's own year an expression reads its inputs.

A study of 2012 to 2022 whose variables lag by two years needs its series from 2010.
"""

from __future__ import annotations

from dataclasses import dataclass

from nqpf_assets.studies.expression_tree import Binary, Call, Name, Negative, Node, Number, Scaled

EVERY_YEAR = 9_999


@dataclass(frozen=True)
class Reach:
    """Years before and after a cell's own that an input is read.

    `EVERY_YEAR` stands for all the years there are (an accumulated stock, a price base).
    """

    before: int = 0
    after: int = 0

    def __or__(self, other: Reach) -> Reach:
        return Reach(max(self.before, other.before), max(self.after, other.after))


def reach(node: Node, start: Reach = Reach()) -> dict[str, Reach]:
    """The inputs of a tree, read from `start`."""
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
    if node.function in ("is_group", "is_period"):
        return {}
    if node.function in ("lag", "lead"):
        operand, steps = node.arguments
        years = int(steps.value) if isinstance(steps, Number) else 0
        before = years if node.function == "lag" else -years
        return reach(operand, Reach(max(start.before + before, 0), max(start.after - before, 0)))
    if node.function == "accumulate":
        start = Reach(EVERY_YEAR, EVERY_YEAR if node.option("growth") == Name("average") else 0)
        initial = node.option("initial")
        found = reach(node.arguments[0], start)
        return found if initial is None else _joined(found, reach(initial, start))
    if node.function == "deflate":
        index = reach(node.arguments[1], Reach(EVERY_YEAR, EVERY_YEAR))
        return _joined(reach(node.arguments[0], start), index)
    found = {}
    for argument in node.arguments:
        found = _joined(found, reach(argument, start))
    return found


def _joined(left: dict[str, Reach], right: dict[str, Reach]) -> dict[str, Reach]:
    return {name: left.get(name, Reach()) | right.get(name, Reach()) for name in {**left, **right}}
