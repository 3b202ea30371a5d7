"""Run one step: compute its tables, write them aside, check them, and only then record them.

A table without a record counts as not built, so what a failed check or a killed process leaves
behind is made again by the next refresh.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nqpf_assets.messages.problems import CheckFailed, InputError, Problem
from nqpf_assets.steps.checks import Check, check_table
from nqpf_assets.steps.fingerprint import RELEASE, fingerprint_of, parts_of
from nqpf_assets.steps.plan import is_fresh
from nqpf_assets.steps.reads import Outside
from nqpf_assets.steps.soundness import Soundness
from nqpf_assets.steps.step import Inputs, Step
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import engine_problem
from nqpf_assets.warehouse.duckdb_engine import Query, rows_of_file, write_query
from nqpf_assets.warehouse.made_from import Parts, remember
from nqpf_assets.warehouse.query_pieces import in_pieces
from nqpf_assets.warehouse.store import Record, Store, TableKey, n_rows_of, write_frame

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.warehouse.connection import Connection


@dataclass(frozen=True)
class Made:
    """One table after its step has run."""

    key: TableKey
    record: Record
    checks: tuple[Check, ...]
    is_rebuilt: bool


class TablesFailed(CheckFailed):
    """Tables were made that must not be used; `made` has all checks of the step."""

    def __init__(self, made: list[Made]) -> None:
        self.made = tuple(made)
        remedy = "look at the table's inputs; nothing was published"
        super().__init__(
            problem
            for one in made
            for check in one.checks
            if check.stops
            for problem in _problems(one, check, remedy, "check")
        )


def execute(
    step: Step,
    project: Project,
    store: Store,
    outside: Outside,
    seen: Soundness | None = None,
) -> list[Made]:
    """Bring the step's tables up to date; leaves them alone where nothing changed.

    Args:
        outside: what lies outside of the warehouse, as it was when somebody looked.
        seen: tables that this run has hashed.

    Raises:
        InputError, CheckFailed: as the step found, or what it reads is not what was built; nothing is
            recorded then.
    """
    seen = seen or Soundness()
    parts = parts_of(step, store, outside)
    if parts is None:
        missing = [".".join(key) for key in step.inputs if store.record(key) is None]
        raise LookupError(f"{step.name} needs {', '.join(missing)}, which are not built")
    seen.require(store, step.inputs)
    inputs = Inputs(project, store, step.reads, outside)
    with inputs.connect() as connection:
        if is_fresh(step, store, outside) and all(seen.holds(store, key) for key in step.outputs):
            return [_seen(connection, store, step, key) for key in step.outputs]
        made = _make(connection, step, inputs, step.run(inputs), parts)
    if any(check.stops for one in made for check in one.checks):
        raise TablesFailed(made)
    remember(step.name, store, parts)
    for one in made:
        store.write_record(one.key, one.record)
    return made


def built_before(
    steps: Iterable[Step], project: Project, store: Store, outside: Outside, since: str
) -> list[Made]:
    """Tables with warnings that were built after a time, by runs that were stopped before they could tell.

    Args:
        since: ISO 8601, UTC; empty for all times.
    """
    found = []
    for step in steps:
        records = {key: store.record(key) for key in step.outputs}
        keys = [
            key for key, one in records.items() if one and one.warnings and one.built_at > since
        ]
        if keys:
            with Inputs(project, store, step.reads, outside).connect() as connection:
                found += [_seen(connection, store, step, key) for key in keys]
    return found


def warnings_of(made: list[Made]) -> tuple[Problem, ...]:
    """What checks found that stops nothing."""
    remedy = "look at the sources of these values, or widen the bounds in the study file"
    return tuple(
        problem
        for one in made
        for check in one.checks
        if check.is_warning and not check.passed
        for problem in _problems(one, check, remedy, check.name)
    )


def _problems(made: Made, check: Check, remedy: str, code: str) -> Iterator[Problem]:
    """A failed check as problems: one for each finding, where it tells them one by one."""
    table, name = ".".join(made.key), f"check {check.name.removesuffix('_warning')}"
    severity: Literal["warning", "error"] = "warning" if check.is_warning else "error"
    if not check.findings:
        yield Problem(
            file=table,
            where=name,
            expected=check.expected,
            found=check.found,
            remedy=remedy,
            severity=severity,
            code=code,
        )
    for one in check.findings:
        where = f"{name}, {one.about}"
        yield Problem(
            file=table,
            where=where,
            expected=check.expected,
            found=one.found,
            remedy=one.remedy,
            severity=severity,
            code=code,
            asked_at=one.asked_at,
        )


def _make(
    connection: Connection,
    step: Step,
    inputs: Inputs,
    tables: Mapping[TableKey, pl.DataFrame | Query],
    parts: Parts,
) -> list[Made]:
    """Write and check all tables of the step; records nothing."""
    store = inputs.store
    hashes = {key: _write(connection, step, inputs, key, tables[key]) for key in step.outputs}
    built_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    mark, releases = fingerprint_of(parts), parts[RELEASE]
    made = []
    for key in step.outputs:
        n_rows, size = n_rows_of(store.path(key)), store.path(key).stat().st_size
        checks = _checks(connection, store, step, key)
        warnings = tuple(
            (c.name, c.expected, c.found) for c in checks if not c.passed and c.is_warning
        )
        record = Record(mark, hashes[key], size, n_rows, built_at, warnings, releases)
        made.append(Made(key, record, checks, True))
    return made


def _write(
    connection: Connection,
    step: Step,
    inputs: Inputs,
    key: TableKey,
    table: pl.DataFrame | Query,
) -> str:
    store = inputs.store
    if not isinstance(table, Query):
        return store.write(key, lambda path: write_frame(table, path))
    if not step.is_run_elsewhere:
        query = in_pieces(connection, table)
        return store.write(key, lambda path: write_query(connection, query, path))
    from nqpf_assets.warehouse import spark_engine

    relations = inputs.relations()
    try:
        return store.write(
            key, lambda path: spark_engine.write_query(connection, table, path, relations)
        )
    except spark_engine.SparkStopped as error:
        found = f"of {'.'.join(key)}, {error.found}"
        raise InputError([engine_problem(inputs.project, found, error.remedy)]) from None


def _seen(connection: Connection, store: Store, step: Step, key: TableKey) -> Made:
    record = store.record(key)
    assert record is not None, "a fresh table has a record"
    return Made(key, record, _checks(connection, store, step, key), False)


def _checks(connection: Connection, store: Store, step: Step, key: TableKey) -> tuple[Check, ...]:
    return check_table(connection, _relation(store, key), step.rules.get(key, ()))


def _relation(store: Store, key: TableKey) -> str:
    return rows_of_file(store.path(key))
