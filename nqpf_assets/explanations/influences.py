"""Which cells, units, years and rows move a coefficient most, where the publication tells."""

from __future__ import annotations

from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.published import Row
from nqpf_assets.explanations.walk import Stop

MOST = 3
"""Of each kind, that are told."""
NOTHING = "not_computed"
"""Subject of the row that says why nothing is told."""


def influence_stops(column: PublishedColumn, term: str) -> list[Stop]:
    """What moves a coefficient most, and what it is without a unit, a year or a row."""
    return [
        *(_moved(row) for row in _rows(column, "influence", term)),
        *(_left_out(row) for row in _rows(column, "leave_out", term)),
    ]


def row_that_matters(column: PublishedColumn, term: str) -> tuple[str, int] | None:
    """The row of the sample without which the coefficient changes most; None where it is not told."""
    rows = [row for row in _rows(column, "leave_out", term) if row["subject"] == "observation"]
    return (rows[0]["unit"], rows[0]["period"]) if rows else None


def _rows(column: PublishedColumn, table: str, term: str) -> list[Row]:
    if not column.study.has(table, "size_rank"):
        return []
    found = column.rows(table, "ORDER BY subject, size_rank")
    return [
        row
        for row in found
        if row["term"] == term and row.get("effect") is None and (row["size_rank"] or 1) <= MOST
    ]


def _moved(row: Row) -> Stop:
    if row["subject"] == NOTHING:
        return Stop("influence", text=row["note"])
    words = {
        "cell": "the number moves by this when the published cell is 1 % larger",
        "unit": "all its cells together move the number by at most this, each by 1 %",
        "period": "all its cells together move the number by at most this, each by 1 %",
    }
    return _stop(row, words.get(row["subject"], "moves the number by this"), row["series_id"])


def _left_out(row: Row) -> Stop:
    if row["subject"] == NOTHING:
        return Stop("influence", text=row["note"])
    if row["estimate"] is None:
        return _stop(row, f"without it there is no estimate: {row['note']}", None)
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
