"""The cells of a large table some at a time: each lump is put aside in a file, and a few cells stand for all.

A file of 200 MB may have twenty million cells, each of which takes some 150 bytes once it has a place, a name
and a year. What labels and units say is told by one cell of each kind, what regions say by one of each label
and year; the others are looked at lump by lump.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from nqpf_assets.warehouse.put_aside import PutAside
from nqpf_assets.warehouse.shared_texts import written_anew

if TYPE_CHECKING:
    import numpy as np

MANY = 1_000_000
"""Cells of a table from which on they are put aside."""
LUMP = 100_000
"""Cells of a lump: beside them lies the table, which may take half of the memory."""
_TOGETHER = 32
"""Lumps of which the few are kept apart until they are compared with the others."""
_IS_EMPTY = ("_no_region", "_no_value")
_KIND = ("sheet", "series_label", "unit_label", "period", *_IS_EMPTY)
_REGION = ("region_label", "period")
_N = "n"
"""Column with the number of cells of one combination."""


@dataclass
class First:
    """The first row of each combination of some columns, in their order, with the number of rows of each."""

    columns: tuple[str, ...]
    parts: list[pl.DataFrame] = field(default_factory=list)

    def add(self, rows: pl.DataFrame) -> None:
        """Look at further rows, below the others."""
        first = self._each_once(rows.with_columns(pl.lit(1, pl.Int64).alias(_N)))
        self.parts.append(written_anew(first))
        if len(self.parts) > _TOGETHER:
            self.parts = [self.found()]

    def found(self) -> pl.DataFrame:
        """The first rows; how many there are of each is in the column ``n``."""
        return self._each_once(pl.concat(self.parts))

    def _each_once(self, rows: pl.DataFrame) -> pl.DataFrame:
        others = [name for name in rows.columns if name not in (*self.columns, _N)]
        found = rows.group_by(self.columns, maintain_order=True).agg(
            pl.col(others).first(), pl.col(_N).sum()
        )
        return found.select(rows.columns)


@dataclass
class Lumps:
    """Where a reader of large tables puts their cells.

    Attributes:
        is_kept: the cells are asked for again; else only what kinds of them there are.
        n_cells: that were put here; n_values: those with a number.
        kinds: one cell of each name, unit and year, with a value and without, with a region and without.
        regions: one cell of each region's label, and of its year where the cells are kept.
        aside: all cells.
        of_column: how many lumps a column of values has, where all have the same regions and years; the
            regions of the first column are looked at then, and `n_columns` says how many there are.
    """

    is_kept: bool = True
    of_column: int | None = None
    n_columns: int = 1
    n_lumps: int = 0
    n_cells: int = 0
    n_values: int = 0
    kinds: First = field(default_factory=lambda: First(_KIND))
    regions: First = field(init=False)
    aside: PutAside | None = None

    def __post_init__(self) -> None:
        self.regions = First(_REGION if self.is_kept else _REGION[:1])

    def add(self, cells: pl.DataFrame) -> None:
        """Take further cells, columns of `reading.CELL_SCHEMA`."""
        self.n_cells += cells.height
        self.n_values += cells.height - cells["value"].null_count()
        empty = [pl.col("region_label").is_null(), pl.col("value").is_null()]
        self.kinds.add(cells.with_columns(map(pl.Expr.alias, empty, _IS_EMPTY)))
        self.n_lumps += 1
        if self.of_column is None or self.n_lumps <= self.of_column:
            self.regions.add(cells.select("locator", *_REGION))
        if self.is_kept:
            self.aside = self.aside or PutAside()
            self.aside.add(cells)

    def one_of_each(self) -> pl.DataFrame:
        """A cell of each kind, the first of them, in the shape of cells."""
        return self.kinds.found().drop(*_IS_EMPTY, _N)

    def one_of_each_region(self) -> pl.DataFrame:
        """A cell of each region's label, and year, and in ``n`` how many there are."""
        return self.regions.found().with_columns(pl.col(_N) * self.n_columns)

    def each(self) -> Iterator[pl.DataFrame]:
        """The lumps in their order; none where they are not kept."""
        for part in self.aside.each() if self.aside is not None else ():
            yield part.collect()

    def whole(self) -> pl.DataFrame:
        """All cells in memory, for what cannot be told lump by lump."""
        return pl.concat(self.each(), rechunk=False)

    def of_keys(self, key: tuple[str, ...], hashes: np.ndarray) -> pl.DataFrame:
        """The cells whose key has one of some hashes of rows."""
        wanted = pl.Series(hashes).implode()
        parts = (one.filter(one.select(key).hash_rows().is_in(wanted)) for one in self.each())
        return pl.concat([self.one_of_each().clear(), *parts])
