"""Pages of variables, indices and series: what they are, and every value with what it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.site.addresses import series_page, variable_page
from nqpf_assets.site.grids import Grid, Grids
from nqpf_assets.site.page import Page, drawn
from nqpf_assets.site.values import Kind, Values
from nqpf_assets.studies.refilled_series import published

ROOT = "../../"
"""From these pages to the root of the site."""
MOST_RANKED = 2_000
"""Units of an index that are ranked on its page."""
MOST_FILLED = 500
"""Filled values of a series that are listed with their years."""


@dataclass(frozen=True)
class ValuePages:
    """Makes the pages of a study's values.

    Attributes:
        grids: of the study.
        about: what every page says.
    """

    grids: Grids
    about: dict[str, Any]

    @property
    def values(self) -> Values:
        return self.grids.values

    @property
    def study(self) -> PublishedStudy:
        return self.values.study

    def variables(self) -> Iterator[Page]:
        """Each variable, indicator, level and index."""
        for name, row in self.values.formulas.items():
            is_index = row["role"] == "index"
            yield from self._pages(
                "variable",
                name,
                self.grids.variable(name, ROOT),
                row=row,
                inputs=self._linked(name),
                clipped=self.study.clipped.get(name),
                weights=self._weights(name) if is_index else [],
                ranking=self._ranking(name) if is_index else {},
                filled=[],
            )

    def series(self) -> Iterator[Page]:
        """Each series that the study reads."""
        for name, row in self.study.series.items():
            yield from self._pages(
                "series",
                name,
                self.grids.series(name, ROOT),
                row=row
                | {"role": "series", "expression": None}
                | {"source_note": self.study.series_notes.get(published(name))},
                inputs=[],
                clipped=None,
                weights=[],
                ranking={},
                filled=self._filled.get(name, [])[:MOST_FILLED],
            )

    def _pages(self, kind: Kind, name: str, grids: Iterable[Grid], **what: Any) -> Iterator[Page]:
        """The pages of one name; weights, ranking and filled values stand on the first."""
        page = series_page if kind == "series" else variable_page
        n_units = len(self.values.units_of(kind, name))
        size = self.values.units_per_page(kind, name)
        paths = [page(self.study.name, name, part) for part in range(-(-n_units // size))]
        used_by = self._used_by(kind, name)
        for part, grid in enumerate(grids):
            yield drawn(
                "variable.html",
                paths[part],
                kind=kind,
                name=name,
                grid=grid,
                parts=paths,
                part=part,
                used_by=used_by,
                **what | ({} if part == 0 else {"weights": [], "ranking": {}, "filled": []}),
                **self.about,
            )

    def _linked(self, name: str) -> list[tuple[str, str, str, str]]:
        """Inputs of a variable: kind, name, when it is read, page."""
        return [
            (one.kind, one.name, one.how, self.values.page(one.kind, one.name))
            for one in self.values.inputs.get(name, ())
            if one.kind != "dimension"
        ]

    def _used_by(self, kind: Kind, name: str) -> list[tuple[str, str]]:
        """What reads it: the way back up."""
        return [
            (owner, self.values.page("variable", owner))
            for owner, inputs in self.values.inputs.items()
            if owner in self.values.formulas
            and any((one.kind, one.name) == (kind, name) for one in inputs)
        ]

    def _weights(self, index: str) -> list[tuple[Row, str]]:
        rows = self.study.rows(
            "FROM {study}.index_weight WHERE index_name = ?"
            " ORDER BY weight_period NULLS FIRST, dimension, weight DESC, indicator",
            [index],
        )
        return [(row, self.values.page("variable", row["indicator"])) for row in rows]

    def _ranking(self, index: str) -> dict[str, Any]:
        """Rank and score of every unit in the first, the middle and the last year, best first in the last."""
        span = self.study.periods
        years = sorted({span.first, (span.first + span.last) // 2, span.last})
        rows = self.study.rows(
            "SELECT unit, period, score, rank() OVER (PARTITION BY period ORDER BY score DESC) AS rank"
            " FROM {study}.index_score"
            " WHERE index_name = ? AND list_contains(?, period) AND score IS NOT NULL ORDER BY ALL",
            [index, years],
        )
        by_unit: dict[str, dict[int, Row]] = {}
        for row in rows:
            by_unit.setdefault(row["unit"], {})[row["period"]] = row
        last = years[-1]
        ordered = sorted(
            by_unit.items(),
            key=lambda one: (one[1][last]["rank"] if last in one[1] else 10**9, one[0]),
        )
        return {
            "years": years,
            "units": ordered[:MOST_RANKED],
            "n_units": len(ordered),
            "head": self.grids.head,
        }

    @cached_property
    def _filled(self) -> dict[str, list[Row]]:
        """Series → its filled values and the years that they are made from."""
        rows = self.study.rows(
            "SELECT f.variable, f.unit, f.period, c.value, c.status,"
            " list(f.from_period ORDER BY f.from_period) AS years,"
            " list(round(f.weight_in_fill, 4) ORDER BY f.from_period) AS weights"
            " FROM {study}.filled_from AS f INNER JOIN {study}.filled_cell AS c"
            " ON c.variable = f.variable AND c.unit = f.unit AND c.period = f.period"
            " WHERE f.made_as = 'filled_from' AND f.from_unit = f.unit"
            " GROUP BY ALL ORDER BY f.variable, f.unit, f.period"
        )
        found: dict[str, list[Row]] = {}
        for row in rows:
            found.setdefault(row["variable"], []).append(row)
        return found
