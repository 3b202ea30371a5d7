"""Observations as files give them, until each cell stands once: in memory, or in files where they are many.

Series are settled some at a time then, so that memory holds the cells of one file or of these series.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from nqpf_assets.catalog.series import SeriesCatalogue
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.conflicts import settle
from nqpf_assets.warehouse.put_aside import PutAside

MOST = 4_000_000
"""Observations of a project that stay in memory, some hundred bytes each."""
TOGETHER = 500_000
"""So many are settled together; a series with more is settled alone."""
LUMP = 250_000
"""Files with fewer are joined to so many: what is asked of all rows is asked of each piece of them."""


_GROUP = 16_384
"""Rows of a file that are unpacked together."""


@dataclass
class CollectedRows:
    """Observations of files, in the order of their paths.

    Attributes:
        small: those of the last files, which are to be joined; they stand below `frames`.
        n_small: rows of these.
        frames: those that stay in memory.
        aside: all but `small`, where they are many.
    """

    small: list[pl.DataFrame] = field(default_factory=list)
    n_small: int = 0
    frames: list[pl.DataFrame] = field(default_factory=list)
    aside: PutAside | None = None

    def add(self, frame: pl.DataFrame, *, is_large: bool = False) -> None:
        """Take the observations of one more file, or some of those of one that is put aside itself."""
        if is_large and self.aside is None:
            self._join()
            self._put_aside()
        if frame.height >= LUMP:
            self._join()
        self.small.append(frame)
        self.n_small += frame.height
        if self.n_small >= LUMP:
            self._join()

    def _join(self) -> None:
        """Let the last files be one piece; a file alone stays in its own chunks."""
        if not self.small:
            return
        joined = self.small[0] if len(self.small) == 1 else pl.concat(self.small, rechunk=True)
        self.small.clear()
        self.n_small = 0
        self.frames.append(joined)
        if self.aside is not None or sum(one.height for one in self.frames) > MOST:
            self._put_aside()

    def _put_aside(self) -> None:
        """Put what stays in memory into files, rows of one series below each other."""
        self.aside = self.aside or PutAside()
        for one in self.frames:
            in_series = (
                one if _is_of_one(one["series_id"]) else one.sort("series_id", maintain_order=True)
            )
            self.aside.add(in_series, of_group=_GROUP)
        self.frames.clear()

    def settled(
        self, empty: pl.DataFrame, paths: dict[str, str], series: SeriesCatalogue
    ) -> tuple[pl.DataFrame | PutAside, tuple[Problem, ...]]:
        """Each cell once, in order, and the contradictions; what was taken is let go.

        Args:
            empty: no observations, in the shape that they have.
            paths: path of each ``file_id``, for messages.
            series: for the unit in which values of one series are compared.
        """
        self._join()
        if self.aside is None:
            frames = [empty, *self.frames]
            self.frames.clear()
            return settle(frames, paths, series)
        whole = PutAside()
        told: list[Problem] = []
        for names in self._portions(self.aside):
            # In one piece: each file gives a chunk for each group, and chunks are gone through one by one.
            found = (one.filter(_is_among(names)).collect() for one in self.aside.each())
            rows, problems = settle([pl.concat(found, rechunk=True)], paths, series)
            whole.add(rows)
            told += problems
        self.aside = None
        return whole, tuple(told)

    def _portions(self, aside: PutAside) -> Iterator[list[str]]:
        """Names of series in their order, so many at a time as have no more than `TOGETHER` observations."""
        each = (one.select("series_id").collect() for one in aside.each())
        counted = (
            pl.concat(one.group_by("series_id").len() for one in each)
            .group_by("series_id")
            .agg(pl.col("len").sum())
            .sort("series_id")
        )
        names: list[str] = []
        n = 0
        for name, n_rows in counted.iter_rows():
            if names and n + n_rows > TOGETHER:
                yield names
                names, n = [], 0
            names.append(name)
            n += n_rows
        yield names


def _is_among(names: list[str]) -> pl.Expr:
    """Whether rows are of some series; groups of rows that are all of others are not even unpacked."""
    name = pl.col("series_id")
    if not names:
        return name.is_null()
    return name.is_between(pl.lit(min(names)), pl.lit(max(names))) & name.is_in(names)


def _is_of_one(series: pl.Series) -> bool:
    """Whether all rows are of one series."""
    return bool((series == series[0]).all()) if len(series) else True
