"""What a study writes of an index by the entropy method."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nqpf_assets.studies.index_method import DimensionIndex, IndexMethod, Pool
from nqpf_assets.studies.variables import Winsorize


class EntropyIndex(DimensionIndex):
    """Composite index by the entropy method."""

    method: Literal["entropy"] = Field(description="which method")
    shift: Annotated[float, Field(ge=0, le=1)] | Literal["limit"] = Field(
        0.0001, description="from 0 to 1, added before the logarithm; `limit`: 0·ln 0 = 0"
    )
    weights: Literal["pooled", "by_period"] = Field(
        "pooled",
        description="weights from the whole panel, or anew for each year",
    )
    winsorize: Winsorize | None = Field(
        None, description="clip every indicator before it is normalised"
    )


def _pool(index: EntropyIndex) -> Pool:
    """Weights are those of a year or of all; minimum and maximum are of all in any case."""
    return "period" if index.weights == "by_period" else "panel"


METHOD = IndexMethod(
    "entropy",
    EntropyIndex,
    "nqpf_assets.indices.methods.entropy:index",
    documentation="docs/methods/indices.md#Entropy weights",
    pool=_pool,
    gradient="nqpf_assets.indices.gradients.entropy:gradient",
)
