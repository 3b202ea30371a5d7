"""From where an expression reads its inputs, and what for.

A study of 2012 to 2022 whose variables lag by two years needs its series from 2010; one that interacts with
telephones in 1984 needs that year too, and none of those between. A standard score reads its own row, and the
whole panel for mean and deviation. Years are told as they are read: ``x - lag(x, 2)`` reads two, not three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

from nqpf_assets.expressions.functions import LABEL_FUNCTIONS
from nqpf_assets.expressions.terms import constant
from nqpf_assets.expressions.tree import (
    Binary,
    Call,
    Name,
    Negative,
    Node,
    Scaled,
    children,
    is_condition,
    nodes,
)

EVERY_YEAR = 9_999
SIDE = "threshold_side"
"""Role of what only decides which case a row is: a little more of it moves nothing."""
AGGREGATES = "aggregates"
"""Role of what a mean or quantile is taken over."""


@dataclass(frozen=True)
class Reach:
    """The cells of an input that a cell reads: ``lag(x, 2)`` reads −2 to −2.

    Attributes:
        first: first year, counted from the cell's own or from `year`; minus `EVERY_YEAR` stands
            for as early as there are any (an accumulated stock, a price base).
        last: last year, counted alike.
        year: calendar year that is read instead of the cell's own.
        region: region that is read instead of the cell's own unit.
        not_before: calendar year before which nothing is read, as the base of a price index.
        not_after: calendar year after which nothing is read.
        at: part of a formula, as `Part` writes it, whose year of the unit is read instead of the cell's own.
        since: such a part, and years from its year on before which nothing is read.
        where: such a part, and years from its rows to the rows that read so: others multiply it by zero, or
            take another argument of `min` or `max`. Several, one in the other, as `together` writes them.
        pool: which rows read so: None for the row that asks; ``panel`` for those of all units and years of
            the study; ``period`` for those of all units in the year of the row that asks; else a part, for
            those in which it has a value.
        role: what a pool is read for; `SIDE` of what conditions read and `AGGREGATES`, in a pool or not.
    """

    first: int = 0
    last: int = 0
    year: int | None = None
    region: str | None = None
    not_before: int | None = None
    not_after: int | None = None
    at: str | None = None
    since: tuple[str, int] | None = None
    where: tuple[str, int] | None = None
    pool: str | None = None
    role: str = "value"

    @property
    def is_one_row(self) -> bool:
        """Whether one row of the unit itself is read, always so many years away."""
        return self.first == self.last and {self.year, self.at, self.region} == {None}

    def under(self, reader: Reach) -> Reach:
        """What a cell reads that reads, as `reader` says, something that reads as this says."""
        told = reader.role if reader.role != "value" else self.role
        role = SIDE if SIDE in (self.role, reader.role) else told
        if self.pool == "period":
            return self._of_the_year_under(reader)
        if self.pool is not None:
            # The rows of such a pool are the same, whoever asks.
            return replace(self, role=SIDE) if role == SIDE else self
        region = self.region if self.region is not None else reader.region
        where = reader.where
        if self.where is not None and reader.is_one_row:
            own = (self.where[0], self.where[1] + reader.first)
            where = own if where is None else together(where, own)
        found = replace(self, region=region, pool=reader.pool, role=role, where=where)
        if self.year is not None or self.at is not None:
            return found
        since = self.since
        if since is None and reader.since is not None and self.first > -EVERY_YEAR:
            since = (reader.since[0], reader.since[1] + self.first)
        return replace(
            found,
            at=reader.at,
            since=since,
            first=max(reader.first + self.first, -EVERY_YEAR),
            last=min(reader.last + self.last, EVERY_YEAR),
            year=reader.year,
            not_before=_narrower(max, self.not_before, reader.not_before, self.first),
            not_after=_narrower(min, self.not_after, reader.not_after, self.last),
        )

    def _of_the_year_under(self, reader: Reach) -> Reach:
        """All rows of the year that is asked for: of another one where a lag or a calendar year is read.

        Who looks at years that rows decide on, or at pools of rows, looks at all years of the study.
        """
        role = SIDE if SIDE in (self.role, reader.role) else self.role
        if reader.pool not in (None, "period") or reader.at is not None or reader.since is not None:
            return replace(self, pool="panel", role=role)
        alone = replace(self, pool=None)
        moved = alone.under(replace(reader, pool=None, where=None, region=None))
        return replace(moved, pool="period", role=role)


@dataclass(frozen=True)
class Part:
    """A part of a formula whose years depend on its values.

    Attributes:
        edge: ``begin`` or ``end`` of it, or ``rows`` in which it has a value, is ``zero`` or ``not zero``;
            ``bound`` for rows of the study in which it is zero.
        node: the part.
    """

    edge: Literal["begin", "end", "rows", "zero", "not zero", "bound"]
    node: Node

    def __str__(self) -> str:
        return f"{self.edge} of {self.node}"


AND, OF = " AND ", " OF "
"""Between parts that must all hold, and after the years from the rows of the first to those of another."""


def together(where: tuple[str, int], other: tuple[str, int]) -> tuple[str, int]:
    """Both conditions as one: ``not zero of g AND -1 OF zero of x``, told of the rows of the first."""
    name, lag = where
    known = conditions(name)
    more = [(part, years + other[1] - lag) for part, years in conditions(other[0])]
    told = (f"{years:+d}{OF}{part}" for part, years in more if (part, years) not in known)
    return AND.join([name, *told]), lag


def conditions(where: str) -> list[tuple[str, int]]:
    """The parts of a condition, each with the years from the rows of the first to its own."""
    first, *others = where.split(AND)
    split = (one.split(OF, 1) for one in others)
    return [(first, 0), *((part, int(years)) for years, part in split)]


def parts(node: Node) -> Iterator[Part]:
    """Parts of a tree on whose years it depends what the tree reads."""
    for one in nodes(node):
        if isinstance(one, Call) and one.function == "accumulate":
            yield from (Part(edge, one.arguments[0]) for edge in ("begin", "end"))
        elif isinstance(one, Call) and one.function == "standardize":
            yield Part("rows", one.arguments[0])
        elif isinstance(one, Call) and one.function in ("mean", "quantile", "rank"):
            yield from (part for part, _ in _statistic(one) if part is not None)
        yield from (where for _, where, _ in _conditional(one) if where is not None)


def _conditional(node: Node) -> Iterator[tuple[Node, Part | None, str]]:
    """Operands of which not each matters in every row, with the rows in which it does, and what for.

    Of a product or quotient others may be zero: groups, years and conditions are so by design, in most rows
    of a study; other numbers in a cell. Of `min`, `max`, `if` and `coalesce` one is taken in a row.
    """
    if is_condition(node):
        yield from ((one, None, SIDE) for one in children(node))
    elif isinstance(node, Binary) and node.operator in ("*", "/"):
        sides = (node.left, node.right)
        factors = list(_factors(node)) if node.operator == "*" else list(sides)
        for place, factor in enumerate(factors):
            others = [one for other, one in enumerate(factors) if other != place and _is_label(one)]
            if node.operator == "/" and place == 0:
                others = []  # by zero nothing is divided
            whole = reduce(lambda left, right: Binary("*", left, right), others) if others else None
            yield factor, Part("not zero", whole) if whole is not None else None, "value"
    elif isinstance(node, Call) and node.function in ("min", "max"):
        for one in node.arguments:
            yield one, Part("zero", Binary("-", node, one)), "value"
    elif isinstance(node, Call) and node.function == "if":
        condition, yes, no = node.arguments
        yield condition, None, SIDE
        yield yes, Part("not zero", condition), "value"
        yield no, Part("zero", condition), "value"
    elif isinstance(node, Call) and node.function == "coalesce":
        yield from _in_turn(node)


def _in_turn(node: Call) -> Iterator[tuple[Node, Part | None, str]]:
    """Arguments of `coalesce`: the value of one, and of those before it that they have none."""
    before: Node | None = None
    for one in node.arguments:
        none: Node = Call("is_missing", (one,))
        there: Node = Call("not", (none,))
        yield (
            one,
            Part("not zero", there if before is None else Binary("and", before, there)),
            "value",
        )
        before = none if before is None else Binary("and", before, none)
        yield one, Part("not zero", before), SIDE


def _factors(node: Node) -> Iterator[Node]:
    if isinstance(node, Binary) and node.operator == "*":
        yield from _factors(node.left)
        yield from _factors(node.right)
    else:
        yield node


def _is_label(node: Node) -> bool:
    """Whether groups, years or conditions decide on a number, so that it is zero in many rows."""
    return any(
        is_condition(one) or (isinstance(one, Call) and one.function in LABEL_FUNCTIONS)
        for one in nodes(node)
    )


def _narrower(
    choose: Callable[[int, int], int], own: int | None, of_reader: int | None, lag: int
) -> int | None:
    """The narrower of two limits, that of a reader moved by the years that are read from there."""
    if of_reader is None or abs(lag) >= EVERY_YEAR:
        return own
    return of_reader + lag if own is None else choose(own, of_reader + lag)


def reach(node: Node) -> dict[str, tuple[Reach, ...]]:
    """The inputs of a tree, each with the years and regions that it is read in."""
    found: dict[str, list[Reach]] = {}
    for name, one in _reads(node, Reach()):
        found.setdefault(name, []).append(one)
    return {name: merged(reaches) for name, reaches in found.items()}


def merged(reaches: Iterable[Reach]) -> tuple[Reach, ...]:
    """Each year once: ranges of years that meet or overlap, and are read alike, are one."""
    kinds: dict[Reach, list[Reach]] = {}
    for one in dict.fromkeys(reaches):
        kinds.setdefault(replace(one, first=0, last=0), []).append(one)
    found: list[Reach] = []
    for alike in kinds.values():
        alike.sort(key=lambda one: (one.first, one.last))
        joined = [alike[0]]
        for one in alike[1:]:
            if one.first <= joined[-1].last + 1:
                joined[-1] = replace(joined[-1], last=max(joined[-1].last, one.last))
            else:
                joined.append(one)
        found += joined
    return tuple(found)


def _reads(node: Node, start: Reach) -> Iterator[tuple[str, Reach]]:
    """Every name of a tree that is itself read as `start` says, in the order of the text."""
    if isinstance(node, Name):
        yield node.name, start
    elif isinstance(node, (Negative, Scaled)):
        yield from _reads(node.operand, start)
    elif isinstance(node, Binary):
        parted = list(_conditional(node)) or [(side, None, "value") for side in children(node)]
        for operand, where, role in parted:
            yield from _reads(operand, _in_rows(where, role).under(start))
    elif isinstance(node, Call) and node.function not in LABEL_FUNCTIONS:
        for argument, from_there in _arguments(node):
            yield from _reads(argument, from_there.under(start))


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
    elif node.function == "standardize":
        yield first, Reach()
        yield first, Reach(pool=str(Part("rows", first)), role="standardises")
    elif node.function in ("mean", "quantile", "rank"):
        yield from ((first, read) for _, read in _statistic(node))
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
    elif parted := list(_conditional(node)):
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
