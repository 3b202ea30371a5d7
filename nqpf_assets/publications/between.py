"""Two publications side by side in one database: `old`, `new`, and what differs as `difference`.

The queries stand in `sql/difference/`. A table or column that one of the two has not yet, or no more, is
read as empty, so that publications of different releases compare.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nqpf_assets.catalog.columns import registry
from nqpf_assets.publications import asked_roles
from nqpf_assets.publications.archive import content_path, require_kept
from nqpf_assets.publications.manifest import Manifest, key_of
from nqpf_assets.user_input.project import Project, sql_root
from nqpf_assets.warehouse.duckdb_engine import (
    add_database,
    columns_of,
    frame_of,
    in_memory,
    quoted,
    rows_of_file,
)

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.warehouse.connection import Connection

READ = (
    *asked_roles.READ,
    "source.observation",
    "panel.winsor_bound",
    "index.weight",
    "index.score",
    "result.estimate",
    "catalog.region",
)
"""What the queries read of each publication."""

SIDES = ("old", "new")

Part = Literal[
    "file",
    "observation",
    "correction",
    "cell",
    "weight",
    "score",
    "estimate",
    "cell_cause",
    "role",
    "level",
    "moved_by",
]
"""What is compared, each part by the query of its name; ``level`` without one, in `levels`."""

NEEDS: dict[Part, tuple[Part, ...]] = {
    "cell_cause": ("cell",),
    "weight": ("cell",),
    "score": ("cell",),
    "role": ("cell", "estimate"),
    "moved_by": ("cell_cause", "estimate", "role"),
}
"""Parts that read other parts."""

Files = Callable[[str], Path | None]
"""``schema.table`` → its Parquet file, or None where the publication has no such table."""


@dataclass
class Comparison:
    """What differs between two publications, each part computed when it is first asked for."""

    connection: Connection
    _done: set[Part] = field(default_factory=set)

    def rows(self, part: Part) -> pl.DataFrame:
        """The rows of one part; its columns are told in the query's file."""
        self._make(part)
        return frame_of(self.connection, f"SELECT * FROM difference.{part}")

    def _make(self, part: Part) -> None:
        if part in self._done:
            return
        for other in NEEDS.get(part, ()):
            self._make(other)
        text = (sql_root() / "difference" / f"{part}.sql").read_text("utf-8")
        if part == "role":
            asked_roles.make_roles(self.connection, text, SIDES)
        else:
            self.connection.execute(f"CREATE TABLE difference.{part} AS {text}")
        self._done.add(part)


@contextmanager
def compared(old: Files, new: Files) -> Iterator[Comparison]:
    """Both publications opened for comparison."""

    with in_memory() as connection:
        for name, files in zip(SIDES, (old, new), strict=True):
            add_database(connection, name)
            for table in READ:
                _add(connection, name, table, files(table))
        connection.execute("CREATE SCHEMA difference")
        yield Comparison(connection)


def files_of(project: Project, manifest: Manifest, more: Collection[str] = ()) -> Files:
    """The files of a publication that is kept.

    Args:
        more: tables that are read besides those of the queries.

    Raises:
        InputError: a content that is compared is missing or is not what it was.
    """
    require_kept(project, manifest, {*READ, *more})

    def path(name: str) -> Path | None:
        table = manifest.tables.get(name)
        return content_path(project, table.sha256) if table else None

    return path


def _add(connection: Connection, side: str, name: str, path: Path | None) -> None:
    """A view over one table in the registered columns, those that the file lacks as nulls."""
    there: set[str] = set()
    if path is not None:
        source = rows_of_file(path)
        there = {column for column, _ in columns_of(connection, source)}
    columns = ", ".join(
        f"{quoted(one.name) if one.name in there else f'CAST(NULL AS {one.type})'} AS {quoted(one.name)}"
        for one in registry()[key_of(name)].columns
    )
    schema, table = (quoted(part) for part in key_of(name))
    rows = source if path is not None else "(SELECT 1) WHERE false"
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {side}.{schema}")
    connection.execute(f"CREATE VIEW {side}.{schema}.{table} AS SELECT {columns} FROM {rows}")
