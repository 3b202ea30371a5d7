"""One table of a published file: columns with unit and example, what it is built from, how it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nqpf_assets.catalog.columns import STUDY_SCHEMA, described_columns, table_info
from nqpf_assets.exports.published_tables import known_tables
from nqpf_assets.questions.contents import Table, as_sql
from nqpf_assets.questions.ready import ready_queries
from nqpf_assets.warehouse.duckdb_engine import engine_error, literal, quoted

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

LOOKED_AT = 2_000
"""Rows of a table in which an example is looked for."""
OF_VIEWS = {
    "cell_unit": "unit whose published cell it is",
    "cell_period": "calendar year of the published cell",
    "other_unit": "unit that counts as a neighbour with the published weight",
}
"""Columns that only views of the walk down to the cells have."""
VALUES = ("value", "reported_value", "printed_value", "corrected_value")
"""Columns whose unit of measurement stands beside them."""


@dataclass(frozen=True)
class DescribedColumn:
    """A column of a table.

    Attributes:
        unit_measure: unit of measurement, where the study names one for it.
        example: a value of it, in words; empty where it has none.
        made_from: columns that its value is made from.
    """

    column_name: str
    column_type: str
    description: str
    unit_measure: str
    example: str
    made_from: tuple[str, ...]


@dataclass(frozen=True)
class Description:
    """A table and what there is to know of it.

    Attributes:
        key: columns by which its rows are told apart; empty where nobody says.
        built_from: tables, and what lies outside of the warehouse.
        read_by: tables that are built from it.
        ways: commands that ask it.
    """

    table: Table
    key: tuple[str, ...]
    columns: tuple[DescribedColumn, ...]
    built_from: tuple[str, ...]
    read_by: tuple[str, ...]
    ways: tuple[str, ...]


def described(connection: Connection, table: Table) -> Description:
    """What there is to know of a table."""
    info = table_info(table.schema, table.name)
    units = _units(connection, table) if info and info.is_open else {}
    if any(one.name == "unit_measure" for one in table.columns):
        units |= dict.fromkeys(VALUES, "see unit_measure")
    examples = _examples(connection, table)
    made_from, built_from, read_by = _lineage(connection, table)
    known = described_columns() | OF_VIEWS
    columns = tuple(
        DescribedColumn(
            one.name,
            one.type,
            one.description or (known.get(one.name, "") if table.is_view else ""),
            units.get(one.name, ""),
            examples.get(one.name, ""),
            tuple(made_from.get(one.name, ())),
        )
        for one in table.columns
    )
    return Description(
        table, info.grain if info else (), columns, built_from, read_by, _ways(connection, table)
    )


def _units(connection: Connection, table: Table) -> dict[str, str]:
    """Column of a panel → its unit of measurement, as the study declares its variables."""
    if table_info(table.schema, table.name) != table_info(STUDY_SCHEMA, table.name):
        return {}
    rows = connection.execute(
        f"SELECT variable, unit_measure FROM {quoted(table.schema)}.variable"
        " WHERE unit_measure IS NOT NULL"
    ).fetchall()
    return dict(rows)


def _examples(connection: Connection, table: Table) -> dict[str, str]:
    """Column → its first value among the first rows; none of a view, which is worked out when asked."""
    if not table.columns or table.is_view:
        return {}
    values = ", ".join(f"any_value({quoted(one.name)})" for one in table.columns)
    found = connection.execute(
        f"SELECT {values} FROM (SELECT * FROM {quoted(table.schema)}.{quoted(table.name)}"
        f" LIMIT {LOOKED_AT})"
    ).fetchone()
    assert found is not None
    pairs = zip(table.columns, found, strict=True)
    return {one.name: _in_words(value) for one, value in pairs if value is not None}


def _in_words(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _lineage(
    connection: Connection, table: Table
) -> tuple[dict[str, list[str]], tuple[str, ...], tuple[str, ...]]:
    """Columns that each column is made from, tables that it is built from, tables that read it."""
    of = f"{{0}}schema = {literal(table.schema)} AND {{0}}table = {literal(table.name)}"
    own = f"schema_name = {literal(table.schema)} AND table_name = {literal(table.name)}"
    name = "concat_ws('.', from_schema, from_table)"
    lineage = "FROM catalog.column_lineage WHERE"
    try:
        columns = connection.execute(
            f"SELECT DISTINCT column_name, concat_ws('.', from_schema, from_table, from_column)"
            f" {lineage} {own} AND kind = 'direct' ORDER BY ALL"
        ).fetchall()
        below = connection.execute(f"SELECT DISTINCT {name} {lineage} {own} ORDER BY 1").fetchall()
        above = connection.execute(
            "SELECT DISTINCT concat_ws('.', schema_name, table_name)"
            f" {lineage} {of.format('from_')} ORDER BY 1"
        ).fetchall()
    except engine_error():  # a publication of an earlier release has no lineage
        return {}, (), ()
    made_from: dict[str, list[str]] = {}
    for column, source in columns:
        made_from.setdefault(column, []).append(source)
    itself = table.full_name
    return (
        made_from,
        tuple(one for (one,) in below if one != itself),
        tuple(one for (one,) in above if one != itself),
    )


def _ways(connection: Connection, table: Table) -> tuple[str, ...]:
    """Commands that ask a table."""
    if table.is_view:
        return (*_narrow(table), *_ready(table))
    ways = [f"nqpf query 'FROM {table.sql} LIMIT 10'"]
    if table.full_name in known_tables(connection):
        ways.insert(0, f"nqpf show {table.full_name}")
    if table.name == "panel":
        variable = next((one.name for one in table.columns[3:]), None)
        ways += [f"nqpf explain {table.schema}.{variable}"] if variable else []
    else:
        names = [as_sql(one.name) for one in table.columns[:3]]
        ways.append(f"nqpf query 'SELECT {', '.join(names)} FROM {table.sql}' --output rows.csv")
    return (*ways, *_ready(table))


def _narrow(table: Table) -> list[str]:
    """A view is asked for few rows: all of them may be tens of millions."""
    asked = [one.name for one in table.columns[:3] if one.type == "VARCHAR"]
    if not asked:
        return [f"nqpf query 'FROM {table.sql} LIMIT 10'"]
    which = " AND ".join(f"{as_sql(name)} = '…'" for name in asked)
    return [f'nqpf query "FROM {table.sql} WHERE {which}"']


def _ready(table: Table) -> Iterator[str]:
    for one in ready_queries().values():
        if table.full_name in one.tables:
            yield f"nqpf query --ready {one.name}"
