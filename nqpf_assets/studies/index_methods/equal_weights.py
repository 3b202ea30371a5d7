"""What a study writes of an index by equal weights."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nqpf_assets.studies.index_method import IndexMethod
from nqpf_assets.studies.weighted_index import WeightedIndex, pool_of_said


class EqualIndex(WeightedIndex):
    """Composite index by equal weights."""

    method: Literal["equal_weights"] = Field(description="which method")
    by: Literal["indicators", "dimensions"] = Field(
        "indicators",
        description="what weighs the same: all indicators; or all dimensions, and the indicators of one",
    )


METHOD = IndexMethod(
    "equal_weights",
    EqualIndex,
    "nqpf_assets.indices.methods.equal_weights:index",
    documentation="docs/methods/indices.md#Equal weights",
    pool=pool_of_said,
    gradient="nqpf_assets.indices.gradients.equal_weights:gradient",
)
