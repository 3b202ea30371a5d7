"""Shapley shares of the R² of some regressors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import Field

from nqpf_assets.studies.table_kind import PanelTable, TableKind, Wrong, twice
from nqpf_assets.user_input.strict import Name

MOST = 12
"""Regressors: all subsets of them are regressions."""


class ShapleyTable(PanelTable):
    """How much of the R² of a regression falls to each regressor once effects are removed."""

    variable_keys: ClassVar[frozenset[str]] = frozenset({"outcome", "regressors"})
    prints_titles: ClassVar[bool] = True

    kind: Literal["shapley"] = Field(description="a row for each regressor, the largest part first")
    outcome: Name = Field(description="variable or index that is explained")
    regressors: tuple[Name, ...] = Field(
        min_length=2, description=f"variables and indices that explain it, {MOST} at most"
    )
    effects: tuple[Literal["unit", "period"], ...] = Field(
        ("unit", "period"), description="effects that all variables are freed of first"
    )

    def variables(self) -> tuple[str, ...]:
        return (self.outcome, *self.regressors)

    def numbers(self) -> Mapping[str, bool]:
        return {"r2_part": False, "r2_part_share": False}

    def wrong(self) -> Iterator[Wrong]:
        yield from twice("regressors", self.regressors, "each regressor once")
        yield from twice("effects", self.effects, "each effect once")
        if self.outcome in self.regressors:
            yield Wrong(
                ("regressors", self.regressors.index(self.outcome)),
                "regressors that are not the outcome",
                f"`{self.outcome}`, the outcome",
                "remove it",
                "variable_twice",
            )
        if (n := len(self.regressors)) > MOST:
            yield Wrong(
                ("regressors",),
                f"{MOST} regressors at most: every subset of them is a regression",
                str(n),
                "take those that matter together into an index, or leave some out",
                "many_regressors",
            )


KIND = TableKind("shapley", ShapleyTable, "nqpf_assets.stages.shapley:divide_r2")
