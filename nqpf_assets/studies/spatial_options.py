"""What a column of a spatial model says: weights, form of the model, how it is estimated."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.spatial_weights import WeightOptions
from nqpf_assets.user_input.strict import Name


def _as_word(value: object) -> object:
    """`true` and `false`, which older studies say, as the words they stand for."""
    return {True: "transformation", False: "none"}[value] if isinstance(value, bool) else value


def lags_of(column: Equation) -> tuple[str, ...] | None:
    """Regressors whose spatial lags the model has, in the order of the column; None for all, or for none."""
    lags = column.options(SpaceOptions).durbin
    if lags is None or column.estimator not in WITH_LAGS:
        return None
    terms = (*column.regressors, *column.controls)
    named = tuple(one for one in terms if one in lags)
    return None if len(named) == len(terms) else named


class SpaceOptions(WeightOptions):
    """Which neighbours, and which form of the model."""

    lee_yu: Annotated[
        Literal["transformation", "bias_correction", "none"], BeforeValidator(_as_word)
    ] = Field(
        "transformation",
        description="how the estimated effects are corrected for: the likelihood of the data "
        "without them (`true` says the same), a correction of the estimates, which weights whose "
        "rows do not add up to one need with period effects, or not at all (`false`)",
        json_schema_extra={"enum": ["transformation", "bias_correction", "none", True, False]},
    )
    inference: Literal["simulated", "delta"] = Field(
        "simulated",
        description="where errors, p-values and intervals of the effects come from: quantiles of draws, "
        "or the delta method",
    )
    information: Literal["expected", "observed"] = Field(
        "expected",
        description="of which information matrix `vcov: {type: unadjusted}` is the inverse: expected, or "
        "observed, as Stata's xsmle prints",
    )
    durbin: tuple[Name, ...] | None = Field(
        None,
        min_length=1,
        description="regressors and controls whose spatial lags are in the model; all where left out",
    )
    draws: int = Field(1000, ge=100, description="draws behind the inference of the effects")


WITH_RANDOM_UNITS = ("re_spatial_durbin", "re_spatial_lag")
"""Models whose unit effects are random."""


WITH_MULTIPLIERS = ("spatial_durbin", "spatial_lag", *WITH_RANDOM_UNITS)
"""Models whose effects run through (I − ρW)⁻¹; those of the others are coefficients."""


WITH_LAGS = ("spatial_durbin", "spatial_slx", "re_spatial_durbin")
"""Models that have regressors of neighbours."""


WITHOUT_PARAMETER = ("spatial_slx",)
"""Models that are least squares: whatever the weights are, nothing has to be inverted."""
