"""Descriptive statistics of some variables: number, mean, deviations, quartiles, between and within units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, get_args

from pydantic import Field

from nqpf_assets.studies.table_kind import PanelTable, TableKind, Wrong, twice
from nqpf_assets.user_input.strict import Name

Statistic = Literal[
    "n_obs",
    "mean",
    "sd",
    "minimum",
    "p25",
    "median",
    "p75",
    "maximum",
    "sd_between",
    "sd_within",
    "n_units",
    "periods_per_unit",
]
STATISTICS: tuple[Statistic, ...] = get_args(Statistic)
COUNTS = ("n_obs", "n_units")
AS_PAPERS: tuple[Statistic, ...] = ("n_obs", "mean", "sd", "minimum", "maximum")
"""The columns of Table 1 of most papers."""


class DescriptiveTable(PanelTable):
    """Descriptive statistics of some variables: of each over the rows that have a value of it."""

    variable_keys: ClassVar[frozenset[str]] = frozenset({"describe"})
    prints_titles: ClassVar[bool] = True

    kind: Literal["descriptive"] = Field(description="one row of statistics for each variable")
    describe: tuple[Name, ...] = Field(
        min_length=1, description="variables and indices, in the order of the rows"
    )
    statistics: tuple[Statistic, ...] = Field(
        AS_PAPERS,
        min_length=1,
        description="columns, in their order; `sd_between`, `sd_within` and `periods_per_unit` are those of "
        "`xtsum`",
    )
    grouping: Name | None = Field(
        None, description="a grouping of the study's `groups`: a row for each variable and group"
    )
    listwise: bool = Field(
        False, description="only rows that have a value of every variable of `describe`"
    )

    def variables(self) -> tuple[str, ...]:
        return self.describe

    def numbers(self) -> Mapping[str, bool]:
        return {name: name in COUNTS for name in self.statistics}

    def wrong(self) -> Iterator[Wrong]:
        yield from twice("describe", self.describe, "each variable once")
        yield from twice("statistics", self.statistics, "each statistic once")
        if self.listwise and len(self.describe) == 1:
            yield Wrong(
                ("listwise",),
                "several variables: rows are left out that lack one of the others",
                f"`listwise` with `{self.describe[0]}` alone",
                "describe more variables, or remove `listwise`",
                "idle_listwise",
            )


KIND = TableKind(
    "descriptive", DescriptiveTable, "nqpf_assets.stages.descriptive:describe_variables"
)
