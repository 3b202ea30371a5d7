"""Variables that have hardly any values."""

from __future__ import annotations

from nqpf_assets.checks.check import sql_check

CHECK = sql_check(
    "covered",
    "a value in at least four fifths of the cells of every variable",
    "SELECT string_agg(variable || ': none in ' || n_missing || ' of ' || n || ', most for '"
    " || reason, '; ' ORDER BY variable) FROM (SELECT variable, count(*) AS n, count(*) - count(value) AS"
    " n_missing, coalesce(mode(reason), 'no reason given') AS reason FROM {table} GROUP BY variable)"
    " WHERE n_missing > 0.2 * n",
    tables=("*.variable_cell",),
    is_warning=True,
)
