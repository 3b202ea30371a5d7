"""What a study itself promises of its variables, as rules of the table that has their values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from nqpf_assets.checks.check import answer
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.printed_numbers import told, told_beside
from nqpf_assets.steps.checks import Finding, Rule
from nqpf_assets.warehouse.duckdb_engine import literal

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

Bounds = tuple[float | None, float | None]
Places = Callable[
    ["Connection", Sequence[tuple[str, str, int]]],
    Mapping[tuple[str, str, int], str],
]
"""Variables, units and years → the files and places that their values come from, in words."""

MOST_CELLS = 5
"""Cells that are named of one variable."""
_RANGE_REMEDY = (
    "look at these cells in the files: at their unit first; widen `minimum` and `maximum` in the study file "
    "if they are right"
)


def _rule(name: str, expected: str, sql: str, *, is_warning: bool = False) -> Rule:
    """A rule whose query over ``{table}`` gives null where it holds, else what was found."""

    def find(connection: Connection, relation: str) -> str | None:
        return answer(connection, sql.format(table=relation))

    return Rule(name, expected, find, is_warning)


def range_rule(
    ranges: Mapping[str, Bounds],
    places: Places | None = None,
    asked_at: Mapping[str, tuple[str | int, ...]] | None = None,
) -> tuple[Rule, ...]:
    """Values of variables inside the bounds that a study states; no rule where it states none.

    Held against the values before clipping, which would hide what is outside. A bound is a promise like
    the expected n: a value outside, a wrong unit perhaps, stops the refresh.

    Args:
        ranges: variable → smallest and greatest value, each of which may be None.
        places: where cells come from, so that what is outside is found in the files.
        asked_at: variable → keys of its entry in the study file.
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
            SELECT c.variable, c.unit, c.period, c.reported_value, b.words,
                count(*) OVER (PARTITION BY c.variable) AS n,
                row_number() OVER (PARTITION BY c.variable ORDER BY greatest(
                    b.low - c.reported_value, c.reported_value - b.high) DESC, c.unit, c.period) AS place
            FROM {{table}} AS c INNER JOIN bound AS b ON b.variable = c.variable
            WHERE c.reported_value < b.low OR c.reported_value > b.high
        )
        SELECT variable, unit, period, reported_value, words, n FROM far WHERE place <= {MOST_CELLS}
        ORDER BY variable, place"""

    def find(connection: Connection, relation: str) -> tuple[Finding, ...] | None:
        rows = connection.execute(sql.format(table=relation)).fetchall()
        if not rows:
            return None
        at = places(connection, [row[:3] for row in rows]) if places is not None else {}
        by_variable: dict[str, list[str]] = {}
        beginning: dict[str, tuple[str, int]] = {}
        for variable, unit, period, value, words, n in rows:
            where = at.get((variable, unit, period))
            number = told_beside(value, *ranges[variable])
            cell = f"{number} in {unit} {period}" + (f" ({where})" if where else "")
            by_variable.setdefault(variable, []).append(cell)
            beginning[variable] = f"{counted(n, 'values')} not {words}, the farthest ", n
        return tuple(
            Finding(
                variable,
                f"{first}{_listed(by_variable[variable], n)}",
                _RANGE_REMEDY,
                (asked_at or {}).get(variable, ()),
            )
            for variable, (first, n) in beginning.items()
        )

    return (Rule("ranges", "values inside the study's bounds", find),)


def _listed(cells: list[str], n: int) -> str:
    more = f"; and {n - len(cells)} more" if n > len(cells) else ""
    return "; ".join(cells) + more


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


def named_values_rule(groupings: Mapping[str, Collection[int]]) -> tuple[Rule, ...]:
    """A warning where a grouping that an expression makes has values for which no group stands."""
    if not groupings:
        return ()
    named = " OR ".join(
        f"(variable = {literal(name)} AND value NOT IN ({', '.join(map(str, values))}))"
        for name, values in groupings.items()
    )
    sql = f"""
        SELECT variable, count(*) FROM {{table}} WHERE {named} GROUP BY variable ORDER BY variable"""

    def find(connection: Connection, relation: str) -> str | None:
        rows = connection.execute(sql.format(table=relation)).fetchall()
        return "; ".join(f"{name}: {counted(n, 'rows')} in no group" for name, n in rows) or None

    return (
        Rule(
            "values_without_a_group",
            "a name for every value of an expression that makes groups",
            find,
            is_warning=True,
        ),
    )


def _number(bound: float | None, sign: str) -> str:
    return f"CAST('{f'{sign}infinity' if bound is None else repr(float(bound))}' AS DOUBLE)"


def _words(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"up to {told(high)}" if high is not None else f"from {told(low or 0.0)} on"
    return f"between {told(low)} and {told(high)}"
