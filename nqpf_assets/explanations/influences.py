"""Which cells, units, years and rows move a coefficient most, where the publication tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.published import Row
from nqpf_assets.explanations.walk import Stop

MOST = 3
"""Of each kind, that are told."""
NOTHING = "not_computed"
"""Subject of the row that says why nothing is told."""


Number = tuple[str, str | None]
"""Term and effect; no effect of a coefficient."""


def influence_stops(column: PublishedColumn, number: Number) -> list[Stop]:
    """What moves a number most, and what it is without a unit, a year or a row."""
    rows = (("influence", _moved), ("leave_out", _left_out))
    stops = [
        tell(row)
        for table, tell in rows
        for row in _rows(column, table, number)
        if (row["size_rank"] or 1) <= MOST
    ]
    return list(dict.fromkeys(stops))  # why neither is told is said once


def influence_of_row(column: PublishedColumn, number: Number, unit: str, period: int) -> list[Stop]:
    """What the cells of one unit, of one year and of both do to a number, and what it is without the row."""
    moved, left = (_rows(column, table, number) for table in ("influence", "leave_out"))
    why = [_nothing(row) for row in moved if row["subject"] == NOTHING]
    own = [
        *(_moved(row) for row in moved if _is_of(row, unit, period)),
        *(_left_out(row) for row in left if _is_of(row, unit, period)),
    ]
    cells = [row["change_in_std_errors"] for row in moved if row["subject"] == "cell"]
    if cells and cells[-1] is not None:
        words = (
            f"a published cell that is not told moves the number by at most {abs(cells[-1]):.4g} standard "
            f"errors when it is 1 % larger: it is none of the {len(cells)} that move it most"
        )
        own.append(Stop("influence", "cell", unit, period, text=words))
    return why + own


def with_influence(stop: Stop, column: PublishedColumn, number: Number) -> Stop:
    """A walk whose published cells say what they do to a number, where they are among those that do most."""
    rows = _rows(column, "influence", number)
    cells = {
        (row["series_id"], row["unit"], row["period"]): row
        for row in rows
        if row["subject"] == "cell"
    }
    return _with_cells(stop, cells) if cells else stop


def _with_cells(stop: Stop, cells: Mapping[tuple[str, str, int], Row]) -> Stop:
    below = tuple(_with_cells(one, cells) for one in stop.below)
    row = cells.get((stop.name, stop.unit or "", stop.period or 0)) if stop.kind == "cell" else None
    return replace(stop, below=below).over(_moved(row) if row else None)


def _is_of(row: Row, unit: str, period: int) -> bool:
    """Whether a row is about this unit, this year, or both."""
    return (
        row["subject"] != NOTHING
        and row["unit"] in (None, unit)
        and row["period"] in (None, period)
    )


def row_that_matters(column: PublishedColumn, number: Number) -> tuple[str, int] | None:
    """The row of the sample without which the number changes most; None where it is not told."""
    rows = [row for row in _rows(column, "leave_out", number) if row["subject"] == "observation"]
    return (rows[0]["unit"], rows[0]["period"]) if rows else None


def _rows(column: PublishedColumn, table: str, number: Number) -> list[Row]:
    """Rows about a number, and those that say why nothing is told of the whole column."""
    if not column.study.has(table, "size_rank"):
        return []
    found = column.rows(table, "ORDER BY subject, size_rank")
    names = column.study.unit_names
    return [
        row | {"other_name": names.get(row.get("other_unit") or "", "")}
        for row in found
        if (row["term"], row.get("effect")) == number
        or (row["subject"] == NOTHING and row["term"] is None)
    ]


def _moved(row: Row) -> Stop:
    if row["subject"] == NOTHING:
        return _nothing(row)
    words = {
        "cell": "the number moves by this when the published cell is 1 % larger",
        "weight": "the number moves by this when the file's weight of "
        f"{row.get('other_name')} {row.get('other_unit')} is 1 % larger",
        "unit": "all its cells together move the number by at most this, each by 1 %",
        "period": "all its cells together move the number by at most this, each by 1 %",
    }
    return _stop(
        row,
        words.get(row["subject"], "moves the number by this"),
        row["series_id"] or row.get("weights_name"),
    )


def _nothing(row: Row) -> Stop:
    weights = row.get("weights_name")
    return Stop(
        "influence", text=f"of the weights {weights}: {row['note']}" if weights else row["note"]
    )


def _left_out(row: Row) -> Stop:
    if row["subject"] == NOTHING:
        return Stop("influence", text=row["note"])
    if row["estimate"] is None:
        why = f": {row['note']}" if row["note"] else ""
        return _stop(row, f"without it there is no estimate{why}", None)
    return _stop(row, f"without it the number is {row['estimate']:.10g}", None)


def _stop(row: Row, words: str, series: str | None) -> Stop:
    size = row["change_in_std_errors"]
    words += "" if size is None else f"; {size:.4g} standard errors"
    return Stop(
        "influence",
        series or row["subject"],
        row["unit"],
        row["period"],
        row["change"],
        source="published",
        role=row["subject"],
        text=words,
    )
