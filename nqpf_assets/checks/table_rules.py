"""What every table is held to: its columns and grain, then the checks that are registered for it.

How rules are run and what becomes of a broken one is told in `steps.checks` and `steps.execute`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import TableInfo, table_info
from nqpf_assets.checks.check import CheckedTable, Found, TableCheck, TableRule
from nqpf_assets.checks.registry import CHECKS, checks_of
from nqpf_assets.steps.checks import Rule
from nqpf_assets.warehouse.code_hash import source_of
from nqpf_assets.warehouse.duckdb_engine import columns_of, quoted
from nqpf_assets.warehouse.store import TableKey

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

LARGE = 1_000_000
"""Rows of a table whose keys are not held together without need."""


def rules_of(key: TableKey, own: Sequence[Rule] = ()) -> tuple[Rule, ...]:
    """All rules of a table, in the order in which they are looked at.

    Args:
        own: rules of the step that makes it.
    """
    info = table_info(*key)
    first = _grain(info) if info else _not_empty()
    return (
        first,
        *(_of_check(check, rule, info) for check in checks_of(key) for rule in check.rules),
        *own,
    )


def _of_check(check: TableCheck, rule: TableRule, info: TableInfo | None) -> Rule:
    """A rule as it is looked at; what goes wrong in one of a package's names the package."""

    grain = info.grain if info else ()
    columns = tuple(_registered(info)) if info and not info.is_open else ()

    def find(connection: Connection, relation: str) -> Found:
        with CHECKS.answerable(check.name):
            return rule.find(connection, CheckedTable(relation, grain, columns))

    return Rule(rule.name, rule.expected, find, rule.is_warning)


def programs_of_rules(keys: Iterable[TableKey], *, has_own: bool) -> dict[str, str]:
    """Check → the program behind it, as a hash or a package's release and content.

    How tables are stored and described is no part of it.

    Args:
        has_own: the step that makes the tables has rules of its own.
    """
    checks = {check.name: check for key in keys for check in checks_of(key)}
    own = {name: f"{CHECKS.room}.{name}" for name in checks if name in CHECKS.own}
    return (
        {"every table": _program(__name__)}
        | ({"of the study": _program("nqpf_assets.checks.study_rules")} if has_own else {})
        | {name: _program(module) for name, module in own.items()}
        | {f"of {name}": identity for name, identity in CHECKS.behind(checks).items()}
    )


def _program(module: str) -> str:
    beside = (
        "catalog.columns",
        "checks.registry",
        "plugins.registry",
        "warehouse.duckdb_engine",
        "warehouse.store",
        "warehouse.code_hash",
    )
    ours = ("accepted_findings", "check", "study_rules", "table_rules")
    importing = (module, *(f"nqpf_assets.checks.{one}" for one in ours))
    return source_of(
        module, cut=tuple((one, f"nqpf_assets.{two}") for one in importing for two in beside)
    )


def _not_empty() -> Rule:
    def find(connection: Connection, relation: str) -> str | None:
        row = connection.execute(f"SELECT 1 FROM {relation} LIMIT 1").fetchone()
        return None if row else "no row"

    return Rule("not_empty", "at least one row", find, is_first=True)


def _grain(info: TableInfo) -> Rule:
    """Columns as registered, and no two rows with the same key; nulls in a key count as a value.

    Open tables may go on with columns of their own.
    """

    def find(connection: Connection, relation: str) -> str | None:
        found = columns_of(connection, relation)
        expected = _registered(info)
        if (found[: len(expected)] if info.is_open else found) != expected:
            return f"the columns {_listed(found)}; registered are {_listed(expected)}"
        key = ", ".join(quoted(name) for name in info.grain)
        if _is_ascending(connection, relation, key):
            return ""
        twice = connection.execute(
            f"SELECT {key}, count(*) FROM {relation} GROUP BY {key} HAVING count(*) > 1 LIMIT 3"
        ).fetchall()
        return "; ".join(f"{', '.join(map(str, row[:-1]))} stands {row[-1]} times" for row in twice)

    expected = f"the registered columns, and one row per {', '.join(info.grain)}"
    return Rule("grain", expected, find, is_first=True)


def _is_ascending(connection: Connection, relation: str, key: str) -> bool:
    """Whether a large table is in the order of its keys, each above the one before: none stands twice then.

    Rows are looked at as they come, and no key is held; a null counts as a value here, too.
    """
    (n,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,)
    if n < LARGE:
        return False
    rows = f"SELECT row({key}) AS own, lag(row({key})) OVER () AS before FROM {relation}"
    found = connection.execute(
        f"SELECT bool_and(coalesce(own > before, true)) FROM ({rows}) AS keys"
    ).fetchone()
    return bool(found and found[0])


def _registered(info: TableInfo) -> list[tuple[str, str]]:
    return [(column.name, column.type) for column in info.columns]


def _listed(columns: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns)
