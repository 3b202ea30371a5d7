"""What the raw files hold, once all are read: their rows and observations, and everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from nqpf_assets.catalog.table_frames import shape_of
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.collected_weights import WEIGHT, WEIGHT_UNIT
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.warehouse.duckdb_engine import Query
from nqpf_assets.warehouse.put_aside import PutAside
from nqpf_assets.warehouse.store import TableKey

FILE: TableKey = ("source", "file")
OBSERVATION: TableKey = ("source", "observation")


@dataclass(frozen=True)
class Collection:
    """What the raw files hold.

    Attributes:
        files: one row per file by content, columns of `source.file`; only files without errors.
        kept: one row per series, region, period and vintage, columns of `source.observation`; put aside in
            files where they are many.
        problems: errors and warnings of all files; any error means the two are incomplete.
        n_read: files that were read and not found in the cache.
        refused: series that files with errors would have given.
        weights: spatial weights, a row for each unit and neighbour, columns of `source.weight`.
        weight_units: the units that they know, columns of `source.weight_unit`.
        state: what was read, by content, where it was held against a state: `observations` is of
            these hashes and of no others.
    """

    files: pl.DataFrame
    kept: pl.DataFrame | PutAside
    problems: tuple[Problem, ...]
    n_read: int
    state: RawState | None = None
    refused: frozenset[str] = frozenset()
    weights: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=shape_of(WEIGHT)))
    weight_units: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema=shape_of(WEIGHT_UNIT))
    )

    @property
    def observations(self) -> pl.DataFrame:
        """All observations in memory."""
        return self.scan().collect()

    def scan(self) -> pl.LazyFrame:
        """The observations, to be asked for some."""
        return self.kept.lazy() if isinstance(self.kept, pl.DataFrame) else self.kept.scan()

    def table(self) -> pl.DataFrame | Query:
        """The observations as a step gives a table."""
        return self.kept if isinstance(self.kept, pl.DataFrame) else self.kept.query()

    @property
    def hashes(self) -> Mapping[str, str]:
        """The files that were read, by content."""
        return self.state.hashes if self.state is not None else {}
