"""How far the places of units by an index depend on one of its indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from nqpf_assets.studies.table_kind import IndexTable, TableKind

COLUMNS = {
    "spearman": False,
    "spearman_lowest": False,
    "mean_rank_change": False,
    "largest_rank_change": True,
    "n_changed": True,
}


class RankStabilityTable(IndexTable):
    """An index computed again without each of its indicators: what becomes of the places of units by year."""

    kind: Literal["rank_stability"] = Field(
        description="a row for each indicator that is left out, the most decisive first"
    )

    def numbers(self) -> Mapping[str, bool]:
        return COLUMNS


KIND = TableKind(
    "rank_stability",
    RankStabilityTable,
    "nqpf_assets.stages.rank_stability:describe_rank_stability",
    long=("rank_change",),
)
