"""Correlations of some variables with stars, and their variance inflation factors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import Field

from nqpf_assets.studies.table_kind import PRINTED_COLUMNS, PanelTable, TableKind, Wrong, twice
from nqpf_assets.user_input.strict import Name

VIF = "vif"
"""The column of variance inflation factors; others are variables."""


class CorrelationTable(PanelTable):
    """Correlations of each two of some variables, in a lower triangle."""

    variable_keys: ClassVar[frozenset[str]] = frozenset({"correlate", "vif"})
    prints_titles: ClassVar[bool] = True

    kind: Literal["correlation"] = Field(description="a lower triangle of correlations with stars")
    correlate: tuple[Name, ...] = Field(
        min_length=2, description="variables and indices, in the order of rows and columns"
    )
    method: Literal["pearson", "spearman"] = Field(
        "pearson", description="of the values, or of their ranks"
    )
    listwise: bool = Field(
        False,
        description="only rows that have a value of every variable, as Stata's `correlate`; without it, of "
        "each two those that have both, as `pwcorr`",
    )
    vif: tuple[Name, ...] = Field(
        (),
        description="those of `correlate` that stand together as regressors: a column of their variance "
        "inflation factors, with an intercept and no effects",
    )

    def variables(self) -> tuple[str, ...]:
        return self.correlate

    def numbers(self) -> Mapping[str, bool]:
        return dict.fromkeys([*self.correlate, *([VIF] if self.vif else [])], False)

    def columns_in_words(self) -> dict[str, str]:
        return {
            name: f"correlation with {name}, its p-value or its rows" for name in self.correlate
        }

    def wrong(self) -> Iterator[Wrong]:
        yield from twice("correlate", self.correlate, "each variable once")
        yield from twice("vif", self.vif, "each variable once")
        for place, name in enumerate(self.correlate):
            if name in (*PRINTED_COLUMNS, VIF):
                yield Wrong(
                    ("correlate", place),
                    "a name that is no column of every table of correlations",
                    f"`{name}`",
                    f"give the variable another name; taken are {', '.join((*PRINTED_COLUMNS, VIF))}",
                    "label_taken",
                )
        for place, name in enumerate(self.vif):
            if name not in self.correlate:
                yield Wrong(
                    ("vif", place),
                    "variables of `correlate`, which have a row",
                    f"`{name}`",
                    "add it to `correlate`, or remove it",
                    "vif_without_row",
                )
        if len(self.vif) == 1:
            yield Wrong(
                ("vif",),
                "two or more regressors: each is held against the others",
                f"`{self.vif[0]}` alone",
                "name the regressors that stand together, or remove `vif`",
                "vif_of_one",
            )
        if self.listwise and len(self.correlate) == 2:
            yield Wrong(
                ("listwise",),
                "three or more variables: of two, rows that have both are taken anyway",
                "`listwise` with two",
                "remove it, or correlate more",
                "idle_listwise",
            )


KIND = TableKind(
    "correlation", CorrelationTable, "nqpf_assets.stages.correlations:correlate_variables"
)
