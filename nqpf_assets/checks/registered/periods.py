"""Years that are years."""

from __future__ import annotations

from nqpf_assets.checks.check import sql_check

CHECK = sql_check(
    "periods",
    "calendar years from 1900 to 2100",
    "SELECT string_agg(period, ', ') FROM (SELECT DISTINCT period FROM {table}"
    " WHERE period NOT BETWEEN 1900 AND 2100 LIMIT 5)",
    tables=("source.observation",),
)
