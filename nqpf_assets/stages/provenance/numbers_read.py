"""What a module that computes numbers of a table says of them: on which rows of the panel they rest.

How it becomes rows, and that it is said of all of them, is `table_reads`'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

IN_PRINT = ""
"""Stands for the printed table where a table is named."""
ANY_SCALE = "any_scale"
"""Role of values under a number that is the same on any scale: what standardises them moves it not."""


@dataclass(frozen=True)
class Read:
    """Numbers of a table, and rows of the panel whose values of one variable they rest on.

    Attributes:
        table: registered study table in which they stand, or `IN_PRINT`.
        numbers: columns of it, or measures where each row is of one.
        variable: what is read.
        first, last: years of the rows that are read.
        period, group, other: of the rows in which the numbers stand; None: of all.
        groups: groups whose rows are read; None: all rows that the table counts.
        is_by_group: whether which row is in which group moves the number, though it reads the rows of all.
        unit: the one unit that is read.
        is_own_unit: only the unit in whose row the number stands.
        role: ``value``; ``grid`` of rows that only set the points of a curve; ``weights``;
            ``threshold_side`` where a number follows from an order, and moves in steps or not at all;
            `ANY_SCALE`, as ``value``, where neither a shift nor a scale of the variable moves it.
        weights: of a raw file, by which the number counts neighbours among the units of the first year; and
            `standardize`, how it scales them there.
    """

    table: str
    numbers: tuple[str, ...]
    variable: str
    first: int
    last: int
    period: int | None = None
    group: str | None = None
    other: str | None = None
    groups: tuple[str, ...] | None = None
    is_by_group: bool = False
    unit: str | None = None
    is_own_unit: bool = False
    role: str = "value"
    weights: str | None = None
    standardize: str | None = None


def extremes(
    values: Any, units: Sequence[str], periods: Sequence[int]
) -> Iterator[tuple[str, int]]:
    """Units and years of the smallest and the largest value, each with those that equal it."""
    ends = (values.min(), values.max())
    for value, unit, period in zip(values.tolist(), units, periods, strict=True):
        if value in ends:
            yield unit, period
