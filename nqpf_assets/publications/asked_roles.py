"""In which roles changed cells stand under moved columns: `result.provenance`, asked of both publications.

The view is the one that a user asks, over the tables of the archive, so that a difference and the published
file never tell two ways of the same cell. Only moved columns and changed cells are seen by it.
"""

from __future__ import annotations

from collections.abc import Iterable

from nqpf_assets.user_input.project import sql_root
from nqpf_assets.warehouse.connection import Connection
from nqpf_assets.warehouse.duckdb_engine import add_database, quoted, within

VIEWS = ("panel.read_way", "panel.any_way", "panel.link", "result.provenance")
"""What is asked, each behind those that it reads."""
READ = (
    "source.file",
    "source.correction",
    "source.weight",
    "panel.cell",
    "panel.rests_on",
    "panel.clipped_input",
    "panel.weights_under",
    "panel.clipped_cell",
    "panel.bound_cell",
    "panel.extreme_cell",
    "panel.part_span",
    "panel.pool",
    "panel.filled_from",
    "result.model",
    "result.model_variable",
    "result.model_definition",
    "result.model_span",
    "result.test",
    "result.bound_row",
    "result.absorbed_cell",
)
"""Tables that the views read."""

OF_MOVED_COLUMNS = """
        SEMI JOIN {main}.difference.estimate AS e
            ON e.study = r.study AND e.table_name = r.table_name AND e.column_label = r.column_label"""
SEEN = {
    "result.model_variable": OF_MOVED_COLUMNS,
    # Its cells are listed by themselves.
    "result.absorbed_cell": OF_MOVED_COLUMNS,
    # The first and the last year besides, within which the ways of reading lie.
    "panel.cell": """
        WHERE (r.study, r.variable, r.unit, r.period) IN
                (SELECT (study, series_id, unit, period) FROM {main}.difference.cell)
            OR r.period IN (SELECT unnest([min(period), max(period)]) FROM {side}.panel.cell)""",
    "panel.filled_from": """
        WHERE (r.study, r.from_series, r.from_unit, r.from_period) IN
                (SELECT (study, series_id, unit, period) FROM {main}.difference.cell)""",
}
"""Tables of which a part is seen, as what follows their name, which is `r`."""

MAIN = "memory"
"""The connection's own database."""


def make_roles(connection: Connection, query: str, sides: Iterable[str]) -> None:
    """Make `difference.role` from the rows of the query in each publication."""
    asked = query.replace("difference.", f"{MAIN}.difference.")
    for number, side in enumerate(sides):
        name = f"{side} asked"
        add_database(connection, name)
        with within(connection, name, MAIN):
            _add_views(connection, side)
            head = "INSERT INTO" if number else "CREATE TABLE"
            tail = f"{asked} EXCEPT FROM {MAIN}.difference.role" if number else asked
            verb = "" if number else " AS"
            connection.execute(f"{head} {MAIN}.difference.role{verb} {tail}")


def _add_views(connection: Connection, side: str) -> None:
    for name in READ:
        schema, table = map(quoted, name.split("."))
        part = SEEN.get(name, "").format(main=MAIN, side=side)
        rows = f"{side}.{schema}.{table}"
        if name == "panel.filled_from":
            rows = _of_this_release(connection, rows)
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        connection.execute(f"CREATE VIEW {schema}.{table} AS SELECT r.* FROM {rows} AS r {part}")
    for name in VIEWS:
        schema, table = name.split(".")
        text = (sql_root() / schema / f"{table}.sql").read_text("utf-8")
        connection.execute(f"CREATE VIEW {quoted(schema)}.{quoted(table)} AS {text}")


def _of_this_release(connection: Connection, rows: str) -> str:
    """`filled_from` as this release has it; earlier ones filled within series and unit, and did no more."""
    columns = [one[0] for one in connection.execute(f"FROM {rows} LIMIT 0").description]
    if "made_as" in columns:
        return rows
    added = "variable AS from_series, unit AS from_unit, 'filled_from' AS made_as"
    return f"(SELECT *, {added} FROM {rows})"
