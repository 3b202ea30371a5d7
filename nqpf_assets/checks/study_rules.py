"""What a study itself promises of its variables, as rules of the table that has their values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.checks.check import answer
from nqpf_assets.steps.checks import Rule
from nqpf_assets.warehouse.duckdb_engine import literal

if TYPE_CHECKING:
    import duckdb

Bounds = tuple[float | None, float | None]


def _rule(name: str, expected: str, sql: str, *, is_warning: bool = False) -> Rule:
    """A rule whose query over ``{table}`` gives null where it holds, else what was found."""

    def find(connection: duckdb.DuckDBPyConnection, relation: str) -> str | None:
        return answer(connection, sql.format(table=relation))

    return Rule(name, expected, find, is_warning)


def range_rule(ranges: Mapping[str, Bounds]) -> tuple[Rule, ...]:
    """Values of variables inside the bounds that a study states; no rule where it states none.

    Held against the values before clipping, which would hide what is outside. A bound is a promise like
    the expected n: a value outside, a wrong unit perhaps, stops the refresh.

    Args:
        ranges: variable → smallest and greatest value, each of which may be None.
    """
    rows = [
        f"({literal(name)}, {_number(low, '-')}, {_number(high, '+')}, {literal(_words(low, high))})"
        for name, (low, high) in ranges.items()
        if (low, high) != (None, None)
    ]
    if not rows:
        return ()
    sql = f"""
        WITH bound AS (SELECT * FROM (VALUES {", ".join(rows)}) AS t (variable, low, high, words)),
        far AS (
            SELECT c.variable, b.words, count(*) AS n,
                arg_max(c.reported_value || ' in ' || c.unit || ' ' || c.period,
                    greatest(b.low - c.reported_value, c.reported_value - b.high)) AS farthest
            FROM {{table}} AS c INNER JOIN bound AS b ON b.variable = c.variable
            WHERE c.reported_value < b.low OR c.reported_value > b.high
            GROUP BY c.variable, b.words
        )
        SELECT string_agg(variable || ': ' || n || ' values not ' || words || ', the farthest ' || farthest,
            '; ' ORDER BY variable)
        FROM far"""
    return (_rule("ranges", "values inside the study's bounds", sql),)


def clipping_rules(clipped: Collection[str]) -> tuple[Rule, ...]:
    """What clipping must leave of a variable, and variables that have nothing to clip.

    A variable that is one number after clipping would be told later as absorbed by the effects, which is
    another cause.
    """
    if not clipped:
        return ()
    names = ", ".join(literal(name) for name in sorted(clipped))
    sql = f"""
        WITH known AS (
            SELECT variable, count(DISTINCT reported_value) AS n_before, min(value) AS low,
                count(DISTINCT value) AS n_after, count(reported_value) AS n
            FROM {{table}} WHERE variable IN ({names}) GROUP BY variable
        )
        SELECT string_agg(WORDS, '; ' ORDER BY variable) FROM known WHERE """
    emptied = "variable || ': ' || n_before || ' values before, and ' || low || ' everywhere after'"
    return (
        _rule(
            "clipped_to_one_value",
            "variables that still vary once they are clipped",
            sql.replace("WORDS", emptied) + "n_before > 1 AND n_after = 1",
        ),
        _rule(
            "nothing_to_clip",
            "more than two values in a variable with `winsorize`: two are no tails, and stay as they are",
            sql.replace("WORDS", "variable") + "n_before = 2 AND n > 2",
            is_warning=True,
        ),
    )


def _number(bound: float | None, sign: str) -> str:
    return f"CAST('{f'{sign}infinity' if bound is None else repr(float(bound))}' AS DOUBLE)"


def _words(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"up to {high:g}" if low is None else f"from {low:g} on"
    return f"between {low:g} and {high:g}"
