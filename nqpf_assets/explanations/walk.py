"""A walk: stops below stops, from a number to the cells it is made of, and the same as rows.

A stop is one number or one fact. What does not add up is an `error` of the stop where it was found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

TOLERANCE = 1e-9
"""Relative difference up to which a recomputed number is the published one: sums are in another order."""


@dataclass(frozen=True)
class Place:
    """A published cell: where it stands, what is printed there, and what that is in the study's unit.

    Attributes:
        file: its path in the project; `sheet` and `cell` are the parts of `locator`.
        printed: the cell as printed; `printed_unit`: its unit of measurement.
        factor: multiplied with the printed number, it gives the study's.
        publisher, vintage: of the edition that was taken.
        card: the file that says where this one is from.
    """

    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    locator: str | None = None
    printed: str | None = None
    printed_unit: str | None = None
    factor: float | None = None
    publisher: str | None = None
    vintage: str | None = None
    card: str | None = None


@dataclass(frozen=True)
class Stop:
    """One number or fact on the way.

    Attributes:
        kind: one of `KINDS`.
        name: what it is of: a variable, series, indicator, dimension, reason.
        unit, period: the row that it belongs to.
        value: the number, in `unit_measure`.
        weight: of an indicator in its index, of a published cell in one that is made from it, of a neighbour.
        status: what was done to it, as `panel.cell` names it.
        source: `published`, as it stands in the warehouse, or `recomputed` from what does.
        role: of a variable in its column, or of a cell in its number.
        count: how many rows or cells the stop stands for.
        text: in words.
        place: of a published cell.
        error: what does not add up.
        below: what it is made of.
    """

    kind: str
    name: str = ""
    unit: str | None = None
    period: int | None = None
    value: float | None = None
    unit_measure: str | None = None
    weight: float | None = None
    status: str | None = None
    source: str | None = None
    role: str | None = None
    count: int | None = None
    text: str | None = None
    place: Place = field(default_factory=Place)
    error: str | None = None
    below: tuple[Stop, ...] = ()

    def over(self, *below: Stop | None) -> Stop:
        """The same stop with more below it."""
        return replace(self, below=(*self.below, *(one for one in below if one is not None)))


KINDS = {
    "number": "what was asked for, as published",
    "published_number": "what the paper prints for it",
    "column": "the column of a regression table, or the table, that it stands in",
    "sample": "rows that were used, with their number",
    "left_out": "rows that were not, by reason; with a unit and a year, why that row is not in the sample",
    "row": "the row that the walk goes down",
    "path": "how a term comes from a variable",
    "design": "the value that estimation saw in that row",
    "clip": "bounds to which values are clipped, and the value before",
    "bound": "a row whose value sets a bound, a minimum or a maximum",
    "variable": "a variable in a row, or in a column",
    "formula": "how a variable is computed, and the same in numbers",
    "part": "a part of a formula that reads other rows, with its value",
    "pool": "rows from which a mean and a deviation are taken",
    "index": "score of an index",
    "dimension": "part of a score",
    "indicator": "an indicator in a score: normalised value times weight",
    "normalised": "the value that a weight multiplies",
    "series": "a series in a year, in the unit of the study",
    "cell": "the published cell under it",
    "correction": "what was corrected in it, and why",
    "passed_over": "another published value of it that was not taken",
    "filled_from": "a published cell that a filled one is made from",
    "aggregated_from": "a published cell of a lower level that a unit is put together from, or its weight",
    "cells": "published cells under a column, by file and role",
    "influence": "a cell, unit, year or row that moves the number much, by its change",
    "fact": "anything else that is to be known",
}
"""Kind of a stop → what it is."""

SCHEMA = {
    "step": ("BIGINT", "number of the stop, from 1, in the order of the walk"),
    "parent": ("BIGINT", "the stop that it is part of; null for the first"),
    "depth": ("BIGINT", "stops above it"),
    "kind": ("VARCHAR", "what the stop is, as listed below"),
    "name": ("VARCHAR", "variable, series, indicator, dimension, term or reason"),
    "unit": ("VARCHAR", "unit of the row"),
    "unit_name": ("VARCHAR", "its name"),
    "period": ("BIGINT", "year of the row"),
    "value": ("DOUBLE", "the number"),
    "unit_measure": ("VARCHAR", "unit of measurement of the number"),
    "weight": ("DOUBLE", "weight of an indicator, of a cell in a filled one, of a neighbour"),
    "status": ("VARCHAR", "what was done to the cell, as in panel.cell"),
    "source": ("VARCHAR", "published, or recomputed from published numbers"),
    "role": ("VARCHAR", "role of a variable in the column, or of a cell"),
    "count": ("BIGINT", "rows or cells that the stop stands for"),
    "text": ("VARCHAR", "in words"),
    "file": ("VARCHAR", "path of the file in the project"),
    "sheet": ("VARCHAR", "sheet of the file; null where it has none"),
    "cell": ("VARCHAR", "cell, or line and column"),
    "locator": ("VARCHAR", "both, as in source.observation"),
    "printed": ("VARCHAR", "the cell as printed"),
    "printed_unit": ("VARCHAR", "unit of measurement as printed"),
    "factor": ("DOUBLE", "the number in the study's unit per printed number"),
    "publisher": ("VARCHAR", "publisher of the cell"),
    "vintage": ("VARCHAR", "edition of the cell"),
    "card": ("VARCHAR", "card of the file"),
    "error": ("VARCHAR", "what does not add up; null where all does"),
}
"""Column of the rows of a walk → its type and what it is."""


def is_same(one: float | None, other: float | None, size: float = 0.0) -> bool:
    """Whether two numbers are one, apart from the order in which sums are added.

    Args:
        size: of the numbers that they are a sum of, where these may cancel.
    """
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE * size)


def held(stop: Stop, recomputed: float | None, what: str, size: float = 0.0) -> Stop:
    """The stop, with an error where its number is not what it comes to."""
    if is_same(stop.value, recomputed, size):
        return stop
    return replace(stop, error=f"{what} gives {recomputed!r}, and {stop.value!r} is published")


def all_stops(walk: Stop) -> Iterator[Stop]:
    """The stop and all below it, each after the one that it is part of."""
    yield walk
    for one in walk.below:
        yield from all_stops(one)


def errors(walk: Stop) -> Iterator[tuple[Stop, str]]:
    """All that does not add up."""
    return ((one, one.error) for one in all_stops(walk) if one.error is not None)


def rows_of(walk: Stop, unit_names: dict[str, str]) -> list[dict[str, Any]]:
    """The walk as rows with the columns of `SCHEMA`, every stop after the one that it is part of."""
    rows: list[dict[str, Any]] = []
    own = [one.name for one in fields(Stop) if one.name not in ("place", "below")]

    def add(stop: Stop, parent: int | None, depth: int) -> None:
        step = len(rows) + 1
        known = {name: getattr(stop, name) for name in own}
        known |= {one.name: getattr(stop.place, one.name) for one in fields(Place)}
        known |= {"step": step, "parent": parent, "depth": depth}
        known["unit_name"] = unit_names.get(stop.unit) if stop.unit else None
        rows.append({name: known[name] for name in SCHEMA})
        for one in stop.below:
            add(one, step, depth + 1)

    add(walk, None, 0)
    return rows
