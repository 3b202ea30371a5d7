"""Options of the estimators, one group per estimator, as a study's column writes them.

What all columns have in common is in `spec`; what the options do, in `nqpf_assets.models`.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from nqpf_assets.studies.strict import Name, Strict


class TobitOptions(Strict):
    """Censored regression; at least one limit."""

    lower: float | None = Field(0.0, description="values at or below are censored; null for none")
    upper: float | None = Field(None, description="values at or above are censored; null for none")
    nodes: int | None = Field(
        None,
        ge=4,
        le=96,
        description="quadrature nodes of `re_tobit`; null takes as many as change nothing more",
    )

    @model_validator(mode="after")
    def _one_limit(self) -> TobitOptions:
        if self.lower is None and self.upper is None:
            raise ValueError("a Tobit model needs a lower or an upper limit")
        if self.lower is not None and self.upper is not None and self.upper <= self.lower:
            raise ValueError("the upper limit must be above the lower")
        return self


class InstrumentOptions(Strict):
    """Two-stage least squares with fixed effects."""

    endogenous: tuple[Name, ...] = Field(
        min_length=1, description="which regressors are endogenous"
    )
    instruments: tuple[Name, ...] = Field(min_length=1, description="excluded instruments")
    chi2_observations: Literal["dofminus", "all"] = Field(
        "dofminus",
        description="what χ² statistics count where units are absorbed and errors are not "
        "clustered: dofminus, observations less units, as xtivreg2; all, as fixest",
    )


class MediationOptions(Strict):
    """Indirect effect of the first regressor through a mediator."""

    mediator: Name = Field(description="variable through which the effect runs")
    draws: int = Field(5000, ge=0, description="bootstrap draws of whole units; 0 for none")


class DifferenceOptions(Strict):
    """Do coefficients differ between two groups of units?"""

    grouping: Name = Field(description="grouping of the study")
    groups: tuple[Name, Name] = Field(
        description="the two groups compared; the first minus the second"
    )
    draws: int = Field(
        1000, ge=0, description="permutations of units between the groups; 0 for none"
    )


class ThresholdOptions(Strict):
    """Coefficients that change where a variable crosses a threshold."""

    variable: Name = Field(description="threshold variable")
    regime: tuple[Name, ...] = Field(
        min_length=1, description="regressors whose coefficients change"
    )
    count: int = Field(1, ge=1, le=3, description="number of thresholds")
    trim: float = Field(0.05, gt=0, lt=0.5, description="least share of rows in each regime")
    draws: int = Field(300, ge=0, description="bootstrap draws of whole units; 0 for none")
    divisor: Literal["hansen", "xthreg", "pdr"] = Field(
        "hansen",
        description="divisor of the error variance in F: Hansen's, Stata's xthreg, R's pdR",
    )
    grid: int | None = Field(
        None,
        ge=2,
        description="tries quantiles in steps of 1/grid (400 in Hansen's paper); null tries all values",
    )
    grid_of: Literal["rows", "distinct"] = Field(
        "rows", description="quantiles of the rows, or of the distinct values as Hansen's program"
    )
    residuals_from: Literal["alternative", "null"] = Field(
        "alternative",
        description="model whose residuals the bootstrap draws: Hansen's paper, or his program",
    )
    demeaned_periods: Literal["all", "drop_last"] = Field(
        "all",
        description="`drop_last` leaves the last period out after demeaning, as Hansen's program "
        "and R's pdR do; for balanced panels with `effects: [unit]`, to reproduce their tables",
    )

    @field_validator("residuals_from", mode="before")
    @classmethod
    def _null_is_a_word(cls, value: object) -> object:
        """An unquoted null is YAML's way of writing nothing, and here the null model is meant."""
        return "null" if value is None else value


class WeightOptions(Strict):
    """Which units are neighbours, and how near."""

    weights: Literal["contiguity", "inverse_distance", "economic", "nested"] = Field(
        "contiguity", description="how units are neighbours"
    )
    power: float = Field(1.0, gt=0, description="power of the distance")
    cutoff_km: float | None = Field(None, gt=0, description="beyond this distance there is no tie")
    economic_variable: Name | None = Field(
        None, description="variable whose unit means give the economic distance"
    )
    standardize: Literal["row", "spectral"] = Field(
        "row",
        description="how weights are scaled: rows add up to one, or the largest eigenvalue is one",
    )
    join: tuple[tuple[str, str], ...] = Field(
        (), description="pairs of units made neighbours, e.g. Hainan and Guangdong"
    )

    @model_validator(mode="after")
    def _variable_given(self) -> Self:
        if (self.weights in ("economic", "nested")) != (self.economic_variable is not None):
            raise ValueError(
                "`economic_variable` goes with economic and nested weights, and only with them"
            )
        given = self.model_fields_set
        if given & {"power", "cutoff_km"} and self.weights not in ("inverse_distance", "nested"):
            raise ValueError("`power` and `cutoff_km` go with inverse_distance and nested weights")
        if self.join and self.weights != "contiguity":
            raise ValueError("`join` goes with weights of contiguity")
        return self


class SpaceOptions(WeightOptions):
    """Which neighbours, and which form of the model."""

    lee_yu: bool = Field(True, description="correct for the estimated effects")
    inference: Literal["simulated", "delta"] = Field(
        "simulated",
        description="where errors, p-values and intervals of the effects come from: quantiles of draws, "
        "or the delta method",
    )
    draws: int = Field(1000, ge=100, description="draws behind the inference of the effects")


OPTIONS_OF: dict[str, tuple[str, ...]] = {
    "tobit": ("tobit", "re_tobit"),
    "iv": ("fe_2sls",),
    "mediation": ("mediation",),
    "difference": ("group_difference",),
    "threshold": ("threshold",),
    "space": ("spatial_durbin", "spatial_lag", "spatial_error", "spatial_slx"),
}
"""Group of options → the estimators it belongs to."""
