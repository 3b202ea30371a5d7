"""Formulas with what they take from pooled rows held fast, so that a value moves by cells near it alone.

`standardize` and bounds of clipping look at every unit and year. Here each becomes numbers that are read like
a series of its own (a mean, a deviation, a bound), and the rows that they are taken over become a variable.
Whoever differentiates a formula then follows both ways: through the row's own cells, and through the numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from nqpf_assets.expressions.compiled import CompiledExpression
from nqpf_assets.expressions.reach import reach
from nqpf_assets.expressions.tree import Binary, Call, Name, Node, rebuilt


@dataclass(frozen=True)
class Pooled:
    """Two numbers that are taken over the rows of a variable.

    Attributes:
        kind: mean and standard deviation, or lower and upper bound.
        of: the variable whose rows are pooled.
        first, second: under which names the numbers are read.
        inside: of bounds: the name of a series that is 1 in rows that keep their value and 0 in others;
            and `below`, `above` of those that are 1 in rows which are raised or lowered.
    """

    kind: Literal["standardized", "clipped"]
    of: str
    first: str
    second: str
    inside: str = ""
    below: str = ""
    above: str = ""

    @property
    def numbers(self) -> tuple[str, str]:
        return self.first, self.second

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.inside, self.below, self.above) if self.inside else ()


@dataclass(frozen=True)
class Frozen:
    """Variables in an order in which they can be computed, and pooled numbers in the order of their use."""

    variables: Mapping[str, CompiledExpression]
    pooled: tuple[Pooled, ...]


def frozen(compiled: Mapping[str, CompiledExpression], clipped: Collection[str]) -> Frozen:
    """The variables with pooled numbers as names.

    Args:
        compiled: in the order in which they can be computed.
        clipped: variables that are clipped before others read them.
    """
    found: dict[str, CompiledExpression] = {}
    pooled: list[Pooled] = []
    clips: dict[str, Pooled] = {}

    def change(node: Node) -> Node:
        if isinstance(node, Name) and node.name in clips:
            return _clipped(node, clips[node.name])
        if isinstance(node, Call) and node.function == "standardize":
            place = f"pool {len(pooled)}"
            inner, mean, deviation = (f"{place}: {what}" for what in ("of", "mean", "deviation"))
            found[inner] = _as(node.arguments[0])
            pooled.append(Pooled("standardized", inner, mean, deviation))
            return Binary("/", Binary("-", Name(inner), Name(mean)), Name(deviation))
        return node

    for name, one in compiled.items():
        found[name] = _as(rebuilt(one.tree, change))
        if name in clipped:
            names = (
                f"pool {len(pooled)}: {what}" for what in ("low", "high", "in", "below", "above")
            )
            clips[name] = Pooled("clipped", name, *names)
            pooled.append(clips[name])
    return Frozen(found, tuple(pooled))


def _as(tree: Node) -> CompiledExpression:
    return CompiledExpression(tree, None, reach(tree))


def _clipped(name: Name, bounds: Pooled) -> Node:
    """The value where it keeps it, a bound where it is moved to one."""

    def times(value: Name, where: str) -> Node:
        return Binary("*", value, Name(where))

    moved = Binary(
        "+", times(Name(bounds.first), bounds.below), times(Name(bounds.second), bounds.above)
    )
    return Binary("+", times(name, bounds.inside), moved)
