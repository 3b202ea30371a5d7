"""Whether what is accumulated begins in some year of a unit: a stock needs a first year to be counted from.

A series begins when it was first published. A group, a calendar year or `at(x, 2010)` has a value in every
year that anybody looks at: its stock would be larger the more years other variables of the study read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from nqpf_assets.expressions.reach import Reach, reach
from nqpf_assets.expressions.tree import Call, ExpressionError, Node, nodes


def has_beginning(inputs: Mapping[str, Iterable[Reach]], endless: Collection[str]) -> bool:
    """Whether one of the inputs is read in a year that counts from the cell's own, and begins itself.

    Args:
        inputs: what is read, and where.
        endless: variables that have a value in every year; other names begin, as series do.
    """
    return any(
        name not in endless and any((one.year, one.at, one.pool) == (None,) * 3 for one in reaches)
        for name, reaches in inputs.items()
    )


def require_beginnings(tree: Node, endless: Collection[str]) -> None:
    """Refuse stocks of what has no first year.

    Raises:
        ExpressionError: with the part that is accumulated.
    """
    for one in nodes(tree):
        if not (isinstance(one, Call) and one.function == "accumulate"):
            continue
        flow = one.arguments[0]
        if not has_beginning(reach(flow), endless):
            raise ExpressionError(
                f"`{flow}` has a value in every year, so that its stock has no first year",
                column=one.column,
                remedy="accumulate a series or a product with one, which begins when the series does",
            )
