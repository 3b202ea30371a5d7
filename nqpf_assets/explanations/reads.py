"""Where a formula reads its names: in which years, of which unit; exactly those, and no years between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from nqpf_assets.explanations.cells import Cells
from nqpf_assets.expressions.functions import LABEL_FUNCTIONS
from nqpf_assets.expressions.neighbours import LAG, links_of
from nqpf_assets.expressions.terms import constant
from nqpf_assets.expressions.tree import Call, Name, Node, children, names, nodes


@dataclass(frozen=True)
class Read:
    """A name as it is read from a row.

    Attributes:
        years: in which it is read.
        role: `value` in the row's own unit and year, else `lag`.
    """

    name: str
    unit: str
    years: tuple[int, ...]
    role: str


@dataclass(frozen=True)
class _Row:
    """Where a part is computed; `since` for a part that is followed from its first year on."""

    unit: str
    period: int
    years: str = "one"
    base: int | None = None


def reads_of(tree: Node, unit: str, period: int, cells: Cells) -> Iterator[Read]:
    """The names of a formula in a row, in the order of the text."""
    for name, row in _reads(tree, _Row(unit, period), cells):
        years = _years(name, row, cells)
        is_own = years == (period,) and row.unit == unit
        yield Read(name, row.unit, years, "value" if is_own else "lag")


def _years(name: str, row: _Row, cells: Cells) -> tuple[int, ...]:
    if row.years == "one":
        return (row.period,)
    known = cells.years(name, row.unit)
    if row.base is not None and row.years.startswith("until"):
        # The first year has a stock that is given, and its flow is not used.
        known = [year for year in known if year > row.base]
    if row.years == "until":
        return tuple(year for year in known if year <= row.period) or (row.period,)
    if row.years == "until the end":
        last = cells.study.periods.last
        return tuple(year for year in known if year <= max(row.period, last)) or (row.period,)
    ends = sorted((row.base or row.period, row.period))
    if row.years == "both":
        return tuple(dict.fromkeys(ends))
    return tuple(range(ends[0], ends[1] + 1))


def _first_year(flow: Node, row: _Row, cells: Cells) -> int | None:
    """First year of a flow of series; None where it is one of variables, whose years are not at hand."""
    firsts = []
    for one in names(flow):
        if one.name not in cells.series:
            return None
        firsts += cells.years(one.name, row.unit)[:1]
    return max(firsts, default=None) if _is_of_own_row(flow) else None


def _is_of_own_row(node: Node) -> bool:
    """Whether a flow is made of its own row, so that it begins where all its names have begun."""
    return all(not isinstance(one, Call) for one in nodes(node))


def _reads(node: Node, row: _Row, cells: Cells) -> Iterator[tuple[str, _Row]]:
    if isinstance(node, Name):
        yield node.name, row
        return
    if not isinstance(node, Call):
        for one in children(node):
            yield from _reads(one, row, cells)
        return
    if node.function in LABEL_FUNCTIONS:
        return
    first, *others = node.arguments
    if node.function in ("lag", "lead"):
        steps = int(constant(others[0]))
        moved = row.period + (steps if node.function == "lead" else -steps)
        yield from _reads(first, replace(row, period=moved), cells)
    elif node.function == "at":
        yield from _reads(first, replace(row, period=int(constant(others[0])), years="one"), cells)
    elif node.function in ("mean", "quantile"):
        return  # of other rows, which are told beside the part
    elif node.function == "fitted":
        for one in others:
            yield from _reads(one, row, cells)
    elif node.function == "of_region":
        region = node.option("region")
        assert isinstance(region, Name)
        yield from _reads(first, replace(row, unit=region.name), cells)
    elif node.function == LAG:
        links = links_of(node)
        for unit in links.of_units.get(row.unit, ()) if links is not None else ():
            yield from _reads(first, replace(row, unit=unit), cells)
    elif node.function == "accumulate":
        is_average = node.option("growth") == Name("average")
        initial = node.option("initial")
        begun = None if initial is None else _first_year(first, row, cells)
        years = "until the end" if is_average else "until"
        yield from _reads(first, replace(row, years=years, base=begun), cells)
        if initial is not None:
            given = replace(row, years="until") if begun is None else replace(row, period=begun)
            yield from _reads(initial, given, cells)
    elif node.function == "deflate":
        yield from _reads(first, row, cells)
        base = int(constant(node.option("base")))
        chained = node.option("links") == Name("previous_year")
        yield from _reads(
            others[0], replace(row, years="between" if chained else "both", base=base), cells
        )
    else:
        for one in node.arguments:
            yield from _reads(one, row, cells)
