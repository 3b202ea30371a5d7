"""The years in which the parts of an expression are computed, whether or not cells stand in them.

`lag(lag(x))` needs the inner lag in the year before, `at(lag(x), 1984)` in 1984: a part has a value in
a year in which the table may have no row of the unit. Where a window looks at more than a series,
every year that it looks at becomes a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nqpf_assets.expressions.functions import LABEL_FUNCTIONS
from nqpf_assets.expressions.neighbours import LAG
from nqpf_assets.expressions.terms import constant
from nqpf_assets.expressions.tree import (
    Binary,
    Call,
    Name,
    Negative,
    Node,
    Scaled,
)


@dataclass
class Years:
    """Years in which parts of expressions are computed.

    Attributes:
        offsets: counted from a year that has cells.
        calendar: by their number.
        run_on: offsets of a part that is followed from year to year; empty where none is.
        of_every_unit: whether a year is read of all units, also of those that have no cell in it.
    """

    offsets: set[int] = field(default_factory=set)
    calendar: set[int] = field(default_factory=set)
    run_on: set[int] = field(default_factory=set)
    of_every_unit: bool = False


@dataclass(frozen=True)
class _Where:
    """In which year a part is computed: so many years from `year`, or from the row's own."""

    offset: int = 0
    year: int | None = None
    is_every: bool = False

    def moved(self, years: int) -> _Where:
        return _Where(self.offset + years, self.year, self.is_every)


def years_of_parts(trees: Mapping[str, Node]) -> Years:
    """Where the parts of these variables are computed.

    Args:
        trees: in an order in which they can be computed; a name that is read before or in its own
            definition is a series.
    """
    found = Years()
    before: dict[str, Node] = {}
    for name, tree in trees.items():
        _visit(tree, _Where(), before, found, set())
        before[name] = tree
    return found


def _visit(
    node: Node, where: _Where, variables: Mapping[str, Node], found: Years, seen: set[object]
) -> None:
    """Note the year of every part that is more than a series; variables are followed once a year."""
    if isinstance(node, Name):
        if node.name not in variables or (node.name, where) in seen:
            return
        seen.add((node.name, where))
        older = {}
        for name, tree in variables.items():
            if name == node.name:
                break
            older[name] = tree
        _visit(variables[node.name], where, older, found, seen)
        return
    _note(where, found)
    if isinstance(node, (Negative, Scaled)):
        _visit(node.operand, where, variables, found, seen)
    elif isinstance(node, Binary):
        _visit(node.left, where, variables, found, seen)
        _visit(node.right, where, variables, found, seen)
    elif isinstance(node, Call) and node.function not in LABEL_FUNCTIONS:
        found.of_every_unit |= node.option("by") == Name("period") or node.function == LAG
        for argument, there in _arguments(node, where):
            _visit(argument, there, variables, found, seen)


def _note(where: _Where, found: Years) -> None:
    if where.is_every:
        found.run_on.add(where.offset)
    elif where.year is not None:
        found.calendar.add(where.year + where.offset)
    else:
        found.offsets.add(where.offset)


def _arguments(node: Call, where: _Where) -> list[tuple[Node, _Where]]:
    first, *others = node.arguments
    if node.function in ("lag", "lead"):
        years = int(constant(others[0]))
        return [(first, where.moved(-years if node.function == "lag" else years))]
    if node.function == "at":
        return [(first, _Where(year=int(constant(others[0]))))]
    every = _Where(is_every=True)
    if node.function == "deflate":
        return [(first, where), (others[0], every)]
    if node.function == "accumulate":
        initial = node.option("initial")
        return [(first, every), *([(initial, every)] if initial is not None else [])]
    return [(argument, where) for argument in node.arguments]
