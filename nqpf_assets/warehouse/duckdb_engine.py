"""DuckDB as the engine: in-memory databases with a view over each table's file.

Queries run here; what they say stands in `sql/` or in the stage that composes them. The dialect as a tree is
`duckdb_dialect`'s, the published file `duckdb_file`'s: these three know the engine, and no other module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, cast

from nqpf_assets.warehouse import room, threads
from nqpf_assets.warehouse.plain_path import plain_path
from nqpf_assets.warehouse.store import Store, TableKey

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from nqpf_assets.warehouse.connection import Connection

ENGINE = "duckdb"
"""The library's name, as packages and Dagster's icons have it."""
FLOATS = ("DOUBLE", "FLOAT")
"""Types of columns that can hold NaN and infinite numbers."""

_numbers = count()


@dataclass(frozen=True)
class Pieces:
    """How a query may be asked in pieces.

    Attributes:
        table: that is divided, an input of the query.
        column: texts, none of them null; rows of one value are asked together. The rows that the query gives
            are in its order before any other.
        across: named parts of the query (CTEs) that look across the values; each is asked once, of all rows.
        beside: further inputs that have the column and are divided with the table, by the same values.
    """

    table: TableKey
    column: str
    across: tuple[str, ...] = ()
    beside: tuple[TableKey, ...] = ()


@dataclass(frozen=True)
class Query:
    """A SELECT over a step's inputs, written straight to the table's file.

    `pieces` says how it may be asked some rows at a time (`query_pieces`), where it may; `files` holds what
    it reads that is no input (`put_aside`).
    """

    sql: str
    pieces: Pieces | None = None
    files: object = field(default=None, compare=False, repr=False)


def hashed(row: str) -> str:
    """A row, an expression of SQL, as a number of 128 bits."""
    return f"md5_number({row}::VARCHAR)"


def sums_of_hashes(number: str) -> str:
    """Two sums over the halves of hashes, whatever the order of the rows; each row is hashed once."""
    lower, upper = f"{number} >> 64", f"{number} & 18446744073709551615::UHUGEINT"
    return f"sum(CAST({lower} AS UBIGINT)), sum(CAST({upper} AS UBIGINT))"


SUM_IN_ANY_ORDER = "fsum"
"""The aggregate that adds so that rounding does not depend on the order in which it is done."""


def quoted(name: str) -> str:
    """An identifier as SQL, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string as SQL, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Strings as a list of SQL, which is never empty: of none, one that nothing equals."""
    return ", ".join(map(literal, texts)) or "NULL"


def rows_of_file(path: Path) -> str:
    """The rows of one Parquet file of ours, as SQL; its path is a name and no pattern."""
    return f"read_parquet({literal(plain_path(path))}, hive_partitioning = false)"


def rows_of_files(paths: Sequence[Path]) -> str:
    """The rows of several Parquet files of one table, one file after the other, as SQL."""
    listed = ", ".join(literal(plain_path(path)) for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def relation_of(store: Store, key: TableKey, view: str | None = None) -> str:
    """What is seen of a table, as a query: a view of it, or the rows of its file."""
    return view or f"SELECT * FROM {rows_of_file(store.path(key))}"


@contextmanager
def connect(
    store: Store, keys: Iterable[TableKey] = (), views: Mapping[TableKey, str] | None = None
) -> Iterator[Connection]:
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
            query = relation_of(store, (schema, table), (views or {}).get((schema, table)))
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
    engine = _in_memory()
    engine.execute("SET enable_external_file_cache = false")
    return engine


def in_memory() -> Connection:
    """A new database in memory: nothing is fetched from elsewhere, times are UTC."""
    return _in_memory()


def _in_memory() -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, **threads.of_database(), **room.of_engine()}
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def write_query(connection: Connection, query: Query, path: Path) -> None:
    """Write the rows of `query` as Parquet, in the order the query gives them."""
    connection.execute(
        f"COPY ({query.sql}) TO {literal(plain_path(path))} (FORMAT parquet, COMPRESSION zstd)"
    )


def columns_of(connection: Connection, relation: str) -> list[tuple[str, str]]:
    """Name and type of each column of a relation, in its order."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    return [(row[0], row[1]) for row in described]


def frame_of(connection: Connection, sql: str, parameters: object = None) -> pl.DataFrame:
    """The rows of a query as a frame."""
    import polars as pl

    found = _as_duckdb(connection).sql(sql, params=parameters).to_arrow_table()
    frame = pl.from_arrow(found)
    assert isinstance(frame, pl.DataFrame), "a table, not a column"
    return frame


def memory_of(connection: Connection) -> float:
    """Bytes that the engine may hold in memory: what the user says, or what it takes of the machine's."""
    ((size,),) = connection.execute("SELECT current_setting('memory_limit')").fetchall()
    return room.bytes_of(size)


def add_database(connection: Connection, name: str) -> None:
    """One more database in memory beside the connection's own."""
    connection.execute(f"ATTACH ':memory:' AS {quoted(name)}")


@contextmanager
def within(connection: Connection, name: str, back: str) -> Iterator[None]:
    """Names without a database are those of this one, until the connection is back in the other."""
    connection.execute(f"USE {quoted(name)}")
    try:
        yield
    finally:
        connection.execute(f"USE {quoted(back)}")


def add_frame(connection: Connection, name: str, frame: pl.DataFrame) -> None:
    """A frame under a name, as long as the connection lives or until another takes the name."""
    _as_duckdb(connection).register(name, frame)


def engine_error() -> type[Exception]:
    """What the engine raises, for an `except`; asked for only once something was raised."""
    import duckdb

    return duckdb.Error


def is_one_query(text: str) -> bool:
    """Whether a text is one query and nothing behind it; it is read and not run."""
    import duckdb

    try:
        found = duckdb.extract_statements(text)
    except duckdb.Error:
        return False
    return [one.type for one in found] == [duckdb.StatementType.SELECT]


def is_interruption(error: BaseException | None) -> bool:
    """Whether it is how the engine tells of Ctrl-C during a query, in an exception of its own.

    Told by name and words, without loading the engine: Dagster hands on the words alone.
    """
    return type(error).__name__ == "InterruptException" or str(error) == "Query interrupted"


def _as_duckdb(connection: Connection) -> duckdb.DuckDBPyConnection:
    return cast("duckdb.DuckDBPyConnection", connection)
