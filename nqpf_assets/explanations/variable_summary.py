"""A variable over all its rows: how it is computed, how many rows have it, and the cells under it."""

from __future__ import annotations

from nqpf_assets.explanations.bounds import Rows, extreme_stops
from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.explanations.told_places import in_files, spans
from nqpf_assets.explanations.walk import Stop
from nqpf_assets.messages.counted import counted, verb

UNDER = """
    SELECT c.variable AS series, c.status, f.publisher, c.vintage, count(*) AS n,
        count(DISTINCT f.path) AS n_files, min(f.path) AS path, list(DISTINCT c.period) AS years
    FROM {study}.filled_cell AS c LEFT JOIN source.file AS f ON f.file_id = c.file_id
    WHERE c.value IS NOT NULL AND c.variable IN (
        SELECT series_id FROM {study}.rests_on WHERE variable = ? UNION SELECT ?)
    GROUP BY ALL ORDER BY series, n DESC, c.status, f.publisher, c.vintage"""


def variable_walk(study: PublishedStudy, name: str, *, is_whole: bool = False) -> Stop:
    """The summary of a variable, an index or a series."""
    known = study.variables[name]
    formula = f": {known['expression']}" if known["expression"] else ""
    of = Stop(
        "variable" if known["role"] != "index" else "index",
        name,
        role=known["role"],
        unit_measure=known["unit_measure"],
        text=f"{known['title'] or name}{formula}",
    )
    below = [data_stop(study, name)]
    if known["source_note"]:
        below.append(Stop("fact", "source note", text=known["source_note"]))
    if known["role"] == "index":
        below += _weights(study, name)
        values = study.frame(
            "SELECT unit, period, score AS v FROM {study}.index_score WHERE index_name = ?", [name]
        )
    elif known["role"] == "series":
        values = study.frame(
            "SELECT unit, period, value AS v FROM {study}.filled_cell WHERE variable = ?", [name]
        )
    else:
        values = study.frame(
            "SELECT unit, period, value AS v FROM {study}.variable_cell WHERE variable = ?", [name]
        )
    rows = Rows.of(values)
    n = len(rows.values)
    words = (
        f"{n} of {counted(len(values), 'rows')} {verb(n, 'have')} a value; name a UNIT and a PERIOD for one "
        "of them"
    )
    of = of.over(*below, Stop("sample", name, count=n, text=words))
    if n:
        of = of.over(*extreme_stops(name, rows, "scale"))
    return of.over(*_cells(study, name))


def data_stop(study: PublishedStudy, name: str) -> Stop:
    """What kind of data a variable rests on: the weakest."""
    from nqpf_assets.stages.underlying_cells import weakest

    rows = study.rows(
        "SELECT DISTINCT f.data_status AS s FROM {study}.reported_cell AS c INNER JOIN source.file AS f"
        " ON f.file_id = c.file_id WHERE c.variable IN"
        " (SELECT series_id FROM {study}.rests_on WHERE variable = ? UNION SELECT ?)",
        [name, name],
    )
    status = weakest([row["s"] for row in rows]) or "no"
    return Stop("fact", "data", source="published", text=f"{status.upper()} data")


def _weights(study: PublishedStudy, name: str) -> list[Stop]:
    rows = study.rows(
        "FROM {study}.index_weight WHERE index_name = ?"
        " ORDER BY weight_period NULLS FIRST, dimension, weight DESC",
        [name],
    )
    return [
        Stop(
            "indicator",
            row["indicator"],
            period=row["weight_period"],
            weight=row["weight"],
            value=row["weight"],
            source="published",
            role=row["dimension"],
            text=f"weight; {row['direction']}: {study.variables[row['indicator']]['title'] or ''}",
        )
        for row in rows
    ]


def _cells(study: PublishedStudy, name: str) -> list[Stop]:
    found = []
    for row in study.rows(UNDER, [name, name]):
        where = in_files([row["path"]], row["n_files"])
        edition = f"{row['publisher']} {row['vintage']}, " if row["publisher"] else ""
        found.append(
            Stop(
                "cells",
                row["series"],
                count=row["n"],
                status=row["status"],
                source="published",
                text=f"{edition}{spans(row['years'])}{where}",
            )
        )
    return found
