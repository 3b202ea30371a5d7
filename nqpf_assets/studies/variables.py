"""Variables of a study and indicators of its indices: what is computed from series, and how.

Shapes and the rules that one field can check alone; what an expression means is `expressions`.
"""

from __future__ import annotations

from typing import Literal

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

    @property
    def words(self) -> str:
        """Where values are clipped: ``0.01 (stata, by year)``."""
        return f"{self.share:g} ({self.quantile}{', by year' if self.by == 'period' else ''})"


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
