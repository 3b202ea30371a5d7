"""Whether what is accumulated begins in some year of a unit: a stock needs a first year to be counted from.

A series begins when it was first published. A group, a calendar year, `at(x, 2010)`, `is_missing(x)` or
`coalesce(x, 0)` has a value in every year that anybody looks at: its stock would be larger the more years
other variables of the study read.
"""

from __future__ import annotations

from collections.abc import Collection

from nqpf_assets.expressions.functions import LABEL_FUNCTIONS
from nqpf_assets.expressions.tree import (
    JUNCTIONS,
    Binary,
    Call,
    ExpressionError,
    Name,
    Node,
    children,
    nodes,
)


def has_beginning(node: Node, endless: Collection[str]) -> bool:
    """Whether a formula has no value before some year, since something that it always needs has none.

    Args:
        node: the formula.
        endless: variables that have a value in every year; other names begin, as series do.
    """
    if isinstance(node, Name):
        return node.name not in endless
    parts = [has_beginning(one, endless) for one in children(node)]
    if isinstance(node, Binary) and node.operator in JUNCTIONS:
        # One side decides where the other has no value.
        return all(parts)
    if not isinstance(node, Call):
        return any(parts)
    if (
        node.function in ("at", "is_missing", "mean", "quantile")
        or node.function in LABEL_FUNCTIONS
    ):
        return False
    if node.function == "if":
        return parts[0] or all(parts[1:])
    return all(parts) if node.function == "coalesce" else any(parts)


def require_beginnings(tree: Node, endless: Collection[str]) -> None:
    """Refuse stocks of what has no first year.

    Raises:
        ExpressionError: with the part that is accumulated.
    """
    for one in nodes(tree):
        if not (isinstance(one, Call) and one.function == "accumulate"):
            continue
        flow = one.arguments[0]
        if not has_beginning(flow, endless):
            raise ExpressionError(
                f"`{flow}` has a value in every year, so that its stock has no first year",
                column=one.column,
                remedy="accumulate a series or a product with one, which begins when the series does",
            )
