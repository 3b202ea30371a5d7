"""Column lineage, read from the SQL: which columns of which tables each column is made from."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage

from nqpf_assets.steps.step import ColumnSources
from nqpf_assets.warehouse.duckdb_dialect import DIALECT
from nqpf_assets.warehouse.store import TableKey


def column_lineage(sql: str, columns: Mapping[TableKey, tuple[str, ...]]) -> ColumnSources:
    """For each column of the query, the columns of stored tables that enter its value.

    Args:
        sql: one SELECT in the engine's dialect.
        columns: columns of the tables it reads, as far as they are known.

    Returns:
        Column → tables and columns, in the order in which they are met; empty where the query is of a
        form that cannot be followed, which costs the picture and not the numbers.
    """
    schema: dict[str, dict[str, dict[str, str]]] = {}
    for (db, table), names in columns.items():
        schema.setdefault(db, {})[table] = dict.fromkeys(names, "VARCHAR")
    try:
        roots = lineage(None, sql, schema, dialect=DIALECT, trim_selects=False)
    except SqlglotError:
        return {}
    return {name: _leaves(root) for name, root in roots.items()}


def _leaves(root: Node) -> tuple[tuple[TableKey, str], ...]:
    found: dict[tuple[TableKey, str], None] = {}
    for node in root.walk():
        if isinstance(node.expression, exp.Table) and node.expression.db:
            key = (node.expression.db, node.expression.name)
            found[key, node.name.split(".")[-1].strip('"')] = None
    return tuple(found)
