"""Units that a study puts together from regions of which some have no value: counted, and the first named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import counted
from nqpf_assets.steps.checks import Finding, Rule

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

MOST_CELLS = 3
"""Units and years that are named of one series."""
INCOMPLETE = """
    SELECT variable, value IS NULL AS is_left, count(*) AS n, any_value(n_all) AS n_all,
        list(unit || ' ' || period || ' (' || n_present || ' of ' || n_members
            || coalesce(', without ' || members_absent, '')
            || CASE WHEN value IS NOT NULL OR share < least_share THEN ''
                WHEN share IS NULL AND n_present < n_members THEN ', whose share of the weight nobody knows'
                ELSE ', whose weights add up to nothing' END || ')'
            ORDER BY n_present / n_members, unit, period)[1:{most}] AS told
    FROM (SELECT *, count(*) OVER (PARTITION BY variable) AS n_all FROM {table}) AS c
    WHERE n_present < n_members OR value IS NULL
    GROUP BY variable, is_left ORDER BY variable, is_left DESC"""


def incomplete_rule() -> Rule:
    """A warning for every series of which a unit is left without a value, or made of fewer members."""

    def find(connection: Connection, relation: str) -> tuple[Finding, ...] | None:
        rows = connection.execute(INCOMPLETE.format(table=relation, most=MOST_CELLS)).fetchall()
        return tuple(_finding(*row) for row in rows) or None

    return Rule("members", "values of all regions that are put together", find, is_warning=True)


def _finding(series: str, is_left: bool, n: int, n_all: int, told: list[str]) -> Finding:
    more = f" and {n - len(told)} more" if n > len(told) else ""
    what = "left without a value" if is_left else "made of fewer members than there are"
    remedy = (
        "add what is not there, or say which share suffices (`least_share`), or that only regions count "
        "that are published at all (`members: published`); a share of the weight asks for that of each"
        if is_left
        else "no scaling makes up for them: a sum is that of the members that are there"
    )
    return Finding(
        f"series {series}",
        f"{n} of {counted(n_all, 'cells')} {what}: {', '.join(told)}{more}",
        remedy,
    )
