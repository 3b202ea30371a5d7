"""Entropy weights that are weights. Those of components do not add up to one."""

from __future__ import annotations

from nqpf_assets.checks.check import sql_check

CHECK = sql_check(
    "weights",
    "entropy weights between 0 and 1 that add up to 1",
    "SELECT string_agg(index_name || ' ' || total, ', ' ORDER BY ALL) FROM (SELECT index_name, weight_period,"
    " sum(weight) AS total, min(weight) AS least FROM {table} WHERE entropy IS NOT NULL"
    " GROUP BY ALL HAVING abs(total - 1) > 1e-9 OR least < 0)",
    tables=("*.index_weight",),
)
