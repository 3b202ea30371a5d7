"""Numbers of finished tables that are no regressions: what the warehouse tells of them."""

from __future__ import annotations

from collections.abc import Sequence

from nqpf_assets.explanations.cells import in_files, parts_of
from nqpf_assets.explanations.named import found, refused
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.walk import Place, Stop, held

HEADS = ("row_position", "row_label", "row_kind")


def table_walk(study: PublishedStudy, table: str, title: str, rest: Sequence[str]) -> Stop:
    """One number of a finished table, with the notes under it.

    Raises:
        InputError: the table has no such row or column.
    """
    rows = study.rows(f"FROM {study.table(table)} ORDER BY row_position")
    numbers = [row for row in rows if row.get("row_kind") != "note"]
    known = {str(row["row_label"]): row for row in numbers}
    columns = {name: name for name in (rows[0] if rows else {}) if name not in HEADS}
    where = f"{study.name}.{table}"
    if len(rest) != 2:
        raise refused(
            where,
            f"{where} ROW COLUMN",
            " ".join(rest) or "no row",
            f"rows: {', '.join(list(known)[:12])}; columns: {', '.join(columns)}",
        )
    row = found(rest[0], known, f"a row of {where}")
    column = found(rest[1], columns, f"a column of {where}")
    value = row[column]
    is_number = isinstance(value, int | float)
    of = Stop(
        "number",
        column,
        value=float(value) if is_number else None,
        source="published",
        text=f"{where}: {title}; row {row['row_label']}" + ("" if is_number else f": {value}"),
    )
    facts = [
        Stop("fact", name, text=str(row[name]))
        for name in ("unit_measure", "data_status", "vintages")
        if row.get(name)
    ]
    notes = [
        Stop("fact", "note", text=one["row_label"]) for one in rows if one.get("row_kind") == "note"
    ]
    levels = _levels(study, table, row)
    for level in levels:
        if str(level.period) == column:
            of = held(of, level.value, "the published cell")
    return of.over(
        *facts,
        *notes,
        *_long_rows(study, table, row),
        *levels,
        *_cells(study, table, column, row),
    )


def _long_rows(study: PublishedStudy, table: str, row: Row) -> list[Stop]:
    """Rows of the long forms that belong to the same year, of all measures and groups."""
    label = str(row["row_label"])
    if not label.isdecimal():
        return []
    measures = study.rows(
        "FROM {study}.inequality WHERE table_name = ? AND period = ?"
        " ORDER BY measure, group_name, other_group",
        [table, int(label)],
    )
    found_rows = []
    for one in measures:
        of = " and ".join(part for part in (one["group_name"], one["other_group"]) if part)
        found_rows.append(
            Stop(
                "fact",
                one["measure"],
                period=one["period"],
                value=one["value"],
                source="published",
                text=f"of {of or 'all units'}",
            )
        )
    return found_rows


def _levels(study: PublishedStudy, table: str, row: Row) -> list[Stop]:
    """Published cells of a row of levels."""
    if not study.has("growth_cell", "is_end"):
        return []
    cells = study.rows(
        "SELECT g.*, f.path, f.publisher, o.reported_text, o.unit_measure AS printed_unit"
        " FROM {study}.growth_cell AS g LEFT JOIN source.file AS f ON f.file_id = g.file_id"
        " LEFT JOIN source.observation AS o ON o.file_id = g.file_id AND o.locator = g.locator"
        " AND o.series_id = g.series_id AND o.period = g.period"
        " WHERE g.table_name = ? AND g.row_position = ? ORDER BY g.period",
        [table, row["row_position"]],
    )
    return [
        Stop(
            "cell",
            one["series_id"],
            one["region_code"],
            one["period"],
            one["value"],
            one["unit_measure"],
            status="corrected" if one["correction"] else "reported",
            source="published",
            role="end of the growth" if one["is_end"] else "value",
            text=one["correction"],
            place=Place(
                one["path"],
                *parts_of(one["locator"]),
                one["locator"],
                one["reported_text"],
                one["printed_unit"],
                publisher=one["publisher"],
                vintage=one["vintage"],
            ),
        )
        for one in cells
    ]


def _cells(study: PublishedStudy, table: str, column: str, row: Row) -> list[Stop]:
    """What a number of the panel rests on: variables, with the cells under them by role and vintage."""
    if not study.has("table_read", "is_own_unit"):
        return []
    label = str(row["row_label"])
    found_cells = study.rows(
        "SELECT p.number_table, p.number, p.variable, p.role, p.status, f.publisher, p.vintage,"
        " count(DISTINCT (p.series_id, p.cell_unit, p.cell_period)) AS n,"
        " min(p.cell_period) AS first, max(p.cell_period) AS last, count(DISTINCT p.path) AS n_files,"
        " min(p.path) AS path FROM result.table_provenance AS p"
        " LEFT JOIN source.file AS f ON f.file_id = p.file_id"
        " WHERE p.study = ? AND p.table_name = ? AND p.row_position IS NULL"
        " AND (p.period IS NULL OR p.period = ?) AND (p.number = ? OR p.number_table = ?)"
        " GROUP BY ALL ORDER BY p.variable, p.role, n DESC, p.status, p.vintage",
        [study.name, table, int(label) if label.isdecimal() else None, column, table],
    )
    named = [one for one in found_cells if one["number"] == column]
    own = [one for one in named if one["number_table"] == table] or named or found_cells
    stops = []
    for name in dict.fromkeys(one["variable"] for one in own):
        known = study.variables.get(name, {"title": None, "expression": None})
        formula = f": {known['expression']}" if known["expression"] else ""
        below = [one for one in own if one["variable"] == name]
        stop = Stop("variable", name, text=f"{known['title'] or name}{formula}")
        stops.append(stop.over(*map(_counted, below)))
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
