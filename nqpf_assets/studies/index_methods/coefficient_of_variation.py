"""What a study writes of an index by coefficients of variation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from nqpf_assets.studies.index_method import IndexMethod
from nqpf_assets.studies.weighted_index import WeightedIndex


class VariationIndex(WeightedIndex):
    """Composite index by coefficients of variation: what differs more beside its mean weighs more."""

    method: Literal["coefficient_of_variation"] = Field(description="which method")
    variation_of: Literal["values", "normalised"] = Field(
        "values",
        description="standard deviation over mean of the indicators as they are measured, or normalised",
    )

    @field_validator("variation_of")
    @classmethod
    def _has_a_mean(cls, value: str, info: ValidationInfo) -> str:
        if value == "normalised" and info.data.get("normalise") == "z_score":
            raise ValueError("z-scores have the mean 0: their variation beside it says nothing")
        return value


METHOD = IndexMethod(
    "coefficient_of_variation",
    VariationIndex,
    "nqpf_assets.indices.methods.coefficient_of_variation:index",
    documentation="docs/methods/indices.md#Coefficient of variation",
    gradient="nqpf_assets.indices.gradients.coefficient_of_variation:gradient",
)
