"""A unit with every published value. Whether it is a known one is told when a file is read."""

from __future__ import annotations

from nqpf_assets.checks.check import sql_check

CHECK = sql_check(
    "units",
    "a unit with every value",
    "SELECT string_agg(DISTINCT series_id, ', ' ORDER BY series_id) FROM {table}"
    " WHERE coalesce(trim(unit_measure), '') = ''",
    tables=("source.observation",),
)
