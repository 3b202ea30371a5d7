"""Standard errors of every table that has estimates."""

from __future__ import annotations

from nqpf_assets.checks.check import rows_where, sql_check

CHECK = sql_check(
    "std_error",
    "a positive standard error, or none and then no statistic either",
    rows_where(
        "std_error <= 0 OR (std_error IS NULL AND statistic IS NOT NULL)",
        "coalesce('standard error ' || std_error, 'a statistic without a standard error')",
    ),
    columns=("estimate", "std_error", "statistic"),
)
