"""Scores that say nothing about who is ahead."""

from __future__ import annotations

from nqpf_assets.checks.check import sql_check

INTERFACE = 1

CHECK = sql_check(
    "ties",
    "another score for every unit of a year",
    "SELECT string_agg(index_name || ' ' || period || ': ' || n || ' units', '; ') FROM"
    " (SELECT index_name, period, count(*) AS n FROM {table} GROUP BY index_name, period, score"
    " HAVING count(*) > 1 ORDER BY ALL LIMIT 5)",
    tables=("*.index_score",),
    is_warning=True,
)
