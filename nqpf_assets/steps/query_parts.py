"""How the parts of a query enter it, in the words of `query_lineage`: clauses rows, parts an expression."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp


def clauses(select: exp.Select) -> Iterator[tuple[exp.Expr, str]]:
    """What decides which rows a SELECT has; an order does only where rows are cut off."""
    for join in select.args.get("joins") or []:
        if on := join.args.get("on"):
            yield on, "join"
    for key, how in (
        ("where", "filter"),
        ("group", "group by"),
        ("having", "filter"),
        ("qualify", "filter"),
    ):
        if clause := select.args.get(key):
            yield clause, how
    if select.args.get("limit") and (order := select.args.get("order")):
        yield order, "sort"


def parts_of(node: exp.Expr) -> Iterator[tuple[exp.Expr, str]]:
    """The parts of an expression, and how each of them enters it."""
    from sqlglot import exp

    if isinstance(node, exp.Case | exp.If):
        if isinstance(node, exp.Case) and node.this is not None:
            yield node.this, "conditional"
        for one in node.args["ifs"] if isinstance(node, exp.Case) else [node]:
            yield one.this, "conditional"
            yield one.args["true"], "transformation"
        other = node.args.get("default") or node.args.get("false")
        if other is not None:
            yield other, "transformation"
        return
    if isinstance(node, exp.Window):
        yield node.this, "transformation"
        for part in node.args.get("partition_by") or []:
            yield part, "window"
        if order := node.args.get("order"):
            yield order, "window"
        if (name := node.args.get("alias")) and (select := node.parent_select):
            named = (one for one in select.args.get("windows") or [] if one.name == name.name)
            for part in named:
                yield from ((of, "window") for of in part.args.get("partition_by") or [])
                if order := part.args.get("order"):
                    yield order, "window"
        return
    if isinstance(node, exp.Filter):
        yield node.this, "transformation"
        yield node.expression, "filter"
        return
    if isinstance(node, exp.Order):
        if node.this is not None:
            yield node.this, "transformation"
        for child in node.expressions:
            yield child, "sort"
        return
    if isinstance(node, exp.Exists):
        yield node.this, "filter"
        return
    how = "aggregation" if isinstance(node, exp.AggFunc) else "transformation"
    for child in node.iter_expressions():
        yield child, how
