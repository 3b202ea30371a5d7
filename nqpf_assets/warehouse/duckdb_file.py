"""The published database as one DuckDB file: written whole, opened to be asked, held against tables.

Written in DuckDB's storage format v1.0.0: tables are read by every DuckDB since 1.0, views since 1.1. What
stands in the file is for `publications` to say, who may ask it for `commands`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.warehouse import room
from nqpf_assets.warehouse.duckdb_engine import in_memory, literal, quoted
from nqpf_assets.warehouse.plain_path import plain_database, plain_target

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from nqpf_assets.warehouse.connection import Connection

SUFFIXES = (".duckdb", ".db", ".ddb")
"""Under which programs look for such a file."""
NEW = "warehouse"
"""The database that is being written, as it is named in its connection."""
PUBLISHED = "published"
"""A published file that is held against tables, as it is named in its connection."""

_STORAGE = "v1.0.0"
_ENOUGH = "400MB"
"""Memory in which a file is written, of millions of rows as well."""
_ANSWERS = ("SELECT", "EXPLAIN", "MULTI")
"""Kinds of statements that ask; FROM, WITH, SHOW, DESCRIBE and SUMMARIZE are SELECT, PIVOT is MULTI."""
_BATCH = 100_000
"""Rows that are fetched at a time where only so many are wanted."""
_HELD = re.compile(r"\block\b|used by another process", re.IGNORECASE)
"""As DuckDB and Windows say that a file is held; a damaged one speaks of blocks."""
_HOLDER = re.compile(r"held in (.+?) \(PID (\d+)\)")
"""As DuckDB names who holds a file."""
_DAMAGED = re.compile(
    r"checksum|corrupt|could not read enough bytes|not a valid DuckDB database|failed to deserialize",
    re.IGNORECASE,
)
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,  # or `FROM rows` would read a variable of ours
}
"""What must be closed before the file is opened; the rest follows once it is."""


class NoQuery(ValueError):
    """What was asked is not one query that asks for rows; the words say what was expected and found."""


@contextmanager
def new_file(path: Path, *, is_lean: bool) -> Iterator[Connection]:
    """A connection that writes a new file, which is whole at `path` afterwards.

    Args:
        is_lean: with `_ENOUGH` memory, unless the user says how much there is; DuckDB keeps in memory what it
            wrote as long as it may.

    Raises:
        engine_error(): `room.is_lack` of it where that was too little.
    """
    with plain_target(path) as target, in_memory() as connection:
        if is_lean and not room.of_memory():
            connection.execute(f"SET memory_limit = '{_ENOUGH}'")
        connection.execute(f"ATTACH {literal(target)} AS {NEW} (STORAGE_VERSION '{_STORAGE}')")
        connection.execute(f"USE {NEW}")
        connection.execute("BEGIN")  # one, or every comment waits for the disk
        yield connection
        connection.execute("COMMIT")
        connection.execute(f"CHECKPOINT {NEW}")
        connection.execute("USE memory")
        connection.execute(f"DETACH {NEW}")


def comment(connection: Connection, kind: str, name: str, words: str) -> None:
    """A comment that stays with the file.

    Args:
        kind: TABLE, VIEW or COLUMN.
        name: of it, as SQL.
    """
    connection.execute(f"COMMENT ON {kind} {name} IS {literal(words)}")


def comments_of_tables_with(connection: Connection, column: str) -> dict[str, str]:
    """``schema.table`` → its comment, of the tables that have such a column."""
    rows = connection.execute(
        "SELECT t.schema_name || '.' || t.table_name, t.comment FROM duckdb_tables() AS t"
        " INNER JOIN duckdb_columns() AS c ON c.table_oid = t.table_oid"
        f" WHERE c.column_name = {literal(column)} ORDER BY 1"
    ).fetchall()
    return dict(rows)


def comments_of_columns(connection: Connection, schema: str, table: str) -> dict[str, str]:
    """Column → its comment, empty where it has none, in the order of the table."""
    rows = connection.execute(
        "SELECT column_name, coalesce(comment, '') FROM duckdb_columns()"
        f" WHERE schema_name = {literal(schema)} AND table_name = {literal(table)}"
        " ORDER BY column_index"
    ).fetchall()
    return dict(rows)


def stored_tables(connection: Connection) -> list[tuple[str, str, bool, str]]:
    """Schema, name, whether it is a view, and comment of every table, in the order of their names."""
    return connection.execute(
        "SELECT schema_name, table_name, false, coalesce(comment, '') FROM duckdb_tables()"
        " WHERE NOT internal AND database_name = current_database()"
        " UNION ALL SELECT schema_name, view_name, true, coalesce(comment, '') FROM duckdb_views()"
        " WHERE NOT internal AND database_name = current_database() ORDER BY ALL"
    ).fetchall()


def stored_columns(connection: Connection) -> list[tuple[str, str, str, str, str]]:
    """Schema, table, name, type and comment of every column, those of a table in its order."""
    return connection.execute(
        "SELECT schema_name, table_name, column_name, data_type, coalesce(comment, '')"
        " FROM duckdb_columns() WHERE NOT internal AND database_name = current_database()"
        " ORDER BY schema_name, table_name, column_index"
    ).fetchall()


def open_file(path: Path) -> Connection:
    """The file, read-only.

    Raises:
        engine_error(): it is none, or another process has it open for writing.
    """
    return _open(path, {})


def open_closed(path: Path) -> Connection:
    """The file, read-only, without a way to other files, to the network and to settings.

    Raises:
        engine_error(): it is none, or another process has it open for writing.
    """
    connection = _open(path, _CLOSED)
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _open(
    path: Path, config: dict[str, str | bool | int | float | list[str]]
) -> duckdb.DuckDBPyConnection:
    import duckdb

    limited = {**config, **room.of_memory()}
    return duckdb.connect(plain_database(path), read_only=True, config=limited)


def log_of(path: Path) -> Path:
    """Where a program that writes into the file keeps what it has not put there yet."""
    return path.with_name(f"{path.name}.wal")


def holder_of(error: Exception) -> str | None:
    """Who has the file open for writing, where that is why it cannot be opened; else None."""
    words = str(error)
    if is_damage(error) or _HELD.search(words) is None:
        return None
    holder = _HOLDER.search(words)
    return f"process {holder[2]} ({holder[1]})" if holder else "another program"


def is_damage(error: BaseException) -> bool:
    """Whether it is how the engine tells of a file whose bytes are not those that were written.

    Told by name and words, without loading the engine.
    """
    return "duckdb" in type(error).__module__ and _DAMAGED.search(str(error)) is not None


def add_published(connection: Connection, path: Path) -> None:
    """The file beside the connection's own tables, read-only, as `PUBLISHED`.

    Raises:
        engine_error(): it cannot be opened.
    """
    connection.execute(f"ATTACH {literal(plain_database(path))} AS {quoted(PUBLISHED)} (READ_ONLY)")


def answer_of(connection: Connection, sql: str, *, most: int | None = None) -> pa.Table | None:
    """The rows of one query that somebody typed; None where it has no rows to give.

    Args:
        most: rows that are fetched; one more than it where there are more.

    Raises:
        NoQuery: it is another statement, or several.
        engine_error(): the engine refuses it.
    """
    engine: duckdb.DuckDBPyConnection = connection  # type: ignore[assignment]
    statements = engine.extract_statements(sql)
    if len(statements) != 1:
        raise NoQuery(f"one query is expected, {len(statements) or 'none'} found")
    kind = _kind(statements[0])
    if kind not in _ANSWERS:
        raise NoQuery(f"a query that asks for rows is expected, {kind} found")

    def rows() -> pa.Table | None:
        relation = engine.sql(sql)
        if relation is None:
            return None
        return relation.to_arrow_table() if most is None else _first(relation, most + 1)

    return _stopped_by_ctrl_c(engine, rows)


def _first(relation: duckdb.DuckDBPyRelation, n: int) -> pa.Table:
    """So many rows of a relation; what the engine would give behind them is not worked out."""
    import pyarrow as pa

    # By its older name in DuckDB before 1.5.
    fetch = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
    with fetch(_BATCH) as reader:
        batches, missing = [], n
        while missing > 0 and (batch := next(reader, None)) is not None:
            batches.append(batch.slice(0, missing))
            missing -= batch.num_rows
        return pa.Table.from_batches(batches, reader.schema)


def _stopped_by_ctrl_c(
    engine: duckdb.DuckDBPyConnection, ask: Callable[[], pa.Table | None]
) -> pa.Table | None:
    """Ask beside, for the engine does not hear Ctrl-C while it works; hand on how it ends."""
    with ThreadPoolExecutor(1) as beside:
        answer: Future[pa.Table | None] | None = None
        try:
            answer = beside.submit(ask)
            while not answer.done():  # who waits without end may not be woken by a signal
                wait([answer], timeout=0.1)
        except KeyboardInterrupt:
            if answer is None:
                raise
            while not answer.done():  # one that has not begun does not hear it either
                engine.interrupt()
                wait([answer], timeout=0.1)
        return answer.result()


@contextmanager
def stopped_after(connection: Connection, seconds: float) -> Iterator[None]:
    """Stop the query that is asked within, if it takes longer; it ends as if somebody had stopped it."""
    engine: duckdb.DuckDBPyConnection = connection  # type: ignore[assignment]
    ended = threading.Event()

    def stop() -> None:
        if not ended.wait(seconds):
            while not ended.wait(0.1):  # one that has not begun does not hear it
                engine.interrupt()

    threading.Thread(target=stop, daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def _kind(statement: duckdb.Statement) -> str:
    try:
        return statement.type.name
    except ValueError:  # DuckDB's Python package does not know all kinds that its parser does
        return "another statement"
