"""Checks of a table right after it is written: every one can fail, and a failed one stops the refresh.

Every table is held to its columns and grain; some tables to what only they can violate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import TableInfo, table_info
from nqpf_assets.engine import quoted
from nqpf_assets.store import TableKey

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Check:
    """One thing that was checked: what was expected, and what was found where it failed."""

    name: str
    expected: str
    found: str = ""

    @property
    def passed(self) -> bool:
        return not self.found


def check_names(key: TableKey) -> tuple[str, ...]:
    """The checks that `check_table` makes of this table, known before it exists."""
    info = table_info(*key)
    generic = ("columns", "grain") if info else ("not_empty",)
    return (*generic, *(name for name, _ in SPECIFIC.get(key[1], ())))


def check_table(connection: duckdb.DuckDBPyConnection, key: TableKey, relation: str) -> list[Check]:
    """All checks of one table; `relation` is how it is named in the connection's SQL."""
    info = table_info(*key)
    if info is None:
        return [_not_empty(connection, relation)]
    checks = [_columns(connection, info, relation)]
    checks.append(
        _grain(connection, info, relation)
        if checks[0].passed
        else Check("grain", "known columns", "not checked")
    )
    if checks[0].passed:
        checks += [check(connection, relation) for _, check in SPECIFIC.get(key[1], ())]
    return checks


def _scalar(connection: duckdb.DuckDBPyConnection, sql: str) -> str | None:
    row = connection.execute(sql).fetchone()
    return None if row is None or row[0] is None else str(row[0])


def _not_empty(connection: duckdb.DuckDBPyConnection, relation: str) -> Check:
    empty = _scalar(connection, f"SELECT count(*) FROM {relation}") == "0"
    return Check("not_empty", "at least one row", "no row" if empty else "")


def _columns(connection: duckdb.DuckDBPyConnection, info: TableInfo, relation: str) -> Check:
    """Names, order and types as registered; open tables may go on with columns of their own."""
    found = [
        (row[0], row[1])
        for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    ]
    expected = [(column.name, column.type) for column in info.columns]
    compared = found[: len(expected)] if info.is_open else found
    wrong = "" if compared == expected else f"{', '.join(f'{name} {kind}' for name, kind in found)}"
    return Check("columns", ", ".join(f"{name} {kind}" for name, kind in expected), wrong)


def _grain(connection: duckdb.DuckDBPyConnection, info: TableInfo, relation: str) -> Check:
    """No two rows have the same key; nulls in a key count as a value."""
    key = ", ".join(quoted(name) for name in info.grain)
    twice = connection.execute(
        f"SELECT {key}, count(*) FROM {relation} GROUP BY {key} HAVING count(*) > 1 LIMIT 3"
    ).fetchall()
    found = "; ".join(f"{', '.join(map(str, row[:-1]))} stands {row[-1]} times" for row in twice)
    return Check("grain", f"one row per {', '.join(info.grain)}", found)


def _rule(
    name: str, expected: str, sql: str
) -> tuple[str, Callable[[duckdb.DuckDBPyConnection, str], Check]]:
    """A check whose query gives null where the rule holds, else what was found."""

    def check(connection: duckdb.DuckDBPyConnection, relation: str) -> Check:
        return Check(name, expected, _scalar(connection, sql.format(table=relation)) or "")

    return name, check


_FINITE = _rule(
    "finite",
    "every value is a finite number or missing",
    "SELECT string_agg(variable || ' ' || unit || ' ' || period, ', ') FROM"
    " (SELECT variable, unit, period FROM {table} WHERE NOT isfinite(value) ORDER BY ALL LIMIT 5)",
)
_FLAGGED = _rule(
    "flagged",
    "a value wherever the status is not missing, and none where it is",
    "SELECT string_agg(variable || ' ' || unit || ' ' || period || ' ' || status, ', ') FROM"
    " (SELECT variable, unit, period, status FROM {table}"
    " WHERE (status = 'missing') <> (value IS NULL) ORDER BY ALL LIMIT 5)",
)

SPECIFIC = {
    "observation": (
        _rule("units", "a unit with every value",
              "SELECT string_agg(series_id, ', ') FROM"
              " (SELECT DISTINCT series_id FROM {table} WHERE unit IS NULL LIMIT 5)"),
        _rule("regions", "a region code with every value",
              "SELECT string_agg(region_label, ', ') FROM"
              " (SELECT DISTINCT region_label FROM {table} WHERE region_code IS NULL LIMIT 5)"),
        _rule("periods", "calendar years from 1900 to 2100",
              "SELECT string_agg(period, ', ') FROM (SELECT DISTINCT period FROM {table}"
              " WHERE period NOT BETWEEN 1900 AND 2100 LIMIT 5)"),
    ),
    "filled_cell": (_FINITE, _FLAGGED),
    "variable_cell": (_FINITE, _FLAGGED),
    "index_weight": (
        _rule("weights", "entropy weights between 0 and 1 that add up to 1",
              "SELECT string_agg(index_name || ' ' || total, ', ') FROM (SELECT index_name, weight_period,"
              " sum(weight) AS total, min(weight) AS least FROM {table} WHERE entropy IS NOT NULL"
              " GROUP BY ALL HAVING abs(total - 1) > 1e-9 OR least < 0)"),
    ),
    "model": (
        _rule("n_expected", "as many observations as the study expects",
              "SELECT string_agg(table_name || ' ' || column_label || ': ' || n_obs || ' instead of '"
              " || n_expected, '; ') FROM {table} WHERE n_obs <> n_expected"),
    ),
    "estimate": (
        _rule("std_errors", "a positive, finite standard error with every estimate",
              "SELECT string_agg(table_name || ' ' || column_label || ' ' || term, ', ') FROM {table}"
              " WHERE std_error IS NULL OR NOT isfinite(std_error) OR std_error <= 0"),
    ),
}  # fmt: skip
"""Rules of single tables, by the table's name."""
