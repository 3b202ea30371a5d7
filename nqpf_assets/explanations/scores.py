"""A score of an index: its indicators, normalised and weighed, by dimension, in one row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import TypeAdapter

from nqpf_assets.explanations.bounds import Rows, extreme_stops
from nqpf_assets.explanations.formulas import Key
from nqpf_assets.explanations.named import read_again
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.variables import Variables
from nqpf_assets.explanations.walk import Stop, held
from nqpf_assets.messages.counted import counted
from nqpf_assets.stages.indicator_matrix import indicator_matrix
from nqpf_assets.studies.indices import INDEX_METHODS, Index

if TYPE_CHECKING:
    from nqpf_assets.indices.method import IndexResult, Indicators
    from nqpf_assets.studies.index_method import IndexOptions


@dataclass
class Scores:
    """One index of a published study, computed again from its published indicators."""

    study: PublishedStudy
    name: str

    @cached_property
    def options(self) -> IndexOptions | None:
        """How the index was asked for; None in publications that do not say it."""
        if not self.study.has("index_definition", "definition"):
            return None
        rows = self.study.rows("FROM {study}.index_definition WHERE index_name = ?", [self.name])
        if not rows:
            return None
        adapter: TypeAdapter[IndexOptions] = TypeAdapter(Index)
        return read_again(self.name, lambda: adapter.validate_json(rows[0]["definition"]))

    @cached_property
    def indicators(self) -> list[Row]:
        """Its indicators or levels as variables."""
        known = self.study.variables.values()
        return [row for row in known if row["index_name"] == self.name]

    @cached_property
    def weights(self) -> list[Row]:
        return self.study.rows("FROM {study}.index_weight WHERE index_name = ?", [self.name])

    @cached_property
    def again(self) -> tuple[Indicators, IndexResult] | None:
        """Its indicators as a matrix, and the index computed from them once more."""
        if self.options is None:
            return None
        names = [row["variable"] for row in self.indicators]
        cells = self.study.frame(
            "FROM {study}.variable_cell WHERE list_contains(?, variable)", [names]
        )
        spec = self.study.spec.model_copy(update={"indices": {self.name: self.options}})
        matrix, left_out = indicator_matrix(spec, self.name, cells.lazy())
        method = INDEX_METHODS.all[self.options.method]
        arguments = self.options.arguments()
        result = read_again(self.name, lambda: method.compute(matrix, **arguments))
        return matrix, left_out.told_in(result)

    def stop(self, variables: Variables, unit: str, period: int) -> Stop:
        """The score of a row, and all below it."""
        row = self._published("index_score", unit, period)
        known = self.study.variables[self.name]
        of = Stop(
            "index",
            self.name,
            unit,
            period,
            row[0]["score"] if row else None,
            source="published",
            text=f"{known['title']}: by {known['expression']}",
        )
        if self.again is None:
            return of.over(*self._values(variables, unit, period))
        matrix, result = self.again
        at = np.flatnonzero((matrix.units == unit) & (matrix.periods == period))
        if not len(at):
            return replace(of, text=f"{of.text}; no score in this year")
        of = held(of, float(result.scores[at[0]]), "the index, computed again,")
        if result.normalised is None:
            return of.over(*self._values(variables, unit, period))
        parts = [
            self._indicator(variables, matrix, result.normalised, at[0], place)
            for place in range(len(matrix.names))
        ]
        return self._summed(of, parts, unit, period, result)

    def _summed(self, of: Stop, parts: list[Stop], unit: str, period: int, result: Any) -> Stop:
        """The score over its dimensions, or over its indicators where they have no scores."""
        total = sum(one.value or 0.0 for one in parts)
        size = max((abs(one.value or 0.0) for one in parts), default=0.0)
        by_dimension = self._published("index_dimension_score", unit, period)
        if not by_dimension:
            if getattr(self.options, "rescale", False):
                return of.over(self._rescaled(of, total, result), *parts)
            return held(of, total, "the sum of weighted indicators", size).over(*parts)
        dimensions = []
        for row in by_dimension:
            inside = [one for one in parts if one.role == row["dimension"]]
            stop = Stop(
                "dimension", row["dimension"], unit, period, row["score"], source="published"
            )
            stop = held(
                stop, sum(one.value or 0.0 for one in inside), "the sum of its indicators", size
            )
            dimensions.append(stop.over(*inside))
        return held(of, total, "the sum of weighted indicators", size).over(*dimensions)

    def _rescaled(self, of: Stop, total: float, result: Any) -> Stop:
        """The sum of a row stretched to the unit interval between the least and the greatest of all rows."""
        sums = result.normalised @ result.weights[0].weight
        low, high = float(sums.min()), float(sums.max())
        words = (
            f"the sum of weighted indicators, {total:.10g}, less the least of all rows, {low:.10g},"
        )
        words += f" over the range {high - low:.10g}"
        stop = Stop(
            "fact", "rescaled", of.unit, of.period, of.value, source="recomputed", text=words
        )
        return held(stop, (total - low) / (high - low), "the rescaled sum", size=1.0)

    def _indicator(
        self, variables: Variables, matrix: Indicators, normalised: Any, row: int, place: int
    ) -> Stop:
        """Normalised value times weight of one indicator, and the value below."""
        name, unit = matrix.names[place], str(matrix.units[row])
        period, value = int(matrix.periods[row]), float(normalised[row, place])
        known = self.study.variables[name]
        weight = self._weight(name, period)
        part = None if weight is None else weight["weight"] * value
        words = f"{known['title'] or name}: normalised value × weight"
        if weight is not None and weight["weight_period"] is not None:
            words += f" of {weight['weight_period']}"
        of = Stop(
            "indicator",
            name,
            unit,
            period,
            part,
            weight=None if weight is None else weight["weight"],
            source="recomputed",
            role=known["dimension"],
            text=words,
        )
        variables.begin(unit, period, name)
        return of.over(
            self._normalised(matrix, place, row, value), variables.stop(name, unit, period)
        )

    def _normalised(self, matrix: Indicators, place: int, row: int, value: float) -> Stop:
        """The value that the weight multiplies, and the rows that set its scale."""
        name, column = matrix.names[place], matrix.values[:, place]
        direction = "more is better" if matrix.directions[place] > 0 else "less is better"
        words = (
            f"{direction}; of {counted(len(column), 'values')} from {column.min():.10g} to "
            f"{column.max():.10g}, "
            f"mean {column.mean():.10g}, standard deviation {column.std(ddof=1):.10g}"
        )
        of = Stop(
            "normalised",
            name,
            str(matrix.units[row]),
            int(matrix.periods[row]),
            value,
            source="recomputed",
            count=len(column),
            text=words,
        )
        return of.over(*extreme_stops(name, Rows(matrix.units, matrix.periods, column), "scale"))

    def _weight(self, indicator: str, period: int) -> Row | None:
        found = [
            one
            for one in self.weights
            if one["indicator"] == indicator and one["weight_period"] in (None, period)
        ]
        return found[0] if found else None

    def _values(self, variables: Variables, unit: str, period: int) -> Iterator[Stop]:
        """What an index is made of that is no weighted sum."""
        years = {}
        for level in getattr(self.options, "levels", ()):
            years[level.level] = level.years
        for row in self.indicators:
            variables.begin(unit, period, row["variable"])
            stop = variables.stop(row["variable"], unit, period)
            if row["dimension"] in years:
                stop = replace(
                    stop,
                    weight=years[row["dimension"]],
                    text=f"{stop.text}: share of the level, weighted by its years of schooling",
                )
            yield stop

    def _published(self, table: str, unit: str, period: int) -> list[Row]:
        return self.study.rows(
            f"FROM {{study}}.{table} WHERE index_name = ? AND unit = ? AND period = ?",
            [self.name, unit, period],
        )


def variables_of(study: PublishedStudy, names: list[str], *, is_whole: bool) -> Variables:
    """Variables whose formulas may read scores, which are walked on from."""
    known: dict[str, Scores] = {}

    def score(variables: Variables, key: Key) -> Stop:
        name, unit, period = key
        return known.setdefault(name, Scores(study, name)).stop(variables, unit, period)

    return Variables.of(study, names, score, is_whole=is_whole)
