"""Tables without a regression column: levels and growth, regional differences, trends.

Their keys only; what is measured stands in `nqpf_assets.stages.regional_differences` and
`nqpf_assets.stages.trends`, and levels and growth in `nqpf_assets.stages.growth`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nqpf_assets.studies.strict import Name, Strict


class PanelTable(Strict):
    """What all tables that describe the panel by group share."""

    title: str = Field(description="title as printed")
    grouping: Name = Field(description="a grouping of the study's `groups`")
    first: int | None = Field(None, description="first year; that of the study where left out")
    last: int | None = Field(None, description="last year; that of the study where left out")
    note: str | None = Field(None, description="printed under the table")


class RegionalDifferencesTable(PanelTable):
    """Inequality between units year by year, within and between groups, and its convergence."""

    kind: Literal["regional_differences"] = Field(
        description="Gini, Theil and coefficient of variation by year, convergence, densities"
    )
    variable: Name = Field(description="variable or index whose differences are measured")


class TrendTable(PanelTable):
    """A straight line with its confidence band in each group: the data of a fitted-trend figure."""

    kind: Literal["trend"] = Field(description="a fitted line for each group")
    x: Name = Field(description="variable or index on the horizontal axis")
    y: Name = Field(description="variable or index on the vertical axis")


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
