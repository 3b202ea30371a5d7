"""Cells of a study that are numbers."""

from __future__ import annotations

from nqpf_assets.checks.check import sql_check

CHECK = sql_check(
    "finite",
    "every value is a finite number or missing",
    "SELECT string_agg(variable || ' ' || unit || ' ' || period, ', ') FROM"
    " (SELECT variable, unit, period FROM {table} WHERE NOT isfinite(value) ORDER BY ALL LIMIT 5)",
    tables=("*.filled_cell", "*.variable_cell"),
)
