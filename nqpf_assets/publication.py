"""The published warehouse: one DuckDB file, complete, commented, put in place by one rename.

It is assembled beside the old one from the tables' files and opened once more before the rename, so
a reader sees a finished publication or the one before. The file is written in DuckDB's storage
format v1.0.0, which every DuckDB since 1.0 opens.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets import threads
from nqpf_assets.catalog.columns import described_columns, table_info
from nqpf_assets.engine import literal, quoted
from nqpf_assets.project import Project
from nqpf_assets.stages.sql import SqlFile, sql_files
from nqpf_assets.store import Store, TableKey, replace_file

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Publication:
    """What was published: the hash of everything in it, how much, and when."""

    fingerprint: str
    n_tables: int
    n_rows: int
    size: int
    published_at: str


def record_path(project: Project) -> Path:
    return project.database.with_suffix(".json")


def current(project: Project) -> Publication | None:
    """The record of the published file, or None where there is none or it is another file."""
    try:
        record = Publication(**json.loads(record_path(project).read_text("utf-8")))
        return record if project.database.stat().st_size == record.size else None
    except (OSError, ValueError, TypeError):
        return None


def publication_fingerprint(store: Store, tables: Mapping[TableKey, str]) -> str | None:
    """Hash of all tables, their descriptions, and the views; None where a table is missing."""
    digest = hashlib.sha256(Path(__file__).read_bytes() + repr(sorted(tables.items())).encode())
    for view in _views():
        digest.update(view.text.encode())
    for key in sorted(tables):
        record = store.record(key)
        if record is None:
            return None
        digest.update(f"{key}{record.sha256}{table_info(*key)}".encode())
    return digest.hexdigest()


def publish(project: Project, store: Store, tables: Mapping[TableKey, str]) -> Publication:
    """Assemble the warehouse from the tables and put it in the place of the one before.

    Args:
        tables: every table with its description in words, which becomes its comment.

    Raises:
        LookupError: a table is missing.
        RuntimeError: the assembled file does not hold what the tables hold; it is thrown away.
    """
    mark = publication_fingerprint(store, tables)
    if mark is None:
        raise LookupError("not all tables are built")
    replace_file(project.database, lambda beside: _assemble(beside, store, tables))
    rows = sum(record.n_rows for key in tables if (record := store.record(key)))
    done = Publication(
        mark,
        len(tables),
        rows,
        project.database.stat().st_size,
        dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )
    text = json.dumps(asdict(done), indent=1)
    replace_file(record_path(project), lambda beside: beside.write_text(text, "utf-8"))
    return done


def _views() -> list[SqlFile]:
    return [file for file in sql_files() if file.is_view]


def _assemble(path: Path, store: Store, tables: Mapping[TableKey, str]) -> None:
    import duckdb

    path.unlink(missing_ok=True)
    with duckdb.connect(config={**threads.of_database()}) as connection:
        connection.execute(f"ATTACH {literal(str(path))} AS warehouse (STORAGE_VERSION 'v1.0.0')")
        connection.execute("USE warehouse")
        connection.execute("BEGIN")  # one, or every comment waits for the disk
        for schema in sorted({key[0] for key in tables} | {view.key[0] for view in _views()}):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
        for key in sorted(tables):
            name = f"{quoted(key[0])}.{quoted(key[1])}"
            source = literal(str(store.path(key)))
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet({source})")
        for key in sorted(tables):
            _comment(connection, key, f"{quoted(key[0])}.{quoted(key[1])}", tables[key])
        studies_there = any(key == ("result", "model") for key in tables)
        for view in _views() if studies_there else []:
            name = f"{quoted(view.key[0])}.{quoted(view.key[1])}"
            connection.execute(f"CREATE VIEW {name} AS {view.text}")
            words = " ".join(
                line.lstrip("- ") for line in view.text.splitlines()[1:] if line.startswith("--")
            )
            connection.execute(f"COMMENT ON VIEW {name} IS {literal(words)}")
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT warehouse")
        connection.execute("USE memory")
        connection.execute("DETACH warehouse")
    _verify(path, store, tables)


def _comment(connection: duckdb.DuckDBPyConnection, key: TableKey, name: str, words: str) -> None:
    """Comments of a table and its columns, so that a reader of the file needs no other document."""
    connection.execute(f"COMMENT ON TABLE {name} IS {literal(words)}")
    info = table_info(*key)
    described = described_columns()
    described |= {column.name: column.description for column in info.columns} if info else {}
    described |= _variables(connection, key[0]) if info and info.is_open else {}
    for column, *_ in connection.execute(f"DESCRIBE {name}").fetchall():
        words = described.get(column) or f"{column}, as in the head of the table"
        connection.execute(f"COMMENT ON COLUMN {name}.{quoted(column)} IS {literal(words)}")


def _variables(connection: duckdb.DuckDBPyConnection, study: str) -> dict[str, str]:
    """Columns of an analysis panel: variables and indices with title and unit, groupings by name."""
    store = f"warehouse.{quoted(study)}"
    groupings = connection.execute(f"SELECT DISTINCT grouping FROM {store}.unit_group").fetchall()
    variables = connection.execute(
        f"SELECT variable, coalesce(title, expression, variable), measured_in FROM {store}.variable"
    ).fetchall()
    return {name: f"group of the unit in the grouping {name}" for (name,) in groupings} | {
        name: f"{title} ({unit})" if unit else title for name, title, unit in variables
    }


def _verify(path: Path, store: Store, tables: Mapping[TableKey, str]) -> None:
    """Open the file as a reader would and count."""
    import duckdb

    with duckdb.connect(str(path), read_only=True) as connection:
        for key in tables:
            row = connection.execute(
                f"SELECT count(*) FROM {quoted(key[0])}.{quoted(key[1])}"
            ).fetchone()
            record = store.record(key)
            if row is None or record is None or row[0] != record.n_rows:
                raise RuntimeError(f"{'.'.join(key)} was not published as it was built")
