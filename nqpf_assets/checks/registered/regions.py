"""A region of the catalogue with every published value."""

from __future__ import annotations

from nqpf_assets.checks.check import sql_check

CHECK = sql_check(
    "regions",
    "a region with every value, which the catalogue knows",
    "SELECT string_agg(DISTINCT coalesce(o.region_code, o.region_label), ', '"
    " ORDER BY coalesce(o.region_code, o.region_label)) FROM {table} AS o"
    " WHERE NOT EXISTS (SELECT 1 FROM catalog.region AS r WHERE r.region_code = o.region_code)",
    tables=("source.observation",),
)
