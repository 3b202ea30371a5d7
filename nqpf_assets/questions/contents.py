"""What stands in a published file: its tables with their meaning, found by the name that somebody types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem, did_you_mean
from nqpf_assets.warehouse.duckdb_engine import quoted
from nqpf_assets.warehouse.duckdb_file import stored_columns, stored_tables

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

SHOWN = 6
"""Names that a refusal lists."""


@dataclass(frozen=True)
class Column:
    """A column: its name, type and meaning."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Table:
    """A table or view of the file.

    Attributes:
        description: what one row is; empty for a table that nqpf did not write.
        n_rows: None for a view, which is not counted.
    """

    schema: str
    name: str
    is_view: bool
    description: str
    n_rows: int | None
    columns: tuple[Column, ...]

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def sql(self) -> str:
        """Its name as SQL, quoted where it has to be."""
        return f"{as_sql(self.schema)}.{as_sql(self.name)}"


def as_sql(name: str) -> str:
    """A name as one types it: quoted only where it has to be."""
    return name if name.isidentifier() and name not in RESERVED else quoted(name)


RESERVED = frozenset({"column", "table", "group", "order", "user", "all", "end"})
"""Words of SQL that tables or columns are named by."""


def contents(connection: Connection, *, counted: bool = True) -> list[Table]:
    """All tables of the file, by name.

    Args:
        counted: whether rows are counted, which a shell can do without.
    """
    columns: dict[tuple[str, str], list[Column]] = {}
    for schema, table, name, kind, words in stored_columns(connection):
        columns.setdefault((schema, table), []).append(Column(name, kind, words))
    stored = stored_tables(connection)
    whole = [(schema, name) for schema, name, is_view, _ in stored if not is_view]
    rows = _counts(connection, whole) if counted else {}
    return [
        Table(
            schema,
            name,
            is_view,
            words,
            rows.get((schema, name)),
            tuple(columns.get((schema, name), ())),
        )
        for schema, name, is_view, words in stored
    ]


def _counts(connection: Connection, tables: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    if not tables:
        return {}
    counts = (
        f"SELECT {number}, count(*) FROM {quoted(schema)}.{quoted(name)}"
        for number, (schema, name) in enumerate(tables)
    )
    found = connection.execute(" UNION ALL ".join(counts)).fetchall()
    return {tables[number]: n for number, n in found}


def named(tables: list[Table], word: str) -> list[Table]:
    """The table that a word names, or all of a schema.

    Args:
        word: ``schema.table``, a table that only one schema has, or a schema.

    Raises:
        InputError: it names none, or tables of several schemas.
    """
    asked = word.strip().replace('"', "").lower()
    exact = [one for one in tables if one.full_name.lower() == asked]
    within = [one for one in tables if one.schema.lower() == asked]
    alone = [one for one in tables if one.name.lower() == asked]
    if exact or within or len(alone) == 1:
        return exact or within or alone
    schemas = sorted({one.schema for one in tables})
    known = [*schemas, *(one.full_name for one in tables), *sorted({one.name for one in tables})]
    listed = ", ".join(one.full_name for one in alone[:SHOWN])
    raise InputError(
        [
            Problem(
                file=word,
                where="",
                expected=f"one of {listed}"
                if alone
                else f"a table, or one of {', '.join(schemas)}",
                found=f"{counted(len(alone), 'tables')} of that name"
                if alone
                else "nothing of that name",
                remedy="name its schema as well"
                if alone
                else did_you_mean(asked, known) or "`nqpf describe` lists all tables",
                code="unknown_table",
            )
        ]
    )
