"""Tables without a regression column: growth, regional differences, trends, spatial correlation.

Their keys only; what is measured stands in `nqpf_assets.stages`: `regional_differences`, `trends`,
`spatial_autocorrelation`, and levels and growth in `growth`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nqpf_assets.studies.series_name import SeriesName
from nqpf_assets.studies.spatial_weights import WeightOptions
from nqpf_assets.user_input.strict import Name, Strict


class PanelTable(Strict):
    """What all tables that describe the panel share."""

    title: str = Field(description="title as printed")
    first: int | None = Field(None, description="first year; that of the study where left out")
    last: int | None = Field(None, description="last year; that of the study where left out")
    note: str | None = Field(None, description="printed under the table")


class GroupedTable(PanelTable):
    """What tables that describe the panel by group share."""

    grouping: Name = Field(description="a grouping of the study's `groups`")


class RegionalDifferencesTable(GroupedTable):
    """Inequality between units year by year, within and between groups, and its convergence."""

    kind: Literal["regional_differences"] = Field(
        description="Gini, Theil and coefficient of variation by year, convergence, densities"
    )
    variable: Name = Field(description="variable or index whose differences are measured")


class AutocorrelationTable(PanelTable):
    """Moran's I and Geary's C of a variable year by year, and local Moran's I of every unit."""

    kind: Literal["spatial_autocorrelation"] = Field(
        description="Moran's I, Geary's C and, with `local`, clusters by year"
    )
    variable: Name = Field(description="variable or index that is mapped")
    space: WeightOptions = Field(WeightOptions(), description="how units are neighbours")
    local: bool = Field(False, description="local Moran's I of every unit too")
    islands: Literal["counted", "not_counted"] = Field(
        "counted",
        description="whether units without a neighbour are among the N of Moran's I, as in PySAL's esda, "
        "or not, as in R's spdep (`adjust.n`)",
    )
    permutations: int = Field(9999, ge=99, le=99999, description="random maps behind the p-values")
    false_discovery_rate: float = Field(
        0.05, gt=0, lt=1, description="share of false ones among the units called significant"
    )


class TrendTable(GroupedTable):
    """A straight line with its confidence band in each group: the data of a fitted-trend figure."""

    kind: Literal["trend"] = Field(description="a fitted line for each group")
    x: Name = Field(description="variable or index on the horizontal axis")
    y: Name = Field(description="variable or index on the vertical axis")


class GrowthRow(Strict):
    """One indicator of a table of levels and growth."""

    series: SeriesName = Field(description="a series of the catalogue")
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
