"""The schema of a study file, put together: units, periods and sources, variables, tables.

Only shapes and the rules that one field can check alone belong to a schema. Its parts are
`variables`, `indices` and `tables`. Reading the YAML and naming the line of a
mistake is `reader`; what an expression means is `expressions`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, field_validator, model_validator

from nqpf_assets.catalog.vintages import spelled
from nqpf_assets.messages.problems import Refusal, Refused
from nqpf_assets.studies.columns import Column, Estimator, Model
from nqpf_assets.studies.computed_groups import ComputedGroups
from nqpf_assets.studies.equation import Sample
from nqpf_assets.studies.from_level import FromLevel
from nqpf_assets.studies.gap_filling import EndRule, Interpolation
from nqpf_assets.studies.indices import Index
from nqpf_assets.studies.regression_table import CompleteColumn, RegressionTable
from nqpf_assets.studies.series_name import SeriesName, as_kept
from nqpf_assets.studies.tables import Table
from nqpf_assets.studies.variables import Indicator, Variable, Winsorize
from nqpf_assets.user_input.strict import Name, Strict

__all__ = [
    "Column",
    "CompleteColumn",
    "Estimator",
    "Index",
    "Indicator",
    "Interpolation",
    "Model",
    "Periods",
    "RegressionTable",
    "Sample",
    "SeriesSource",
    "Sources",
    "Study",
    "Table",
    "Units",
    "Variable",
    "Winsorize",
]


def _kind_of_grouping(written: Any) -> str:
    """Which of its shapes a grouping has: a block with a text as `expression` has no group of that name."""
    if isinstance(written, ComputedGroups):
        return "by expression"
    if isinstance(written, dict):
        return "by expression" if isinstance(written.get("expression"), str) else "of units"
    return "of a scheme"


Grouping = Annotated[
    Annotated[str, Tag("of a scheme")]
    | Annotated[ComputedGroups, Tag("by expression")]
    | Annotated[dict[Name, tuple[str, ...]], Tag("of units")],
    Discriminator(_kind_of_grouping),
]


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
    borders: int | None = Field(
        None,
        description="year whose regions the units are, and whose borders they have in all years where series "
        "of a lower level are put together; default: regions of the last year, borders of each year",
    )
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

    @property
    def years(self) -> range:
        """All calendar years of the study."""
        return range(self.first, self.last + 1)


class SeriesSource(Strict):
    """What differs for one series from the study's sources."""

    vintage: Annotated[str, AfterValidator(spelled)] | None = Field(
        None, description="take this vintage and no other"
    )
    publishers: tuple[str, ...] = Field((), description="take these publishers only")
    interpolate: bool | None = Field(
        None,
        description="true fills its gaps on a straight line, false leaves gaps and ends as they are; "
        "default: as the study's `interpolation` says",
    )
    ends: EndRule | None = Field(
        None, description="how its ends are filled; default: as the study's `interpolation` says"
    )
    from_level: FromLevel | None = Field(
        None,
        description="put it together from the regions of a lower level, as counties to prefectures",
    )
    breaks: dict[int, str] = Field(
        default_factory=dict,
        description="first year of a new definition or basis, with what changes in it, beside those that the "
        "catalogue declares",
    )
    rescaled: tuple[int, ...] = Field(
        (), description="those years of `breaks` in which values change by powers of ten"
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
    series: dict[SeriesName, SeriesSource] = Field(
        default_factory=dict,
        description="series that differ from these rules",
    )

    @field_validator("series", mode="before")
    @classmethod
    def _once(cls, written: Any) -> Any:
        """Two spellings of one series would leave one entry unread."""
        first: dict[str, str] = {}
        for label in written if isinstance(written, dict) else ():
            other = first.setdefault(as_kept(str(label)), str(label))
            if other != str(label):
                raise ValueError(f"every series once: `{other}` and `{label}` are the same")
        return written

    @model_validator(mode="after")
    def _date_given(self) -> Sources:
        if (self.vintage == "as_of") != (self.as_of is not None):
            raise ValueError("`vintage: as_of` and a date in `as_of` go together")
        return self


class Study(Strict):
    """One study: everything that its tables depend on, apart from the data."""

    study: Name = Field(
        description="name of the study: that of its file, and of its tables in the warehouse",
    )
    title: str = Field(description="title of the study")
    citation: str | None = Field(
        None, description="the paper that the study belongs to; it stands under what is exported"
    )
    units: Units = Field(description="which regions")
    periods: Periods = Field(description="which years")
    sources: Sources = Field(Sources(), description="which of several published values")
    interpolation: Interpolation = Field(Interpolation(), description="how gaps are filled")
    variables: dict[Name, Variable] = Field(
        default_factory=dict,
        description="name → series or expression",
    )
    indices: dict[Name, Index] = Field(default_factory=dict, description="name → composite index")
    groups: dict[Name, Grouping] = Field(
        default_factory=dict,
        description="groupings: of units, by a scheme of the region catalogue, e.g. `four_regions`, "
        "or group → codes or names; of units and years, by an expression",
    )
    tables: dict[Name, Table] = Field(default_factory=dict, description="name → table of results")
    influence: Literal["all", "none"] = Field(
        "all",
        description="whether published cells are followed to the numbers of regression tables "
        "(`result.influence`, `result.leave_out`): all of them, or none",
    )
    notes: tuple[str, ...] = Field(
        (),
        description="remarks for readers, published in `catalog.study`; nothing is computed from them",
    )

    @property
    def unit_groups(self) -> dict[str, str | dict[str, tuple[str, ...]]]:
        """The groupings of units: those that no expression makes."""
        given = self.groups.items()
        return {name: one for name, one in given if not isinstance(one, ComputedGroups)}

    @property
    def computed_groups(self) -> dict[str, ComputedGroups]:
        """The groupings that expressions make."""
        given = self.groups.items()
        return {name: one for name, one in given if isinstance(one, ComputedGroups)}

    @model_validator(mode="after")
    def _influence_is_of_regressions(self) -> Study:
        has_regressions = any(isinstance(one, RegressionTable) for one in self.tables.values())
        if "influence" in self.model_fields_set and not has_regressions:
            raise Refused(
                [
                    Refusal(
                        ("influence",),
                        "regression tables, to whose numbers cells are followed",
                        f"`influence: {self.influence}` in a study without one",
                        "remove it",
                    )
                ]
            )
        return self
