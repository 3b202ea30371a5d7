"""Which inputs and weights an expression reads, and from where: its tree walked down to every name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from nqpf_assets.expressions.conditional_parts import SIDE, Decides, Part, conditional
from nqpf_assets.expressions.functions import LABEL_FUNCTIONS
from nqpf_assets.expressions.least_squares import FITTED, rows_of
from nqpf_assets.expressions.neighbours import LAG, Links, links_of, read_from
from nqpf_assets.expressions.reach import AGGREGATES, EVERY_YEAR, Reach, merged
from nqpf_assets.expressions.terms import constant
from nqpf_assets.expressions.tree import Binary, Call, Name, Negative, Node, Scaled, children, nodes


def reach(node: Node, decides: Decides | None = None) -> dict[str, tuple[Reach, ...]]:
    """The inputs of a tree, each with the years and regions that it is read in.

    Args:
        node: the tree.
        decides: which factors may be zero, beside those that are so by the way they are written.
    """
    read = _reads(node, Reach(), decides)
    return _merged((name, one) for name, one in read if not isinstance(name, Links))


def reach_of_weights(node: Node, decides: Decides | None = None) -> dict[str, tuple[Reach, ...]]:
    """The weights of the spatial lags of a tree, each with the years and regions whose rows use them."""
    read = _reads(node, Reach(), decides)
    return _merged((name, one) for name, one in read if isinstance(name, Links))


def _merged(reads: Iterable[tuple[Name, Reach]]) -> dict[str, tuple[Reach, ...]]:
    found: dict[str, list[Reach]] = {}
    for name, one in reads:
        found.setdefault(name.name, []).append(one)
    return {name: merged(reaches) for name, reaches in found.items()}


def parts(node: Node, decides: Decides | None = None) -> Iterator[Part]:
    """Parts of a tree on whose years it depends what the tree reads."""
    for one in nodes(node):
        if isinstance(one, Call) and one.function == "accumulate":
            yield from (Part(edge, one.arguments[0]) for edge in ("begin", "end"))
        elif isinstance(one, Call) and one.function == LAG:
            yield from (part for _, part in read_from(one))
        elif isinstance(one, Call) and one.function == "standardize":
            yield Part("rows", one.arguments[0])
        elif isinstance(one, Call) and one.function in ("mean", "quantile", "rank"):
            yield from (part for part, _ in _statistic(one) if part is not None)
        elif isinstance(one, Call) and one.function in FITTED:
            yield _of_fit(one)[0]
        yield from (where for _, where, _ in conditional(one, decides) if where is not None)


def _reads(node: Node, start: Reach, decides: Decides | None) -> Iterator[tuple[Name, Reach]]:
    """Every name of a tree that is itself read as `start` says, in the order of the text."""
    if isinstance(node, Name):
        yield node, start
    elif isinstance(node, (Negative, Scaled)):
        yield from _reads(node.operand, start, decides)
    elif isinstance(node, Binary):
        parted = list(conditional(node, decides)) or [
            (side, None, "value") for side in children(node)
        ]
        for operand, where, role in parted:
            yield from _reads(operand, _in_rows(where, role).under(start), decides)
    elif isinstance(node, Call) and node.function not in LABEL_FUNCTIONS:
        for argument, from_there in _arguments(node):
            yield from _reads(argument, from_there.under(start), decides)


def _in_rows(where: Part | None, role: str) -> Reach:
    return Reach(where=(str(where), 0) if where else None, role=role)


def _arguments(node: Call) -> Iterator[tuple[Node, Reach]]:
    """The arguments of a call, each with where the call reads it."""
    first, *others = node.arguments
    if node.function in ("lag", "lead"):
        years = int(constant(others[0])) * (-1 if node.function == "lag" else 1)
        yield first, Reach(years, years)
    elif node.function == "at":
        yield first, Reach(year=int(constant(others[0])))
    elif node.function == "of_region":
        region = node.option("region")
        assert isinstance(region, Name)
        yield first, Reach(region=region.name)
    elif node.function == LAG:
        # Without weights nothing is known but that it is read: that is refused where it is computed.
        read = list(read_from(node))
        yield from ((first, Reach(region=one, where=(str(part), 0))) for one, part in read)
        if not read:
            yield first, Reach()
        links = links_of(node)
        if links is not None:
            yield links, Reach()
    elif node.function == "standardize":
        yield first, Reach()
        yield first, Reach(pool=str(Part("rows", first)), role="standardises")
    elif node.function in ("mean", "quantile", "rank"):
        yield from ((first, read) for _, read in _statistic(node))
    elif node.function in FITTED:
        own = node.arguments if node.function == "residual" else others
        yield from ((one, Reach()) for one in own)
        yield from ((one, _of_fit(node)[1]) for one in node.arguments)
    elif node.function == "accumulate":
        begin = str(Part("begin", first))
        initial = node.option("initial")
        # Where the first stock is given, the flow of its year is not read.
        yield first, Reach(-EVERY_YEAR, since=(begin, 0 if initial is None else 1))
        if node.option("growth") == Name("average"):
            yield from ((first, Reach(at=at)) for at in (begin, str(Part("end", first))))
        if initial is not None:
            yield initial, Reach(at=begin)
    elif node.function == "deflate":
        yield first, Reach()
        yield from ((others[0], one) for one in _of_price_index(node))
    elif parted := list(conditional(node)):
        yield from ((one, _in_rows(where, role)) for one, where, role in parted)
    else:
        yield from ((argument, Reach()) for argument in node.arguments)


def _statistic(node: Call) -> Iterator[tuple[Part | None, Reach]]:
    """The rows that a statistic is taken over, each with the part that tells them.

    A quantile moves with the values on its two sides; of the others it is decided which these are.
    """
    first, by = node.arguments[0], node.option("by")
    rows = Part("rows", first)
    role = AGGREGATES if node.function == "mean" else SIDE
    if node.function == "rank":
        yield None, Reach(role=SIDE)
    if by == Name("period"):
        yield None, Reach(pool="period", role=role)
    else:
        yield rows, _taken_over(str(rows), by, role)
    if node.function != "quantile":
        return
    for side in ("low", "high"):
        at_side = replace(node, options=(*node.options, ("side", Name(side))))
        distance = Binary("-", first, at_side)
        if by == Name("period"):
            part = Part("zero", distance)
            yield part, Reach(pool="period", role=AGGREGATES, where=(str(part), 0))
        else:
            part = Part("bound", distance)
            yield part, _taken_over(str(part), by, AGGREGATES)


def _of_fit(node: Call) -> tuple[Part, Reach]:
    """The rows of a regression, and how it reads outcome and regressors there."""
    by, together = node.option("by"), rows_of(node)
    if by == Name("period"):
        is_there = Call("not", (Call("is_missing", (together,)),))
        part = Part("not zero", is_there)
        return part, Reach(pool="period", role=AGGREGATES, where=(str(part), 0))
    part = Part("rows", together)
    return part, _taken_over(str(part), by, AGGREGATES)


def _taken_over(part: str, by: Node | None, role: str) -> Reach:
    """Rows of all units, or of the unit that asks."""
    return Reach(pool=part, role=role) if by is None else Reach(at=part, role=role)


def _of_price_index(node: Call) -> Iterator[Reach]:
    """The years of its index that `deflate` reads: none in the base year, where nothing is deflated.

    Links to the year before are read between base and year; an index with one base is read in both. Which of
    the two it is may be known only where the units of the series are.
    """
    base, links = int(constant(node.option("base"))), node.option("links")
    if links != Name("previous_year"):
        yield Reach(not_before=base + 1)
        yield Reach(not_after=base - 1)
        yield Reach(-EVERY_YEAR, -1, not_before=base, not_after=base)
        yield Reach(1, EVERY_YEAR, not_before=base, not_after=base)
    if links != Name("fixed"):
        yield Reach(-EVERY_YEAR, 0, not_before=base + 1)
        yield Reach(1, EVERY_YEAR, not_after=base)
