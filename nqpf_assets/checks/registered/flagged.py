"""Cells of a study whose status says whether they have a value."""

from __future__ import annotations

from nqpf_assets.checks.check import sql_check

CHECK = sql_check(
    "flagged",
    "a value wherever the status is not missing, and none where it is",
    "SELECT string_agg(variable || ' ' || unit || ' ' || period || ' ' || status, ', ') FROM"
    " (SELECT variable, unit, period, status FROM {table}"
    " WHERE (status = 'missing') <> (value IS NULL) ORDER BY ALL LIMIT 5)",
    tables=("*.filled_cell", "*.variable_cell"),
)
