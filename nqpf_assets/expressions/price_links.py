"""How a price index is linked, to the year before or to one base: as its unit says it, or the expression."""

from __future__ import annotations

from dataclasses import replace

from nqpf_assets.catalog.units import RATIO, Unit
from nqpf_assets.expressions.tree import Call, ExpressionError, Name, Number


def with_links(node: Call, index: Unit | None) -> Call:
    """The kind of price index: as written, or as the unit of the index says.

    An index whose unit is silent (无, %, 比例) may be linked to the year before or have one base, and
    numbers near 100 look alike: the author says which.
    """
    reference = index.reference if index is not None else ""
    says = "previous_year" if reference.startswith("上年") else "fixed" if reference else ""
    written = node.option("links")
    if index is not None and not says and index.dimensions not in ((), (("index", 1),)):
        raise ExpressionError(
            f"`{node.arguments[1]}` is in {index} ({index.dimension}), which is no price index",
            column=node.column,
            remedy="write deflate(x, index, base=2015): first what is deflated, then the price index",
        )
    if written is None and index is not None and not says:
        raise silent_index(node, f"is printed in {index}")
    kind = written.name if isinstance(written, Name) else says or "fixed"
    if says and kind != says:
        raise ExpressionError(
            f"`links={kind}` contradicts the unit of the price index, {reference}",
            column=node.column,
            remedy=f"leave out `links`: `links={says}` follows from the unit",
        )
    # A link of 1.02 is printed without a unit of its own; in % and 无 it is 102.
    par = float(reference.rpartition("=")[2]) if says else 1.0 if index == RATIO else 100.0
    base = next(value for key, value in node.options if key == "base")
    return replace(node, options=(("base", base), ("links", Name(kind)), ("par", Number(par))))


def silent_index(node: Call, printed: str) -> ExpressionError:
    """The error of a price index that does not say how it is linked."""
    return ExpressionError(
        f"`{node.arguments[1]}` {printed}, which does not say what each year is compared with",
        column=node.column,
        remedy="write `links=previous_year` where every year has the year before as 100 (上年=100), "
        "`links=fixed` where all years have one base",
    )
