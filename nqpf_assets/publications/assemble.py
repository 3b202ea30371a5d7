"""One DuckDB file from the tables of one publication: complete, commented, opened once more and counted.

Written in DuckDB's storage format v1.0.0, which every DuckDB since 1.0 opens. Where the file goes, and
when it takes the place of another, is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import described_columns, table_info
from nqpf_assets.publications.about import about_frames
from nqpf_assets.publications.manifest import Manifest, key_of
from nqpf_assets.warehouse.duckdb_engine import (
    in_memory,
    literal,
    open_database,
    quoted,
    rows_of_file,
)
from nqpf_assets.warehouse.plain_path import plain_target
from nqpf_assets.warehouse.store import TableKey

if TYPE_CHECKING:
    import duckdb
    import polars as pl


def assemble(
    path: Path, past: Iterable[Manifest], manifest: Manifest, file_of: Callable[[str], Path]
) -> None:
    """Write the published file of `manifest`.

    Args:
        past: publications before it, which the file lists.
        file_of: where the Parquet file of ``schema.table`` is.

    Raises:
        RuntimeError: the file does not hold as many rows as the tables.
    """

    path.unlink(missing_ok=True)
    about = about_frames([*past, manifest])
    with plain_target(path) as target, in_memory() as connection:
        connection.execute(f"ATTACH {literal(target)} AS warehouse (STORAGE_VERSION 'v1.0.0')")
        connection.execute("USE warehouse")
        connection.execute("BEGIN")  # one, or every comment waits for the disk
        for schema in sorted({key_of(n)[0] for n in (*manifest.tables, *manifest.views)}):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
        for name in sorted(manifest.tables):
            rows = rows_of_file(file_of(name))
            connection.execute(f"CREATE TABLE {_sql(name)} AS SELECT * FROM {rows}")
        for name, table in sorted(manifest.tables.items()):
            _comment(connection, key_of(name), _sql(name), table.description)
        _add_about(connection, about)
        for name, query in sorted(manifest.views.items()):
            connection.execute(f"CREATE VIEW {_sql(name)} AS {query}")
            lines = query.splitlines()[1:]
            words = " ".join(line.lstrip("- ") for line in lines if line.startswith("--"))
            connection.execute(f"COMMENT ON VIEW {_sql(name)} IS {literal(words)}")
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT warehouse")
        connection.execute("USE memory")
        connection.execute("DETACH warehouse")
    _verify(path, manifest)


def _sql(name: str) -> str:
    schema, table = key_of(name)
    return f"{quoted(schema)}.{quoted(table)}"


def _add_about(
    connection: duckdb.DuckDBPyConnection, about: Mapping[TableKey, pl.DataFrame]
) -> None:
    """What the file says of itself and of those before it, as tables."""
    for key, frame in about.items():
        info = table_info(*key)
        assert info is not None, f"{key} is registered"
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(key[0])}")
        connection.register("about", frame)
        connection.execute(f"CREATE TABLE {_sql('.'.join(key))} AS SELECT * FROM about")
        connection.unregister("about")
        _comment(connection, key, _sql(".".join(key)), info.description)


def _comment(
    connection: duckdb.DuckDBPyConnection, key: TableKey, name: str, description: str
) -> None:
    """Comments of a table and its columns, so that a reader of the file needs no other document."""
    connection.execute(f"COMMENT ON TABLE {name} IS {literal(description)}")
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
        f"SELECT variable, coalesce(title, expression, variable), unit_measure FROM {store}.variable"
    ).fetchall()
    return {name: f"group of the unit in the grouping {name}" for (name,) in groupings} | {
        name: f"{title} ({unit})" if unit else title for name, title, unit in variables
    }


def _verify(path: Path, manifest: Manifest) -> None:
    """Open the file as a reader would and count."""
    with open_database(path) as connection:
        for name, table in manifest.tables.items():
            row = connection.execute(f"SELECT count(*) FROM {_sql(name)}").fetchone()
            if row is None or row[0] != table.n_rows:
                raise RuntimeError(f"{name} was not published as it was built")
