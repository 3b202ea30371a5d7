"""Run one step: compute its tables, write them aside, check them, and only then record them.

A table without a record counts as not built, so what a failed check or a killed process leaves
behind is made again by the next refresh.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.engine import Query, connect, literal, write_query
from nqpf_assets.problems import CheckFailed, Problem
from nqpf_assets.project import Project
from nqpf_assets.stages.checks import Check, check_table
from nqpf_assets.stages.plan import RawState, fingerprint, is_fresh
from nqpf_assets.stages.step import Inputs, Step
from nqpf_assets.store import Record, Store, TableKey, write_frame

if TYPE_CHECKING:
    import duckdb
    import polars as pl


@dataclass(frozen=True)
class Made:
    """One table after its step has run."""

    key: TableKey
    record: Record
    checks: tuple[Check, ...]
    is_rebuilt: bool
    sql: str | None = None  # the query that made it, for column lineage


def execute(step: Step, project: Project, store: Store, raw: RawState) -> list[Made]:
    """Bring the step's tables up to date; leaves them alone where nothing changed.

    Raises:
        InputError, CheckFailed: as the step found; nothing is recorded then.
    """
    mark = fingerprint(step, store, raw)
    if mark is None:
        missing = [".".join(key) for key in step.inputs if store.record(key) is None]
        raise LookupError(f"{step.name} needs {', '.join(missing)}, which are not built")
    if is_fresh(step, store, raw):
        with connect(store, step.outputs) as connection:
            return [_seen(connection, store, step, key) for key in step.outputs]
    tables = step.run(Inputs(project, store, step.inputs))
    hashes = {key: _write(store, step, key, tables[key]) for key in step.outputs}
    built_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    made = []
    with connect(store, step.outputs) as connection:
        for key in step.outputs:
            checks = tuple(check_table(connection, key, _relation(store, key)))
            record = Record(
                mark,
                hashes[key],
                store.path(key).stat().st_size,
                _n_rows(connection, store, key),
                built_at,
            )
            table = tables[key]
            made.append(
                Made(key, record, checks, True, table.sql if isinstance(table, Query) else None)
            )
    failed = [(one.key, check) for one in made for check in one.checks if not check.passed]
    if failed:
        raise CheckFailed(
            Problem(
                ".".join(key), f"check {check.name}", check.expected, check.found,
                "look at the table's inputs; nothing was published", code="check",
            )
            for key, check in failed
        )  # fmt: skip
    for one in made:
        store.write_record(one.key, one.record)
    return made


def _write(store: Store, step: Step, key: TableKey, table: pl.DataFrame | Query) -> str:
    if isinstance(table, Query):
        with connect(store, step.inputs) as connection:
            return store.write(key, lambda path: write_query(connection, table, path))
    return store.write(key, lambda path: write_frame(table, path))


def _seen(connection: duckdb.DuckDBPyConnection, store: Store, step: Step, key: TableKey) -> Made:
    record = store.record(key)
    assert record is not None, "a fresh table has a record"
    return Made(
        key,
        record,
        tuple(check_table(connection, key, _relation(store, key))),
        False,
        step.sql.get(key),
    )


def _relation(store: Store, key: TableKey) -> str:
    return f"read_parquet({literal(str(store.path(key)))})"


def _n_rows(connection: duckdb.DuckDBPyConnection, store: Store, key: TableKey) -> int:
    row = connection.execute(f"SELECT count(*) FROM {_relation(store, key)}").fetchone()
    return int(row[0]) if row else 0
