"""The number of observations that a study promises."""

from __future__ import annotations

from nqpf_assets.checks.check import sql_check

CHECK = sql_check(
    "n_expected",
    "as many observations as the study expects",
    "SELECT string_agg(table_name || ' ' || column_label || ': ' || n_obs || ' instead of '"
    " || n_expected, '; ' ORDER BY table_name, column_label) FROM {table} WHERE n_obs <> n_expected",
    tables=("*.model",),
)
