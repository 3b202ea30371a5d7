"""Which regions of a level a region consists of, year by year.

A county that moved to another prefecture belongs to each in its own years; one that only changed its name or
rank is one unit throughout (`regions`). A whole is divided without a rest: what has no region of the level in
it stands for itself, as 东莞 among counties, 北京 among prefectures and 仙桃, a county of no prefecture.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from nqpf_assets.catalog.regions import NESTED_LEVELS, Regions

EARLIEST, LATEST = 0, 9999
"""Years before the first list are as it, years after the last as that."""


@dataclass(frozen=True)
class Member:
    """A region in another, in a run of years.

    Attributes:
        is_of_level: whether it is a region of the level; else it has none in it, and stands for itself.
    """

    unit: str
    member: str
    first: int
    last: int
    is_of_level: bool = True


def is_below(level: str, units: str) -> bool:
    """Whether regions of a level can be parts of those of another, as far as the names of levels tell."""
    if level in NESTED_LEVELS and units in NESTED_LEVELS:
        return NESTED_LEVELS.index(level) > NESTED_LEVELS.index(units)
    return level != units and (level in NESTED_LEVELS or units in NESTED_LEVELS)


def members(
    regions: Regions, level: str, units: Iterable[str], borders: int | None = None
) -> list[Member]:
    """The regions of a level in some units, in all years, in the order of units, members and years.

    Args:
        borders: year whose borders the units have in all years; of each year where not given.
    """
    asked = sorted({*units})
    trees = [
        (first, last, _Tree.of(regions, level, max(first, _begin(regions))))
        for first, last in _runs_of_years(regions)
    ]
    fixed = None if borders is None else _Borders.of(trees, borders)
    runs: dict[tuple[str, str, bool], list[tuple[int, int]]] = {}
    for first, last, tree in trees:
        for unit, member in (fixed or tree).divided(asked, tree):
            before = runs.setdefault((unit, member, member in tree.of_level), [])
            if before and before[-1][1] == first - 1:
                before[-1] = (before[-1][0], last)
            else:
                before.append((first, last))
    found = sorted(
        (unit, member, *run, is_of_level)
        for (unit, member, is_of_level), those in runs.items()
        for run in those
    )
    return [Member(*one) for one in found]


@dataclass(frozen=True)
class _Tree:
    """Regions of one year, by the codes of their units.

    Attributes:
        above: unit → the unit that it lies in; below: unit → units directly in it.
        of_level: regions of the level.
        whole: units that are none and have such in them.
        known: all units.
    """

    above: dict[str, str]
    below: dict[str, list[str]]
    of_level: set[str]
    whole: set[str]
    known: set[str]

    @classmethod
    def of(cls, regions: Regions, level: str, year: int) -> _Tree:
        unit = dict(regions.continuing.select("region_code", "unit_code").iter_rows())
        there = regions.frame.filter(
            pl.col("valid_from") <= year,
            pl.col("valid_to").fill_null(LATEST) >= year,
            pl.col("level").is_in([*NESTED_LEVELS, level]),
        ).sort("region_code")
        # A parent is written by its code, which may have been given to two regions in turn.
        called = dict(there.drop_nulls("gb_code").select("gb_code", "region_code").iter_rows())
        called |= {code: code for code in there["region_code"]}
        above: dict[str, str] = {}
        below: dict[str, list[str]] = {}
        for code, parent in there.select("region_code", "parent").iter_rows():
            found = _there(parent, called, regions)
            if found is not None and unit[found] != unit[code]:
                above[unit[code]] = unit[found]
                below.setdefault(unit[found], []).append(unit[code])
        whole: set[str] = set()
        ends = {unit[one] for one in there.filter(pl.col("level") == level)["region_code"]}
        for one in ends:
            while (one := above.get(one, "")) and one not in whole:
                whole.add(one)
        known = {unit[one] for one in there["region_code"]}
        return cls(above, below, ends, whole - ends, known)

    def parts_of(self, unit: str) -> Iterator[str]:
        """What a unit is divided into; itself where nothing of the level is in it."""
        waiting, met = [unit] if unit in self.known else [], {unit}
        while waiting:
            one = waiting.pop()
            if one not in self.whole:
                yield one
                continue
            further = [part for part in self.below.get(one, ()) if part not in met]
            waiting += further
            met |= {*further}

    def divided(self, units: Collection[str], tree: _Tree) -> Iterator[tuple[str, str]]:
        """Units, each with what it consists of in the year of a tree, which is this one."""
        return ((unit, part) for unit in units for part in tree.parts_of(unit))

    @cached_property
    def leaves(self) -> frozenset[str]:
        """What everything together is divided into."""
        roots = self.known - self.above.keys()
        return frozenset(part for root in roots for part in self.parts_of(root))


@dataclass(frozen=True)
class _Borders:
    """Where each region lies in the borders of one year.

    One that was not there in that year lies where it did in the nearest year in which it was: a county that
    was merged, or not yet formed, in the prefecture that it was in.

    Attributes:
        above: unit → the unit that it lies in; known: units of that year.
    """

    above: dict[str, str]
    known: set[str]

    @classmethod
    def of(cls, trees: list[tuple[int, int, _Tree]], year: int) -> _Borders:
        near = sorted(trees, key=lambda run: max(run[0] - year, year - run[1], 0))
        above: dict[str, str] = {}
        met: set[str] = set()
        for _, _, tree in near:
            above |= {unit: over for unit, over in tree.above.items() if unit not in met}
            met |= tree.known
        return cls(above, near[0][2].known)

    def divided(self, units: Collection[str], tree: _Tree) -> Iterator[tuple[str, str]]:
        """Units of these borders, each with what it consists of in the year of a tree."""
        asked = self.known.intersection(units)
        for leaf in sorted(tree.leaves):
            at: str | None = leaf
            met: set[str] = set()
            while at is not None and at not in met:
                if at in asked:
                    yield at, leaf
                met.add(at)
                at = self.above.get(at)


def _there(code: str | None, called: dict[str, str], regions: Regions) -> str | None:
    """The region of a code in a year, or the nearest above it that was there."""
    met: set[str] = set()
    while code is not None and code not in called and code not in met:
        met.add(code)
        code = regions.parents.get(code)
    return None if code is None else called.get(code)


def _begin(regions: Regions) -> int:
    """The year of the earliest list: regions that begin with it were there before."""
    begun = regions.frame.filter(pl.col("level") == "county")["valid_from"].min()
    return begun if isinstance(begun, int) else EARLIEST


def known_years(regions: Regions) -> tuple[int, int]:
    """The first and the last year of which the catalogue knows regions by list."""
    years = [*regions.frame["valid_from"], *regions.frame["valid_to"].drop_nulls()]
    first = _begin(regions)
    return first, max([*years, first])


def _runs_of_years(regions: Regions) -> list[tuple[int, int]]:
    """Runs of years in which no region begins or ends."""
    begun = regions.frame["valid_from"].to_list()
    ended = [year + 1 for year in regions.frame["valid_to"].drop_nulls()]
    first = _begin(regions)
    begins = [EARLIEST, *sorted({one for one in (*begun, *ended) if one > first})]
    return list(zip(begins, [one - 1 for one in begins[1:]] + [LATEST], strict=True))
