"""Tables that are no regression: printed numbers, and the points of curves and maps, which have no errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nqpf_assets.messages.counted import counted
from nqpf_assets.replication.crosscheck.verdicts import (
    DIFFERS,
    LEFT_OUT,
    MISSING,
    NO_ERROR,
    SAME,
    Compared,
    Key,
    Others,
    read_number,
)
from nqpf_assets.replication.r.call import NotInR
from nqpf_assets.replication.r.table_calls import Translation

OF_TABLES = 1e-6
"""Relative, of numbers without standard errors: sums over rows in another order, R's own distributions."""
ROUNDING_OF_ONE = 1e-12
"""What sums over pairs leave of a zero, where one is a large number."""
LEAST = 1e-300
"""Below it a p-value has no digits of its own."""


def compared_tables(tables: Sequence[Translation], others: Others) -> list[Compared]:
    """All numbers of indices, and of tables that describe the panel, each with its verdict."""
    return [row for one in tables for row in _table(one, others)]


def _table(one: Translation, others: Others) -> Iterator[Compared]:
    for label, column, published in one.table.numbers():
        yield _number_of_table(one, others, (label, column), published)
    for (label, column), values in one.table.curves().items():
        least = ROUNDING_OF_ONE * max(map(abs, values.values()))
        points = [
            _number_of_table(one, others, (f"{label}, {point}", column), value, least)
            for point, value in values.items()
        ]
        curve = f"{label}, {counted(len(points), 'points')}"
        yield _farthest(points, (one.table.name, column, "", curve))


def _number_of_table(
    one: Translation,
    others: Others,
    named: tuple[str, str],
    published: float,
    least: float = LEAST,
) -> Compared:
    """A number of a table; by its label and column, and what is nothing beside it."""
    label, column = named
    key = (one.table.name, column, "", label)
    if isinstance(one.call, NotInR):
        why, verdict, found = one.call.reason, LEFT_OUT, None
    elif column in one.call.lacks:
        why, verdict, found = one.call.lacks[column], LEFT_OUT, None
    elif key not in others:
        why, verdict, found = "R has no such number", MISSING, None
    else:
        found = read_number(others[key]["estimate"])
        least = ROUNDING_OF_ONE if column in one.call.without_unit else least
        is_same = abs(found - published) <= OF_TABLES * abs(published) + least
        verdict, why = (SAME, "") if is_same else (DIFFERS, f"R has {found:.10g}")
    return Compared(key, published, found, None, None, verdict, NO_ERROR, why)


def _farthest(points: list[Compared], key: Key) -> Compared:
    """The worst point of a curve, told in place of all; of several alike the one that is farthest apart."""

    def how_bad(point: Compared) -> tuple[int, float]:
        apart = 0.0 if point.other is None else abs(point.other - point.estimate)
        return (SAME, LEFT_OUT, DIFFERS, MISSING).index(point.verdict), apart

    worst = max(points, key=how_bad)
    why = f"{worst.key[3]}: {worst.why}" if worst.is_failure else worst.why
    return replace(worst, key=key, why=why)
