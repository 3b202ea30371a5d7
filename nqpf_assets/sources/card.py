"""The origin card: what a raw file does not say about itself, written by a person.

A card names publisher, title, status and dates, and supplies what the file is silent about
(series, unit, region). It never overrules the file: where both speak they must agree, which
`agreement` checks. Where cards stand and how they are found belongs to `card_files`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from nqpf_assets.formats.labels import FOUR_DIGITS, YEARS, normalise
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.slips import Slip, each_once, outside_sheets
from nqpf_assets.formats.weights_layout import WeightsLayout
from nqpf_assets.messages.problems import Refusal, Refused

FACTS = ("indicator", "level", "region", "source", "title", "unit")
"""What a file may say that a card accepts as wrong, as messages name it."""
Status = Literal["official", "survey", "synthetic"]
OF_OBSERVATIONS = (
    "series", "unit", "region", "names_of", "years", "layout", "columns", "sheets", "ignore", "slips",
    "accept",
)  # fmt: skip
"""Keys that a file of weights, which holds no observations, has no use for."""
_MONTH = re.compile(r"^(\d{4})-(\d{1,2})$")


def _last_day(value: Any) -> Any:
    """A year or a month stands for its last day: earlier it may not have been known."""
    text = str(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1900 <= value <= 2100:
        return dt.date(value, 12, 31)
    if (match := _MONTH.match(text)) and 1 <= int(match[2]) <= 12:
        year, month = int(match[1]), int(match[2])
        return dt.date(year, month, calendar.monthrange(year, month)[1])
    return value


def _words(value: Any) -> Any:
    """A date, year or code that YAML took for a number is a word here."""
    if isinstance(value, int | float | dt.date) and not isinstance(value, bool):
        return str(value)
    return value


def _one_or_by_label(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and value and all(isinstance(v, str) for v in value.values()):
        return {str(label): v for label, v in value.items()}
    raise ValueError("one name, or a mapping from the printed label to a name")


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Word = Annotated[Text, BeforeValidator(_words)]
Day = Annotated[dt.date, BeforeValidator(_last_day)]
NameYear = Annotated[int, Field(ge=FOUR_DIGITS[0], le=FOUR_DIGITS[1])]
OneOrByLabel = Annotated[str | dict[str, str], BeforeValidator(_one_or_by_label)]


class SheetCard(BaseModel):
    """What is different for one sheet of a workbook; what is left out is as in the card."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    series: OneOrByLabel | None = Field(None, description="as in the card, for this sheet")
    unit: OneOrByLabel | None = Field(None, description="as in the card, for this sheet")
    region: Word | None = Field(None, description="as in the card, for this sheet")
    names_of: NameYear | None = Field(None, description="as in the card, for this sheet")
    layout: YearbookLayout | None = Field(None, description="how this sheet is laid out")
    columns: TidyColumns | None = Field(None, description="columns of this sheet")
    ignore: tuple[Text, ...] = Field((), description="labels not taken from this sheet")
    slips: tuple[Slip, ...] = Field((), description="slips of a copyist in this sheet")


class OriginCard(BaseModel):
    """Where a file comes from, and what it is silent about."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    publisher: Text = Field(description="who published the file, e.g. 国家统计局")
    title: Text = Field(description="title of the table or download, as the publisher gives it")
    status: Status = Field(description="official, survey or synthetic")
    series: OneOrByLabel | None = Field(None, description="series id, or printed label: series id")
    unit: OneOrByLabel | None = Field(None, description="unit, or printed label: unit")
    region: Word | None = Field(None, description="region, where the file does not name it")
    names_of: NameYear | None = Field(
        None,
        description="year whose regions the file has in all its years, under their names of then",
    )
    years: tuple[int, int] | None = Field(
        None, description="first and last year that are read; default: 1900 to 2100"
    )
    published: Day | None = Field(None, description="day of publication; a year or month will do")
    accessed: Day | None = Field(None, description="day on which the file was fetched")
    next_edition: Day | None = Field(
        None, description="day by which the publisher is expected to publish the next edition"
    )
    vintage: Word | None = Field(None, description="default: the folder below the publisher's")
    edition: Word | None = Field(None, description="edition of the yearbook, e.g. 2018")
    licence: Text | None = Field(None, description="terms under which it may be used")
    may_be_passed_on: bool | None = Field(
        None, description="whether the file may be given to others; default: as `licence` sounds"
    )
    citation: Text | None = Field(None, description="how the publisher wants to be cited")
    url: Text | None = Field(None, description="where it was fetched")
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        None, description="hash of the file; another content is then refused"
    )
    layout: YearbookLayout | None = Field(None, description="how a yearbook page is laid out")
    columns: TidyColumns | None = Field(None, description="columns of a table of one's own")
    weights: WeightsLayout | None = Field(
        None, description="spatial weights between units, and how the file says whose they are"
    )
    sheets: dict[str, SheetCard] = Field(
        default_factory=dict,
        description="the sheets of a workbook that are read, each with what is different for it",
    )
    ignore: tuple[Text, ...] = Field(
        (), description="printed labels of indicators or rows that are not taken from the file"
    )
    slips: tuple[Slip, ...] = Field(
        (), description="slips of whoever copied the file out, each with what is read in its place"
    )
    notes: Text | None = Field(None, description="anything a reader of the numbers should know")
    accept: dict[str, Text] = Field(
        default_factory=dict,
        description="statements of the file that are known to be wrong: fact as named in the "
        "message, text as printed; say why in notes",
    )

    @field_validator("accept")
    @classmethod
    def _facts_are_known(cls, accept: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(set(accept) - set(FACTS)):
            raise ValueError(f"accept: {', '.join(unknown)} is none of {', '.join(FACTS)}")
        return accept

    @model_validator(mode="after")
    def _years_are_read(self) -> Self:
        first, last = self.years or YEARS
        if not FOUR_DIGITS[0] <= first <= last <= FOUR_DIGITS[1]:
            expected = "the first and the last year, of four digits: [1840, 2100]"
            raise Refused([Refusal(("years",), expected, f"[{first}, {last}]", "correct them")])
        refusals = []
        for at, one in self._parts():
            for key in ("layout", "columns"):
                table = getattr(one, key)
                if table is not None and table.year is not None and not first <= table.year <= last:
                    few = [min(first, table.year), max(last, table.year)]
                    remedy = f"correct it; if it is right, write `years: {few}` in the card"
                    expected, found = f"a year from {first} to {last}", f"`year: {table.year}`"
                    refusals.append(Refusal((*at, key, "year"), expected, found, remedy))
        if refusals:
            raise Refused(refusals)
        return self

    @model_validator(mode="after")
    def _slips_have_their_places(self) -> Self:
        refusals: list[Refusal] = []
        for at, one in self._parts():
            refusals += each_once(one.slips, (*at, "slips"))
            own = [
                name for name, sheet in self.sheets.items() if "slips" not in sheet.model_fields_set
            ]
            if self.sheets:
                refusals += outside_sheets(one.slips, [at[1]] if at else own, (*at, "slips"))
        if refusals:
            raise Refused(refusals)
        return self

    @model_validator(mode="after")
    def _weights_stand_alone(self) -> Self:
        if self.weights is None:
            return self
        refusals = [
            Refusal(
                (key,),
                "no such key beside `weights`, whose file holds no observations",
                f"`{key}`",
                f"remove `{key}`, or `weights`",
            )
            for key in OF_OBSERVATIONS
            if getattr(self, key)
        ]
        if refusals:
            raise Refused(refusals)
        return self

    def _parts(self) -> Iterator[tuple[tuple[str, ...], OriginCard | SheetCard]]:
        """The card and those of its sheets, each with the keys that lead to it."""
        yield (), self
        for name, own in self.sheets.items():
            yield ("sheets", name), own

    @model_validator(mode="after")
    def _sheets_are_described(self) -> Self:
        keys = [normalise(name) for name in self.sheets]
        refusals = [
            Refusal(("sheets", name), "each sheet once", f"`{name}` again", "keep one of the two")
            for place, name in enumerate(self.sheets)
            if normalise(name) in keys[:place]
        ]
        for name in self.sheets:
            one = self.for_sheet(name)
            if (one.layout is None) == (one.columns is None):
                found = "neither" if one.layout is None else "both"
                expected, remedy = "either `layout` or `columns`, there or above", "correct it"
                refusals.append(Refusal(("sheets", name), expected, found, remedy))
        if self.sheets:
            refusals += self._sheets_named_twice()
        if refusals:
            raise Refused(refusals)
        return self

    def _sheets_named_twice(self) -> Iterator[Refusal]:
        """Sheets that are named inside of what `sheets` says of one."""
        expected, remedy = "sheets named by `sheets` alone", "leave it out"
        for at, one in self._parts():
            told: list[tuple[tuple[str | int, ...], str | None]] = []
            if one.layout is not None:
                told.append((("layout", "sheet"), one.layout.sheet))
                for edition, own in one.layout.editions.items():
                    told.append((("layout", "editions", edition, "sheet"), own.sheet))
            if one.columns is not None:
                told.append((("columns", "sheet"), one.columns.sheet))
            for below, sheet in told:
                if sheet is not None and (not at or normalise(sheet) != normalise(at[1])):
                    yield Refusal((*at, *below), expected, f"`sheet: {sheet}`", remedy)

    def for_sheet(self, name: str) -> OriginCard:
        """The card as it holds for one of its sheets."""
        own = self.sheets[name]
        changed = {key: getattr(own, key) for key in own.model_fields_set}
        if {"layout", "columns"} & changed.keys():
            changed = {"layout": None, "columns": None} | changed
        one = self.model_copy(update={"sheets": {}, **changed})
        described = {
            key: told.model_copy(update={"sheet": name})
            for key in ("layout", "columns")
            if (told := getattr(one, key)) is not None
        }
        return one.model_copy(update=described)
