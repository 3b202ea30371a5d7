"""Variables and indices of a study: what is computed from series, and how it is put together.

Shapes and the rules that one field can check alone; what an expression means is `expressions`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from nqpf_assets.expressions.tree import quoted
from nqpf_assets.user_input.strict import Name, Strict


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
    anchor: Name | None = Field(
        None,
        description="indicator with which the index goes up, in its declared direction; default: the "
        "loadings of each component add up to a positive number, unless those of the first nearly balance",
    )
    rescale: bool = Field(False, description="rescale the score to [0, 1]")
    winsorize: Winsorize | None = Field(
        None,
        description="clip every indicator before it is standardised",
    )
    dimensions: dict[str, tuple[Indicator, ...]] = Field(description="dimension → its indicators")

    @model_validator(mode="after")
    def _anchor_is_there(self) -> ComponentIndex:
        names = [one.indicator for group in self.dimensions.values() for one in group]
        if self.anchor is not None and self.anchor not in names:
            raise ValueError(f"the anchor is one of the indicators: {', '.join(names)}")
        return self


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
    tolerance: float = Field(
        0.005,
        description="how far the shares may be from adding up to one; they are divided by their sum",
    )
    levels: tuple[SchoolingLevel, ...] = Field(
        min_length=2,
        description="levels of schooling from the lowest to the highest",
    )


Index = Annotated[EntropyIndex | ComponentIndex | EducationGini, Field(discriminator="method")]
