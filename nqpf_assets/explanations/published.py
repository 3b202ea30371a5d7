"""A study as it was published: its own tables, read when they are first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nqpf_assets.expressions.neighbours import Links, known_links
from nqpf_assets.studies.spec import Periods, Study, Units
from nqpf_assets.warehouse.duckdb_engine import frame_of, quoted
from nqpf_assets.warehouse.duckdb_file import comments_of_tables_with

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.warehouse.connection import Connection

Row = dict[str, Any]


class NotPublished(LookupError):
    """A column that the publication does not have: it is of another release."""


class _Row(Row):
    def __missing__(self, column: str) -> Any:
        raise NotPublished(f"no column {column}")


@dataclass(frozen=True)
class PublishedStudy:
    """The published tables of one study.

    Attributes:
        connection: the published file, read-only.
        name: of the study.
    """

    connection: Connection
    name: str

    def table(self, name: str) -> str:
        """A table of the study's own, as SQL."""
        return f"{quoted(self.name)}.{quoted(name)}"

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """The rows of a query; ``{study}`` stands for the study's schema."""
        found = self.connection.execute(sql.replace("{study}", quoted(self.name)), parameters)
        names = [one[0] for one in found.description]
        return [_Row(zip(names, row, strict=True)) for row in found.fetchall()]

    def frame(self, sql: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
        """The same as a frame."""
        return frame_of(self.connection, sql.replace("{study}", quoted(self.name)), parameters)

    @cached_property
    def words(self) -> Row | None:
        """What the study file says of itself: title, citation, notes; None in a file of an older release."""
        known = self.rows(
            "SELECT 1 FROM information_schema.tables"
            " WHERE table_schema = 'catalog' AND table_name = 'study'"
        )
        found = self.rows("FROM catalog.study WHERE study = ?", [self.name]) if known else []
        return found[0] if found else None

    @cached_property
    def units(self) -> dict[str, Row]:
        """Unit → its row."""
        return {row["unit"]: row for row in self.rows("FROM {study}.unit ORDER BY unit")}

    @cached_property
    def units_called(self) -> dict[str, set[str]]:
        """Id or name, in Chinese or English, of now or before → the units of the study that bear it."""
        found: dict[str, set[str]] = {}
        for unit, row in self.units.items():
            for name in (unit, row["unit_name"], row["name_en"]):
                found.setdefault(name, set()).add(unit)
        regions = self.rows(
            "SELECT unit_code, region_code, name, short_name, name_en, names FROM catalog.region"
            " WHERE unit_code IN (SELECT unit FROM {study}.unit)"
        )
        for row in regions:
            names = (row["region_code"], row["name"], row["short_name"], row["name_en"])
            for name in (*names, *(row["names"] or "").split("|")):
                found.setdefault(name, set()).add(row["unit_code"])
        return {name: units for name, units in found.items() if name}

    @cached_property
    def unit_names(self) -> dict[str, str]:
        """Unit or region → its name."""
        regions = self.rows(
            "SELECT region_code, coalesce(short_name, name) AS n FROM catalog.region"
        )
        named = {row["region_code"]: row["n"] for row in regions}
        return named | {
            key: named.get(key) or row["unit_name"] or key for key, row in self.units.items()
        }

    @cached_property
    def series(self) -> dict[str, Row]:
        """Series → its row."""
        return {row["series_id"]: row for row in self.rows("FROM {study}.series")}

    @cached_property
    def series_notes(self) -> dict[str, str]:
        """Series → what the catalogue says a reader should know; none in a file of an older release."""
        known = self.rows("FROM catalog.series")
        return {row["series_id"]: row["note"] for row in known if row.get("note")}

    @cached_property
    def variables(self) -> dict[str, Row]:
        """Variable, indicator, level, index or series → its row."""
        return {row["variable"]: row for row in self.rows("FROM {study}.variable")}

    @cached_property
    def clipped(self) -> dict[str, Row]:
        """Variable that is winsorised → its rule."""
        return {row["variable"]: row for row in self.rows("FROM {study}.winsorizing")}

    @cached_property
    def groups(self) -> dict[str, dict[str, list[str]]]:
        """Grouping → group → units."""
        found: dict[str, dict[str, list[str]]] = {}
        for row in self.rows("FROM {study}.unit_group"):
            found.setdefault(row["grouping"], {}).setdefault(row["group_name"], []).append(
                row["unit"]
            )
        return found

    @cached_property
    def codes(self) -> dict[str, str]:
        """Code, name or short name of a region → code of its unit, names of several left out."""
        found: dict[str, set[str]] = {}
        for row in self.rows("SELECT region_code, unit_code, name, short_name FROM catalog.region"):
            for written in (row["region_code"], row["name"], row["short_name"]):
                if written:
                    found.setdefault(written, set()).add(row["unit_code"])
        return {written: next(iter(codes)) for written, codes in found.items() if len(codes) == 1}

    @cached_property
    def links(self) -> tuple[Links, ...]:
        """Weights that spatial lags in formulas may ask for, among the units of the study."""
        borders = self.rows("SELECT region_code, neighbour_code FROM catalog.neighbour")
        known = self.rows(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = 'source' AND table_name = 'weight'"
        )
        given = self.rows("FROM source.weight") if known else []
        rows = [(one["region_code"], one["neighbour_code"]) for one in borders]
        return known_links(
            self.units,
            rows,
            [
                (
                    r["weights_name"],
                    r.get("weight_year"),
                    r["region_code"],
                    r["neighbour_code"],
                    r["weight"],
                )
                for r in given
            ],
        )

    @cached_property
    def periods(self) -> Periods:
        """First and last year."""
        row = self.rows("SELECT min(period) AS first, max(period) AS last FROM {study}.panel")[0]
        return Periods(first=row["first"], last=row["last"])

    @cached_property
    def spec(self) -> Study:
        """Name and years, as the code that computes asks for them."""
        return Study(study=self.name, title=self.name, units=Units(), periods=self.periods)

    def has(self, table: str, column: str) -> bool:
        """Whether the publication has a table of the study with this column; earlier ones lack some."""
        return f"{self.name}.{table}" in comments_of_tables_with(self.connection, column)
