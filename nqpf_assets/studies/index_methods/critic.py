"""What a study writes of an index by CRITIC weights."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from nqpf_assets.studies.index_method import IndexMethod
from nqpf_assets.studies.weighted_index import WeightedIndex


class CriticIndex(WeightedIndex):
    """Composite index by CRITIC: weights from the contrast of indicators and the conflict between them."""

    method: Literal["critic"] = Field(description="which method")
    normalise: Literal["min_max", "vector"] = Field(
        "min_max",
        description="how indicators are made comparable: distance from the worst value over the range; "
        "over the root of the sum of squares. z-scores all have the same contrast, and are not offered",
    )

    @model_validator(mode="after")
    def _are_several(self) -> CriticIndex:
        if sum(map(len, self.dimensions.values())) < 2:
            raise ValueError(
                "CRITIC compares two indicators or more with each other; this index has one"
            )
        return self


METHOD = IndexMethod(
    "critic",
    CriticIndex,
    "nqpf_assets.indices.methods.critic:index",
    documentation="docs/methods/indices.md#CRITIC",
    gradient="nqpf_assets.indices.gradients.critic:gradient",
)
