"""A straight line with its confidence band in each group: the data of a fitted-trend figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from nqpf_assets.studies.table_kind import GroupedTable, TableKind
from nqpf_assets.user_input.strict import Name

COLUMNS = {
    "n_obs": True,
    "slope": False,
    "std_error": False,
    "p_value": False,
    "intercept": False,
    "r2": False,
}


class TrendTable(GroupedTable):
    """A straight line with its confidence band in each group: the data of a fitted-trend figure."""

    variable_keys: ClassVar[frozenset[str]] = frozenset({"x", "y"})

    kind: Literal["trend"] = Field(description="a fitted line for each group")
    x: Name = Field(description="variable or index on the horizontal axis")
    y: Name = Field(description="variable or index on the vertical axis")

    def numbers(self) -> Mapping[str, bool]:
        return COLUMNS


KIND = TableKind("trend", TrendTable, "nqpf_assets.stages.trends:describe_trends", long=("trend",))
