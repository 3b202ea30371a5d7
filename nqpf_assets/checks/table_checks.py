"""Checks of a table right after it is written: every one can fail, and a failed one stops the refresh.

Every table is held to its columns and grain, to `inference_rules` where it has such columns, some to
`rules` that only they can break. A rule that is a warning stops nothing and is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import TableInfo, table_info
from nqpf_assets.checks.inference_rules import inference_rules, number_rule
from nqpf_assets.checks.rules import BY_TABLE, Finding, Rule
from nqpf_assets.warehouse.duckdb_engine import quoted
from nqpf_assets.warehouse.store import TableKey

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Check:
    """One thing that was checked: what was expected, and what was found where it failed.

    `findings` has what was found one by one, where the rule tells it so.
    """

    name: str
    expected: str
    found: str = ""
    is_warning: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.found

    @property
    def stops(self) -> bool:
        """Whether it failed and nothing may be published."""
        return not self.passed and not self.is_warning


@dataclass(frozen=True)
class PlannedCheck:
    """A check as it is known before the table exists."""

    name: str
    expected: str
    is_warning: bool = False


def planned_checks(key: TableKey, own: Sequence[Rule] = ()) -> tuple[PlannedCheck, ...]:
    """The checks that `check_table` will make of this table."""
    info = table_info(*key)
    first = PlannedCheck("grain", _shape(info)) if info else PlannedCheck("not_empty", "a row")
    return (first, *(PlannedCheck(r.name, r.expected, r.is_warning) for r in _rules(key, own)))


def check_table(
    connection: duckdb.DuckDBPyConnection, key: TableKey, relation: str, own: Sequence[Rule] = ()
) -> list[Check]:
    """All checks of one table.

    Args:
        connection: holds the step's inputs, which rules may look at.
        relation: how the table is named in the connection's SQL.
        own: rules beyond those of the table's name.
    """
    info = table_info(*key)
    first = _grain(connection, info, relation) if info else _not_empty(connection, relation)
    if not first.passed:
        # A rule may need the columns that are missing; one failure is enough to stop.
        waiting = (
            Check(r.name, r.expected, "not looked at, see grain", True) for r in _rules(key, own)
        )
        return [first, *waiting]
    return [
        first,
        *(_checked(rule, rule.find(connection, relation)) for rule in _rules(key, own)),
    ]


def _checked(rule: Rule, found: str | tuple[Finding, ...] | None) -> Check:
    """A rule after it was looked at."""
    if not isinstance(found, tuple):
        return Check(rule.name, rule.expected, found or "", rule.is_warning)
    words = "; ".join(f"{one.about}: {one.found}" for one in found)
    return Check(rule.name, rule.expected, words, rule.is_warning, found)


def _rules(key: TableKey, own: Sequence[Rule]) -> tuple[Rule, ...]:
    """Rules of the table's name, of its columns, and of its step.

    Tables that put all studies together repeat what was checked, and are not checked again.
    """
    info = table_info(*key)
    if info is None:
        return (number_rule(), *own)
    if info.collects:
        return tuple(own)
    return (
        *BY_TABLE.get(".".join(key), BY_TABLE.get(key[1], ())),
        number_rule(),
        *inference_rules(info.names, info.grain),
        *own,
    )


def _not_empty(connection: duckdb.DuckDBPyConnection, relation: str) -> Check:
    row = connection.execute(f"SELECT 1 FROM {relation} LIMIT 1").fetchone()
    return Check("not_empty", "at least one row", "" if row else "no row")


def _shape(info: TableInfo) -> str:
    return f"the registered columns, and one row per {', '.join(info.grain)}"


def _grain(connection: duckdb.DuckDBPyConnection, info: TableInfo, relation: str) -> Check:
    """Columns as registered, and no two rows with the same key; nulls in a key count as a value.

    Open tables may go on with columns of their own.
    """
    columns = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    found = [(row[0], row[1]) for row in columns]
    expected = [(column.name, column.type) for column in info.columns]
    if (found[: len(expected)] if info.is_open else found) != expected:
        return Check("grain", f"the columns {_listed(expected)}", _listed(found))
    key = ", ".join(quoted(name) for name in info.grain)
    twice = connection.execute(
        f"SELECT {key}, count(*) FROM {relation} GROUP BY {key} HAVING count(*) > 1 LIMIT 3"
    ).fetchall()
    words = "; ".join(f"{', '.join(map(str, row[:-1]))} stands {row[-1]} times" for row in twice)
    return Check("grain", _shape(info), words)


def _listed(columns: list[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns)
