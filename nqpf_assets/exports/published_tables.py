"""Printed tables of an opened warehouse: which there are, and each as it is printed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.exports.printed.lines import printed_table
from nqpf_assets.exports.printed.table import PrintedTable
from nqpf_assets.messages.problems import did_you_mean
from nqpf_assets.warehouse.duckdb_engine import quoted
from nqpf_assets.warehouse.duckdb_file import comments_of_tables_with

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection


def known_tables(connection: Connection) -> Mapping[str, str]:
    """``study.table`` → title of every printed table, each study's by their numbers, then by name."""
    found = comments_of_tables_with(connection, "row_label").items()
    return {name: title or name for name, title in sorted(found, key=lambda one: _order(one[0]))}


def no_table(name: str, known: Collection[str]) -> str:
    """That no printed table has the name, with those that are written nearly so, or else with all."""
    listed = f"these can be shown: {', '.join(known) or 'none'}"
    return f"there is no table {name}; {did_you_mean(name, known) or listed}"


def _order(name: str) -> tuple[str, bool, list[tuple[int, str]]]:
    """By study; ``table_2`` before ``table_10``, both before tables without a number."""
    study, _, table = name.partition(".")
    parts = [
        (int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", table)
    ]
    return study, not re.match(r"table_\d", table), parts


def read_printed(connection: Connection, name: str, title: str) -> PrintedTable:
    """One printed table."""
    study, _, table = name.partition(".")
    rows = connection.execute(
        f"SELECT * FROM {quoted(study)}.{quoted(table)} ORDER BY row_position"
    )
    columns = [column[0] for column in rows.description]
    cells = [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]
    return printed_table(study, table, title, columns, cells)
