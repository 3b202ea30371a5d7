"""Options of the estimators, one group per estimator, as a study's column writes them.

What all columns have in common is in `columns`; which options go together, in `column_rules`; what
they do, in `nqpf_assets.estimators.linear`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from nqpf_assets.messages.problems import Refusal, Refused
from nqpf_assets.user_input.strict import Name, Strict


def _some_or_none(draws: int) -> int:
    if draws == 1:
        raise ValueError("one draw has no spread: write 0 for none, or 2 at the very least")
    return draws


def _null_is_a_word(value: object) -> object:
    """An unquoted null is YAML's way of writing nothing, and here the null model is meant."""
    return "null" if value is None else value


def _as_word(value: object) -> object:
    """`true` and `false`, which older studies say, as the words they stand for."""
    return {True: "transformation", False: "none"}[value] if isinstance(value, bool) else value


Draws = Annotated[int, Field(ge=0), AfterValidator(_some_or_none)]
"""Number of draws of a bootstrap or permutation test; 0 for none."""


class TobitOptions(Strict):
    """Censored regression; at least one limit."""

    lower: float | None = Field(0.0, description="values at or below are censored; null for none")
    upper: float | None = Field(None, description="values at or above are censored; null for none")
    nodes: int | None = Field(
        None,
        ge=4,
        le=192,
        description="quadrature nodes of `re_tobit`; null takes as many as change nothing more",
    )

    @model_validator(mode="after")
    def _one_limit(self) -> TobitOptions:
        if self.lower is None and self.upper is None:
            raise Refused(
                [
                    Refusal(
                        ("lower",),
                        "a limit",
                        "a Tobit model needs a lower or an upper limit",
                        "write `lower:`, or `upper:`",
                    )
                ]
            )
        if self.lower is not None and self.upper is not None and self.upper <= self.lower:
            raise Refused(
                [
                    Refusal(
                        ("upper",),
                        f"a number above {self.lower:g}",
                        f"{self.upper:g}: the upper limit must be above the lower",
                        "correct one of the two",
                    )
                ]
            )
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
    draws: Draws = Field(5000, description="bootstrap draws of whole units; 0 for none")
    resample: Name | None = Field(
        None,
        description="what is drawn whole: `unit` or a grouping; where left out what standard "
        "errors are clustered by, and otherwise the unit",
    )


class DifferenceOptions(Strict):
    """Do coefficients differ between two groups of units?"""

    grouping: Name = Field(description="grouping of the study")
    groups: tuple[Name, Name] = Field(
        description="the two groups compared; the first minus the second"
    )
    draws: Draws = Field(1000, description="permutations of units between the groups; 0 for none")


class ThresholdOptions(Strict):
    """Coefficients that change where a variable crosses a threshold."""

    variable: Name = Field(description="threshold variable")
    regime: tuple[Name, ...] = Field(
        min_length=1, description="regressors whose coefficients change"
    )
    count: int = Field(1, ge=1, le=3, description="number of thresholds")
    trim: float = Field(0.05, gt=0, lt=0.5, description="least share of rows in each regime")
    draws: Draws = Field(300, description="bootstrap draws of whole units; 0 for none")
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
    residuals_from: Annotated[Literal["alternative", "null"], BeforeValidator(_null_is_a_word)] = (
        Field(
            "alternative",
            description="model whose residuals the bootstrap draws: Hansen's paper, or his program",
        )
    )
    demeaned_periods: Literal["all", "drop_last"] = Field(
        "all",
        description="`drop_last` leaves the last period out after demeaning, as Hansen's program "
        "and R's pdR do; for balanced panels with `effects: [unit]`, to reproduce their tables",
    )


WEIGHTS_OF: dict[str, tuple[str, ...]] = {
    "power": ("inverse_distance", "nested"),
    "cutoff_km": ("inverse_distance", "nested"),
    "economic_variable": ("economic", "nested"),
    "join": ("contiguity",),
}
"""Key of spatial weights → the weights it goes with."""


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
            and getattr(self, key) not in (None, ())
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
        if refusals:
            raise Refused(refusals)
        return self


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
    draws: int = Field(1000, ge=100, description="draws behind the inference of the effects")
