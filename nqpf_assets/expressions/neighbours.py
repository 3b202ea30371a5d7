"""The spatial lag in formulas: `W(x)`, the weighted mean of the neighbours' values in the row's year.

Which units are neighbours, and how much each counts, a formula does not know: its definition brings them
(`Links`), made of the catalogue's borders or of weights of a raw file among the units of the study.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from nqpf_assets.expressions.conditional_parts import Part
from nqpf_assets.expressions.tree import Call, ExpressionError, Name, Node, Number, nodes, rebuilt
from nqpf_assets.messages.problems import did_you_mean

LAG, IS_NEIGHBOUR = "W", "is_neighbour"
"""The function, and the label function of its provenance, which nobody writes."""
_LAG = re.compile(r"\bW\s*\(")
CONTIGUITY = "contiguity"
"""Of the catalogue's land borders; other weights are those of raw files."""


@dataclass(frozen=True)
class Links(Name):
    """Weights by their name, with who counts how much for whom.

    Those that differ by year are as many, each of a name of its own (`name_in`).

    Attributes:
        rows: (unit, neighbour, weight) among the units of a study, those of a unit adding up to one.
        year: of which they are; None where they are of all.
    """

    rows: tuple[tuple[str, str, float], ...] = ()
    year: int | None = None

    @property
    def asked_as(self) -> str:
        """The name by which formulas ask for them."""
        return self.name if self.year is None else self.name.removesuffix(name_in("", self.year))

    @cached_property
    def of_units(self) -> Mapping[str, Mapping[str, float]]:
        """Unit → neighbour → weight; a unit without a neighbour is none of them."""
        found: dict[str, dict[str, float]] = {}
        for unit, neighbour, weight in self.rows:
            found.setdefault(unit, {})[neighbour] = weight
        return found

    @cached_property
    def heard_by(self) -> Mapping[str, tuple[str, ...]]:
        """Neighbour → units for which it counts."""
        found: dict[str, list[str]] = {}
        for unit, neighbour, _ in self.rows:
            found.setdefault(neighbour, []).append(unit)
        return {one: tuple(units) for one, units in sorted(found.items())}


def name_in(name: str, year: int | None) -> str:
    """The name of the weights of one year, as `panel.link` has it too."""
    return name if year is None else f"{name}@{year}"


def links_among(
    name: str, units: Iterable[str], rows: Iterable[tuple[str, str, float]], year: int | None = None
) -> Links:
    """Weights among the units of a study, each unit's adding up to one."""
    known = {*units}
    inside = sorted(row for row in rows if row[0] in known and row[1] in known)
    sums: dict[str, float] = {}
    for unit, _, weight in inside:
        sums[unit] = sums.get(unit, 0.0) + weight
    scaled = tuple((unit, other, weight / sums[unit]) for unit, other, weight in inside)
    return Links(name_in(name, year), rows=scaled, year=year)


def asks_for_links(expression: str) -> bool:
    """Whether a text has a spatial lag in it."""
    return _LAG.search(expression) is not None


def known_links(
    units: Collection[str],
    borders: Iterable[tuple[str, str]],
    given: Iterable[tuple[str, int | None, str, str, float]],
) -> tuple[Links, ...]:
    """All weights that formulas may ask for, among the units of a study.

    Args:
        units: of the study.
        borders: pairs that touch, each once or in both directions.
        given: name, year where they differ by it, unit, neighbour and weight, of raw files.
    """
    both = {(one, other) for pair in borders for one, other in (pair, pair[::-1])}
    found: dict[tuple[str, int | None], list[tuple[str, str, float]]] = {
        (CONTIGUITY, None): [(one, other, 1.0) for one, other in both]
    }
    for name, year, unit, neighbour, weight in given:
        found.setdefault((name, year), []).append((unit, neighbour, weight))
    return tuple(links_among(name, units, rows, year) for (name, year), rows in found.items())


def weights_named(tree: Node) -> Iterator[Name]:
    """The weights that a tree asks for, in the order of the text."""
    for one in nodes(tree):
        weights = one.option("weights") if isinstance(one, Call) and one.function == LAG else None
        if isinstance(weights, Name):
            yield weights


def with_links(tree: Node, known: Iterable[Links]) -> Node:
    """The tree with weights in place of their names, as far as they are known.

    Of weights that differ by year each row takes those of its own: `W` by each, and which one is a condition.
    """
    by_name: dict[str, list[Links]] = {}
    for one in known:
        by_name.setdefault(one.asked_as, []).append(one)

    def linked(node: Node) -> Node:
        if not isinstance(node, Call) or node.function != LAG:
            return node
        weights = node.option("weights")
        assert isinstance(weights, Name), "the check of calls put it there"
        found = by_name.get(weights.name, [])
        if not found:
            return node
        column = weights.column
        whole = [one for one in found if one.year is None]
        # In a year that the file lacks nobody has a neighbour.
        lag = _by(node, replace(whole[0] if whole else Links(weights.name), column=column))
        for one in sorted(found, key=lambda one: one.year or 0, reverse=True):
            if one.year is not None:
                in_year = Call("is_period", (Number(float(one.year)),))
                lag = Call("if", (in_year, _by(node, replace(one, column=column)), lag))
        return lag

    return rebuilt(tree, linked) if by_name else tree


def _by(node: Call, links: Links) -> Call:
    return replace(node, options=(("weights", links),))


def require_links(tree: Node, known: Iterable[str] = ()) -> None:
    """Refuse weights that are not known.

    Raises:
        ExpressionError: with the nearest name.
    """
    for weights in weights_named(tree):
        if not isinstance(weights, Links):
            names = sorted({CONTIGUITY, *known})
            raise ExpressionError(
                f"there are no weights `{weights.name}`",
                column=weights.column,
                remedy=did_you_mean(weights.name, names)
                or "write contiguity, or the name of weights under raw/, as their card gives it",
            )


def links_of(node: Call) -> Links | None:
    """The weights of a spatial lag, where they are known."""
    weights = node.option("weights")
    return weights if isinstance(weights, Links) else None


def read_from(node: Call) -> Iterator[tuple[str, Part]]:
    """Units that a spatial lag reads, each with the rows that it is read by."""
    links = links_of(node)
    for neighbour, units in links.heard_by.items() if links is not None else ():
        where = Call(IS_NEIGHBOUR, tuple(map(Name, (neighbour, *units))))
        yield neighbour, Part("not zero", where)
