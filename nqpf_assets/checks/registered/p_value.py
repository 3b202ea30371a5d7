"""p-values of every table that has no interval beside them, which `interval` would look at."""

from __future__ import annotations

from nqpf_assets.checks.check import rows_where, sql_check

CHECK = sql_check(
    "p_value",
    "p-values from 0 to 1",
    rows_where("p_value NOT BETWEEN 0 AND 1", "'p = ' || p_value"),
    columns=("p_value",),
    unless=("conf_low", "conf_high"),
)
