"""Columns of regression tables: what one estimates, on which sample, with which inference.

Options of one estimator alone are in `estimators`, what goes together in `column_rules`, the tables in
`regression_table`; how a column is estimated, in `nqpf_assets.estimation`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nqpf_assets.studies.estimators import (
    DifferenceOptions,
    InstrumentOptions,
    MediationOptions,
    SpaceOptions,
    ThresholdOptions,
    TobitOptions,
)
from nqpf_assets.studies.variables import Winsorize
from nqpf_assets.user_input.strict import Name, Part, Strict


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
        description="what `clustered`, `cr2` and `linearmodels` cluster by: unit, period, or a "
        "grouping of the study; two for two-way",
    )
    lags: int | None = Field(
        None,
        ge=0,
        description="bandwidth of `driscoll_kraay` in periods; the whole part of T^(1/4) where "
        "left out",
    )
    small_sample: Literal["xtreg", "plm", "stata", "ivreg2_small", "ivreg2", "none"] | None = Field(
        None,
        description="correction for small samples, after the program that has it; that of the "
        "estimator where left out",
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
    drop_singletons: bool = Field(
        True, description="leave out rows that are alone in their unit or period"
    )
    tobit: Part[TobitOptions] | None = Field(None, description="options of `tobit` and `re_tobit`")
    iv: Part[InstrumentOptions] | None = Field(None, description="options of `fe_2sls`")
    mediation: Part[MediationOptions] | None = Field(None, description="options of `mediation`")
    difference: Part[DifferenceOptions] | None = Field(
        None, description="options of `group_difference`"
    )
    threshold: Part[ThresholdOptions] | None = Field(None, description="options of `threshold`")
    space: Part[SpaceOptions] | None = Field(None, description="options of the spatial models")
    expect: Expect = Field(Expect(), description="what must come out, or the refresh stops")
    published: dict[str, PublishedTerm] = Field(
        default_factory=dict,
        description="term (a regressor, a control or constant) → its printed numbers",
    )
    note: str | None = Field(None, description="printed under the table, stored with the model")


class Column(Model):
    """One column of a regression table."""

    label: str = Field(description="head of the column as printed, e.g. '(1)'")


class FilledColumn(Column):
    """A column with the defaults of its table filled in, before anybody asked what goes together."""

    tobit: TobitOptions | None = None
    iv: InstrumentOptions | None = None
    mediation: MediationOptions | None = None
    difference: DifferenceOptions | None = None
    threshold: ThresholdOptions | None = None
    space: SpaceOptions | None = None
