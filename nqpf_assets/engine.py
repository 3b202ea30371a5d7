"""DuckDB as the engine: in-memory connections with a view over each table's file.

Queries run here; what they say stands in `sql/` or in the stage that composes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.store import Store, TableKey

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Query:
    """A SELECT over a step's inputs, written straight to the table's file."""

    sql: str


def quoted(name: str) -> str:
    """An identifier as SQL, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string as SQL, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"


def connect(store: Store, keys: Iterable[TableKey]) -> duckdb.DuckDBPyConnection:
    """An in-memory database in which every table of `keys` is a view over its file."""
    import duckdb

    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    connection.execute("SET TimeZone = 'UTC'")
    for schema, table in keys:
        path = literal(str(store.path((schema, table))))
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
        connection.execute(
            f"CREATE VIEW {quoted(schema)}.{quoted(table)} AS SELECT * FROM read_parquet({path})"
        )
    return connection


def write_query(connection: duckdb.DuckDBPyConnection, query: Query, path: Path) -> None:
    """Write the rows of `query` as Parquet, in the order the query gives them."""
    connection.execute(
        f"COPY ({query.sql}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
    )
