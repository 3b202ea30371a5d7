"""Under a regression table: which cells, units and years matter most to the coefficient that it is about.

Of every column one paragraph, on the first term that its table prints; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING

from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.exports.told_influence import SIGNED
from nqpf_assets.warehouse.duckdb_engine import quoted

if TYPE_CHECKING:
    from nqpf_assets.exports.printed.table import PrintedTable
    from nqpf_assets.warehouse.connection import Connection

NAMED = 3
"""Of each kind."""
TABLES = ("influence", "leave_out")
HEAD = (
    "What matters most, in standard errors of the coefficient: cells, and entries of weights files, by what "
    "1 % more of each does, units and years by the sizes of what their cells do, added up; and what leaving "
    "out a unit, a year or an observation does. More in result.influence and result.leave_out."
)
OF_CELLS = "series_id, unit, NULL"
Told = tuple[str | None, str | None, str | None, int | None, float | None]
"""Series or weights, unit, neighbour, year, and the change in standard errors."""


def influence_words(connection: Connection, printed: PrintedTable) -> list[str]:
    """Lines on the columns of a printed table; none where the publication has no such tables."""
    study, table = printed.study, printed.name
    known = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = ?"
        " AND table_name IN (?, ?)",
        [study, *TABLES],
    ).fetchall()
    if len(known) < len(TABLES) or not printed.is_regression:
        return []
    schema = quoted(study)
    titles = dict(connection.execute(f"SELECT variable, title FROM {schema}.variable").fetchall())
    names = dict(connection.execute(f"SELECT unit, unit_name FROM {schema}.unit").fetchall())
    found: list[str] = []
    # A publication from before entries of weights files were told has no such columns.
    has_weights = connection.execute(
        "SELECT count(*) FROM information_schema.columns WHERE table_schema = ?"
        " AND table_name = 'influence' AND column_name = 'weights_name'",
        [study],
    ).fetchall()[0][0]
    of_what = "coalesce(series_id, weights_name), unit, other_unit" if has_weights else OF_CELLS
    estimates = [line for line in printed.lines if line.kind == "estimate"]
    for place, label in enumerate(printed.heads):
        labels = [line.label for line in estimates if line.cells[place].text]
        moved = _told(connection, schema, "influence", table, label, of_what)
        left = _told(connection, schema, "leave_out", table, label, "NULL, unit, NULL")
        terms = sorted({term for term, _ in moved})
        first = [term for one in labels for term in _printed_as(one, terms, titles)]
        if first:
            found.append(" ".join(_of_column(label, first[0], moved, left, names)))
    if found:
        found.insert(0, HEAD)
    return [*found, *_notes(connection, schema, table, "weights_name" if has_weights else "NULL")]


def _notes(connection: Connection, schema: str, table: str, weights: str) -> list[str]:
    """Why nothing is told of columns, or of the weights in them."""
    notes = connection.execute(
        f"SELECT coalesce('the weights ' || {weights}, 'cells') AS what, note,"
        f" string_agg(column_label, ', ' ORDER BY column_label) FROM {schema}.influence"
        " WHERE table_name = ? AND note IS NOT NULL AND term IS NULL GROUP BY what, note ORDER BY note, what",
        [table],
    ).fetchall()
    return [
        f"Influence of {what} on {labels} is not computed: {note}." for what, note, labels in notes
    ]


def _printed_as(label: str, terms: Sequence[str], titles: Mapping[str, str]) -> list[str]:
    """The terms that a row may be of, likeliest first; of a regime or a lag more than a title is printed."""
    names = {term: titles.get(name := term.partition(":")[0]) or name for term in terms}
    same = [term for term in terms if label in (term, names[term]) and ":" not in term]
    parts = [term for term in terms if names[term] in label and ":" in term]
    return same or sorted(parts, key=lambda term: -len(names[term]))


def print_influence(words: Sequence[str]) -> None:
    for one in words:
        out().print(plain(one), soft_wrap=False)


def _told(
    connection: Connection, schema: str, of: str, table: str, label: str, of_what: str
) -> Mapping[tuple[str, str], list[Told]]:
    """Term and subject → the largest changes; NaN where there is no estimate without the subject."""
    change = "change_in_std_errors"
    if of == "leave_out":
        change = f"CASE WHEN estimate IS NULL THEN 'nan'::DOUBLE ELSE {change} END"
    rows = connection.execute(
        f"SELECT term, subject, {of_what}, period, {change} FROM {schema}.{quoted(of)}"
        " WHERE table_name = ? AND column_label = ? AND size_rank <= ?"
        " AND term IS NOT NULL AND effect IS NULL AND note IS NULL"
        " ORDER BY term, subject, size_rank",
        [table, label, NAMED],
    ).fetchall()
    found: dict[tuple[str, str], list[Told]] = {}
    for term, subject, *told in rows:
        found.setdefault((term, subject), []).append(tuple(told))
    return found


def _of_column(
    label: str,
    term: str,
    moved: Mapping[tuple[str, str], list[Told]],
    left: Mapping[tuple[str, str], list[Told]],
    names: Mapping[str, str],
) -> Iterator[str]:
    kinds = {"cell": "cells", "weight": "weights", "unit": "units", "period": "years"}
    parts = [
        f"{plural} {_listed(moved[term, subject], names, '+' if subject in SIGNED else '')}"
        for subject, plural in kinds.items()
        if (term, subject) in moved
    ]
    yield f"{label} {term}: {'; '.join(parts)}."
    without = [
        _listed(left[term, one][:1], names)
        for one in (*kinds, "observation")
        if (term, one) in left
    ]
    if without:
        yield f"Without {', without '.join(without)}."


def _listed(told: Sequence[Told], names: Mapping[str, str], sign: str = "+") -> str:
    return ", ".join(
        " ".join(
            str(one)
            for one in (name, _pair(unit, other, names), period, f"({_number(change, sign)})")
            if one is not None
        )
        for name, unit, other, period, change in told
    )


def _pair(unit: str | None, other: str | None, names: Mapping[str, str]) -> str | None:
    """A unit, and the neighbour that counts for it."""
    known = [names.get(one, one) for one in (unit, other) if one is not None]
    return " ← ".join(known) or None


def _number(change: float | None, sign: str) -> str:
    """With two digits that matter."""
    if change is not None and isnan(change):
        return "no estimate"
    return "no standard error" if change is None else format(change, f"{sign}.2g")
