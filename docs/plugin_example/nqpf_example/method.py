"""What a study writes of an index of ranges. Read with every study, so nothing heavy is imported."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nqpf_assets.studies.index_method import DimensionIndex, IndexMethod

INTERFACE = 1


class RangeMean(DimensionIndex):
    """Mean of indicators that are each stretched from their worst to their best value."""

    method: Literal["range_mean"] = Field(description="which method")
    mean: Literal["arithmetic", "geometric"] = Field(
        "arithmetic",
        description="geometric: what is bad in one indicator is not made good by another",
    )


METHOD = IndexMethod(
    "range_mean",
    RangeMean,
    "nqpf_example.numbers:index",
    documentation="README.md#An index of ranges",
)
