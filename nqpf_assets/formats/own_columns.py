"""What an origin card says about a table of one's own: which columns are region, year, series and values.

Written by hand inside the card (YAML); nothing here opens a file. Examples: ``docs/formats.md``. Pages of
yearbooks are described in `layout`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from nqpf_assets.formats.labels import (
    FOUR_DIGITS,
    SPAN,
    find_label,
    normalise,
    parse_year,
    whole_year,
)
from nqpf_assets.messages.problems import Refusal, Refused


class TidyColumns(BaseModel):
    """Which columns of the user's own table hold what.

    A wide table names its value columns in `values`; each becomes a series under its own name,
    or, where they are years and no column names the year, a year of the card's one series.
    A long table names the column with the series and the column with the value. One with a column for
    each year may name the column with the series as well.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    region: str | None = Field(default=None, description="column with the region's name or code")
    period: str | None = Field(default=None, description="column with the calendar year")
    year: int | None = Field(default=None, description="the year, where no column says it")
    two_digit_years: tuple[int, int] | None = Field(
        default=None,
        description="first and last year of those that are printed by two digits: 98, 98年, '05",
    )
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
        if self.two_digit_years is not None:
            yield from self._of_two_digits(*self.two_digit_years)
        if self.period is None and self.year is None and not self.values_are_years:
            yield Refusal(
                (),
                "`period` (the column with the year) or `year` (a number)",
                "neither",
                "add one of them; in a table with a column for each year, list these under `values`",
            )

    def _of_two_digits(self, first: int, last: int) -> Iterator[Refusal]:
        at = ("two_digit_years",)
        if not (FOUR_DIGITS[0] <= first <= last <= FOUR_DIGITS[1] and last - first < SPAN):
            expected = (
                f"the first and the last of at most {SPAN} years, of four digits: [1950, 2049]"
            )
            yield Refusal(at, expected, f"[{first}, {last}]", "correct them")
        if self.year is not None:
            expected, found = (
                "years that columns print",
                f"`year: {self.year}`, which holds for all",
            )
            yield Refusal(at, expected, found, "leave one of them out")

    def _of_values(self) -> Iterator[Refusal]:
        told = "either `values` (wide), or `series` and `value` (long)"
        is_long = bool(self.value or (self.series and not self.values_are_years))
        if bool(self.values) == is_long:
            at = ("series",) if self.series else ("value",) if self.value else ()
            found, remedy = ("both", "leave one out") if is_long else ("neither", "add one of them")
            yield Refusal(at, told, found, remedy)
        elif bool(self.series) != bool(self.value) and not self.values_are_years:
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
        if self.period is not None or self.year is not None or not self.values:
            return False
        return all(self.year_over(column, FOUR_DIGITS) is not None for column in self.values)

    def year_over(self, column: str, years: tuple[int, int] | None = None) -> int | None:
        """The year that the header of a column is; those of `years` count, or those that are read."""
        if (
            self.two_digit_years is None
            or (year := whole_year(column, self.two_digit_years)) is None
        ):
            return parse_year(column, years)
        return parse_year(year, years)

    def role_of(self, column: str) -> str:
        """The key under which the card names a column."""
        roles = ("region", "period", "series", "value", "unit")
        return next((role for role in roles if getattr(self, role) == column), "values")

    @property
    def named(self) -> tuple[str, ...]:
        """Every column the file must have, in a stable order."""
        roles = (self.region, self.period, self.series, self.value, self.unit)
        return tuple(column for column in roles if column is not None) + self.values
