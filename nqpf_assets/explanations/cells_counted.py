"""Cells under a number, counted by the variable through which they enter, role, status, edition and file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nqpf_assets.explanations.cells import in_files
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.walk import Place, Stop

COUNTED = """
    SELECT p.variable, p.role, p.status, f.publisher, p.vintage,
        count(DISTINCT (p.series_id, p.cell_unit, p.cell_period)) AS n,
        min(p.cell_period) AS first, max(p.cell_period) AS last, count(DISTINCT p.path) AS n_files,
        min(p.path) AS path
    FROM {view} AS p LEFT JOIN source.file AS f ON f.file_id = p.file_id
    WHERE p.study = ? AND {where}
    GROUP BY ALL ORDER BY p.variable, p.role, n DESC, p.status, f.publisher, p.vintage"""


def cells_counted(
    study: PublishedStudy, view: str, of: Mapping[str, object]
) -> dict[str, list[Stop]]:
    """Variable → cells under it.

    Args:
        view: which lists them.
        of: column of the view → what it is of the number; None where it is null.
    """
    where = " AND ".join(f"p.{name} IS NOT DISTINCT FROM ?" for name in of)
    sql = COUNTED.format(view=view, where=where)
    found: dict[str, list[Stop]] = {}
    for row in study.rows(sql, [study.name, *of.values()]):
        found.setdefault(row["variable"], []).append(_counted(row))
    return found


def variable_stops(
    study: PublishedStudy, names: Iterable[str], below: Mapping[str, Sequence[Stop]]
) -> list[Stop]:
    """Variables with title, formula and what is known below each."""
    stops = []
    for name in names:
        known = study.variables.get(name)
        title = (known and known["title"]) or name
        formula = f": {known['expression']}" if known and known["expression"] else ""
        measure = known["unit_measure"] if known else None
        stop = Stop("variable", name, unit_measure=measure, text=f"{title}{formula}")
        stops.append(stop.over(*below.get(name, ())))
    return stops


def _counted(row: Row) -> Stop:
    words = f"{row['first']}–{row['last']}{in_files([row['path']], row['n_files'])}"
    return Stop(
        "cells",
        row["variable"],
        status=row["status"],
        source="published",
        role=row["role"],
        count=row["n"],
        text=words,
        place=Place(publisher=row["publisher"], vintage=row["vintage"]),
    )
