"""What a study writes of an index whose weights are put together from those of several methods."""

from __future__ import annotations

from math import fsum
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from nqpf_assets.studies.index_method import IndexMethod
from nqpf_assets.studies.weighted_index import WeightedIndex, require_weights

Part = Literal["entropy", "critic", "coefficient_of_variation", "equal_weights", "given_weights"]
MEASURED = ("entropy", "critic", "coefficient_of_variation")
"""Those whose weights come from the data."""


class CombinedIndex(WeightedIndex):
    """Composite index by weights put together from those of several methods."""

    method: Literal["combined_weights"] = Field(description="which method")
    weights: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] | None = Field(
        None, description="indicator → its weight, for `given_weights` among `of`"
    )
    of: tuple[Part, ...] = Field(
        min_length=2,
        description="methods whose weights are put together, one at least that measures them; entropy "
        "with the shift 0.0001, variation of the values as they are",
    )
    combine: Literal["multiplicative", "linear"] = Field(
        "multiplicative",
        description="product of the weights over the sum of such products, or their weighted mean",
    )
    shares: tuple[Annotated[float, Field(gt=0, lt=1)], ...] | None = Field(
        None, description="share of each method in a linear mean; default: all the same"
    )

    @field_validator("of")
    @classmethod
    def _of_methods(cls, value: tuple[Part, ...], info: ValidationInfo) -> tuple[Part, ...]:
        if len({*value}) < len(value):
            raise ValueError("each method once")
        if not {*value} & {*MEASURED}:
            raise ValueError(f"one at least is measured: {', '.join(MEASURED)}")
        if "critic" in value and sum(map(len, info.data.get("dimensions", {}).values())) == 1:
            raise ValueError("CRITIC compares two indicators or more; this index has one")
        if {"entropy", "critic"} & {*value} and info.data.get("normalise") == "z_score":
            raise ValueError(
                "entropy and CRITIC are not of z-scores: take `normalise: min_max` or `vector`"
            )
        if "entropy" in value and info.data.get("base_year") is not None:
            raise ValueError(
                "entropy takes logarithms, and values beyond the range of a base year have none: leave "
                "out `base_year`"
            )
        is_given = info.data.get("weights") is not None
        if "weights" in info.data and ("given_weights" in value) != is_given:
            raise ValueError("`weights` and `given_weights` go together")
        return value

    @field_validator("weights")
    @classmethod
    def _of_every_indicator(
        cls, value: dict[str, float] | None, info: ValidationInfo
    ) -> dict[str, float] | None:
        if value is not None:
            require_weights(value, info)
        return value

    @field_validator("shares")
    @classmethod
    def _of_linear(
        cls, value: tuple[float, ...] | None, info: ValidationInfo
    ) -> tuple[float, ...] | None:
        if value is None or "of" not in info.data:
            return value
        if info.data.get("combine") != "linear":
            raise ValueError("`shares` are of `combine: linear`")
        if len(value) != len(info.data["of"]):
            raise ValueError(
                f"one share for each of {len(info.data['of'])} methods; found {len(value)}"
            )
        if abs(fsum(value) - 1) > 1e-9:
            raise ValueError(f"shares add up to 1; these add up to {fsum(value):.6g}")
        return value


METHOD = IndexMethod(
    "combined_weights",
    CombinedIndex,
    "nqpf_assets.indices.methods.combined_weights:index",
    documentation="docs/methods/indices.md#Combined weights",
    gradient="nqpf_assets.indices.gradients.combined_weights:gradient",
)
