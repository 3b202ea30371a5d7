"""From where an expression reads its inputs: how far from a cell's own year, or from which year and region.

A study of 2012 to 2022 whose variables lag by two years needs its series from 2010; one that
interacts with telephones in 1984 needs that year too, and none of those between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nqpf_assets.expressions.functions import LABEL_FUNCTIONS
from nqpf_assets.expressions.terms import constant
from nqpf_assets.expressions.tree import (
    Binary,
    Call,
    Name,
    Negative,
    Node,
    Scaled,
)

EVERY_YEAR = 9_999


@dataclass(frozen=True)
class Reach:
    """The cells of an input that a cell reads: ``lag(x, 2)`` reads −2 to −2.

    Attributes:
        first: first year, counted from the cell's own or from `year`; minus `EVERY_YEAR` stands
            for as early as there are any (an accumulated stock, a price base).
        last: last year, counted alike.
        year: calendar year that is read instead of the cell's own.
        region: region that is read instead of the cell's own unit.
    """

    first: int = 0
    last: int = 0
    year: int | None = None
    region: str | None = None

    def __or__(self, other: Reach) -> Reach:
        return replace(self, first=min(self.first, other.first), last=max(self.last, other.last))

    def moved(self, years: int) -> Reach:
        """The same years, so many later; a calendar year stays what it is."""
        return replace(self, first=self.first + years, last=self.last + years)

    def under(self, reader: Reach) -> Reach:
        """What a cell reads that reads, as `reader` says, something that reads as this says."""
        region = self.region if self.region is not None else reader.region
        if self.year is not None:
            return replace(self, region=region)
        first, last = reader.first + self.first, reader.last + self.last
        return Reach(first, last, reader.year, region)


def reach(node: Node, last: int | None = None) -> dict[str, tuple[Reach, ...]]:
    """The inputs of a tree, each with one reach per calendar year and region that it is read in.

    Args:
        node: the tree.
        last: last year of the study, up to which an average growth is taken; as far as there are
            values where left out.
    """
    found: dict[str, list[Reach]] = {}
    for name, one in _reads(node, Reach(), last):
        found.setdefault(name, []).append(one)
    return {name: widest(reaches) for name, reaches in found.items()}


def widest(reaches: Iterable[Reach]) -> tuple[Reach, ...]:
    """Of all that read in the same calendar year and region, one that is wide enough for all."""
    wide: dict[tuple[int | None, str | None], Reach] = {}
    for one in reaches:
        key = (one.year, one.region)
        wide[key] = wide[key] | one if key in wide else one
    return tuple(wide.values())


def _reads(node: Node, start: Reach, last: int | None) -> Iterator[tuple[str, Reach]]:
    """Every name of a tree that is itself read as `start` says, in the order of the text."""
    if isinstance(node, Name):
        yield node.name, start
    elif isinstance(node, (Negative, Scaled)):
        yield from _reads(node.operand, start, last)
    elif isinstance(node, Binary):
        yield from _reads(node.left, start, last)
        yield from _reads(node.right, start, last)
    elif isinstance(node, Call) and node.function not in LABEL_FUNCTIONS:
        for argument, from_there in _arguments(node, start, last):
            yield from _reads(argument, from_there, last)


def _arguments(node: Call, start: Reach, last: int | None) -> Iterator[tuple[Node, Reach]]:
    """The arguments of a call, each with where it is read."""
    first, *others = node.arguments
    if node.function in ("lag", "lead"):
        years = int(constant(others[0]))
        yield first, start.moved(-years if node.function == "lag" else years)
    elif node.function == "at":
        yield first, Reach(year=int(constant(others[0])), region=start.region)
    elif node.function == "of_region":
        region = node.option("region")
        assert isinstance(region, Name)
        yield first, replace(start, region=region.name)
    elif node.function == "accumulate":
        begun = replace(start, first=-EVERY_YEAR)
        yield first, begun
        if node.option("growth") == Name("average"):
            # Of the flow from its beginning to the end of the study, whichever year is computed.
            end = Reach(-EVERY_YEAR, 0, last, start.region)
            yield first, replace(start, last=EVERY_YEAR) if last is None else end
        initial = node.option("initial")
        if initial is not None:
            yield initial, begun
    elif node.function == "deflate":
        yield first, start
        yield others[0], Reach(-EVERY_YEAR, EVERY_YEAR, region=start.region)
    else:
        yield from ((argument, start) for argument in node.arguments)
