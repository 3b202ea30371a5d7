"""Numbers of tables that are no regressions, printed or in a long form: the walk to the cells under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nqpf_assets.explanations.cells_counted import cells_counted, variable_stops
from nqpf_assets.explanations.described_again import described_again, long_value, printed_value
from nqpf_assets.explanations.levels import level_stops
from nqpf_assets.explanations.long_numbers import (
    POINT,
    LongForm,
    LongNumber,
    long_number,
    what_there_is,
)
from nqpf_assets.explanations.named import found, plain_name, refused
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.table_values import read_as, value_stops
from nqpf_assets.explanations.walk import Stop, held
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.studies.tables import TABLE_KINDS

HEADS = ("row_position", "row_label", "row_kind")
OWNERS = ("table_name", "index_name")
FACTS = ("unit_measure", "data_status", "vintages")


def table_walk(
    study: PublishedStudy, table: str, title: str, rest: Sequence[str], *, is_whole: bool = False
) -> Stop:
    """One number of a table, with the notes under it.

    Raises:
        InputError: the table has no such number.
    """
    rows = study.rows(f"FROM {study.table(table)} ORDER BY row_position")
    notes = [
        Stop("fact", "note", text=one["row_label"]) for one in rows if one.get("row_kind") == "note"
    ]
    numbers = [row for row in rows if row.get("row_kind") != "note"]
    known = {str(row["row_label"]): row for row in numbers}
    columns = {name: name for name in (rows[0] if rows else {}) if name not in HEADS}
    where = f"{study.name}.{table}"
    is_printed = len(rest) == 2 and _is_among(rest[0], known) and _is_among(rest[1], columns)
    forms = [] if is_printed else _forms(study, table)
    if (asked := long_number(forms, rest)) is not None:
        return _long_walk(study, table, title, asked, notes, is_whole=is_whole)
    if len(rest) != 2:
        there = [
            f"rows: {listed(list(known), 12)}; columns: {', '.join(columns)}",
            *what_there_is(forms),
        ]
        raise refused(
            where,
            f"{where} ROW COLUMN, or {where} NUMBER and what it is of",
            " ".join(rest) or "no row",
            ". ".join(there),
        )
    row = found(rest[0], known, f"a row of {where}")
    column = found(rest[1], columns, f"a column of {where}")
    return _printed_walk(study, table, title, row, column, notes, is_whole=is_whole)


def _is_among(asked: str, known: Iterable[str]) -> bool:
    return plain_name(asked) in {plain_name(one) for one in known}


def _forms(study: PublishedStudy, table: str) -> list[LongForm]:
    names = dict.fromkeys(name for kind in TABLE_KINDS.all.values() for name in kind.long)
    return [LongForm(study, name, table) for name in names]


def _printed_walk(
    study: PublishedStudy,
    table: str,
    title: str,
    row: Row,
    column: str,
    notes: Sequence[Stop],
    *,
    is_whole: bool,
) -> Stop:
    value, label = row[column], str(row["row_label"])
    is_number = isinstance(value, int | float)
    of = Stop(
        "number",
        column,
        value=float(value) if is_number else None,
        source="published",
        text=f"{study.name}.{table}: {title}; row {label}"
        + ("" if is_number else f": {'empty' if value is None else value}"),
    )
    levels = level_stops(study, table, row)
    for level in levels:
        if str(level.period) == column:
            of = held(of, level.value, "the published cell")
    if not levels and is_number and (again := described_again(study, table)) is not None:
        of = held(of, printed_value(again, label, column), "the table, computed again,")
    facts = [Stop("fact", name, text=str(row[name])) for name in FACTS if row.get(name)]
    keys = {"period": int(label) if label.isdecimal() else None, "group_name": label}
    under = _under(study, table, (table, column), keys, is_whole=is_whole)
    return of.over(*facts, *notes, *_long_rows(study, table, label), *levels, *under)


def _long_walk(
    study: PublishedStudy,
    table: str,
    title: str,
    asked: LongNumber,
    notes: Sequence[Stop],
    *,
    is_whole: bool,
) -> Stop:
    row, place = asked.row, asked.of.get(POINT)
    of = Stop(
        "number",
        asked.name,
        row.get("unit") if "unit" in asked.keys else None,
        row.get("period") if "period" in asked.keys else None,
        asked.value,
        source="published",
        text=f"{study.name}.{table}: {title}; {asked.words} of result.{asked.table}",
    )
    if asked.value is not None and (again := described_again(study, table)) is not None:
        keys = {name: row[name] for name in asked.keys}
        value = long_value(again, asked.table, asked.column, keys, int(str(place or 1)))
        of = held(of, value, "the table, computed again,")
    under = _under(study, table, (asked.table, asked.name), row, is_whole=is_whole)
    return of.over(*row_facts(asked), *notes, *under)


def row_facts(asked: LongNumber) -> list[Stop]:
    """What else stands in the row of a number."""
    facts = []
    for name, value in asked.row.items():
        if name in (*asked.keys, asked.column, *OWNERS) or value in (None, ""):
            continue
        number = float(value) if isinstance(value, float) else None
        text = None if number is not None else str(value)
        facts.append(Stop("fact", name, value=number, source="published", text=text))
    return facts


def _under(
    study: PublishedStudy,
    table: str,
    number: tuple[str, str],
    row: Mapping[str, object],
    *,
    is_whole: bool,
) -> list[Stop]:
    """What a number of the panel rests on: variables, with cells by role and vintage, and values."""
    if not study.has("table_span", "group_name"):
        return []
    keys = read_as(study, table, number, row)
    if keys is None:
        return []
    own = study.rows(
        "SELECT bool_or(is_own_unit) AS is_own FROM {study}.table_read"
        " WHERE table_name = ? AND number_table = ? AND number = ?",
        [table, *number],
    )
    unit = str(row["unit"]) if own[0]["is_own"] else None
    of = {"table_name": table, "number_table": number[0], "number": number[1], **keys, "unit": unit}
    below = cells_counted(study, "result.table_provenance", of)
    values = value_stops(study, table, number, keys, unit, is_whole=is_whole)
    return variable_stops(
        study, {name: [*below[name], *values.get(name or "", ())] for name in below}
    )


def _long_rows(study: PublishedStudy, table: str, label: str) -> list[Stop]:
    """Rows of inequality of the same year, of all measures and groups."""
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
