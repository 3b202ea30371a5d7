"""Cells under a number, counted by the variable through which they enter, role, status, edition and file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.told_places import in_files
from nqpf_assets.explanations.walk import Place, Stop

COUNTED = """
    SELECT p.variable, p.role, p.status, f.publisher, p.vintage, p.weights_name,
        count(DISTINCT (p.series_id, p.cell_unit, p.cell_period, p.other_unit)) AS n,
        min(p.cell_period) AS first, max(p.cell_period) AS last, count(DISTINCT p.path) AS n_files,
        min(p.path) AS path
    FROM {view} AS p LEFT JOIN source.file AS f ON f.file_id = p.file_id
    WHERE p.study = ? AND {where}
    GROUP BY ALL
    ORDER BY p.variable NULLS FIRST, p.role, p.weights_name NULLS FIRST, n DESC, p.status, f.publisher,
        p.vintage"""


def cells_counted(
    study: PublishedStudy, view: str, of: Mapping[str, object]
) -> dict[str | None, list[Stop]]:
    """Variable → cells under it; under None, spatial weights of raw files that the number takes itself.

    Args:
        view: which lists them.
        of: column of the view → what it is of the number; None where it is null.
    """
    where = " AND ".join(f"p.{name} IS NOT DISTINCT FROM ?" for name in of)
    sql = COUNTED.format(view=view, where=where)
    found: dict[str | None, list[Stop]] = {}
    for row in study.rows(sql, [study.name, *of.values()]):
        found.setdefault(row["variable"], []).append(_counted(row))
    return found


def variable_stops(study: PublishedStudy, below: Mapping[str | None, Sequence[Stop]]) -> list[Stop]:
    """Variables with title, formula and what is known below each, after what is below none of them."""
    stops = [*below.get(None, ())]
    for name in filter(None, below):
        known = study.variables.get(name)
        title = (known and known["title"]) or name
        formula = f": {known['expression']}" if known and known["expression"] else ""
        measure = known["unit_measure"] if known else None
        stop = Stop("variable", name, unit_measure=measure, text=f"{title}{formula}")
        stops.append(stop.over(*below[name]))
    return stops


def _counted(row: Row) -> Stop:
    what = row["weights_name"] or f"{row['first']}–{row['last']}"
    words = f"{what}{in_files([row['path']], row['n_files'])}"
    return Stop(
        "cells",
        row["variable"] or row["weights_name"],
        status=row["status"],
        source="published",
        role=row["role"],
        count=row["n"],
        text=words,
        place=Place(publisher=row["publisher"], vintage=row["vintage"]),
    )
