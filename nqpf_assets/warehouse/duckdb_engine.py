"""DuckDB as the engine: in-memory databases with a view over each table's file.

Queries run here; what they say stands in `sql/` or in the stage that composes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.warehouse import threads
from nqpf_assets.warehouse.plain_path import plain_database, plain_path
from nqpf_assets.warehouse.store import Store, TableKey

if TYPE_CHECKING:
    import duckdb

_numbers = count()


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


def rows_of_file(path: Path) -> str:
    """The rows of one Parquet file of ours, as SQL; its path is a name and no pattern."""
    return f"read_parquet({literal(plain_path(path))}, hive_partitioning = false)"


@contextmanager
def connect(
    store: Store, keys: Iterable[TableKey] = (), views: Mapping[TableKey, str] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database of its own: each table of `keys`, and no other, is a view over its file.

    Args:
        views: queries for tables of which only a part is to be seen.
    """
    engine = _engine()
    name = f'"step {next(_numbers)}"'  # no study can have this name
    connection = engine.cursor()
    connection.execute(f"ATTACH ':memory:' AS {name}")
    try:
        connection.execute(f"USE {name}")
        for schema, table in keys:
            rows = rows_of_file(store.path((schema, table)))
            query = (views or {}).get((schema, table), f"SELECT * FROM {rows}")
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
            connection.execute(f"CREATE VIEW {quoted(schema)}.{quoted(table)} AS {query}")
        yield connection
    finally:
        connection.close()
        engine.execute(f"DETACH {name}")


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One engine for the process: to start one takes longer than most steps.

    It must not remember files, because a table that is made again has the same name.
    """
    engine = in_memory()
    engine.execute("SET enable_external_file_cache = false")
    return engine


def in_memory() -> duckdb.DuckDBPyConnection:
    """A new database in memory: nothing is fetched from elsewhere, times are UTC."""
    import duckdb

    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, **threads.of_database()}
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def open_database(path: Path, **config: object) -> duckdb.DuckDBPyConnection:
    """A DuckDB file, read-only.

    Raises:
        duckdb.Error: it is none, or another process has it open for writing.
    """
    import duckdb

    return duckdb.connect(plain_database(path), read_only=True, config=config)  # type: ignore[arg-type]


def write_query(connection: duckdb.DuckDBPyConnection, query: Query, path: Path) -> None:
    """Write the rows of `query` as Parquet, in the order the query gives them."""
    connection.execute(
        f"COPY ({query.sql}) TO {literal(plain_path(path))} (FORMAT parquet, COMPRESSION zstd)"
    )
