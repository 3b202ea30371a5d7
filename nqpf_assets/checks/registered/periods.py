"""Years that are years."""

from __future__ import annotations

from nqpf_assets.checks.check import sql_check

CHECK = sql_check(
    "periods",
    "calendar years of four digits",
    "SELECT string_agg(period, ', ' ORDER BY period) FROM (SELECT DISTINCT period FROM {table}"
    " WHERE period NOT BETWEEN 1000 AND 9999 ORDER BY ALL LIMIT 5)",
    tables=("source.observation",),
)
