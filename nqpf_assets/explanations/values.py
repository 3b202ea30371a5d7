"""A variable, series or score in a row, down to the cells; and the cells of all rows that set its scale."""

from __future__ import annotations

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.variables import built
from nqpf_assets.explanations.walk import Stop

POOLED = """
    FROM {study}.rests_on AS r
    INNER JOIN (
        SELECT '' AS part, unit, first_period, last_period FROM {study}.pool
        UNION ALL
        SELECT part, unit, first_period, last_period FROM {study}.part_span
    ) AS p ON p.part = CASE WHEN r.pooled_by = 'period' THEN '' ELSE coalesce(r.pooled_by, '') END
    INNER JOIN {study}.filled_cell AS c
        ON c.variable = r.series_id AND c.unit = coalesce(r.of_region, p.unit) AND c.value IS NOT NULL
        AND c.period BETWEEN greatest(coalesce(r.at_year, p.first_period) + r.first_lag, r.not_before)
        AND least(coalesce(r.at_year, p.last_period) + r.last_lag, r.not_after)
    WHERE r.variable = ? AND r.is_pooled"""
"""Cells of all units and years that enter a variable, each once for every way."""


def value_walk(
    study: PublishedStudy, name: str, unit: str, period: int, *, is_whole: bool = False
) -> Stop:
    """A variable, series or index score in a row, and all below it."""
    from nqpf_assets.explanations.scores import Scores, variables_of

    if study.variables[name]["role"] == "index":
        scores = Scores(study, name)
        names = [row["variable"] for row in scores.indicators]
        variables = variables_of(study, names, is_whole=is_whole)
        variables.begin(unit, period, names[-1])
        walk = built(variables, lambda: scores.stop(variables, unit, period))
    else:
        variables = variables_of(study, [name], is_whole=is_whole)
        variables.begin(unit, period, name)
        walk = built(variables, lambda: variables.stop(name, unit, period))
    return walk.over(*pooled_stops(study, name, is_whole=is_whole))


def pooled_stops(study: PublishedStudy, name: str, *, is_whole: bool) -> list[Stop]:
    """Cells of all rows that enter through a scale, a mean or a bound: counted, or one by one."""
    if not study.has("part_span", "part") or not study.has("rests_on", "is_pooled"):
        return []
    counted = study.rows(
        "SELECT r.series_id, r.role, count(DISTINCT (c.unit, c.period)) AS n, min(c.value) AS low,"
        f" max(c.value) AS high, min(c.period) AS first, max(c.period) AS last {POOLED}"
        " GROUP BY ALL ORDER BY r.role, r.series_id",
        [name],
    )
    listed = _one_by_one(study, name) if is_whole else {}
    found = []
    for role in dict.fromkeys(row["role"] for row in counted):
        of_role = [row for row in counted if row["role"] == role]
        words = "series cells of all units and years of the study that enter in this role"
        total = Stop(
            "pool",
            name,
            source="published",
            role=role,
            count=sum(row["n"] for row in of_role),
            text=words,
        )
        found.append(total.over(*(_pooled(study, row, listed) for row in of_role)))
    return found


def _pooled(study: PublishedStudy, row: Row, listed: dict[tuple[str, str], list[Stop]]) -> Stop:
    unit = study.series[row["series_id"]]["unit_measure"]
    words = f"{row['first']}–{row['last']}, from {row['low']:.10g} to {row['high']:.10g} {unit}"
    stop = Stop(
        "cells", row["series_id"], source="published", role=row["role"], count=row["n"], text=words
    )
    return stop.over(*listed.get((row["role"], row["series_id"]), ()))


def _one_by_one(study: PublishedStudy, name: str) -> dict[tuple[str, str], list[Stop]]:
    rows = study.rows(
        f"SELECT DISTINCT r.series_id, r.role, c.unit, c.period, c.value, c.status {POOLED}"
        " ORDER BY r.role, r.series_id, c.unit, c.period",
        [name],
    )
    found: dict[tuple[str, str], list[Stop]] = {}
    for row in rows:
        stop = Stop(
            "series",
            row["series_id"],
            row["unit"],
            row["period"],
            row["value"],
            study.series[row["series_id"]]["unit_measure"],
            status=row["status"],
            source="published",
            role=row["role"],
        )
        found.setdefault((row["role"], row["series_id"]), []).append(stop)
    return found
