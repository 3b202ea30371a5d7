"""What a study writes of any index of weighted indicators: how they are normalised and put together."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from nqpf_assets.studies.index_method import DimensionIndex, Pool

ROUNDED = 0.005
"""How far weights may be from adding up to one: printed ones are rounded."""


class NormalisedIndex(DimensionIndex):
    """An index of indicators that are made comparable, weighed, and put together."""

    normalise: Literal["min_max", "vector", "z_score"] = Field(
        "min_max",
        description="how indicators are made comparable: distance from the worst value over the range; "
        "over the root of the sum of squares; in standard deviations from the mean",
    )
    aggregate: Literal["arithmetic", "geometric", "topsis"] = Field(
        "arithmetic",
        description="weighted sum, weighted geometric mean, or distance from the worst beside that "
        "from the best",
    )

    @field_validator("aggregate")
    @classmethod
    def _of_positive(cls, value: str, info: ValidationInfo) -> str:
        if value == "geometric" and info.data.get("normalise") == "z_score":
            raise ValueError(
                "a geometric mean is of numbers above zero, and half of all z-scores are below: "
                "take `normalise: min_max` or `vector`"
            )
        return value


class WeightedIndex(NormalisedIndex):
    """One whose normalised values are taken as they are, whatever the weights are made from."""

    base_year: int | None = Field(
        None,
        description="the year whose minimum and maximum normalise all years, so that scores of new years "
        "leave the old ones as they are; default: minimum and maximum of all years",
    )
    shift: float = Field(
        0,
        ge=0,
        le=1,
        validate_default=True,
        description="from 0 to 1, added to normalised values before a geometric mean",
    )

    @field_validator("base_year")
    @classmethod
    def _of_range(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and info.data.get("normalise", "min_max") != "min_max":
            raise ValueError(
                "`base_year` is of `normalise: min_max`: minimum and maximum are those of that year"
            )
        return value

    @field_validator("shift")
    @classmethod
    def _of_geometric(cls, value: float, info: ValidationInfo) -> float:
        geometric = info.data.get("aggregate") == "geometric"
        if value and not geometric and "aggregate" in info.data:
            raise ValueError(
                "`shift` is added before a geometric mean; this index has none (`aggregate`)"
            )
        if geometric and not value and info.data.get("normalise") == "min_max":
            raise ValueError(
                "a geometric mean is zero where one indicator is at its worst, which min_max makes 0: "
                "give a `shift`, such as 0.01"
            )
        return value


def pool_of_said(index: WeightedIndex) -> Pool:
    """Of weights that do not come from the data: minimum and maximum, or all values that make the scale."""
    return "extremes" if index.normalise == "min_max" else "panel"


def require_weights(weights: Mapping[str, float], info: ValidationInfo) -> None:
    """Each indicator of the index has a weight, nothing else has one, and they add up to one.

    Raises:
        ValueError: what is wrong.
    """
    groups = info.data.get("dimensions")
    if groups is None:
        return  # told by itself
    names = [one.indicator for group in groups.values() for one in group]
    without = [name for name in names if name not in weights]
    strange = [name for name in weights if name not in names]
    if without:
        raise ValueError(f"every indicator has a weight; none is given of {', '.join(without)}")
    if strange:
        raise ValueError(f"not among the indicators: {', '.join(strange)}")
    total = fsum(weights.values())
    if abs(total - 1) > ROUNDED:
        raise ValueError(f"weights add up to 1; these add up to {total:.6g}")
