"""What every column of a regression table says, whichever estimator it takes.

Options of one estimator alone are declared with the estimator (`estimator`); the keys here and those
blocks are put together in `columns`.
"""

from __future__ import annotations

from typing import Literal, TypeVar

from pydantic import Field

from nqpf_assets.studies.by_year import ByYear
from nqpf_assets.studies.effects import OWN, EffectName
from nqpf_assets.studies.observation_weights import ObservationWeights
from nqpf_assets.studies.variables import Winsorize
from nqpf_assets.studies.vcov import Vcov
from nqpf_assets.user_input.strict import Name, Strict

DEFAULT = "two_way_fe"
"""The estimator of a column that names none."""

OWN_KEYS = OWN
"""Keys of clusters that every panel has."""

Options = TypeVar("Options", bound=Strict)


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
    where: str | None = Field(
        None,
        min_length=1,
        description="condition in the language of formulas: only units and years in which it holds, e.g. "
        "`gdp_per_capita > median(gdp_per_capita)`",
    )
    reported_only: bool = Field(
        False,
        description="leave out rows in which a value of a variable of the column, or of an indicator of an "
        "index among them, was filled in",
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


class Equation(Strict):
    """The keys of a column that any estimator may take; which of them it does, it declares."""

    estimator: str = Field(DEFAULT, description="how the column is estimated")
    outcome: Name | None = Field(None, description="the explained variable or index")
    regressors: tuple[Name, ...] = Field((), description="variables or indices of interest")
    controls: tuple[Name, ...] = Field((), description="further variables; may be hidden in print")
    by_year: ByYear | None = Field(
        None,
        description="a further term for each year of the sample but the base year: an event study, with a "
        "joint test of the years",
    )
    replace: dict[Name, Name] = Field(
        default_factory=dict,
        description="variable or index of the column → another in its place: a variant of `model`",
    )
    lag: int | None = Field(
        None,
        ge=1,
        description="take regressors and controls so many years before: a variant of `model`",
    )
    effects: tuple[EffectName, ...] = Field(
        ("unit", "period"),
        description="fixed effects: unit, period, and, of `two_way_fe` and `fe_2sls`, groupings and products "
        "such as `areas * period` or `unit * trend`; [] for none",
    )
    weights: ObservationWeights | None = Field(
        None, description="how much each unit and year counts; all alike where left out"
    )
    vcov: Vcov = Field(Vcov(), description="standard errors")
    standardize: bool = Field(False, description="report coefficients in standard deviations")
    sample: Sample = Field(Sample(), description="the part of the panel that is used")
    winsorize: Winsorize | None = Field(
        None,
        description="clip outcome, regressors, controls, mediators and moderator at quantiles of the rows "
        "that are estimated; instruments and a threshold's variable are not",
    )
    hausman: bool | Literal["sigmamore", "sigmaless"] = Field(
        False,
        description="test fixed against random effects: true, each with its own error variance; "
        "sigmamore and sigmaless, both with that of random or of fixed effects, as Stata's options",
    )
    drop_singletons: bool = Field(
        True, description="leave out rows that are alone in their unit or period"
    )
    expect: Expect = Field(Expect(), description="what must come out, or the refresh stops")
    published: dict[str, PublishedTerm] = Field(
        default_factory=dict,
        description="term (a regressor, a control or constant) → its printed numbers",
    )
    note: str | None = Field(None, description="printed under the table, stored with the model")

    def options(self, kind: type[Options]) -> Options:
        """The block of options of this kind, which a column of its estimator has.

        Raises:
            LookupError: the column has none: it is of another estimator.
        """
        for key in type(self).model_fields:
            value = getattr(self, key)
            if isinstance(value, kind):
                return value
        raise LookupError(f"a column of {self.estimator} has no {kind.__name__}")
