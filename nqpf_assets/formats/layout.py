"""What an origin card says about a file that cannot speak for itself.

A `YearbookLayout` describes one table of a yearbook over its editions; a `TidyColumns` says
which columns of the user's own table are the region, the year and the values. Both are written
by hand inside the origin card (YAML); nothing here opens a file. Examples: ``docs/formats.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, Self

import polars as pl
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from nqpf_assets.formats.labels import FOUR_DIGITS, find_label, normalise, parse_year
from nqpf_assets.messages.problems import Refusal, Refused


def has_pattern(text: str, pattern: str) -> bool:
    """Whether a regular expression is found in a text, in time that grows with the text only.

    Python's own take for ever on some: ``(a+)+$``.
    """
    return bool(pl.Series([text]).str.contains(pattern).item())


def require_pattern(pattern: str | None) -> str | None:
    """The same, where it is a regular expression.

    Raises:
        ValueError: it is none.
    """
    if pattern is not None:
        try:
            has_pattern("", pattern)
        except pl.exceptions.PolarsError as error:
            said = " ".join(str(error).split())
            raise ValueError(f"not a regular expression: {said}") from error
    return pattern


Pattern = Annotated[str | None, AfterValidator(require_pattern)]


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
    title: Pattern = None
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
    title: Pattern = Field(
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
        if refusals := [*self._of_rows(), *self._of_editions(), *self._ignored_and_taken()]:
            raise Refused(refusals)
        return self

    def _of_rows(self) -> Iterator[Refusal]:
        if self.row_kind == "year" and self.region is None:
            expected = "whose rows they are, where rows are years"
            yield Refusal(("row_kind",), expected, "no `region`", "add `region:` to the layout")
        if self.row_kind == "region" and self.region is not None:
            expected, found = "`region` only where rows are years", f"`region: {self.region}`"
            remedy = "write it in the card, outside of `layout`; or add `row_kind: year`"
            yield Refusal(("region",), expected, found, remedy)
        if self.row_kind == "year" and self.year is not None and not self.editions:
            expected, found = "the years of the rows alone", f"`year: {self.year}` besides"
            yield Refusal(("year",), expected, found, "leave it out")
        if "areas" in self.rows.keep and not self.rows.areas:
            expected, found = "`areas` that are kept", "none"
            yield Refusal(("rows", "keep"), expected, found, "name them, or leave `areas` out")

    def _of_editions(self) -> Iterator[Refusal]:
        for edition, override in self.editions.items():
            for key, names in (("columns", override.columns), ("without", override.without)):
                if unknown := sorted({*names} - {*self.columns}):
                    yield Refusal(
                        ("editions", edition, key),
                        f"columns of the layout: {', '.join(self.columns)}",
                        ", ".join(f"`{name}`" for name in unknown),
                        "correct the name, or add the column to the layout",
                    )

    def _ignored_and_taken(self) -> Iterator[Refusal]:
        """Headers under `ignore` of columns that are read, in the layout or in an edition."""
        for edition in (None, *self.editions):
            one = self.for_edition(edition)
            at: tuple[str | int, ...] = () if edition is None else ("editions", edition)
            own = self.ignore if edition is None else self.editions[edition].ignore
            ignored = {normalise(header): header for header in own}
            for name, header in one.columns.items():
                if normalise(header) in ignored:
                    expected, found = (
                        "headers of columns that are not read",
                        f"`{header}`, of `{name}`",
                    )
                    remedy = f"leave it out; or write `without: [{name}]` beside it for an edition"
                    yield Refusal((*at, "ignore"), expected, found, remedy)

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
        if refusals := [*self._of_years(), *self._of_values()]:
            raise Refused(refusals)
        return self

    def _of_years(self) -> Iterator[Refusal]:
        if self.period is not None and self.year is not None:
            expected = "either `period` (a column) or `year` (a number)"
            yield Refusal(("year",), expected, "both", "leave one of them out")
        if self.period is None and self.year is None and not self.values_are_years:
            yield Refusal(
                (),
                "`period` (the column with the year) or `year` (a number)",
                "neither",
                "add one of them; in a table with a column for each year, list these under `values`",
            )

    def _of_values(self) -> Iterator[Refusal]:
        told = "either `values` (wide), or `series` and `value` (long)"
        is_long = bool(self.series or self.value)
        if bool(self.values) == is_long:
            at = ("series",) if self.series else ("value",) if self.value else ()
            found, remedy = ("both", "leave one out") if is_long else ("neither", "add one of them")
            yield Refusal(at, told, found, remedy)
        elif bool(self.series) != bool(self.value):
            key, other = ("series", "value") if self.series else ("value", "series")
            yield Refusal((key,), told, f"`{key}` without `{other}`", f"add `{other}:`")
        if unknown := sorted(name for name in self.units if find_label(name, self.values) is None):
            yield Refusal(
                ("units",),
                "columns that stand under `values`",
                ", ".join(f"`{name}`" for name in unknown),
                "correct the name, or add the column to `values`",
            )
        keys = [normalise(column) for column in self.named]
        if repeated := sorted({c for c in self.named if keys.count(normalise(c)) > 1}):
            found = ", ".join(f"`{name}` again" for name in repeated)
            yield Refusal((), "each column in one role", found, "correct one of the two")

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

    def role_of(self, column: str) -> str:
        """The key under which the card names a column."""
        roles = ("region", "period", "series", "value", "unit")
        return next((role for role in roles if getattr(self, role) == column), "values")

    @property
    def named(self) -> tuple[str, ...]:
        """Every column the file must have, in a stable order."""
        roles = (self.region, self.period, self.series, self.value, self.unit)
        return tuple(column for column in roles if column is not None) + self.values
