"""Differences between groups of units, and the trend of each group."""

from __future__ import annotations

from typing import Any

from nqpf_assets.replication.described_tables import DescribedTable
from nqpf_assets.replication.r.call import Call
from nqpf_assets.replication.r.tables.parts import panel_of
from nqpf_assets.studies.table_kinds.regional_differences import PRINTED


def regional_differences(table: DescribedTable) -> Call:
    asked: Any = table.asked
    said = {"variable": asked.variable, "grouping": asked.grouping}
    ratios = frozenset({*PRINTED, "log_sd", "affluence"})
    return Call("regional_differences", panel_of(table) | said, without_unit=ratios)


def trend(table: DescribedTable) -> Call:
    asked: Any = table.asked
    said = {"x": asked.x, "y": asked.y, "grouping": asked.grouping}
    return Call("trend", panel_of(table) | said, without_unit=frozenset({"r2"}))


CALLS = {"regional_differences": regional_differences, "trend": trend}
