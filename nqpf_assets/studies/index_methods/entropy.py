"""What a study writes of an index by the entropy method."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from nqpf_assets.studies.index_method import IndexMethod, Pool
from nqpf_assets.studies.variables import Winsorize
from nqpf_assets.studies.weighted_index import NormalisedIndex


class EntropyIndex(NormalisedIndex):
    """Composite index by the entropy method."""

    method: Literal["entropy"] = Field(description="which method")
    normalise: Literal["min_max", "vector"] = Field(
        "min_max",
        description="how indicators are made comparable: distance from the worst value over the range; "
        "over the root of the sum of squares. z-scores have no logarithm, and are not offered",
    )
    shift: Annotated[float, Field(ge=0, le=1)] | Literal["limit"] = Field(
        0.0001, description="from 0 to 1, added before the logarithm; `limit`: 0·ln 0 = 0"
    )
    weights: Literal["pooled", "by_period"] = Field(
        "pooled",
        description="weights from the whole panel, or anew for each year",
    )
    winsorize: Winsorize | None = Field(
        None,
        description="clip every indicator before it is normalised; an indicator's own comes in its place",
    )

    @field_validator("shift")
    @classmethod
    def _above_zero(
        cls, value: float | Literal["limit"], info: ValidationInfo
    ) -> float | Literal["limit"]:
        is_geometric = info.data.get("aggregate") == "geometric"
        if is_geometric and value in (0, "limit") and info.data.get("normalise") == "min_max":
            raise ValueError(
                "a geometric mean is zero where one indicator is at its worst, which min_max makes 0: "
                "give a `shift` above zero, such as 0.01"
            )
        return value

    @field_validator("weights")
    @classmethod
    def _by_one_scale(cls, value: str, info: ValidationInfo) -> str:
        if value == "pooled":
            return value
        if info.data.get("normalise") == "vector":
            raise ValueError(
                "weights of each year go with the minimum and maximum of all years: leave out "
                "`normalise`, or take `weights: pooled`"
            )
        if info.data.get("aggregate") == "topsis":
            raise ValueError(
                "TOPSIS compares all rows with one best and one worst, which needs one set of weights: "
                "take `weights: pooled`"
            )
        return value


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
