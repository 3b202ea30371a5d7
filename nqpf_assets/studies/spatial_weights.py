"""Spatial weights as a study writes them: for spatial models, and for tables of autocorrelation."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from nqpf_assets.messages.problems import Refusal, Refused
from nqpf_assets.user_input.strict import Name, Strict

MADE = ("contiguity", "inverse_distance", "economic", "nested")
"""Weights that are made from the catalogue's geography and the panel; other names are of files."""
WEIGHTS_OF: dict[str, tuple[str, ...]] = {
    "power": ("inverse_distance", "nested"),
    "cutoff_km": ("inverse_distance", "nested"),
    "economic_variable": ("economic", "nested"),
    "by_period": ("economic", "nested"),
    "join": ("contiguity",),
}
"""Key of spatial weights → the weights it goes with."""


class WeightOptions(Strict):
    """Which units are neighbours, and how near."""

    weights: Name = Field(
        "contiguity",
        description="how units are neighbours: contiguity, inverse_distance, economic or nested, made "
        "from the catalogue and the panel; or the `name` of weights under raw/, as their card gives it",
        json_schema_extra={"examples": [*MADE]},
    )
    power: float = Field(1.0, gt=0, description="power of the distance")
    cutoff_km: float | None = Field(None, gt=0, description="beyond this distance there is no tie")
    economic_variable: Name | None = Field(
        None, description="variable whose unit means give the economic distance"
    )
    by_period: bool = Field(
        False,
        description="weights of every year by that year's values of `economic_variable`, in place of one "
        "matrix for all years by their means",
    )
    standardize: Literal["row", "spectral", "none"] = Field(
        "row",
        description="how weights are scaled: rows add up to one, the largest eigenvalue is one, or, of "
        "weights under raw/, not at all",
    )
    join: tuple[tuple[str, str], ...] = Field(
        (), description="pairs of units made neighbours, e.g. Hainan and Guangdong"
    )

    @property
    def is_own(self) -> bool:
        """Whether the weights are those of a file under ``raw/``."""
        return self.weights not in MADE

    @model_validator(mode="after")
    def _keys_go_with_weights(self) -> Self:
        refusals = [
            Refusal(
                (key,),
                f"`weights: {' or '.join(WEIGHTS_OF[key])}`, with which `{key}` goes",
                f"`{key}` goes with weights of {' and '.join(WEIGHTS_OF[key])}, and only with them: "
                f"these are {self.weights}",
                f"remove `{key}`, or take other weights",
            )
            for key in WEIGHTS_OF
            if key in self.model_fields_set
            and self.weights not in WEIGHTS_OF[key]
            and getattr(self, key) not in (None, (), False)
        ]
        if self.weights in WEIGHTS_OF["economic_variable"] and self.economic_variable is None:
            refusals.append(
                Refusal(
                    ("weights",),
                    "`economic_variable:` beside these weights",
                    f"{self.weights} weights without `economic_variable`",
                    "add it, or take other weights",
                )
            )
        if self.standardize == "none" and not self.is_own:
            refusals.append(
                Refusal(
                    ("standardize",),
                    "`row` or `spectral` with weights that are made here",
                    f"`none` with {self.weights}",
                    "`none` takes weights under raw/ as they are; these have no scale of their own",
                )
            )
        if refusals:
            raise Refused(refusals)
        return self
