"""Units that a study puts together from regions: which of these lack values, which values no unit takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import counted
from nqpf_assets.steps.checks import Finding, Rule
from nqpf_assets.warehouse.duckdb_engine import quoted

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

UNTAKEN = """
    SELECT variable, count(*), count(DISTINCT unit),
        list(unit || ' ' || min_period || CASE WHEN max_period > min_period THEN '–' || max_period ELSE '' END
            ORDER BY unit) FILTER (WHERE place = 1)
    FROM (
        SELECT c.variable, c.unit,
            min(c.period) OVER one AS min_period, max(c.period) OVER one AS max_period,
            row_number() OVER (PARTITION BY c.variable, c.unit ORDER BY c.period) AS place
        FROM {table} AS c
        INNER JOIN {study}.series AS s ON s.series_id = c.variable
        WHERE s.from_level IS NOT NULL AND c.value IS NOT NULL
            AND c.period BETWEEN s.first_period AND s.last_period
            AND NOT EXISTS (
                SELECT 1 FROM {study}.member AS m
                WHERE m.level = s.from_level AND m.member = c.unit
                    AND c.period BETWEEN m.first_period AND m.last_period
            )
            AND NOT EXISTS (
                SELECT 1 FROM catalog.region AS r
                WHERE r.unit_code = c.unit AND c.period BETWEEN r.valid_from AND coalesce(r.valid_to, 9999)
            )
        WINDOW one AS (PARTITION BY c.variable, c.unit)
    ) AS untaken
    GROUP BY variable ORDER BY variable"""
"""Cells of years in which the catalogue knows their region nowhere; one that is elsewhere then is no such."""


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


def untaken_rule(study: str) -> Rule:
    """A warning for every series that a file has of regions in years in which they were not there."""

    def find(connection: Connection, relation: str) -> tuple[Finding, ...] | None:
        sql = UNTAKEN.format(table=relation, study=quoted(study))
        return tuple(_untaken(*row) for row in connection.execute(sql).fetchall()) or None

    return Rule(
        "not_put_together", "units that take all that is published in them", find, is_warning=True
    )


def _untaken(series: str, n: int, n_regions: int, told: list[str]) -> Finding:
    named = ", ".join(told[:MOST_CELLS])
    more = f" and {n_regions - MOST_CELLS} more" if n_regions > MOST_CELLS else ""
    return Finding(
        f"series {series}",
        f"{counted(n, 'cells')} of {counted(n_regions, 'regions')} left out of every unit, for these years "
        f"lie outside of those in which the catalogue knows the region: {named}{more}",
        "a table of the regions of one year lacks, in other years, those that were there then: begin or end "
        "the study where all are known, for sums lack what is left out",
    )
