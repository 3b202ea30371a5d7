"""Statistics of every table that has estimates."""

from __future__ import annotations

from nqpf_assets.checks.check import rows_where, sql_check

RATIO = 1e-6
"""Relative difference between a statistic and the ratio that it is; products of rounding are far below."""

CHECK = sql_check(
    "statistic",
    "statistics that are the estimate over its standard error",
    rows_where(
        f"abs(statistic - estimate / std_error) > {RATIO} * greatest(1, abs(statistic))",
        "estimate || ' / ' || std_error || ' is not ' || statistic",
    ),
    columns=("estimate", "std_error", "statistic"),
)
