"""Regression tables of a study: what a column estimates, on which sample, with which inference.

Options of one estimator alone are in `estimators`; how a column is estimated, in `nqpf_assets.fits`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from nqpf_assets.studies.estimators import (
    OPTIONS_OF,
    DifferenceOptions,
    InstrumentOptions,
    MediationOptions,
    SpaceOptions,
    ThresholdOptions,
    TobitOptions,
)
from nqpf_assets.studies.strict import Name, Strict
from nqpf_assets.studies.variables import Winsorize


class Sample(Strict):
    """The part of the panel that a column is estimated on."""

    first: int | None = Field(None, description="first year; that of the study where left out")
    last: int | None = Field(None, description="last year; that of the study where left out")
    only: tuple[str, ...] = Field(
        (),
        description="codes or names of the units that are in; empty takes all",
    )
    exclude: tuple[str, ...] = Field(
        (),
        description="codes or names of the units that are left out",
    )
    within: dict[Name, Name] = Field(
        default_factory=dict,
        description="grouping → group: only units of this group, e.g. `{region: east}`",
    )


class Vcov(Strict):
    """Which standard errors; the default clusters by unit as `xtreg, fe vce(cluster)` does."""

    type: Literal["unadjusted", "robust", "clustered", "driscoll_kraay", "cr2", "linearmodels"] = (
        Field("clustered", description="estimator of the covariance")
    )
    by: tuple[str, ...] = Field(
        ("unit",),
        min_length=1,
        max_length=2,
        description="unit, period, or a group of the study; two for two-way",
    )


class Expect(Strict):
    """What the study relies on; another number stops the refresh."""

    n: int | None = Field(None, description="number of observations")
    reason: str | None = Field(
        None, description="why, where the number differs from the published one"
    )


class PublishedTerm(Strict):
    """A number as the paper prints it, kept beside ours."""

    estimate: float = Field(description="coefficient as printed")
    statistic: float | None = Field(None, description="t or z statistic as printed")
    std_error: float | None = Field(None, description="standard error as printed")
    stars: str | None = Field(None, description="stars as printed")


Estimator = Literal[
    "two_way_fe",
    "ols",
    "tobit",
    "re_tobit",
    "fe_2sls",
    "mediation",
    "group_difference",
    "threshold",
    "spatial_durbin",
    "spatial_lag",
    "spatial_error",
    "spatial_slx",
]


class Model(Strict):
    """What one column estimates; a table's `model` gives the defaults of its columns."""

    estimator: Estimator = Field("two_way_fe", description="how the column is estimated")
    outcome: Name | None = Field(None, description="the explained variable or index")
    regressors: tuple[Name, ...] = Field((), description="variables or indices of interest")
    controls: tuple[Name, ...] = Field((), description="further variables; may be hidden in print")
    effects: tuple[Literal["unit", "period"], ...] = Field(
        ("unit", "period"),
        description="fixed effects; [] for none",
    )
    vcov: Vcov = Field(Vcov(), description="standard errors")
    standardize: bool = Field(False, description="report coefficients in standard deviations")
    sample: Sample = Field(Sample(), description="the part of the panel that is used")
    winsorize: Winsorize | None = Field(
        None,
        description="clip outcome, regressors, controls and mediator over the column's sample",
    )
    hausman: bool | Literal["sigmamore", "sigmaless"] = Field(
        False,
        description="test fixed against random effects: true, each with its own error variance; "
        "sigmamore and sigmaless, both with that of random or of fixed effects, as Stata's options",
    )
    tobit: TobitOptions | None = Field(None, description="options of `tobit` and `re_tobit`")
    iv: InstrumentOptions | None = Field(None, description="options of `fe_2sls`")
    mediation: MediationOptions | None = Field(None, description="options of `mediation`")
    difference: DifferenceOptions | None = Field(None, description="options of `group_difference`")
    threshold: ThresholdOptions | None = Field(None, description="options of `threshold`")
    space: SpaceOptions | None = Field(None, description="options of the spatial models")
    expect: Expect = Field(Expect(), description="what must come out, or the refresh stops")
    published: dict[str, PublishedTerm] = Field(
        default_factory=dict,
        description="term (a regressor, a control or constant) → its printed numbers",
    )
    note: str | None = Field(None, description="printed under the table, stored with the model")


class Column(Model):
    """One column of a regression table."""

    label: str = Field(description="head of the column as printed, e.g. '(1)'")


class CompleteColumn(Column):
    """A column with the defaults of its table filled in: what is estimated."""

    @model_validator(mode="after")
    def _options_fit(self) -> CompleteColumn:
        for group, estimators in OPTIONS_OF.items():
            is_given, belongs = getattr(self, group) is not None, self.estimator in estimators
            if is_given and not belongs:
                raise ValueError(
                    f"`{group}:` is for {' and '.join(estimators)}, not {self.estimator}"
                )
            if belongs and not is_given:
                raise ValueError(f"{self.estimator} needs its options under `{group}:`")
        if self.iv is not None:
            stray = set(self.iv.endogenous) - {*self.regressors, *self.controls}
            if stray:
                raise ValueError(
                    f"endogenous variables are regressors too: add {', '.join(sorted(stray))}"
                )
        asks_count = self.iv is not None and "chi2_observations" in self.iv.model_fields_set
        if asks_count and (self.vcov.type == "clustered" or "unit" not in self.effects):
            raise ValueError(
                "`chi2_observations` changes nothing where errors are clustered or no units are "
                "absorbed: leave it out"
            )
        if self.hausman and (self.estimator != "two_way_fe" or "unit" not in self.effects):
            raise ValueError("`hausman` is for two_way_fe with effects of units")
        if self.standardize and self.estimator not in ("two_way_fe", "ols"):
            raise ValueError("`standardize: true` is for two_way_fe and ols")
        return self

    @model_validator(mode="after")
    def _model_is_whole(self) -> CompleteColumn:
        """What an estimator needs or cannot have is said here, not passed over."""
        if self.estimator == "ols" and self.effects and "effects" in self.model_fields_set:
            raise ValueError("ols has no effects: write `effects: []`, or take two_way_fe")
        if self.estimator == "re_tobit" and "unit" in self.effects:
            raise ValueError(
                "re_tobit has random unit effects: write `effects: [period]` or `effects: []`"
            )
        if self.estimator in ("mediation", "group_difference") and not self.regressors:
            raise ValueError(
                f"{self.estimator} is about `regressors`: write there what is now a control"
            )
        if self.mediation and self.mediation.mediator in (*self.regressors, *self.controls):
            raise ValueError(
                f"the mediator {self.mediation.mediator} is added to the equation by itself: "
                "remove it from regressors and controls"
            )
        return self


class RegressionTable(Strict):
    """A table of regression columns, printed as the paper prints it."""

    kind: Literal["regression"] = Field(
        "regression",
        description="a table of regressions; may be left out",
    )
    title: str = Field(description="title as printed")
    parentheses: Literal["t", "std_error"] = Field(
        "std_error",
        description="what stands in brackets under a coefficient",
    )
    model: Model = Field(
        Model(),
        description="defaults of the columns; a column overrides what it names",
    )
    columns: tuple[Column, ...] = Field(min_length=1, description="one entry per column")
    hide: tuple[str, ...] = Field((), description="terms not printed, e.g. the controls")
    note: str | None = Field(None, description="printed under the table")

    def completed(self, column: Column) -> CompleteColumn:
        """The column with the table's `model` under it; options of another estimator are not taken over.

        Raises:
            ValidationError: what the two say together makes no model.
        """
        given = column.model_dump(exclude_unset=True)
        whole = self.model.model_dump(exclude_unset=True) | given
        for group, estimators in OPTIONS_OF.items():
            if group not in given and whole.get("estimator") not in estimators:
                whole.pop(group, None)
        return CompleteColumn.model_validate(whole)
