"""One database file from the tables of one publication: complete, commented, opened once more and counted.

How a file of the engine is written is for `warehouse.duckdb_file`. Where it goes, and when it takes the place
of another, is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from graphlib import TopologicalSorter
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import described_columns, table_info
from nqpf_assets.publications.about import about_frames
from nqpf_assets.publications.manifest import Manifest, key_of
from nqpf_assets.warehouse.duckdb_engine import add_frame, columns_of, quoted, rows_of_file
from nqpf_assets.warehouse.duckdb_file import NEW, comment, new_file, open_file
from nqpf_assets.warehouse.room import is_lack
from nqpf_assets.warehouse.store import TableKey

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.warehouse.connection import Connection


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
    about = about_frames([*past, manifest])
    try:
        _write(path, manifest, about, file_of, is_lean=True)
    except Exception as error:
        if not is_lack(error):
            raise
        _write(path, manifest, about, file_of, is_lean=False)
    _verify(path, manifest)


def _write(
    path: Path,
    manifest: Manifest,
    about: Mapping[TableKey, pl.DataFrame],
    file_of: Callable[[str], Path],
    *,
    is_lean: bool,
) -> None:
    """The file, written anew."""
    path.unlink(missing_ok=True)
    with new_file(path, is_lean=is_lean) as connection:
        for schema in sorted({key_of(n)[0] for n in (*manifest.tables, *manifest.views)}):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
        for name in sorted(manifest.tables):
            rows = rows_of_file(file_of(name))
            connection.execute(f"CREATE TABLE {_sql(name)} AS SELECT * FROM {rows}")
        for name, table in sorted(manifest.tables.items()):
            _comment(connection, key_of(name), _sql(name), table.description)
        _add_about(connection, about)
        for name, query in _in_order(manifest.views):
            connection.execute(f"CREATE VIEW {_sql(name)} AS {query}")
            head = takewhile(lambda line: line.startswith("--"), query.splitlines()[1:])
            words = " ".join(line.lstrip("- ") for line in head)
            comment(connection, "VIEW", _sql(name), words)


def _in_order(views: Mapping[str, str]) -> list[tuple[str, str]]:
    """Views by name, each behind those that it reads."""
    reads = {
        name: [
            other for other in sorted(views) if re.search(rf"\b{re.escape(other)}\b", _code(query))
        ]
        for name, query in sorted(views.items())
    }
    order = TopologicalSorter({name: {*found} - {name} for name, found in reads.items()})
    return [(name, views[name]) for name in order.static_order()]


def _code(query: str) -> str:
    """A query without its remarks, in which tables may be named that it does not read."""
    return re.sub(r"--.*", "", query)


def _sql(name: str) -> str:
    schema, table = key_of(name)
    return f"{quoted(schema)}.{quoted(table)}"


def _add_about(connection: Connection, about: Mapping[TableKey, pl.DataFrame]) -> None:
    """What the file says of itself and of those before it, as tables."""
    for key, frame in about.items():
        info = table_info(*key)
        assert info is not None, f"{key} is registered"
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(key[0])}")
        add_frame(connection, "about", frame)
        connection.execute(f"CREATE TABLE {_sql('.'.join(key))} AS SELECT * FROM about")
        _comment(connection, key, _sql(".".join(key)), info.description)


def _comment(connection: Connection, key: TableKey, name: str, description: str) -> None:
    """Comments of a table and its columns, so that a reader of the file needs no other document."""
    comment(connection, "TABLE", name, description)
    info = table_info(*key)
    described = described_columns()
    described |= {column.name: column.description for column in info.columns} if info else {}
    described |= _variables(connection, key[0]) if info and info.is_open else {}
    for column, _ in columns_of(connection, name):
        words = described.get(column) or f"{column}, as in the head of the table"
        comment(connection, "COLUMN", f"{name}.{quoted(column)}", words)


def _variables(connection: Connection, study: str) -> dict[str, str]:
    """Columns of an analysis panel: variables and indices with title and unit, groupings by name."""
    store = f"{NEW}.{quoted(study)}"
    groupings = connection.execute(f"SELECT DISTINCT grouping FROM {store}.unit_group").fetchall()
    # Of a grouping that an expression makes, the panel has names: its unit is that of their values.
    variables = connection.execute(f"""
        SELECT variable,
            if(role = 'grouping', 'group of the row, ', '') || coalesce(title, expression, variable),
            if(role <> 'grouping', unit_measure, NULL)
        FROM {store}.variable""").fetchall()
    return {name: f"group of the unit in the grouping {name}" for (name,) in groupings} | {
        name: f"{title} ({unit})" if unit else title for name, title, unit in variables
    }


def _verify(path: Path, manifest: Manifest) -> None:
    """Open the file as a reader would and count."""
    with open_file(path) as connection:
        for name, table in manifest.tables.items():
            row = connection.execute(f"SELECT count(*) FROM {_sql(name)}").fetchone()
            if row is None or row[0] != table.n_rows:
                raise RuntimeError(f"{name} was not published as it was built")
