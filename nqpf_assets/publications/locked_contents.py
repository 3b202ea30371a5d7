"""What a lock knows of the rows of a table: enough to tell rounding from another result, without the rows.

Texts, whole numbers, and where a number is missing, are the same or they are not: one number stands for all
of them and their places. Of floating-point numbers three sums are kept, with their absolute sums: of the
values; of the values by weights that follow the place of the row, so that two that changed places are seen;
and of their magnitudes by the same weights, so that a small number is seen beside large ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nqpf_assets.warehouse.duckdb_engine import FLOATS, SUM_IN_ANY_ORDER, columns_of, quoted

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

Sums = Mapping[str, tuple[float, ...]]
"""Column → its sums, each followed by its absolute sum; an older lock has the first of them."""
ROUNDING = 1e-9
"""Sums that agree to this share of their absolute sums differ by rounding: other processors add in
another order, and even ill-conditioned fits keep nine digits."""
_NOTHING = 1e-11
"""Of the largest number of a column: what is far smaller may be what rounding left of nothing."""
_PLACE, _WEIGHT = '"place of the row"', '"weight of the row"'
_SEPARATOR = "chr(31)"


def sums_of(connection: Connection, relation: str) -> dict[str, tuple[float, ...]]:
    """The sums of each column of floating-point numbers, of those that are finite.

    Added so that rounding does not depend on the order in which it is done.
    """
    columns = _floats(connection, relation)
    if not columns:
        return {}
    largest = ", ".join(f"max(abs({q})) FILTER (WHERE isfinite({q}))" for q in map(quoted, columns))
    scales = connection.execute(f"SELECT {largest} FROM {relation}").fetchone()
    assert scales is not None, "an aggregate has a row"
    parts = [
        f"coalesce({SUM_IN_ANY_ORDER}({part}) FILTER (WHERE isfinite({quoted(name)})), 0)"
        for name, scale in zip(columns, scales, strict=True)
        for one in _summed(quoted(name), scale)
        for part in (one, f"abs({one})")
    ]
    row = connection.execute(
        f"SELECT {', '.join(parts)} FROM ({_with_places(relation)})"
    ).fetchone()
    assert row is not None, "an aggregate has a row"
    n = len(parts) // len(columns)
    return {name: tuple(row[n * i : n * (i + 1)]) for i, name in enumerate(columns)}


def words_of(connection: Connection, relation: str) -> str:
    """One number for all that is no floating-point number, and for where one of these is not finite."""
    floats = _floats(connection, relation)
    cells = [
        f"CASE WHEN {q} IS NULL THEN '-' WHEN isfinite({q}) THEN '+' ELSE CAST({q} AS VARCHAR) END"
        if name in floats
        else f"coalesce('=' || CAST({q} AS VARCHAR), '-')"
        for name, q in ((name, quoted(name)) for name, _ in columns_of(connection, relation))
    ]
    row = connection.execute(
        f"SELECT coalesce(sum(md5_number_lower(concat_ws({_SEPARATOR}, {_PLACE}, {', '.join(cells)}))"
        f"::HUGEINT), 0)::VARCHAR FROM ({_with_places(relation)})"
    ).fetchone()
    assert row is not None, "an aggregate has a row"
    return str(row[0])


def is_rounding(connection: Connection, relation: str, sums: Sums, words: str | None) -> bool:
    """Whether a table of other bytes differs from what a lock knows by rounding, as far as that tells.

    Args:
        sums: of the lock; where it has fewer than are kept now, these are compared.
        words: of the lock, None where it has none.
    """
    found = sums_of(connection, relation)
    return (
        bool(sums)
        and sums.keys() == found.keys()
        and words in (None, words_of(connection, relation))
        and all(_agree(sums[column], found[column]) for column in found)
    )


def _agree(locked: tuple[float, ...], found: tuple[float, ...]) -> bool:
    pairs = zip(found[::2], found[1::2], locked[::2], locked[1::2], strict=False)
    return all(
        abs(value - was) <= ROUNDING * max(size, before) for value, size, was, before in pairs
    )


def _floats(connection: Connection, relation: str) -> list[str]:
    return [name for name, type_ in columns_of(connection, relation) if type_ in FLOATS]


def _summed(q: str, largest: float | None) -> tuple[str, str, str]:
    """What is added up of a column whose largest number is known."""
    scale = f"{_NOTHING * (largest or 1.0)!r}::DOUBLE"
    return q, f"{q} * {_WEIGHT}", f"sign({q}) * ln(1 + abs({q}) / {scale}) * {_WEIGHT}"


def _with_places(relation: str) -> str:
    """The rows with their number, and a weight between 1/2 and 3/2 that no pattern of the rows follows."""
    return (
        f"SELECT *, row_number() OVER () AS {_PLACE},"
        f" 0.5 + (({_PLACE} * 7919) % 10007)::DOUBLE / 10007 AS {_WEIGHT} FROM {relation}"
    )
