"""A step: which tables it reads, which it writes, and the function between.

Nothing about any particular table belongs here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nqpf_assets.steps.checks import Rule
from nqpf_assets.steps.reads import Outside, Read
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import ENGINE, Query, connect, relation_of
from nqpf_assets.warehouse.store import Store, TableKey

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.warehouse.connection import Connection


@dataclass(frozen=True)
class Inputs:
    """What a running step may touch: the project, what it declared to read, and what lies outside."""

    project: Project
    store: Store
    reads: tuple[Read, ...]
    outside: Outside

    def scan(self, schema: str, table: str) -> pl.LazyFrame:
        """A declared input; reading another table would hide a dependency, so it is refused."""
        for read in self.reads:
            if read.key == (schema, table):
                return read.frame(self.store)
        raise LookupError(f"{schema}.{table} is not a declared input of this step")

    def read(self, schema: str, table: str) -> pl.DataFrame:
        return self.scan(schema, table).collect()

    def connect(self) -> AbstractContextManager[Connection]:
        """An in-memory DuckDB with a view over each declared input."""
        return connect(self.store, [read.key for read in self.reads], self._views())

    def relations(self) -> dict[TableKey, str]:
        """Each declared input as a query over its file, for an engine that is handed no connection."""
        views = self._views()
        return {
            read.key: relation_of(self.store, read.key, views.get(read.key)) for read in self.reads
        }

    def _views(self) -> dict[TableKey, str]:
        return {read.key: read.view.query(self.store) for read in self.reads if read.view}


Declared = Mapping[Any, str]
"""Names of columns, as one text or a tuple → how others enter them, in the words of `lineage`."""

Output = Mapping[TableKey, "pl.DataFrame | Query"]
"""What a step returns: a frame, or a query over its inputs, for each table it makes."""


@dataclass(frozen=True)
class Step:
    """One unit of work of the walk.

    Attributes:
        stage: group in the lineage graph: source, catalog, panel, index, result, audit, publication.
        reads: tables, and what is seen of them.
        study: the study it belongs to, or None where it serves all.
        code: the program behind the step as a hash (`source_of`), or any text that stands for it.
        parameters: what else the outputs depend on, as text: who says it (``study file``,
            ``catalogue``) → what it is → the text. Fine names let a plan say what was changed.
        sql: the query, where there is one, from which column lineage is read. A change of code,
            parameters or query makes the step stale.
        lineage: of tables that no query makes, the columns that theirs are made from.
        reads_outside: the step reads what lies outside of the warehouse.
        is_query: its tables are queries, also where `sql` does not know them before it runs.
        engine: library that runs them.
        is_light: it makes frames, from no values, in a moment; a plan may run it to see what comes out.
        rules: what its tables must hold, in the order in which they are looked at.
        checked_by: name of a check → the program behind it, as text: a table that a check of today has not
            looked at is made and looked at again.
    """

    stage: str
    outputs: tuple[TableKey, ...]
    reads: tuple[Read, ...]
    run: Callable[[Inputs], Output]
    code: str = ""
    study: str | None = None
    sql: Mapping[TableKey, str] = field(default_factory=dict)
    lineage: Mapping[TableKey, Declared] = field(default_factory=dict)
    reads_outside: bool = False
    is_query: bool = False
    engine: str = ENGINE
    is_light: bool = False
    rules: Mapping[TableKey, tuple[Rule, ...]] = field(default_factory=dict)
    checked_by: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return "__".join(self.outputs[0])

    @property
    def is_run_elsewhere(self) -> bool:
        """Whether its queries are run by another engine than that of this process."""
        return self.engine != ENGINE

    @property
    def inputs(self) -> tuple[TableKey, ...]:
        """The tables it reads."""
        return tuple(read.key for read in self.reads)
