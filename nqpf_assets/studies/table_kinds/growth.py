"""Levels of some series of one region, year by year, with their average annual growth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, Self

from pydantic import Field

from nqpf_assets.studies.series_name import SeriesName
from nqpf_assets.studies.table_kind import Path, StudyTable, TableKind, Wrong
from nqpf_assets.user_input.strict import Strict

AS_PRINTED = "published_"
"""Before the year, in the name of a column of printed levels."""
NOTE = "note"
"""The column of the table's note, which every row has alike."""


class GrowthRow(Strict):
    """One indicator of a table of levels and growth."""

    series: SeriesName = Field(description="a series of the catalogue")
    title: str = Field(description="name of the row")
    published: dict[int, float] = Field(default_factory=dict, description="year → value as printed")
    published_growth: float | None = Field(
        None, description="average annual growth as printed, in percent"
    )


class GrowthTable(StudyTable):
    """Levels of some series of one region, with average annual growth."""

    kind: Literal["growth"] = Field(description="a table of levels and growth")
    region: str = Field(description="code or name of the region")
    first: int = Field(description="first year")
    last: int = Field(description="last year")
    rows: tuple[GrowthRow, ...] = Field(min_length=1, description="one entry per series")
    note: str | None = Field(None, description="printed under the table")

    @property
    def years(self) -> range:
        """The years of its columns."""
        return range(self.first, self.last + 1)

    def series(self) -> Iterator[tuple[str, Path]]:
        for place, row in enumerate(self.rows):
            yield row.series, ("rows", place, "series")

    def regions(self) -> Iterator[tuple[str, Path]]:
        yield self.region, ("region",)

    def in_codes(self, units: Mapping[str, str], regions: Mapping[str, str]) -> Self:
        return self.model_copy(update={"region": regions.get(self.region, self.region)})

    def wrong(self) -> Iterator[Wrong]:
        if self.first >= self.last:
            yield Wrong(
                ("last",),
                f"a year after {self.first}",
                f"{self.last}",
                "growth needs two different years",
                "growth_years",
            )
        for place, row in enumerate(self.rows):
            for year in row.published:
                if not self.first <= year <= self.last:
                    yield Wrong(
                        ("rows", place, "published", year),
                        f"a year from {self.first} to {self.last}",
                        f"{year}",
                        "remove it, or widen the table",
                        "growth_years",
                    )

    def columns_in_words(self) -> dict[str, str]:
        described = {str(year): f"published value of {year}" for year in self.years}
        described |= {
            f"{AS_PRINTED}{year}": f"value of {year} as the paper prints it" for year in self.years
        }
        return described | ({NOTE: "the study's note on the table"} if self.note else {})


KIND = TableKind("growth", GrowthTable, "nqpf_assets.stages.growth:growth_step")
