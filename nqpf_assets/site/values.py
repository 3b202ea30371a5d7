"""The values of a study's variables and series, read for a page at a time, and how pages are divided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.site.addresses import row_anchor, series_page, study_page, variable_page

Kind = Literal["variable", "series", "dimension"]
"""A dimension is part of an index, ``index/dimension``, and has no page of its own."""
MOST_CELLS = 10_000
"""Values on one page, about a megabyte."""
NOT_SHOWN = "values-not-shown"
"""Anchor on the page of a study whose values have no pages."""
MOST_VALUES = 1_000_000
"""Values of a study that are shown, some 150 MB of pages, written in fifteen seconds; those of a larger
one are told when asked for."""

_VALUES = {
    "variable": """
        SELECT variable AS name, unit, period, value, reported_value, status, reason,
            NULL AS file_id, NULL AS locator FROM {study}.variable_cell
        WHERE list_contains($1, variable) AND list_contains($2, unit)
        UNION ALL
        SELECT index_name, unit, period, score, NULL, 'computed', NULL, NULL, NULL FROM {study}.index_score
        WHERE list_contains($1, index_name) AND list_contains($2, unit)""",
    "dimension": """
        SELECT index_name || '/' || dimension AS name, unit, period, score AS value, NULL AS reported_value,
            'computed' AS status, NULL AS reason, NULL AS file_id, NULL AS locator
        FROM {study}.index_dimension_score
        WHERE list_contains($1, index_name || '/' || dimension) AND list_contains($2, unit)""",
    "series": """
        SELECT f.variable AS name, f.unit, f.period, f.value, f.reported_value,
            CASE WHEN r.correction IS NULL THEN f.status ELSE 'corrected' END AS status,
            r.correction AS reason, f.file_id, f.locator
        FROM {study}.filled_cell AS f LEFT JOIN {study}.reported_cell AS r
            ON r.variable = f.variable AND r.unit = f.unit AND r.period = f.period
        WHERE list_contains($1, f.variable) AND list_contains($2, f.unit)
        UNION ALL
        SELECT m.variable, m.unit, m.period, m.value, m.reported_value, m.status, r.correction, m.file_id,
            m.locator
        FROM {study}.member_cell AS m LEFT JOIN {study}.reported_cell AS r
            ON r.variable = m.variable AND r.unit = m.unit AND r.period = m.period
        WHERE list_contains($1, m.variable) AND list_contains($2, m.unit)""",
}
"""Kind → its values: named variables, dimensions or series of some units."""


@dataclass(frozen=True)
class Input:
    """What a variable reads.

    Attributes:
        kind, name: of which kind, and its name.
        how: when and where it is read, if not in the same row.
    """

    kind: Kind
    name: str
    how: str = ""


@dataclass(frozen=True)
class Values:
    """The values of a study."""

    study: PublishedStudy

    @cached_property
    def units(self) -> list[str]:
        """Units of the study in the order of its pages."""
        return list(self.study.units)

    @cached_property
    def others(self) -> dict[str, list[str]]:
        """Series → units beside the study's own that it is read of: wholes of these, or parts of them."""
        found: dict[str, list[str]] = {}
        for row in self.study.rows(
            "SELECT DISTINCT variable, unit FROM (SELECT variable, unit FROM {study}.filled_cell"
            " UNION ALL SELECT variable, unit FROM {study}.member_cell) AS c"
            " WHERE unit NOT IN (SELECT unit FROM {study}.unit) ORDER BY ALL"
        ):
            found.setdefault(row["variable"], []).append(row["unit"])
        return found

    @cached_property
    def _other_places(self) -> dict[str, dict[str, int]]:
        """Series → unit beside the study's own → its place among them."""
        found = self.others.items()
        return {name: {unit: place for place, unit in enumerate(units)} for name, units in found}

    def units_of(self, kind: Kind, name: str) -> list[str]:
        """Units that the pages of a variable or series show, in their order."""
        return self.units + (self.others.get(name, []) if kind == "series" else [])

    @cached_property
    def places(self) -> dict[str, int]:
        """Unit → its place."""
        return {unit: place for place, unit in enumerate(self.units)}

    @cached_property
    def are_shown(self) -> bool:
        """Whether there are pages of values."""
        n_names = len(self.formulas) + len(self.study.series)
        n_lines = n_names * len(self.units) + sum(map(len, self.others.values()))
        return n_lines * self.n_periods <= MOST_VALUES

    @cached_property
    def formulas(self) -> dict[str, Row]:
        """Variable, indicator, level or index → its row; what is a series and nothing else is left out."""
        known = self.study.variables.items()
        return {name: row for name, row in known if row["role"] != "series"}

    @cached_property
    def inputs(self) -> dict[str, list[Input]]:
        """Variable or index → what it reads, each once; of an index its dimensions and indicators."""
        found: dict[str, dict[tuple[Kind, str], list[str]]] = {}
        for row in self.study.rows("FROM {study}.dependency ORDER BY ALL"):
            if self.formulas.get(row["variable"], row)["role"] == "index":
                continue  # what it reads are its indicators, below
            kind: Kind = "series" if self._is_series(row["variable"], row["input"]) else "variable"
            when = found.setdefault(row["variable"], {}).setdefault((kind, row["input"]), [])
            when.append(_how(row))
        dimensions = self.study.rows(
            "SELECT DISTINCT index_name, dimension FROM {study}.index_dimension_score ORDER BY ALL"
        )
        for row in dimensions:
            name = f"{row['index_name']}/{row['dimension']}"
            found.setdefault(row["index_name"], {})["dimension", name] = [""]
        for name, row in self.formulas.items():
            if row["index_name"]:
                found.setdefault(row["index_name"], {})["variable", name] = [""]
        return {
            owner: [Input(*key, how=_together(when)) for key, when in below.items()]
            for owner, below in found.items()
        }

    def _is_series(self, owner: str, name: str) -> bool:
        return name == owner or name not in self.formulas

    @cached_property
    def n_periods(self) -> int:
        return self.study.periods.last - self.study.periods.first + 1

    def units_per_page(self, kind: Kind, name: str) -> int:
        """How many units stand on one page of it."""
        n_lines = 1 + (len(self.inputs.get(name, ())) if kind == "variable" else 0)
        return max(1, MOST_CELLS // (n_lines * self.n_periods))

    def page(self, kind: Kind, name: str, unit: str | None = None) -> str:
        """The page of a variable or series; of a unit, the one on which that stands.

        Where values are not shown, the place that says so.
        """
        part = 0
        if not self.are_shown:
            return f"{study_page(self.study.name)}#{NOT_SHOWN}"
        if unit is not None:
            place = self.places.get(unit)
            if place is None:
                place = len(self.units) + self._other_places[name][unit]
            part = place // self.units_per_page(kind, name)
        return (series_page if kind == "series" else variable_page)(self.study.name, name, part)

    def address(self, kind: Kind, name: str, unit: str, period: int) -> str:
        """Page and anchor of one value."""
        page = self.page(kind, name, unit)
        return f"{page}#{row_anchor(unit, period)}" if self.are_shown else page

    def read(
        self, wanted: Iterable[Input], units: list[str]
    ) -> dict[tuple[str, str, str], dict[int, Row]]:
        """Kind, name and unit → year → value, of what a page shows."""
        names: dict[str, list[str]] = {}
        for one in wanted:
            names.setdefault(one.kind, []).append(one.name)
        found: dict[tuple[str, str, str], dict[int, Row]] = {}
        for kind, some in names.items():
            for row in self.study.rows(_VALUES[kind], [some, units]):
                key = (kind, row["name"], row["unit"])
                found.setdefault(key, {})[row["period"]] = row
        return found


def _together(when: list[str]) -> str:
    """All ways of reading one input; nothing where it is read in its own row only."""
    ways = list(dict.fromkeys(when))
    return "" if ways == [""] else "; ".join(way or "t" for way in ways)


def _how(row: Row) -> str:
    """When and where an input is read, in symbols that need no language."""
    parts = []
    if row["is_pooled"]:
        parts.append("∀" if not row["pooled_by"] else f"∀ {row['pooled_by']}")
    if row["of_region"]:
        parts.append(str(row["of_region"]))
    if row["at_year"] is not None:
        parts.append(str(row["at_year"]))
    lags = (row["first_lag"], row["last_lag"])
    if lags not in ((0, 0), (None, None)):
        parts.append(
            "…".join(
                f"t{-lag:+d}" if lag else "t" for lag in dict.fromkeys(lags) if lag is not None
            )
        )
    return ", ".join(parts)
