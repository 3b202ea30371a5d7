"""What every table is held to: its columns and grain, then what its name and its columns ask for.

How rules are run and what becomes of a broken one is told in `steps.checks` and `steps.execute`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import TableInfo, table_info
from nqpf_assets.checks.inference_rules import inference_rules, number_rule
from nqpf_assets.checks.rules import BY_TABLE
from nqpf_assets.steps.checks import Rule
from nqpf_assets.warehouse.code_hash import source_of
from nqpf_assets.warehouse.duckdb_engine import quoted
from nqpf_assets.warehouse.store import TableKey

if TYPE_CHECKING:
    import duckdb


def rules_of(key: TableKey, own: Sequence[Rule] = ()) -> tuple[Rule, ...]:
    """All rules of a table, in the order in which they are looked at.

    Tables that put all studies together repeat what was checked, and are not checked again.

    Args:
        own: rules of the step that makes it.
    """
    info = table_info(*key)
    if info is None:
        return (_not_empty(), number_rule(), *own)
    if info.collects:
        return (_grain(info), *own)
    return (
        _grain(info),
        *BY_TABLE.get(".".join(key), BY_TABLE.get(key[1], ())),
        number_rule(),
        *inference_rules(info.names, info.grain),
        *own,
    )


def program_of_rules() -> str:
    """The code of all rules as a hash; how tables are stored and described is no part of it."""
    rooms = ("table_rules", "rules", "inference_rules")
    beside = (
        "catalog.columns",
        "warehouse.duckdb_engine",
        "warehouse.store",
        "warehouse.code_hash",
    )
    cut = [(f"nqpf_assets.checks.{one}", f"nqpf_assets.{two}") for one in rooms for two in beside]
    return source_of(__name__, cut=tuple(cut))


def _not_empty() -> Rule:
    def find(connection: duckdb.DuckDBPyConnection, relation: str) -> str | None:
        row = connection.execute(f"SELECT 1 FROM {relation} LIMIT 1").fetchone()
        return None if row else "no row"

    return Rule("not_empty", "at least one row", find, is_first=True)


def _grain(info: TableInfo) -> Rule:
    """Columns as registered, and no two rows with the same key; nulls in a key count as a value.

    Open tables may go on with columns of their own.
    """

    def find(connection: duckdb.DuckDBPyConnection, relation: str) -> str | None:
        columns = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        found = [(row[0], row[1]) for row in columns]
        expected = [(column.name, column.type) for column in info.columns]
        if (found[: len(expected)] if info.is_open else found) != expected:
            return f"the columns {_listed(found)}; registered are {_listed(expected)}"
        key = ", ".join(quoted(name) for name in info.grain)
        twice = connection.execute(
            f"SELECT {key}, count(*) FROM {relation} GROUP BY {key} HAVING count(*) > 1 LIMIT 3"
        ).fetchall()
        return "; ".join(f"{', '.join(map(str, row[:-1]))} stands {row[-1]} times" for row in twice)

    expected = f"the registered columns, and one row per {', '.join(info.grain)}"
    return Rule("grain", expected, find, is_first=True)


def _listed(columns: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns)
