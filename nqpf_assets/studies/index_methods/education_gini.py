"""What a study writes of an education Gini: levels of schooling, their shares and years."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from nqpf_assets.expressions.definition import Definition
from nqpf_assets.studies.formula import Formula
from nqpf_assets.studies.index_method import IndexMethod, IndexOptions
from nqpf_assets.user_input.strict import Name, Strict


class SchoolingLevel(Strict):
    """One level of schooling of an education Gini."""

    level: Name = Field(description="name of the level")
    share: str = Field(description="expression: the level's share of the population")
    years: float = Field(
        ge=0, allow_inf_nan=False, description="years of schooling of those who reached it"
    )
    title: str | None = Field(None, description="name in tables")


class EducationGini(IndexOptions):
    """Education Gini of Thomas, Wang and Fan (2001), or its complement."""

    method: Literal["education_gini"] = Field(description="which method")
    measure: Literal["gini", "equity"] = Field("gini", description="equity is 1 − Gini")
    tolerance: float = Field(
        0.005,
        ge=0,
        lt=1,
        description="how far the shares may be from adding up to one; they are divided by their sum",
    )
    levels: tuple[SchoolingLevel, ...] = Field(
        min_length=2,
        description="levels of schooling from the lowest to the highest",
    )

    def formulas(self, name: str) -> Iterator[Formula]:
        """The share of each level, as a variable with the index's name before it."""
        for place, one in enumerate(self.levels):
            yield Formula(
                f"{name}_{one.level}",
                "level",
                ("indices", name, "levels", place),
                "share",
                Definition(one.share, "1"),
                one.title,
                minimum=0,
                maximum=1,
                index=name,
                dimension=one.level,
            )

    def arguments(self) -> dict[str, Any]:
        years = tuple(one.years for one in self.levels)
        return {"measure": self.measure, "tolerance": self.tolerance, "years": years}


def _row_alone(_options: IndexOptions) -> None:
    """A row's Gini is that of its own shares."""


METHOD = IndexMethod(
    "education_gini",
    EducationGini,
    "nqpf_assets.indices.methods.education_gini:index",
    documentation="docs/methods/indices.md#Education Gini",
    pool=_row_alone,
    gradient="nqpf_assets.indices.gradients.education_gini:gradient",
)
