"""The values of the panel that a number of a described table reads, and one of them down to its cells."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nqpf_assets.explanations.bounds import Rows, extreme_stops
from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.explanations.values import value_walk
from nqpf_assets.explanations.walk import Stop

MOST_VALUES = 40
"""Rows that are listed one by one; more are counted, as a whole panel under a slope."""

KEYS = ("period", "group_name", "other_group")
READ = """
    WITH known AS (
        SELECT variable, unit, period, value FROM {study}.variable_cell
        UNION ALL
        SELECT index_name, unit, period, score FROM {study}.index_score
    )
    SELECT DISTINCT
        r.variable, CASE WHEN r.role = 'any_scale' THEN 'value' ELSE r.role END AS role,
        c.unit, c.period, c.value
    FROM {study}.table_read AS r
    INNER JOIN {study}.table_span AS s ON s.table_name = r.table_name
    INNER JOIN known AS c
        ON c.variable = r.variable AND c.unit = s.unit
        AND c.period BETWEEN greatest(r.first_period, s.first_period) AND least(r.last_period, s.last_period)
    WHERE r.table_name = ? AND r.number_table = ? AND r.number = ?
        AND r.period IS NOT DISTINCT FROM ? AND r.group_name IS NOT DISTINCT FROM ?
        AND r.other_group IS NOT DISTINCT FROM ?
        AND (r.from_unit IS NULL OR s.unit = r.from_unit)
        AND (r.from_group IS NULL OR s.group_name = r.from_group)
        AND (NOT r.is_own_unit OR s.unit = ?)
    ORDER BY r.variable, role, c.unit, c.period"""


def read_as(
    study: PublishedStudy, table: str, number: tuple[str, str], row: Mapping[str, object]
) -> dict[str, object] | None:
    """Year and groups under which the reads of a number are told; None: it reads nothing of the panel.

    Each is null where the number rests on the same rows whatever they are, and where its row is of none.

    Args:
        row: in which it stands.
    """
    told = study.rows(
        "SELECT DISTINCT period, group_name, other_group FROM {study}.table_read"
        " WHERE table_name = ? AND number_table = ? AND number = ?",
        [table, *number],
    )
    fits = [one for one in told if all(one[name] in (None, row.get(name)) for name in KEYS)]
    fits.sort(key=lambda one: sum(one[name] is not None for name in KEYS))
    return {name: fits[-1][name] for name in KEYS} if fits else None


def value_stops(
    study: PublishedStudy,
    table: str,
    number: tuple[str, str],
    keys: Mapping[str, object],
    unit: str | None,
    *,
    is_whole: bool,
) -> dict[str, list[Stop]]:
    """Variable → the values that are read of it, then one of them down to its cells.

    Args:
        number: the table it stands in, and its name there.
        keys: as `read_as`; unit: in whose row it stands, if it rests on that row alone.
    """
    rows = study.rows(READ, [table, *number, *keys.values(), unit])
    found: dict[str, list[Stop]] = {}
    for name in dict.fromkeys(row["variable"] for row in rows):
        own = {(row["unit"], row["period"]): row for row in rows if row["variable"] == name}
        values = Rows(
            np.array([unit for unit, _ in own], dtype=object),
            np.array([period for _, period in own]),
            np.array([row["value"] for row in own.values()], dtype=np.float64),
        )
        found[name] = _listed(name, values) if is_whole or len(own) <= MOST_VALUES else []
        found[name] += pool_and_example(study, name, values, is_whole=is_whole)
    return found


def pool_and_example(
    study: PublishedStudy, name: str, values: Rows, *, is_whole: bool = False
) -> list[Stop]:
    """Values of a variable that a number rests on together, and one of them down to its cells."""
    n, mean = len(values.values), float(values.values.mean())
    pool = Stop("pool", name, value=mean, count=n, source="recomputed", text="their mean")
    unit, period, _ = values.at(int(np.abs(values.values - mean).argmax()))
    row = Stop("row", name, unit, period, text="an example: it lies farthest from their mean")
    walk = value_walk(study, name, unit, period, is_whole=is_whole)
    return [pool.over(*extreme_stops(name, values, "value")), row, walk]


def _listed(name: str, values: Rows) -> list[Stop]:
    rows = (values.at(place) for place in range(len(values.values)))
    return [
        Stop("variable", name, *row, source="published", text="read by the number") for row in rows
    ]
