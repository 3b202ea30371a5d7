"""A check as it is registered: rules, and the tables that are held to them.

Those of this package stand in `registered`, a module for each. How rules are run is told in `steps.checks`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from nqpf_assets.steps.checks import Finding
from nqpf_assets.warehouse.duckdb_engine import quoted

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

EVERY_TABLE = "*"
OF_EVERY_TABLE = ("grain", "not_empty")
OF_STUDIES = (
    "ranges",
    "whole_numbers",
    "members",
    "not_put_together",
    "clipped_to_one_value",
    "nothing_to_clip",
    "left_out_of_groups",
    "values_without_a_group",
)
"""Names of what is looked at besides: before all rules, and for what a study says."""


@dataclass(frozen=True)
class CheckedTable:
    """A table that was just written.

    Attributes:
        relation: how it is named in the connection's SQL.
        grain: columns that tell its rows apart; empty where a study makes up the table.
        columns: name and type of each, where they are registered and the table has no others; it was held to
            them before.
    """

    relation: str
    grain: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def row(self) -> str:
        """SQL that names a row by its key."""
        return (
            " || ' ' || ".join(
                f"coalesce(CAST({quoted(one)} AS VARCHAR), '')" for one in self.grain
            )
            or "'a row'"
        )


Found = str | tuple[Finding, ...] | None
"""What breaks a rule, in words or one by one; None where it holds."""

Find = Callable[["Connection", CheckedTable], Found]


@dataclass(frozen=True)
class TableRule:
    """One rule of tables.

    Attributes:
        name: under which Dagster shows it.
        expected: the rule in words.
        is_warning: a broken rule is told, and stops nothing.
    """

    name: str
    expected: str
    find: Find
    is_warning: bool = False


@dataclass(frozen=True)
class TableCheck:
    """A check: rules, and which tables are held to them.

    Attributes:
        name: of the check; its rules bear it, a second one with ``_warning`` behind it.
        rules: looked at in this order.
        tables: patterns of ``schema.table``, such as ``source.observation`` or ``*.estimate``, where the
            schema of each study has a table of the name.
        columns: and every table that has all of these columns,
        unless: but for those that have all of these.
    """

    name: str
    rules: tuple[TableRule, ...]
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def holds_for(self, key: tuple[str, str], columns: Iterable[str]) -> bool:
        """Whether a table with these columns is held to the rules."""
        if any(fnmatchcase(".".join(key), pattern) for pattern in self.tables):
            return True
        has = {*columns}
        return bool(self.columns) and {*self.columns} <= has and not ({*self.unless} or {""}) <= has


def lacks(check: TableCheck) -> tuple[str, str] | None:
    """What a check has not that a table could not be held to it without, as expected and found."""
    reserved = (*OF_EVERY_TABLE, *OF_STUDIES)
    if not re.fullmatch("[a-z][a-z0-9_]*", check.name) or check.name in reserved:
        return "a name of lower-case letters that no other check has", repr(check.name)
    names = [getattr(rule, "name", repr(rule)) for rule in check.rules]
    if names not in (
        [check.name],
        [f"{check.name}_warning"],
        [check.name, f"{check.name}_warning"],
    ):
        return f"rules with the names {check.name}, {check.name}_warning or both", ", ".join(
            names
        ) or "none"
    if not (check.tables or check.columns):
        return "`tables` or `columns` that say what is checked", "neither"
    return None


def sql_check(
    name: str,
    expected: str,
    sql: str,
    *,
    tables: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
    unless: tuple[str, ...] = (),
    is_warning: bool = False,
) -> TableCheck:
    """A check of one rule, which is a query; see `sql_rule`."""
    rules = (sql_rule(name, expected, sql, is_warning=is_warning),)
    return TableCheck(name, rules, tables, columns, unless)


def sql_rule(name: str, expected: str, sql: str, *, is_warning: bool = False) -> TableRule:
    """A rule whose query over ``{table}`` gives null where it holds, else what was found.

    ``{row}`` in the query stands for the key of a row as a text.
    """

    def find(connection: Connection, table: CheckedTable) -> str | None:
        return answer(connection, sql.format(table=table.relation, row=table.row))

    return TableRule(name, expected, find, is_warning)


def answer(connection: Connection, sql: str) -> str | None:
    """The one value of a query as a text; None for null or no row."""
    row = connection.execute(sql).fetchone()
    return None if row is None or row[0] is None else str(row[0])


def rows_where(broken: str, found: str) -> str:
    """The query of a rule that names the first rows for which a condition is true, with what they hold."""
    return (
        "SELECT string_agg({row} || ': ' || " + found + ", '; ') FROM"
        " (SELECT * FROM {table} WHERE " + broken + " ORDER BY ALL LIMIT 5)"
    )
