"""Where Dagster keeps the events of runs: one SQLite file per project, opened once per process.

Dagster's own storage opens a file and starts an engine for every event, which costs ten times what
most of our steps cost. `dagster.yaml` names this class; what is stored and asked is Dagster's own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as db

from nqpf_assets.defs.dagster_internals import (
    ConsolidatedSqliteEventLogStorage,
    SqlPollingEventWatcher,
)

BUSY_SECONDS = 30


class RunHistory(ConsolidatedSqliteEventLogStorage):
    """Dagster's storage of events in one SQLite file, with connections that stay open."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engine: db.Engine | None = None
        self._opening = threading.Lock()
        self._tables: set[str] = set()
        self._watcher: SqlPollingEventWatcher | None = None
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _connect(self) -> Iterator[db.Connection]:
        """A transaction; after a power cut the last ones may be gone, the file is sound."""
        with self._opening:
            if self._engine is None:
                options = {"timeout": BUSY_SECONDS}
                self._engine = db.create_engine(self._conn_string, connect_args=options)
                db.event.listen(self._engine, "connect", _without_waiting_for_the_disk)
        with self._engine.begin() as connection:
            yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether the table is there; a table that was there stays."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def watch(self, run_id: str, cursor: str | None, callback: Callable[..., Any]) -> None:
        """Tell of new events by asking: in WAL mode the file itself does not change with each."""
        self._watcher = self._watcher or SqlPollingEventWatcher(self)
        self._watcher.watch_run(run_id, cursor, callback)

    def end_watch(self, run_id: str, handler: Callable[..., Any]) -> None:
        if self._watcher:
            self._watcher.unwatch_run(run_id, handler)

    def dispose(self) -> None:
        """Close the file."""
        if self._watcher:
            self._watcher.close()
            self._watcher = None
        if self._engine:
            self._engine.dispose()
            self._engine = None
        super().dispose()  # type: ignore[no-untyped-call]


def _without_waiting_for_the_disk(connection: Any, record: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
