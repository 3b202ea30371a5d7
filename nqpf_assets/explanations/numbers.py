"""A number of a regression column: as published and as printed, its column, and the path of its term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nqpf_assets.explanations.column_summary import cell_stops, example_row
from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.influences import (
    influence_of_row,
    influence_stops,
    row_that_matters,
    with_influence,
)
from nqpf_assets.explanations.named import found
from nqpf_assets.explanations.published import Row
from nqpf_assets.explanations.reported_number import ReportedNumber
from nqpf_assets.explanations.term_design import term_stop
from nqpf_assets.explanations.values import value_walk
from nqpf_assets.explanations.walk import Stop, held
from nqpf_assets.messages.counted import counted


@dataclass
class Number(ReportedNumber):
    """One number of a column, with its walk.

    Attributes:
        is_whole: whether every cell is listed.
    """

    is_whole: bool = False

    def walk(self, row: tuple[str, int] | None = None) -> Stop:
        """The number, its column, and the path of its term through one row: this, or an example."""
        of = self.number_stop().over(
            *self.published_stops(), self._column(row), *self._influence(row)
        )
        if self.variable is None:
            words = (
                "it is of no single variable: it rests on all rows of the column and on every variable"
                " that is listed above"
            )
            return of.over(Stop("path", self.term, text=words))
        example = None
        if row is None:
            example = example_row(
                self.column, self.variable, row_that_matters(self.column, self.key)
            )
            row = (example.unit or "", example.period or 0) if example else None
        path = self._path(*row) if row else None
        if path is not None and self.kind != "test":
            path = with_influence(path, self.column, self.key)
        return of.over(example, path)

    def _influence(self, row: tuple[str, int] | None) -> list[Stop]:
        """What moves the number most, or what this row does to it."""
        if self.kind == "test":
            return []
        if row is None:
            return influence_stops(self.column, self.key)
        return influence_of_row(self.column, self.key, *row)

    def _column(self, row: tuple[str, int] | None) -> Stop:
        column, model = self.column, self.column.model
        words = [
            f"{model['estimator']} of {model['outcome']}",
            f"effects removed: {model['effects'] or 'none'}",
            f"errors: {model['vcov']}"
            + (f", {counted(model['n_clusters'], 'clusters')}" if model["n_clusters"] else "")
            + (f", small sample: {model['small_sample']}" if model["small_sample"] else ""),
        ]
        if column.asked is not None and column.asked.standardize:
            words.append("coefficients in standard deviations")
        of = Stop(
            "column",
            model["column_label"],
            count=model["n_obs"],
            source="published",
            text="; ".join(words),
            error=column.design_error(),
        )
        facts = [("data", f"{model['data_status'].upper()} data")] if model["data_status"] else []
        facts += [("note", model["note"])] if model["note"] else []
        cautions = column.rows("series_caution", "ORDER BY series_id")
        facts += [(row["series_id"], row["caution"]) for row in cautions]
        counts = (("series", "n_series"), ("filled", "n_imputed"), ("corrected", "n_corrected"))
        cells = ", ".join(f"{model[f'{key}_cells']} {what} cells" for what, key in counts)
        sample = Stop(
            "sample",
            model["sample_id"],
            count=model["n_obs"],
            source="published",
            text=f"{model['sample']}; {counted(model['n_units'], 'units')}, "
            f"{counted(model['n_periods'], 'periods')}; {cells}",
        )
        why_not = column.why_not(*row) if row else None
        counting = f"{_counting(column)}; numbers of a row are those before effects are removed"
        return of.over(
            *(Stop("fact", name, text=words) for name, words in facts),
            sample.over(*column.left_out(), why_not),
            Stop("fact", "weights", text=counting),
            *self._variables(row),
        )

    def _variables(self, row: tuple[str, int] | None) -> Iterator[Stop]:
        """Every variable of the column, and its spatial weights: that is what a coefficient rests on."""
        below = {} if row else cell_stops(self.column, is_whole=self.is_whole)
        yield from below.get(None, ())
        for name, role in self.column.roles.items():
            known = self.study.variables[name]
            formula = f": {known['expression']}" if known["expression"] else ""
            stop = Stop(
                "variable",
                name,
                role=role,
                unit_measure=known["unit_measure"],
                text=f"{known['title'] or name}{formula}",
            )
            if row and name != self.variable:
                stop = stop.over(self.column.design_stop(name, *row))
            yield stop.over(*below.get(name, ()))

    def _path(self, unit: str, period: int) -> Stop:
        """From the row of the design down to the cells."""
        name = self.variable
        assert name is not None
        words = f"{name} in this row, from the row of the design down to the published cells"
        part = term_stop(self.column, self.term, name, unit, period)
        at = unit
        if part is not None and any(one.weight is not None for one in part.below):
            # The term of a row is made of its neighbours' values, and not of its own.
            at = max(part.below, key=lambda one: abs(one.weight or 0.0)).unit or unit
            words = f"{name} of the row's neighbours; the walk goes on with the one of the greatest weight"
        design = self.column.design_stop(name, at, period)
        below = value_walk(self.study, name, at, period, is_whole=self.is_whole)
        below = held(below, self.column.panel_value(name, at, period), "the panel")
        of = Stop("path", self.term, unit, period, text=words)
        return of.over(part, design, below)


def _counting(column: PublishedColumn) -> str:
    """How much a row of the sample counts."""
    weights = column.asked.weights if column.asked else None
    if weights is None:
        return "every row counts once"
    of_kind = {
        "analytic": "as a mean over so many",
        "frequency": "as so many rows that are alike",
        "population": "for so many",
    }
    return f"every row counts by its {weights.variable}, {of_kind[weights.type]}"


def number_of(column: PublishedColumn, asked: str, *, is_whole: bool = False) -> Number:
    """The number of a column that a term names: a coefficient, ``EFFECT: TERM``, or a test.

    Raises:
        InputError: it has no such number.
    """
    table, label = column.key
    known: dict[str, tuple[str, str, Row]] = {}
    for row in column.rows("test"):
        known[row["test"]] = (row["test"], "test", row)
    for row in column.rows("effect"):
        name = f"{row['effect']}: {row['term']}"
        known[name] = (name, "effect", row)
    estimates = column.rows("estimate")
    for row in estimates:
        title = column.study.variables.get(row["term"], {}).get("title")
        if title:
            known.setdefault(title, (row["term"], "estimate", row))
    for row in estimates:
        known[row["term"]] = (row["term"], "estimate", row)
    term, kind, row = found(asked, known, f"a term of {column.study.name}.{table} {label}")
    return Number(column, term, kind, row, is_whole)
