"""Inequality between units year by year, within and between groups, and its convergence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from nqpf_assets.studies.table_kind import GroupedTable, TableKind
from nqpf_assets.user_input.strict import Name

PRINTED = (
    "gini",
    "gini_within",
    "gini_between",
    "gini_overlap",
    "gini_within_share",
    "gini_between_share",
    "gini_overlap_share",
    "theil",
    "theil_within",
    "theil_between",
    "theil_within_share",
    "theil_between_share",
    "coefficient_of_variation",
)
"""Measures of all units in a year: columns of the printed table, rows of `inequality`."""


class RegionalDifferencesTable(GroupedTable):
    """Inequality between units year by year, within and between groups, and its convergence."""

    kind: Literal["regional_differences"] = Field(
        description="Gini, Theil and coefficient of variation by year, convergence, densities"
    )
    variable: Name = Field(description="variable or index whose differences are measured")

    def numbers(self) -> Mapping[str, bool]:
        return dict.fromkeys(PRINTED, False)


KIND = TableKind(
    "regional_differences",
    RegionalDifferencesTable,
    "nqpf_assets.stages.regional_differences:describe_differences",
    long=("inequality", "convergence", "density"),
)
