"""What an origin card says about the pages of a yearbook, which cannot speak for themselves.

A `YearbookLayout` describes one table of a yearbook over its editions. It is written by hand inside the
origin card (YAML); nothing here opens a file. Examples: ``docs/formats.md``. What a card says about a table
of one's own is in `own_columns`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from nqpf_assets.formats.labels import normalise
from nqpf_assets.formats.patterns import Pattern
from nqpf_assets.messages.problems import Refusal, Refused


class _Card(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


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
    turned: bool = Field(
        default=False,
        description="indicators stand down the page, regions or years across; `columns` names the rows",
    )
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
        refusals = [*self._of_rows(), *self._of_editions(), *self._ignored_and_taken()]
        if self.turned and self.header_rows is not None:
            expected = "either `turned` or `header_rows`"
            remedy = "name the header over the indicators as `row_head` instead"
            refusals.append(Refusal(("header_rows",), expected, "both", remedy))
        if refusals:
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
