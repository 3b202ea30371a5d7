"""What a study writes of an index of principal components."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from nqpf_assets.studies.index_method import DimensionIndex, IndexMethod
from nqpf_assets.studies.variables import Winsorize
from nqpf_assets.user_input.strict import Name


class ComponentIndex(DimensionIndex):
    """Composite index by principal components of the correlation matrix."""

    method: Literal["principal_components"] = Field(description="which method")
    retain: Literal["kaiser"] | Annotated[float, Field(gt=0, le=1)] = Field(
        "kaiser",
        description="`kaiser` (eigenvalue > 1) or the cumulative share of variance, e.g. 0.8",
    )
    component_scale: Literal["variance", "unit"] = Field(
        "variance",
        description="variance: a component varies as much as its eigenvalue says; unit: every "
        "component has variance 1",
    )
    anchor: Name | None = Field(
        None,
        description="indicator with which the index goes up, in its declared direction; default: the "
        "loadings of each component add up to a positive number, unless those of the first nearly balance",
    )
    rescale: bool = Field(False, description="rescale the score to [0, 1]")
    winsorize: Winsorize | None = Field(
        None,
        description="clip every indicator before it is standardised; an indicator's own comes in its place",
    )

    @model_validator(mode="after")
    def _anchor_is_there(self) -> ComponentIndex:
        names = [one.indicator for group in self.dimensions.values() for one in group]
        if len(names) < 2:
            raise ValueError(
                "principal components are of two indicators or more; this index has one"
            )
        if self.anchor is not None and self.anchor not in names:
            raise ValueError(f"the anchor is one of the indicators: {', '.join(names)}")
        return self


METHOD = IndexMethod(
    "principal_components",
    ComponentIndex,
    "nqpf_assets.indices.methods.principal_components:index",
    documentation="docs/methods/indices.md#Principal components",
    gradient="nqpf_assets.indices.gradients.principal_components:gradient",
)
