"""Levels and growth of a region, whose cells are handed over: they are no rows of the panel."""

from __future__ import annotations

from nqpf_assets.replication.level_tables import LevelTable
from nqpf_assets.replication.r.call import Call, Handed


def growth(table: LevelTable) -> Call:
    years = {"first": table.first, "last": table.last}
    return Call("growth_table", {"levels": Handed("levels", table.levels), **years})
