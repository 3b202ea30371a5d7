"""The schema of a study file: units, periods, sources, variables, indices, tables.

Only shapes and the rules that one field can check alone belong here. Reading the YAML and
naming the line of a mistake is `reader`; what an expression means is `expressions`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from nqpf_assets.studies.estimators import (
    OPTIONS_OF,
    DifferenceOptions,
    InstrumentOptions,
    MediationOptions,
    SpaceOptions,
    ThresholdOptions,
    TobitOptions,
)
from nqpf_assets.studies.expression_tree import quoted
from nqpf_assets.studies.panel_tables import RegionalDifferencesTable, TrendTable
from nqpf_assets.studies.strict import Name, Strict


class Units(Strict):
    """Which regions are observed."""

    level: str = Field("province", description="level in the region catalogue: province, county, …")
    parent: str | None = Field(
        None, description="code of the region that the units belong to, e.g. '500000'"
    )
    only: tuple[str, ...] = Field(
        (), description="codes or names, when the units are fewer than the level has"
    )
    exclude: tuple[str, ...] = Field((), description="codes or names left out")
    expect: int | None = Field(
        None, description="number of units the study relies on; another number stops it"
    )


class Periods(Strict):
    """First and last calendar year, both included."""

    first: int = Field(description="first calendar year of the study")
    last: int = Field(description="last calendar year of the study")

    @model_validator(mode="after")
    def _in_order(self) -> Periods:
        if self.last < self.first:
            raise ValueError(f"the last year ({self.last}) comes before the first ({self.first})")
        return self


class SeriesSource(Strict):
    """What differs for one series from the study's sources."""

    vintage: str | None = Field(None, description="take this vintage and no other")
    publishers: tuple[str, ...] = Field((), description="take these publishers only")
    interpolate: bool = Field(True, description="false leaves its gaps as they are")
    ends: Literal["none", "nearest", "trend", "growth"] | None = Field(
        None, description="how its ends are filled; default: as the study's `interpolation` says"
    )


class Sources(Strict):
    """Which of several published values of a cell the study takes."""

    vintage: Literal["latest", "as_of", "single"] = Field(
        "latest",
        description="latest: the newest value of each cell; as_of: the newest known on a date; "
        "single: one vintage for a whole series (the newest that covers most of the sample)",
    )
    as_of: dt.date | None = Field(
        None,
        description="the date of `vintage: as_of`: what was published later is not seen",
    )
    publishers: tuple[str, ...] = Field(
        (), description="take these publishers only; empty takes all"
    )
    series: dict[str, SeriesSource] = Field(
        default_factory=dict,
        description="series that differ from these rules",
    )

    @model_validator(mode="after")
    def _date_given(self) -> Sources:
        if (self.vintage == "as_of") != (self.as_of is not None):
            raise ValueError("`vintage: as_of` and a date in `as_of` go together")
        return self


class Interpolation(Strict):
    """How gaps within a unit's series are filled (METHODS: panel preparation)."""

    method: Literal["linear", "none"] = Field(
        "linear",
        description="linear fills gaps between two reported years of a unit; none leaves them",
    )
    ends: Literal["none", "nearest", "trend", "growth"] = Field(
        "none",
        description="how years before the first and after the last reported one are filled: none "
        "leaves them, nearest repeats the end, trend continues a straight line, growth "
        "the average growth",
    )


class Winsorize(Strict):
    """Clip at the quantiles `share` and 1 − `share`."""

    share: float = Field(0.01, gt=0, lt=0.5, description="share of the values clipped on each side")
    quantile: Literal["linear", "stata"] = Field(
        "linear",
        description="rule of the quantile: linear as NumPy, Polars and R, stata as winsor2 and "
        "_pctile",
    )
    by: Literal["pooled", "period"] = Field(
        "pooled",
        description="quantiles of the whole panel, or of each year",
    )


class Variable(Strict):
    """A series, or an expression over series and other variables."""

    expression: str | None = Field(
        None, description="e.g. `gdp / population`, `log(gdp_per_capita)`"
    )
    series: str | None = Field(
        None, description="a series as it is; short for an expression of one name"
    )
    per: str | None = Field(None, description="denominator series; `series` / `per`")
    unit: str | None = Field(None, description="unit of the result; converted to it, or refused")
    title: str | None = Field(None, description="name in tables and figures")
    source_note: str | None = Field(None, description="which published indicator stands for what")
    minimum: float | None = Field(None, description="values below are reported by the range check")
    maximum: float | None = Field(None, description="values above are reported by the range check")
    winsorize: Winsorize | None = Field(None, description="clip the values of this variable")

    @model_validator(mode="after")
    def _one_way(self) -> Variable:
        if (self.expression is None) == (self.series is None):
            raise ValueError("give either `expression` or `series`")
        if self.per is not None and self.series is None:
            raise ValueError(
                "`per` is the denominator of `series`; write the ratio into `expression`"
            )
        return self

    @property
    def formula(self) -> str:
        """The expression, whichever way it was written."""
        if self.expression is not None:
            return self.expression
        series = quoted(str(self.series))
        return f"{series} / {quoted(self.per)}" if self.per else series


class Indicator(Variable):
    """One indicator of an index."""

    indicator: Name = Field(
        description="name of the indicator; no other variable of the study may have it",
    )
    direction: Literal["positive", "negative"] = Field(
        "positive",
        description="whether more is better (positive) or worse (negative)",
    )


class EntropyIndex(Strict):
    """Composite index by the entropy method."""

    method: Literal["entropy"] = Field(description="which method")
    title: str = Field(description="name in tables and figures")
    shift: float | Literal["limit"] = Field(
        0.0001, description="added before the logarithm; `limit`: 0·ln 0 = 0"
    )
    weights: Literal["pooled", "by_period"] = Field(
        "pooled",
        description="weights from the whole panel, or anew for each year",
    )
    winsorize: Winsorize | None = Field(
        None, description="clip every indicator before it is normalised"
    )
    dimensions: dict[str, tuple[Indicator, ...]] = Field(description="dimension → its indicators")


class ComponentIndex(Strict):
    """Composite index by principal components of the correlation matrix."""

    method: Literal["principal_components"] = Field(description="which method")
    title: str = Field(description="name in tables and figures")
    retain: Literal["kaiser"] | Annotated[float, Field(gt=0, le=1)] = Field(
        "kaiser",
        description="`kaiser` (eigenvalue > 1) or the cumulative share of variance, e.g. 0.8",
    )
    component_scale: Literal["variance", "unit"] = Field(
        "variance",
        description="variance: a component varies as much as its eigenvalue says; unit: every "
        "component has variance 1",
    )
    rescale: bool = Field(False, description="rescale the score to [0, 1]")
    winsorize: Winsorize | None = Field(
        None,
        description="clip every indicator before it is standardised",
    )
    dimensions: dict[str, tuple[Indicator, ...]] = Field(description="dimension → its indicators")


class SchoolingLevel(Strict):
    """One level of schooling of an education Gini."""

    level: Name = Field(description="name of the level")
    share: str = Field(description="expression: the level's share of the population")
    years: float = Field(description="years of schooling of those who reached it")
    title: str | None = Field(None, description="name in tables")


class EducationGini(Strict):
    """Education Gini of Thomas, Wang and Fan (2001), or its complement."""

    method: Literal["education_gini"] = Field(description="which method")
    title: str = Field(description="name in tables and figures")
    measure: Literal["gini", "equity"] = Field("gini", description="equity is 1 − Gini")
    tolerance: float = Field(0.005, description="how far the shares may be from adding up to one")
    levels: tuple[SchoolingLevel, ...] = Field(
        min_length=2,
        description="levels of schooling from the lowest to the highest",
    )


Index = Annotated[EntropyIndex | ComponentIndex | EducationGini, Field(discriminator="method")]


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
    hausman: bool = Field(False, description="test fixed against random effects")
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
        if self.hausman and (self.estimator != "two_way_fe" or "unit" not in self.effects):
            raise ValueError("`hausman: true` is for two_way_fe with effects of units")
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


class GrowthRow(Strict):
    """One indicator of a table of levels and growth."""

    series: str = Field(description="a series of the catalogue")
    title: str = Field(description="name of the row")
    published: dict[int, float] = Field(default_factory=dict, description="year → value as printed")
    published_growth: float | None = Field(
        None, description="average annual growth as printed, in percent"
    )


class GrowthTable(Strict):
    """Levels of some series of one region, with average annual growth."""

    kind: Literal["growth"] = Field(description="a table of levels and growth")
    title: str = Field(description="title as printed")
    region: str = Field(description="code or name of the region")
    first: int = Field(description="first year")
    last: int = Field(description="last year")
    rows: tuple[GrowthRow, ...] = Field(min_length=1, description="one entry per series")
    note: str | None = Field(None, description="printed under the table")


def _kind_of_table(table: object) -> str:
    """Regression is meant where a table does not say its kind."""
    if isinstance(table, dict):
        return str(table.get("kind", "regression"))
    return str(getattr(table, "kind", "regression"))


Table = Annotated[
    Annotated[RegressionTable, Tag("regression")]
    | Annotated[GrowthTable, Tag("growth")]
    | Annotated[RegionalDifferencesTable, Tag("regional_differences")]
    | Annotated[TrendTable, Tag("trend")],
    Discriminator(_kind_of_table),
]


class Study(Strict):
    """One study: everything that its tables depend on, apart from the data."""

    study: Name = Field(
        description="name of the study: that of its file, and of its tables in the warehouse",
    )
    title: str = Field(description="title of the study")
    citation: str | None = Field(None, description="the paper that the study belongs to")
    units: Units = Field(description="which regions")
    periods: Periods = Field(description="which years")
    sources: Sources = Field(Sources(), description="which of several published values")
    interpolation: Interpolation = Field(Interpolation(), description="how gaps are filled")
    variables: dict[Name, Variable] = Field(
        default_factory=dict,
        description="name → series or expression",
    )
    indices: dict[Name, Index] = Field(default_factory=dict, description="name → composite index")
    groups: dict[Name, str | dict[Name, tuple[str, ...]]] = Field(
        default_factory=dict,
        description="groupings of units: a scheme of the region catalogue, e.g. `four_regions`, "
        "or group → codes or names",
    )
    tables: dict[Name, Table] = Field(default_factory=dict, description="name → table of results")
    notes: tuple[str, ...] = Field((), description="remarks that travel with every export")
