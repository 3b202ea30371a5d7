"""What every number that was estimated must hold, in whichever table it stands.

Rules follow from a table's columns, so that no table of results is without them: inference that
contradicts itself, and numbers that are none, are never published. Rules of single tables are in `rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nqpf_assets.checks.rules import sql_rule
from nqpf_assets.steps.checks import Rule
from nqpf_assets.warehouse.duckdb_engine import quoted

if TYPE_CHECKING:
    import duckdb

LEVEL = 0.05
"""One minus the confidence level of every interval that is published."""
ROUNDING = 1e-9
"""How near p may be to the level, or an end to zero, for either verdict: the two are computed apart."""
RATIO = 1e-6
"""Relative difference between a statistic and the ratio that it is; products of rounding are far below."""


def number_rule() -> Rule:
    """No column holds NaN or an infinite number: what is not known is null, and the note says why."""

    def find(connection: duckdb.DuckDBPyConnection, relation: str) -> str | None:
        columns = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        floats = [quoted(row[0]) for row in columns if row[1] in ("DOUBLE", "FLOAT")]
        if not floats:
            return None
        counts = ", ".join(f"count(*) FILTER (NOT isfinite({name}))" for name in floats)
        row = connection.execute(f"SELECT {counts} FROM {relation}").fetchone()
        wrong = [
            f"{name.strip(chr(34))} in {count} rows"
            for name, count in zip(floats, row or (), strict=False)
            if count
        ]
        return ", ".join(wrong[:5]) or None

    return Rule("numbers", "no NaN and no infinite number in any column", find)


def inference_rules(names: Sequence[str], grain: Sequence[str]) -> tuple[Rule, ...]:
    """The rules of a table with these columns; none where it holds no inference.

    Args:
        names: of its columns.
        grain: what tells its rows apart.
    """
    rules: list[Rule] = []
    if {"estimate", "std_error", "statistic"} <= {*names}:
        rules += [_rule(*parts, grain) for parts in (_STD_ERROR, _STATISTIC)]
    if {"p_value", "conf_low", "conf_high"} <= {*names}:
        rules.append(_rule(*_INTERVAL, grain))
    elif "p_value" in names:
        rules.append(_rule(*_P_VALUE, grain))
    return tuple(rules)


def _rule(name: str, expected: str, broken: str, found: str, grain: Sequence[str]) -> Rule:
    """A rule that lists the first rows for which the condition `broken` is true."""
    key = " || ' ' || ".join(f"coalesce(CAST({quoted(one)} AS VARCHAR), '')" for one in grain)
    return sql_rule(
        name,
        expected,
        f"SELECT string_agg({key} || ': ' || {found}, '; ') FROM"
        f" (SELECT * FROM {{table}} WHERE {broken} ORDER BY ALL LIMIT 5)",
    )


_STD_ERROR = (
    "std_error",
    "a positive standard error, or none and then no statistic either",
    "std_error <= 0 OR (std_error IS NULL AND statistic IS NOT NULL)",
    "coalesce('standard error ' || std_error, 'a statistic without a standard error')",
)
_STATISTIC = (
    "statistic",
    "statistics that are the estimate over its standard error",
    f"abs(statistic - estimate / std_error) > {RATIO} * greatest(1, abs(statistic))",
    "estimate || ' / ' || std_error || ' is not ' || statistic",
)
_OUTSIDE = "(conf_low > 0 OR conf_high < 0)"
_NEAR = (
    f"(abs(p_value - {LEVEL}) < {ROUNDING}"
    f" OR least(abs(conf_low), abs(conf_high)) < {ROUNDING} * (conf_high - conf_low))"
)
_INTERVAL = (
    "interval",
    f"p below {LEVEL} exactly where the 95 % interval leaves zero out, and ends in order",
    f"p_value NOT BETWEEN 0 AND 1 OR conf_low > conf_high OR (conf_low IS NULL) <> (conf_high IS NULL)"
    f" OR ((p_value < {LEVEL}) <> {_OUTSIDE} AND NOT {_NEAR})",
    "'p = ' || coalesce(CAST(p_value AS VARCHAR), 'none') || ', interval ' ||"
    " coalesce(CAST(conf_low AS VARCHAR), 'none') || ' to ' || coalesce(CAST(conf_high AS VARCHAR), 'none')",
)
_P_VALUE = (
    "p_value",
    "p-values from 0 to 1",
    "p_value NOT BETWEEN 0 AND 1",
    "'p = ' || p_value",
)
