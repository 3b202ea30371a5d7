"""What an origin card says about a file that cannot speak for itself.

A `YearbookLayout` describes one table of a yearbook over its editions; a `TidyColumns` says
which columns of the user's own table are the region, the year and the values. Both are written
by hand inside the origin card (YAML); nothing here opens a file. Examples: ``docs/formats.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from nqpf_assets.formats.labels import FOUR_DIGITS, find_label, normalise, parse_year


def has_pattern(text: str, pattern: str) -> bool:
    """Whether a regular expression is found in a text, in time that grows with the text only.

    Python's own take for ever on some: ``(a+)+$``.
    """
    return bool(pl.Series([text]).str.contains(pattern).item())


class _Card(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RowLabels(_Card):
    """Rows of a yearbook page that are not one region like the others.

    Labels are compared without blanks, so ``全市`` stands for ``全  市``.
    """

    totals: tuple[str, ...] = Field(
        default=(
            "全国",
            "全省",
            "全区",
            "全市",
            "全州",
            "全县",
            "总计",
            "合计",
            "共计",
            "总数",
            "全部",
        ),
        description="rows that sum the others",
    )
    areas: tuple[str, ...] = Field(
        default=(), description="groups of regions among the regions, e.g. 主城都市区; 其他 too"
    )
    keep: tuple[Literal["totals", "areas"], ...] = Field(
        default=(), description="which of the two are read all the same"
    )

    @property
    def dropped(self) -> tuple[str, ...]:
        """Labels whose rows are not read."""
        return (() if "totals" in self.keep else self.totals) + (
            () if "areas" in self.keep else self.areas
        )


class EditionOverride(_Card):
    """What is different in one edition; a field that is left out stays as in the layout."""

    sheet: str | None = None
    title: str | None = None
    row_head: str | None = None
    header_rows: tuple[int, int] | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    without: tuple[str, ...] = Field(default=(), description="columns this edition does not print")
    ignore: tuple[str, ...] = ()


class YearbookLayout(_Card):
    """One table of a yearbook, for all of its editions.

    A header is written as printed, blanks aside, from the top row down, joined by ``/``; the
    rows that hold only a unit, ``（万人）``, or only a year are left out of it. When the same
    header is printed twice, the second under another "of which", write the column it belongs
    to before it: ``征收面积 > 其中 / 居民住宅``. A printed # for "of which" may be left out.

    Reading reports every column of the layout that is not printed and every printed column
    that the layout neither names nor ignores.
    """

    sheet: str | None = Field(default=None, description="default: the only sheet with content")
    title: str | None = Field(
        default=None, description="regular expression that the page's title must contain"
    )
    year: int | None = Field(default=None, description="where neither title nor header says it")
    row_head: str = Field(default="地区", description="header over the row labels")
    row_kind: Literal["region", "year"] = "region"
    region: str | None = Field(default=None, description="whose rows they are, if rows are years")
    header_rows: tuple[int, int] | None = Field(
        default=None, description="first and last header row as Excel counts; default: found"
    )
    unit: str | None = Field(default=None, description="where the page does not print one")
    columns: dict[str, str] = Field(min_length=1, description="our name: header as printed")
    ignore: tuple[str, ...] = Field(default=(), description="headers known and not wanted")
    rows: RowLabels = RowLabels()
    editions: dict[int, EditionOverride] = Field(
        default_factory=dict, description="last year in the title: what that edition changes"
    )

    @field_validator("title")
    @classmethod
    def _title_is_a_pattern(cls, title: str | None) -> str | None:
        if title is not None:
            try:
                has_pattern("", title)
            except pl.exceptions.PolarsError as error:
                said = " ".join(str(error).split())
                raise ValueError(f"not a regular expression: {said}") from error
        return title

    @field_validator("columns")
    @classmethod
    def _headers_are_whole(cls, columns: dict[str, str]) -> dict[str, str]:
        for name, header in columns.items():
            if not header.strip() or header.strip()[-1] in "/>":
                raise ValueError(
                    f"the header of {name} breaks off: {header!r}; in YAML a # begins a "
                    "comment, leave it out or put the header in quotes"
                )
        return columns

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.row_kind == "year" and self.region is None:
            raise ValueError("rows are years: say in `region` whose they are")
        for edition, override in self.editions.items():
            unknown = set(override.columns) | set(override.without)
            if unknown := unknown - set(self.columns):
                raise ValueError(
                    f"edition {edition} names unknown columns: {', '.join(sorted(unknown))}"
                )
        return self

    def for_edition(self, year: int | None) -> YearbookLayout:
        """The layout of the edition whose title ends with this year."""
        override = self.editions.get(year) if year is not None else None
        if override is None:
            return self
        changed = override.model_dump(exclude_none=True, exclude={"columns", "without", "ignore"})
        columns = {**self.columns, **override.columns}
        return self.model_copy(
            update={
                **changed,
                "columns": {k: v for k, v in columns.items() if k not in override.without},
                "ignore": self.ignore + override.ignore,
            }
        )


class TidyColumns(_Card):
    """Which columns of the user's own table hold what.

    A wide table names its value columns in `values`; each becomes a series under its own name,
    or, where they are years and no column names the year, a year of the card's one series.
    A long table names the column with the series and the column with the value.
    """

    region: str | None = Field(default=None, description="column with the region's name or code")
    period: str | None = Field(default=None, description="column with the calendar year")
    year: int | None = Field(default=None, description="the year, where no column says it")
    values: tuple[str, ...] = Field(default=(), description="value columns of a wide table")
    units: dict[str, str] = Field(default_factory=dict, description="unit of each value column")
    series: str | None = Field(default=None, description="series column of a long table")
    value: str | None = Field(default=None, description="value column of a long table")
    unit: str | None = Field(default=None, description="unit column of a long table")
    sheet: str | None = Field(default=None, description="default: the only sheet with content")
    missing: tuple[str, ...] = Field(
        default=(), description="further spellings of a missing value, e.g. NA; -99 is also -99.0"
    )

    @field_validator("missing", "values", mode="before")
    @classmethod
    def _words_may_be_numbers(cls, words: object) -> object:
        if isinstance(words, list | tuple):
            return tuple(str(word) if isinstance(word, int | float) else word for word in words)
        return words

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.period is not None and self.year is not None:
            raise ValueError("say either `period` (a column) or `year` (a number), not both")
        if self.period is None and self.year is None and not self.values_are_years:
            raise ValueError(
                "say `period` (the column with the year) or `year` (a number); in a table with a "
                "column for each year, list these under `values`"
            )
        if bool(self.values) == bool(self.series or self.value):
            raise ValueError("say either `values` (wide) or `series` and `value` (long)")
        if bool(self.series) != bool(self.value):
            raise ValueError("a long table needs both `series` and `value`")
        if unknown := [name for name in self.units if find_label(name, self.values) is None]:
            raise ValueError(
                f"`units` names columns that are not in `values`: {', '.join(sorted(unknown))}"
            )
        keys = [normalise(column) for column in self.named]
        if repeated := {c for c in self.named if keys.count(normalise(c)) > 1}:
            raise ValueError(f"columns with two roles: {', '.join(sorted(repeated))}")
        return self

    def as_printed(self, names: Sequence[str]) -> TidyColumns:
        """The same with the columns as a file spells them; one that it does not have stays as it is."""

        def found(column: str) -> str:
            return find_label(column, names) or column

        roles = {
            role: found(column)
            for role in ("region", "period", "series", "value", "unit")
            if (column := getattr(self, role)) is not None
        }
        values = tuple(map(found, self.values))
        units = {found(find_label(name, self.values) or name): u for name, u in self.units.items()}
        return self.model_copy(update={**roles, "values": values, "units": units})

    @property
    def values_are_years(self) -> bool:
        """Whether there is a value column for each year: ``values: [2012, 2013]``."""
        years = [parse_year(column, FOUR_DIGITS) for column in self.values]
        return bool(years) and None not in years and self.period is None and self.year is None

    @property
    def named(self) -> tuple[str, ...]:
        """Every column the file must have, in a stable order."""
        roles = (self.region, self.period, self.series, self.value, self.unit)
        return tuple(column for column in roles if column is not None) + self.values
