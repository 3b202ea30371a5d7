"""Which cells can be moved at once, so that no number reads two of them.

Every row of a variable reads some cells; two cells that one row reads must be moved one after the other. All
units move at once, for a row reads its own unit alone, apart from regions that are read by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nqpf_assets.expressions.compiled import CompiledExpression
from nqpf_assets.stages.dependencies import series_under

Node = tuple[str, int, str | None]
"""Cells of one series and year: of a region that is read by name, or of all other units."""


@dataclass(frozen=True)
class Reads:
    """Which nodes are read by which rows.

    Attributes:
        nodes: all of them.
        of: variable and year of its rows → places of the nodes that these read.
    """

    nodes: tuple[Node, ...]
    of: Mapping[tuple[str, int], tuple[int, ...]]

    def readers(self, nodes: frozenset[int]) -> set[str]:
        """Variables of which a row reads one of these nodes."""
        return {name for (name, _), read in self.of.items() if not nodes.isdisjoint(read)}


def reads_of(
    variables: Mapping[str, CompiledExpression],
    years: Mapping[str, tuple[int, ...]],
    periods: list[int],
) -> Reads:
    """What every row of every variable reads.

    Args:
        variables: in the order in which they can be computed.
        years: series → years in which it has cells.
        periods: years of the rows.
    """
    direct = {name: dict(one.inputs) for name, one in variables.items()}
    under = series_under(direct, set(years))
    named: dict[str, set[str]] = {}
    for found in under.values():
        for series, reaches in found.items():
            named.setdefault(series, set()).update(one.region for one in reaches if one.region)
    places: dict[Node, int] = {}
    of: dict[tuple[str, int], tuple[int, ...]] = {}
    for name in variables:
        for period in periods:
            read: set[int] = set()
            for series, reaches in under[name].items():
                for one in reaches:
                    begin = period if one.year is None else one.year
                    # A named region is a unit, too, and its own rows read it as their own.
                    regions = [one.region] if one.region else [None, *sorted(named[series])]
                    read |= {
                        places.setdefault((series, year, region), len(places))
                        for year in years[series]
                        # Which year of its unit is read may depend on values: then it can be any.
                        if one.at is not None or begin + one.first <= year <= begin + one.last
                        for region in regions
                    }
            of[name, period] = tuple(sorted(read))
    return Reads(tuple(places), of)


def together(reads: Reads) -> list[frozenset[int]]:
    """Places of the nodes in as few sets as can be found quickly, no two of one row in the same set."""
    rows = sorted({row for row in reads.of.values() if row}, key=lambda row: (-len(row), row))
    inside: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        for node in row:
            inside.setdefault(node, []).append(place)
    taken: list[set[int]] = [set() for _ in rows]
    sets: list[set[int]] = []
    for node in dict.fromkeys(node for row in rows for node in row):
        used = set[int]().union(*(taken[place] for place in inside[node]))
        chosen = next(number for number in range(len(used) + 1) if number not in used)
        if chosen == len(sets):
            sets.append(set())
        sets[chosen].add(node)
        for place in inside[node]:
            taken[place].add(chosen)
    return [frozenset(one) for one in sets]
