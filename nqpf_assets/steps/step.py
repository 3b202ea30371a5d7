"""A step: which tables it reads, which it writes, and the function between.

Nothing about any particular table belongs here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nqpf_assets.checks.rules import Rule
from nqpf_assets.steps.series_views import FILE, SLICED, files_of_cells, frame_of_series, views_of
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import Query, connect
from nqpf_assets.warehouse.store import Store, TableKey

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from nqpf_assets.sources.collection import Collection
    from nqpf_assets.sources.raw_state import RawState


@dataclass(frozen=True)
class Inputs:
    """What a running step may touch: the project, and the tables it declared.

    `found` is what the raw files say, where they were read already; `raw` is their contents, which the
    step's record will name.
    """

    project: Project
    store: Store
    keys: tuple[TableKey, ...]
    found: Collection | None = None
    raw: RawState | None = None
    of_series: tuple[str, ...] | None = None
    files_of: TableKey | None = None

    def scan(self, schema: str, table: str) -> pl.LazyFrame:
        """A declared input; reading another table would hide a dependency, so it is refused."""
        if (schema, table) not in self.keys:
            raise LookupError(f"{schema}.{table} is not a declared input of this step")
        if self.files_of is not None and (schema, table) == FILE:
            return files_of_cells(self.files_of, self.store)
        if self.of_series is not None and (schema, table) in SLICED:
            return frame_of_series((schema, table), self.of_series, self.store)
        return self.store.scan((schema, table))

    def read(self, schema: str, table: str) -> pl.DataFrame:
        return self.scan(schema, table).collect()

    def connect(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """An in-memory DuckDB with a view over each declared input."""
        return connect(self.store, self.keys, views_of(self.keys, self.of_series, self.store))


ColumnSources = Mapping[str, tuple[tuple[TableKey, str], ...]]
"""Column → the stored columns that enter its value."""

Output = Mapping[TableKey, "pl.DataFrame | Query"]
"""What a step returns: a frame, or a query over its inputs, for each table it makes."""


@dataclass(frozen=True)
class Step:
    """One unit of work of the walk.

    Attributes:
        stage: group in the lineage graph: source, catalog, panel, index, result, audit, publication.
        study: the study it belongs to, or None where it serves all.
        code: the program behind the step as a hash (`source_of`), or any text that stands for it.
        parameters: what else the outputs depend on, as text: who says it (``study file``,
            ``catalogue``) → what it is → the text. Fine names let a plan say what was changed.
        sql: the query, where there is one, from which column lineage is read. A change of code,
            parameters or query makes the step stale.
        lineage: columns of tables that no query makes, and the columns they are made from.
        reads_raw: the step reads the project's raw files.
        of_series: the series of the source tables that the step sees; None: all of them.
        files_of: of `source.file` it sees the files that the cells of this table come from; its `run`
            reads them by `scan`.
        rules: what its tables must hold beyond the rules of their names.
    """

    stage: str
    outputs: tuple[TableKey, ...]
    inputs: tuple[TableKey, ...]
    run: Callable[[Inputs], Output]
    code: str = ""
    study: str | None = None
    sql: Mapping[TableKey, str] = field(default_factory=dict)
    lineage: Mapping[TableKey, ColumnSources] = field(default_factory=dict)
    reads_raw: bool = False
    rules: Mapping[TableKey, tuple[Rule, ...]] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    of_series: tuple[str, ...] | None = None
    files_of: TableKey | None = None

    @property
    def name(self) -> str:
        return "__".join(self.outputs[0])
