"""What lies under a whole column: cells by file and role, and a row in which a variable says much."""

from __future__ import annotations

from typing import Any

from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.told_places import in_files, parts_of
from nqpf_assets.explanations.walk import Place, Stop

BY_FILE = """
    SELECT p.variable, p.role, p.status, f.publisher, p.vintage, p.weights_name, p.path, count(*) AS n,
        count(DISTINCT p.series_id) AS n_series, min(p.period) AS first, max(p.period) AS last
    FROM result.provenance AS p LEFT JOIN source.file AS f ON f.file_id = p.file_id
    WHERE p.study = ? AND p.table_name = ? AND p.column_label = ?
    GROUP BY ALL ORDER BY p.variable, p.role, p.weights_name NULLS FIRST, n DESC, p.path, p.status"""

ONE_BY_ONE = """
    SELECT p.variable, p.role, coalesce(p.series_id, p.weights_name) AS name, p.unit, p.other_unit, p.period,
        p.value, p.status, p.weight_in_fill, p.path, p.locator, p.vintage, f.publisher
    FROM result.provenance AS p LEFT JOIN source.file AS f ON f.file_id = p.file_id
    WHERE p.study = ? AND p.table_name = ? AND p.column_label = ?
    ORDER BY p.variable, p.role, p.series_id NULLS LAST, p.weights_name, p.unit, p.other_unit, p.period"""

MOST_FILES = 4
"""Files that are named of one variable and role."""


def cell_stops(column: PublishedColumn, *, is_whole: bool) -> dict[str | None, list[Stop]]:
    """Variable → the cells under it: by role, vintage and file, or one by one.

    Under None stand spatial weights of raw files that the model itself takes.
    """
    key = [column.study.name, *column.key]
    found: dict[str | None, list[Stop]] = {}
    if is_whole:
        for row in column.study.rows(ONE_BY_ONE, key):
            place = Place(
                row["path"],
                *parts_of(row["locator"]),
                row["locator"],
                publisher=row["publisher"],
                vintage=row["vintage"],
            )
            stop = Stop(
                "cell",
                row["name"],
                row["unit"],
                row["period"],
                row["value"],
                weight=row["weight_in_fill"],
                status=row["status"],
                source="published",
                role=row["role"],
                text=f"of its neighbour {row['other_unit']}" if row["other_unit"] else None,
                place=place,
            )
            found.setdefault(row["variable"], []).append(stop)
        return found
    groups: dict[tuple[Any, ...], list[dict[str, object]]] = {}
    for row in column.study.rows(BY_FILE, key):
        of_cells = ("variable", "role", "status", "publisher", "vintage", "weights_name")
        groups.setdefault(tuple(row[key] for key in of_cells), []).append(row)
    for (variable, role, status, publisher, vintage, weights), rows in groups.items():
        paths = [str(row["path"]) for row in rows if row["path"]]
        words = f"{weights or _years(rows)}{in_files(paths[:MOST_FILES], len(paths))}"
        place = Place(paths[0] if len(paths) == 1 else None, publisher=publisher, vintage=vintage)
        stop = Stop(
            "cells",
            variable or weights,
            status=status,
            source="published",
            role=role,
            count=sum(int(str(row["n"])) for row in rows),
            text=words,
            place=place,
        )
        found.setdefault(variable, []).append(stop)
    return found


def _years(rows: list[dict[str, object]]) -> str:
    """From the first to the last year of rows."""
    years = [int(str(row[end])) for row in rows for end in ("first", "last")]
    return f"{min(years)}–{max(years)}"


def example_row(
    column: PublishedColumn, variable: str, chosen: tuple[str, int] | None = None
) -> Stop | None:
    """A row of the sample to go down.

    Args:
        chosen: the one that matters most; where that is not told, the one in which the variable departs most
            from the means of its unit and its year.
    """
    import polars as pl

    sample = column.sample
    if variable not in column.panel.columns or sample.is_empty():
        return None
    rows = sample.join(column.panel, on=["unit", "period"], how="left").drop_nulls(variable)
    if rows.is_empty():
        return None
    if chosen is not None and len(own := rows.filter(unit=chosen[0], period=chosen[1])):
        words = (
            "an example: the number changes most without this row; for another row add UNIT PERIOD"
        )
        number = own.get_column(variable)[0]
        return Stop("row", variable, *chosen, number, source="published", text=words)
    value = pl.col(variable)
    apart = value - value.mean().over("unit") - value.mean().over("period") + value.mean()
    top = rows.with_columns(apart=apart.abs()).sort(
        "apart", "unit", "period", descending=[True, False, False]
    )
    unit, period, number = top.select("unit", "period", variable).row(0)
    words = (
        f"an example: {variable} departs most here from the means of its unit and of its year;"
        " for another row add UNIT PERIOD"
    )
    return Stop("row", variable, unit, period, number, source="published", text=words)
