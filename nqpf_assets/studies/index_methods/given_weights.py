"""What a study writes of an index by weights of its own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from nqpf_assets.studies.index_method import IndexMethod
from nqpf_assets.studies.weighted_index import WeightedIndex, pool_of_said, require_weights
from nqpf_assets.user_input.strict import Name


class GivenIndex(WeightedIndex):
    """Composite index by weights that the study gives, such as those that a paper prints."""

    method: Literal["given_weights"] = Field(description="which method")
    weights: dict[Name, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(
        description="indicator → its weight; they add up to 1, but for rounding, and are divided by their sum"
    )

    @field_validator("weights")
    @classmethod
    def _of_every_indicator(cls, value: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        require_weights(value, info)
        return value


METHOD = IndexMethod(
    "given_weights",
    GivenIndex,
    "nqpf_assets.indices.methods.given_weights:index",
    documentation="docs/methods/indices.md#Given weights",
    pool=pool_of_said,
    gradient="nqpf_assets.indices.gradients.given_weights:gradient",
)
