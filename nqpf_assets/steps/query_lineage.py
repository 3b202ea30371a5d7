"""Column lineage, read from a query: which columns each of its columns is made from, and how.

The words are those of OpenLineage's facet of column lineage. ``direct``: the value is made from the other
(``identity``, ``transformation``, ``aggregation``). ``indirect``: the other decides which value it is
(``conditional``, ``window``, ``sort``) or whether there is a row (``join``, ``filter``, ``group by``). What
is true of all columns, since it decides which rows there are, stands under `ROWS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nqpf_assets.steps.query_parts import clauses, parts_of
from nqpf_assets.warehouse.code_hash import source_of
from nqpf_assets.warehouse.duckdb_dialect import DIALECT
from nqpf_assets.warehouse.kept_beside import keep, recall
from nqpf_assets.warehouse.releases import release_of

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

ROWS = "*"
"""Stands for all columns of a table: what decides which rows it has."""

DIRECT = ("identity", "transformation", "aggregation")
INDIRECT = ("conditional", "window", "sort", "join", "filter", "group by")
OUTSIDE = frozenset(
    {
        "raw files",
        "study file",
        "catalogue",
        "corrections.yaml",
        "nqpf.yaml",
        "program",
        "publications",
    }
)
"""What is no table of the warehouse; a relation of a query that bears such a name stands for it."""


@dataclass(frozen=True, order=True)
class From:
    """One column from which another one is made.

    Attributes:
        schema: of its table; empty where it lies outside of the warehouse.
        table: its table, or what lies outside: ``raw files``, ``study file`` …
        column: its name; empty where what lies outside has no columns.
        how: one of `DIRECT` or `INDIRECT`.
    """

    schema: str
    table: str
    column: str
    how: str

    @property
    def is_direct(self) -> bool:
        return self.how in DIRECT

    def under(self, how: str) -> From:
        """The same column seen through one more step."""
        if how in DIRECT and self.is_direct:
            how = max(how, self.how, key=DIRECT.index)
        elif how in DIRECT:
            how = self.how
        return From(self.schema, self.table, self.column, how)


_CONSTANT = From("", "", "", DIRECT[0])
"""Stands in the query as it is, which tells something only where nothing else enters a column."""
Found = dict[From, None]
"""A set that keeps the order in which things were met."""
Lineage = Mapping[str, tuple[From, ...]]
Columns = tuple[tuple[tuple[str, str], tuple[str, ...]], ...]


@lru_cache(maxsize=512)
def query_lineage(sql: str, columns: Columns, constants: str = "program") -> Lineage:
    """For each column of a query, and for its rows, what enters them.

    Args:
        sql: one SELECT in the engine's dialect.
        columns: tables that it reads, each with its columns.
        constants: who says what stands in the query as it is, one of `OUTSIDE`.

    Returns:
        Empty where the query is of a form that cannot be followed.
    """
    of = (sql, columns, constants, release_of("sqlglot"), source_of(__name__))
    kept = recall("lineage", *of)
    if kept is None:
        found = _followed(sql, columns, constants)
        keep({name: [astuple(one) for one in made] for name, made in found.items()}, "lineage", *of)
        return found
    return {name: tuple(From(*one) for one in made) for name, made in kept.items()}


def _followed(sql: str, columns: Columns, constants: str) -> Lineage:
    """`query_lineage`, read from the query."""
    from sqlglot import parse_one
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    schema: dict[str, Any] = {}
    for (db, table), names in columns:
        schema.setdefault(db, {})[table] = dict.fromkeys(names, "VARCHAR")
    try:
        tree = qualify(
            parse_one(sql, dialect=DIALECT),
            dialect=DIALECT,
            schema=schema,
            validate_qualify_columns=False,
            identify=False,
        )
        root = build_scope(tree)
    except SqlglotError:
        return {}
    if root is None:
        return {}
    made, rows = _Walk().of(root)
    said = From("", constants, "", "identity")
    found = {name: _apart(entries, rows) for name, entries in made.items()}
    told = {
        name: tuple(one for one in entries if one != _CONSTANT) or (said,)
        for name, entries in found.items()
    }
    return {**told, ROWS: tuple(rows)}


def _apart(entries: Found, rows: Found) -> tuple[From, ...]:
    """What enters a column and does not decide the rows too; of one that counts rows, what decides them."""
    own = tuple(one for one in entries if one not in rows)
    return own or tuple(entries) or tuple(rows)


class _Walk:
    """Scopes of one query, each followed once."""

    def __init__(self) -> None:
        self.done: dict[int, tuple[dict[str, Found], Found]] = {}

    def of(self, scope: Scope) -> tuple[dict[str, Found], Found]:
        """Columns of a scope with what enters them, and what decides its rows."""
        if id(scope) not in self.done:
            self.done[id(scope)] = (
                self._union(scope) if scope.set_operation_scopes else self._select(scope)
            )
        return self.done[id(scope)]

    def _union(self, scope: Scope) -> tuple[dict[str, Found], Found]:
        parts = [self.of(one) for one in scope.set_operation_scopes]
        names, rows = list(parts[0][0]), Found()
        made: dict[str, Found] = {name: {} for name in names}
        for columns, of_rows in parts:
            rows |= of_rows
            for name, entries in zip(names, columns.values(), strict=True):
                made[name] |= entries
        if scope.expression.args.get("distinct"):
            rows |= _under("group by", *made.values())
        return made, rows

    def _select(self, scope: Scope) -> tuple[dict[str, Found], Found]:
        from sqlglot import exp

        select, rows = scope.expression, Found()
        if not isinstance(select, exp.Select):
            return {}, rows  # rows that the query writes out
        optional = _optional(scope)
        for name, (_, source) in scope.selected_sources.items():
            if not isinstance(source, exp.Table) and name not in {*OUTSIDE, *optional}:
                rows |= self.of(source)[1]
        for clause, how in clauses(select):
            rows |= _under(how, self._entries(clause, scope))
        made = {}
        for projection in select.selects:
            entries = self._entries(projection, scope)
            for column in projection.find_all(exp.Column):
                if column.table in optional:
                    entries |= self.of(optional[column.table])[1]
            if not entries and not projection.find(exp.Star, exp.RowNumber):
                entries = {_CONSTANT: None}
            made[projection.alias_or_name] = entries
        if select.args.get("distinct"):
            rows |= _under("group by", *made.values())
        return made, rows

    def _entries(self, node: exp.Expr, scope: Scope) -> Found:
        """What enters an expression."""
        from sqlglot import exp

        if isinstance(node, exp.Column):
            return self._column(node, scope)
        if isinstance(node, exp.Alias | exp.Paren):
            return self._entries(node.this, scope)
        if isinstance(node, exp.Query):
            return self._nested(node, scope)
        found = Found()
        for child, how in parts_of(node):
            found |= _under(how, self._entries(child, scope))
        return found

    def _column(self, column: exp.Column, scope: Scope) -> Found:
        """What a column of another relation is made from."""
        from sqlglot import exp

        name, at = column.table, scope
        while name not in at.sources and at.parent is not None:
            at = at.parent  # a correlated subquery reads its surroundings
        if name in OUTSIDE:
            return {From("", name, "", "identity"): None}
        source = at.sources.get(name)
        if isinstance(source, exp.Table):
            return (
                {From(source.db, source.name, column.name, "identity"): None} if source.db else {}
            )
        return dict(self.of(source)[0].get(column.name, {})) if source is not None else {}

    def _nested(self, query: exp.Expr, scope: Scope) -> Found:
        """A query inside of an expression: its columns enter, and what decides its rows."""
        for one in scope.subquery_scopes:
            if one.expression is query or one.expression is query.unnest():
                made, rows = self.of(one)
                return {**_under("transformation", *made.values()), **rows}
        return {}


def _optional(scope: Scope) -> dict[str, Scope]:
    """Queries that are joined without deciding which rows there are."""
    from sqlglot import exp

    joins = scope.expression.args.get("joins") or []
    names = {one.alias_or_name for one in joins if one.side == "LEFT"} - OUTSIDE
    found = {name: scope.sources[name] for name in names & scope.sources.keys()}
    return {name: one for name, one in found.items() if not isinstance(one, exp.Table)}


def _under(how: str, *several: Iterable[From]) -> Found:
    return {
        one.under(how) if one != _CONSTANT else one: None
        for entries in several
        for one in entries
        if how in DIRECT or one != _CONSTANT
    }
