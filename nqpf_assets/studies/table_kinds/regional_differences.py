"""Inequality between units year by year, within and between groups, and its convergence."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nqpf_assets.studies.table_kind import GroupedTable, TableKind
from nqpf_assets.user_input.strict import Name


class RegionalDifferencesTable(GroupedTable):
    """Inequality between units year by year, within and between groups, and its convergence."""

    kind: Literal["regional_differences"] = Field(
        description="Gini, Theil and coefficient of variation by year, convergence, densities"
    )
    variable: Name = Field(description="variable or index whose differences are measured")


KIND = TableKind(
    "regional_differences",
    RegionalDifferencesTable,
    "nqpf_assets.stages.regional_differences:describe_differences",
    long=("inequality", "convergence", "density"),
)
