"""Means of some variables in two groups, with t tests of their differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import Field

from nqpf_assets.studies.table_kind import GroupedTable, TableKind, Wrong, twice
from nqpf_assets.user_input.strict import Name

COLUMNS = {
    "n_first": True,
    "mean_first": False,
    "n_second": True,
    "mean_second": False,
    "difference": False,
    "statistic": False,
    "df": False,
    "p_value": False,
}


class GroupMeansTable(GroupedTable):
    """Means of some variables in two groups, their differences and t tests."""

    variable_keys: ClassVar[frozenset[str]] = frozenset({"compare"})
    prints_titles: ClassVar[bool] = True

    kind: Literal["group_means"] = Field(description="a t test of two groups for each variable")
    compare: tuple[Name, ...] = Field(
        min_length=1, description="variables and indices, in the order of the rows"
    )
    groups: tuple[Name, Name] = Field(
        description="two groups of the grouping: differences are the first mean less the second"
    )
    variances: Literal["unequal", "equal"] = Field(
        "unequal",
        description="of the two groups: unequal as in `ttest, unequal` (Satterthwaite), equal as in "
        "`ttest`",
    )

    def variables(self) -> tuple[str, ...]:
        return self.compare

    def numbers(self) -> Mapping[str, bool]:
        return COLUMNS

    def wrong(self) -> Iterator[Wrong]:
        yield from twice("compare", self.compare, "each variable once")
        yield from twice("groups", self.groups, "two different groups")


KIND = TableKind("group_means", GroupMeansTable, "nqpf_assets.stages.group_means:compare_groups")
