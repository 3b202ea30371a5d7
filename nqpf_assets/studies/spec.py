"""The schema of a study file: units, periods, sources, variables, indices, tables.

Only shapes and the rules that one field can check alone belong here. Reading the YAML and
naming the line of a mistake is `reader`; what an expression means is `expressions`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from nqpf_assets.studies.expression_tree import quoted

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""Names that become table, column and variable names: lower case, digits, underscore."""


class Strict(BaseModel):
    """A wrong key is an error: it would otherwise be a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


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

    first: int
    last: int

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


class Sources(Strict):
    """Which of several published values of a cell the study takes."""

    vintage: Literal["latest", "as_of", "single"] = Field(
        "latest",
        description="latest: the newest value of each cell; as_of: the newest known on a date; "
        "single: one vintage for a whole series (the newest that covers most of the sample)",
    )
    as_of: dt.date | None = None
    publishers: tuple[str, ...] = Field(
        (), description="take these publishers only; empty takes all"
    )
    series: dict[str, SeriesSource] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _date_given(self) -> Sources:
        if (self.vintage == "as_of") != (self.as_of is not None):
            raise ValueError("`vintage: as_of` and a date in `as_of` go together")
        return self


class Interpolation(Strict):
    """How gaps within a unit's series are filled (METHODS: panel preparation)."""

    method: Literal["linear", "none"] = "linear"
    ends: Literal["none", "nearest", "trend", "growth"] = "none"


class Winsorize(Strict):
    """Clip at the quantiles `share` and 1 − `share`."""

    share: float = Field(0.01, gt=0, lt=0.5)
    quantile: Literal["linear", "stata"] = "linear"
    by: Literal["pooled", "period"] = "pooled"


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
    title: str | None = None
    source_note: str | None = Field(None, description="which published indicator stands for what")
    minimum: float | None = Field(None, description="values below are reported by the range check")
    maximum: float | None = Field(None, description="values above are reported by the range check")
    winsorize: Winsorize | None = None

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

    indicator: Name
    direction: Literal["positive", "negative"] = "positive"


class EntropyIndex(Strict):
    """Composite index by the entropy method."""

    method: Literal["entropy"]
    title: str
    shift: float | Literal["limit"] = Field(
        0.0001, description="added before the logarithm; `limit`: 0·ln 0 = 0"
    )
    weights: Literal["pooled", "by_period"] = "pooled"
    winsorize: Winsorize | None = Field(
        None, description="clip every indicator before it is normalised"
    )
    dimensions: dict[str, tuple[Indicator, ...]]


class ComponentIndex(Strict):
    """Composite index by principal components of the correlation matrix."""

    method: Literal["principal_components"]
    title: str
    retain: Literal["kaiser"] | Annotated[float, Field(gt=0, le=1)] = Field(
        "kaiser",
        description="`kaiser` (eigenvalue > 1) or the cumulative share of variance, e.g. 0.8",
    )
    component_scale: Literal["variance", "unit"] = "variance"
    rescale: bool = Field(False, description="rescale the score to [0, 1]")
    winsorize: Winsorize | None = None
    dimensions: dict[str, tuple[Indicator, ...]]


class SchoolingLevel(Strict):
    """One level of schooling of an education Gini."""

    level: Name
    share: str = Field(description="expression: the level's share of the population")
    years: float
    title: str | None = None


class EducationGini(Strict):
    """Education Gini of Thomas, Wang and Fan (2001), or its complement."""

    method: Literal["education_gini"]
    title: str
    measure: Literal["gini", "equity"] = Field("gini", description="equity is 1 − Gini")
    tolerance: float = Field(0.005, description="how far the shares may be from adding up to one")
    levels: tuple[SchoolingLevel, ...] = Field(min_length=2)


Index = Annotated[EntropyIndex | ComponentIndex | EducationGini, Field(discriminator="method")]


class Sample(Strict):
    """The part of the panel that a column is estimated on."""

    first: int | None = None
    last: int | None = None
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Vcov(Strict):
    """Which standard errors; the default clusters by unit as `xtreg, fe vce(cluster)` does."""

    type: Literal["unadjusted", "robust", "clustered", "driscoll_kraay", "cr2", "linearmodels"] = (
        "clustered"
    )
    by: tuple[str, ...] = Field(
        ("unit",), description="unit, period, or a group of the study; two for two-way"
    )


class Expect(Strict):
    """What the study relies on; another number stops the refresh."""

    n: int | None = None
    reason: str | None = Field(
        None, description="why, where the number differs from the published one"
    )


class PublishedTerm(Strict):
    """A number as the paper prints it, kept beside ours."""

    estimate: float
    statistic: float | None = None
    std_error: float | None = None
    stars: str | None = None


class Model(Strict):
    """What one column estimates; a table's `model` gives the defaults of its columns."""

    estimator: Literal["two_way_fe", "ols"] = "two_way_fe"
    outcome: Name | None = None
    regressors: tuple[Name, ...] = ()
    controls: tuple[Name, ...] = ()
    effects: tuple[Literal["unit", "period"], ...] = ("unit", "period")
    vcov: Vcov = Vcov()
    standardize: bool = False
    sample: Sample = Sample()
    expect: Expect = Expect()
    published: dict[str, PublishedTerm] = Field(default_factory=dict)
    note: str | None = None


class Column(Model):
    """One column of a regression table."""

    label: str


class RegressionTable(Strict):
    """A table of regression columns, printed as the paper prints it."""

    kind: Literal["regression"] = "regression"
    title: str
    parentheses: Literal["t", "std_error"] = "std_error"
    model: Model = Model()
    columns: tuple[Column, ...] = Field(min_length=1)
    hide: tuple[str, ...] = Field((), description="terms not printed, e.g. the controls")
    note: str | None = None


class GrowthRow(Strict):
    """One indicator of a table of levels and growth."""

    series: str
    title: str
    published: dict[int, float] = Field(default_factory=dict)
    published_growth: float | None = Field(
        None, description="average annual growth as printed, in percent"
    )


class GrowthTable(Strict):
    """Levels of some series of one region, with average annual growth."""

    kind: Literal["growth"]
    title: str
    region: str
    first: int
    last: int
    rows: tuple[GrowthRow, ...] = Field(min_length=1)
    note: str | None = None


def _kind_of_table(table: object) -> str:
    """Regression is meant where a table does not say its kind."""
    if isinstance(table, dict):
        return str(table.get("kind", "regression"))
    return str(getattr(table, "kind", "regression"))


Table = Annotated[
    Annotated[RegressionTable, Tag("regression")] | Annotated[GrowthTable, Tag("growth")],
    Discriminator(_kind_of_table),
]


class Study(Strict):
    """One study: everything that its tables depend on, apart from the data."""

    study: Name
    title: str
    citation: str | None = None
    units: Units
    periods: Periods
    sources: Sources = Sources()
    interpolation: Interpolation = Interpolation()
    variables: dict[Name, Variable] = Field(default_factory=dict)
    indices: dict[Name, Index] = Field(default_factory=dict)
    groups: dict[Name, str | dict[Name, tuple[str, ...]]] = Field(
        default_factory=dict,
        description="groupings of units: a scheme of the region catalogue, e.g. `four_regions`, "
        "or group → codes or names",
    )
    tables: dict[Name, Table] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
