"""A step's query on both engines, and what their rows differ in."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest

from nqpf_assets.warehouse import spark_engine
from nqpf_assets.warehouse.duckdb_engine import Query, connect
from nqpf_assets.warehouse.store import Store, TableKey

needs_spark = pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None,
    reason="PySpark or Java is not installed: make spark, openjdk-17-jre-headless",
)

RELATIVE = 1e-10
"""Sums in another order, and logarithms of another library, differ in the last digits of sixteen."""


def on_spark(
    sql: str,
    store: Store,
    path: Path,
    views: Mapping[TableKey, str] | None = None,
    relations: Mapping[TableKey, str] | None = None,
) -> list[tuple[Any, ...]]:
    """The rows of a query over tables of a store, by Spark."""
    relations = relations or {}
    with connect(store, relations, views) as connection:
        spark_engine.write_query(connection, Query(sql), path, relations)
    return rows_of(path)


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()


def is_alike(one: Any, other: Any, relative: float = RELATIVE) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=relative, abs_tol=1e-300)
    return bool(one == other)


def differing(
    one: list[tuple[Any, ...]], other: list[tuple[Any, ...]], relative: float = RELATIVE
) -> list[str]:
    """Rows that are not alike, both as words; of tables that are not equally long, their lengths."""
    if len(one) != len(other):
        return [f"{len(one)} rows, {len(other)} rows"]
    return [
        f"{mine} {yours}"
        for mine, yours in zip(one, other, strict=True)
        if not all(is_alike(a, b, relative) for a, b in zip(mine, yours, strict=True))
    ]


def tables_apart(one: Path, other: Path, relative: float = RELATIVE) -> tuple[int, dict[str, str]]:
    """Number of tables of two published databases, and those that are not alike → what differs.

    Rows are held against each other in the order in which they are published; numbers to
    `relative` of themselves, all else exactly.
    """
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{one}' AS a (READ_ONLY); ATTACH '{other}' AS b (READ_ONLY)")
        mine, yours = (_columns(connection, name) for name in "ab")
        apart = dict.fromkeys(mine.keys() ^ yours.keys(), "in one only")
        for name in mine.keys() & yours.keys():
            if words := _apart(connection, name, mine[name], yours[name], relative):
                apart[name] = words
        return len(mine.keys() | yours.keys()), apart


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[Any]]:
    """Table with its schema → names and types of its columns."""
    rows = connection.execute(
        """SELECT schema_name || '.' || table_name, list((column_name, data_type) ORDER BY column_index)
        FROM duckdb_columns() WHERE database_name = ? AND NOT internal
            AND table_oid IN (SELECT table_oid FROM duckdb_tables() WHERE database_name = ?)
        GROUP BY ALL""",
        [database, database],
    ).fetchall()
    return dict(rows)


def _apart(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    mine: list[tuple[str, str]],
    yours: list[tuple[str, str]],
    relative: float,
) -> str:
    if mine != yours:
        return f"columns {mine}, {yours}"
    tests = [_is_apart(column, kind, relative) for column, kind in mine]
    counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests)
    table = ".".join(f'"{part}"' for part in name.split(".", 1))
    numbers = connection.execute(
        f"SELECT (SELECT count(*) FROM a.{table}), (SELECT count(*) FROM b.{table}), {counts} "
        f"FROM a.{table} AS x POSITIONAL JOIN b.{table} AS y"
    ).fetchone()
    assert numbers is not None
    if numbers[0] != numbers[1]:
        return f"{numbers[0]} rows, {numbers[1]} rows"
    found = zip(mine, numbers[2:], strict=True)
    return ", ".join(f"{column}: {count} rows" for (column, _), count in found if count)


def _is_apart(column: str, kind: str, relative: float) -> str:
    one, other = (f'{side}."{column}"' for side in "xy")
    if kind != "DOUBLE":
        return f"{one} IS DISTINCT FROM {other}"
    return (
        f"{one} IS DISTINCT FROM {other} AND NOT coalesce("
        f"abs({one} - {other}) <= {relative} * greatest(abs({one}), abs({other})), false)"
    )
