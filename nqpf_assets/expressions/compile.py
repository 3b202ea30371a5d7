"""Derived variables of a study: from the text of an expression to one compiled, checked tree.

The parts: `parser` reads text, `units` checks and converts units,
`sql` writes one SELECT for all variables. This module is what others call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from nqpf_assets.catalog.unit import Unit
from nqpf_assets.expressions.beginnings import has_beginning, require_beginnings
from nqpf_assets.expressions.compiled import CompiledExpression
from nqpf_assets.expressions.conditional_parts import Decides, Part, conditions
from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.labels import Codes, Groups, check_groups, in_codes, kept_names
from nqpf_assets.expressions.neighbours import require_links
from nqpf_assets.expressions.parser import parse_expression
from nqpf_assets.expressions.reach import Reach, merged
from nqpf_assets.expressions.reads import parts, reach, reach_of_weights
from nqpf_assets.expressions.sql import STATUS_ORDER, derived_cells_sql, regions_named
from nqpf_assets.expressions.tree import ExpressionError, Node, names
from nqpf_assets.expressions.units import Units, in_units
from nqpf_assets.expressions.zeros import Sign, Zeros

__all__ = [
    "STATUS_ORDER",
    "CircleError",
    "Codes",
    "CompiledExpression",
    "Decides",
    "Definition",
    "ExpressionError",
    "Groups",
    "Part",
    "Reach",
    "Sign",
    "Zeros",
    "compile_definitions",
    "compile_expression",
    "conditions",
    "derived_cells_sql",
    "evaluation_order",
    "inputs",
    "merged",
    "parse_expression",
    "parts",
    "regions_named",
    "weights_read",
]


def inputs(
    expression: str | Node, codes: Codes | None = None, decides: Decides | None = None
) -> dict[str, tuple[Reach, ...]]:
    """The names that an expression reads, and from which years and regions it reads them.

    Args:
        expression: text or tree.
        codes: regions by code and name, for their codes; as written where left out.
        decides: which factors may be zero (`Zeros.decides`); where left out, groups, years and conditions.
    """
    tree = kept_names(_tree(expression))
    return reach(tree if codes is None else in_codes(tree, codes), decides)


def weights_read(
    tree: Node, codes: Codes, decides: Decides | None = None
) -> dict[str, tuple[Reach, ...]]:
    """The weights that the spatial lags of a tree take, and the years and regions whose rows use them."""
    return reach_of_weights(in_codes(kept_names(tree), codes), decides)


def compile_expression(
    expression: str | Node,
    *,
    units: Units,
    target_unit: Unit | str | None = None,
    groups: Groups | None = None,
    codes: Codes | None = None,
    complete: bool = True,
    defined: Mapping[str, Node] | None = None,
) -> CompiledExpression:
    """An expression checked against the units of what it reads.

    Args:
        expression: text or tree.
        units: unit of every series and variable that may be read; None where not known.
        target_unit: unit that the value is converted to; the natural one where left out.
        groups: the study's groupings, to check the names in `is_group`; unchecked if left out.
        codes: regions by code and name, for `of_region`; as written if left out.
        complete: false where units that are not known are learned later; they then pass.
        defined: formulas of variables that it may read and that ask for no unit.

    Raises:
        ExpressionError: with the column of the mistake and what to do about it.
    """
    tree = kept_names(_tree(expression), units)
    if groups is not None:
        check_groups(tree, groups)
    if codes is not None:
        tree = in_codes(tree, codes)
    if complete:
        require_links(tree)
    resolved, unit = in_units(tree, units, target_unit, complete=complete, defined=defined)
    return CompiledExpression(resolved, unit, reach(resolved))


def _tree(expression: str | Node) -> Node:
    return parse_expression(expression) if isinstance(expression, str) else expression


class CircleError(ExpressionError):
    """What is defined by itself.

    Attributes:
        members: each is read by the one before it; the last is the first once more.
    """

    def __init__(self, members: tuple[str, ...]) -> None:
        self.members = members
        circle = " → ".join(f"`{name}`" for name in members)
        super().__init__(
            f"variables are defined by each other: {circle}",
            remedy="define one of them from series alone",
        )


def evaluation_order(read: Mapping[str, Iterable[str]]) -> list[str]:
    """Variables in the order in which they can be computed.

    A variable that reads its own name reads the series of that name, so it is no cycle.

    Args:
        read: variable → names that it reads; names that are no variables are series.

    Raises:
        CircleError: when variables depend on each other in a circle; names the circle.
    """
    graph = {
        name: sorted({other for other in others if other in read and other != name})
        for name, others in read.items()
    }
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise CircleError(tuple(reversed(error.args[1]))) from error


def compile_definitions(
    definitions: Mapping[str, Definition],
    *,
    series_units: Units,
    groups: Groups | None = None,
    codes: Codes | None = None,
    complete: bool = True,
) -> tuple[dict[str, CompiledExpression], dict[str, ExpressionError]]:
    """All variables of a study, in the order in which they can be computed, and what is wrong.

    A variable that reads one that is wrong is left out without a complaint of its own.
    """
    trees: dict[str, Node] = {}
    wrong: dict[str, ExpressionError] = {}
    for name, definition in definitions.items():
        try:
            trees[name] = kept_names(definition.tree, series_units)
        except ExpressionError as error:
            wrong[name] = error
    read = {name: {read.name for read in names(tree)} for name, tree in trees.items()}
    while True:
        try:
            order = evaluation_order(read)
            break
        except ExpressionError as error:
            circle = next(name for name in read if f"`{name}`" in error.message)
            wrong[circle] = error
            del read[circle]
    plain = {name: tree for name, tree in trees.items() if definitions[name].unit is None}
    compiled: dict[str, CompiledExpression] = {}
    endless: set[str] = set()
    for name in order:
        if any(
            other in wrong or (other in definitions and other not in compiled)
            for other in read[name] - {name}
        ):
            continue
        units = {
            **series_units,
            **{other: done.unit for other, done in compiled.items()},
        }
        try:
            compiled[name] = compile_expression(
                trees[name],
                units=units,
                target_unit=definitions[name].unit,
                groups=groups,
                codes=codes,
                complete=complete,
                defined=plain,
            )
            require_beginnings(compiled[name].tree, endless)
        except ExpressionError as error:
            compiled.pop(name, None)
            wrong[name] = error
            continue
        if not has_beginning(compiled[name].tree, endless):
            endless.add(name)
    return compiled, wrong
