"""A query over a large table some groups of its rows at a time, so that memory holds those of one piece.

Of a query that asks nothing across the values of one column (every window, group and join is within one value
of it), the rows of all values are those of some values after those of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from nqpf_assets.warehouse.duckdb_dialect import parsed, written
from nqpf_assets.warehouse.duckdb_engine import Query, literal, quoted, write_query
from nqpf_assets.warehouse.put_aside import PutAside

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

ROWS = 500_000
"""Rows of the table that are asked together: all of most projects, which then are asked at once."""
_WHOLE, _ACROSS = "all rows", "across pieces"


def in_pieces(connection: Connection, query: Query) -> Query:
    """A query for the same rows in the same order, the work of which is done: what was found is put aside."""
    sql, pieces = query.sql, query.pieces
    if pieces is None:
        return query
    tables = [(quoted(schema), quoted(table)) for schema, table in (pieces.table, *pieces.beside)]
    column = quoted(pieces.column)
    spans = list(_spans(connection, [".".join(one) for one in tables], column))
    if len(spans) < 2:
        return query
    sql = _held_across(connection, sql, pieces.across)
    for schema, table in tables:
        connection.execute(f"ALTER VIEW {schema}.{table} RENAME TO {_whole(table)}")
    aside = PutAside()
    for first, last in spans:
        for schema, table in tables:
            connection.execute(
                f"CREATE OR REPLACE VIEW {schema}.{table} AS SELECT * FROM {schema}.{_whole(table)}"
                f" WHERE {column} BETWEEN {literal(first)} AND {literal(last)}"
            )
        aside.write(partial(write_query, connection, Query(sql)))
    for schema, table in tables:
        connection.execute(f"DROP VIEW {schema}.{table}")
        connection.execute(f"ALTER VIEW {schema}.{_whole(table)} RENAME TO {table}")
    return aside.query()


def _whole(table: str) -> str:
    """The name of a table of which a part is to be seen under its own."""
    return f'"{_WHOLE} of {table[1:]}'


def _spans(connection: Connection, tables: Sequence[str], column: str) -> Iterator[tuple[str, str]]:
    """First and last value of each piece; a value with more rows than a piece has is one of its own."""
    values = " UNION ALL ".join(f"SELECT {column} AS value FROM {table}" for table in tables)
    counted = connection.execute(
        f"SELECT value, count(*) FROM ({values}) AS v GROUP BY value ORDER BY value"
    ).fetchall()
    first, last, n = None, None, 0
    for value, n_rows in counted:
        if first is not None and last is not None and n + n_rows > ROWS:
            yield first, last
            first, n = None, 0
        first, last, n = value if first is None else first, value, n + n_rows
    if first is not None and last is not None:
        yield first, last


def _held_across(connection: Connection, sql: str, names: tuple[str, ...]) -> str:
    """The query with these parts of it as tables that are made."""
    from sqlglot import exp

    if not names:
        return sql
    tree = parsed(sql)
    head = tree.find(exp.With)
    assert head is not None, "a query with named parts"
    for place, part in enumerate(head.expressions):
        if part.alias not in names:
            continue
        before = ", ".join(map(written, head.expressions[: place + 1]))
        made = quoted(f"{_ACROSS}: {part.alias}")
        connection.execute(
            f"CREATE TABLE {made} AS WITH {before} SELECT * FROM {quoted(part.alias)}"
        )
        part.set("this", parsed(f"SELECT * FROM {made}"))
    return written(tree)
