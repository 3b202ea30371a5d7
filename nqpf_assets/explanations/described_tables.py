"""Numbers of finished tables that are no regressions: what the warehouse tells of them."""

from __future__ import annotations

from collections.abc import Sequence

from nqpf_assets.explanations.named import found, refused
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.walk import Stop

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
    return of.over(*facts, *notes, *_long_rows(study, table, row))


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
