"""From where a cell reads an input, and what for: years, region, a pool of rows, rows in which it matters.

A study of 2012 to 2022 whose variables lag by two years needs its series from 2010; one that interacts with
telephones in 1984 needs that year too, and none of those between. A standard score reads its own row, and the
whole panel for mean and deviation. Years are told as they are read: ``x - lag(x, 2)`` reads two, not three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from nqpf_assets.expressions.conditional_parts import SIDE, together

EVERY_YEAR = 9_999
AGGREGATES = "aggregates"
"""Role of what a mean, a quantile or a regression is taken over."""


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


def merged(reaches: Iterable[Reach]) -> tuple[Reach, ...]:
    """Each year once: ranges of years that meet or overlap, and are read alike, are one.

    What is read in every row is not told of some rows again.
    """
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
    everywhere: dict[Reach, list[Reach]] = {}
    for one in found:
        if one.where is None:
            everywhere.setdefault(replace(one, first=0, last=0), []).append(one)
    return tuple(
        one
        for one in found
        if one.where is None
        or not any(
            wide.first <= one.first and one.last <= wide.last
            for wide in everywhere.get(replace(one, first=0, last=0, where=None), ())
        )
    )


def _narrower(
    choose: Callable[[int, int], int], own: int | None, of_reader: int | None, lag: int
) -> int | None:
    """The narrower of two limits, that of a reader moved by the years that are read from there."""
    if of_reader is None or abs(lag) >= EVERY_YEAR:
        return own
    return of_reader + lag if own is None else choose(own, of_reader + lag)
