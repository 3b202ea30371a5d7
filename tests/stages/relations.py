"""SQL files of the walk on tables made by hand: bind, fill an in-memory DuckDB, read the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from nqpf_assets.catalog.table_frames import schema_of
from nqpf_assets.catalog.vintages import day_of, order_of
from nqpf_assets.stages.sql import DEFAULTS, bind
from nqpf_assets.user_input.project import sql_root
from nqpf_assets.user_input.settings import Settings
from tests.scratch import scratch

Rows = list[dict[str, Any]]


def registered(schema: str, table: str, rows: Rows) -> pl.DataFrame:
    """Rows in the registered shape of a table; what a row leaves out is null.

    A file that does not say how its vintage is ordered is given the order that reading gives it.
    """
    if (schema, table) == ("source", "file"):
        rows = [_ordered(row) for row in rows]
    types = schema_of(table, schema)
    unknown = {name for row in rows for name in row} - set(types)
    assert not unknown, f"{schema}.{table} has no {unknown}"
    return pl.DataFrame([{name: row.get(name) for name in types} for row in rows], schema=types)


def _ordered(row: dict[str, Any]) -> dict[str, Any]:
    facts = (row.get("published"), row.get("accessed"), row.get("vintage") or "")
    return {"vintage_day": day_of(*facts), "vintage_order": order_of(*facts)} | row


def run_file(
    schema: str,
    table: str,
    given: Mapping[str, Rows | pl.DataFrame],
    studies: tuple[str, ...] = ("s",),
    settings: Settings = DEFAULTS,
) -> pl.DataFrame:
    """What ``sql/<schema>/<table>.sql`` gives for the study `s`.

    Args:
        given: ``schema.table`` → rows; ``s.*`` are the study's own tables.
        studies: what the file's union over all studies stands for.
        settings: limits and what was accepted.
    """
    text = (sql_root() / schema / f"{table}.sql").read_text("utf-8")
    own = "s" if schema == "study" else None
    sql, reads = bind(text, study=own, studies=studies, settings=settings)
    with scratch() as connection:
        for one, name in reads:
            rows = given.get(f"{one}.{name}", [])
            shape = "study" if one in studies else one
            frame = rows if isinstance(rows, pl.DataFrame) else registered(shape, name, rows)
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{one}"')
            connection.register("given", frame.to_arrow())
            connection.execute(f'CREATE TABLE "{one}"."{name}" AS FROM given')
        assert set(given) <= {f"{one}.{name}" for one, name in reads}
        return pl.DataFrame(pl.from_arrow(connection.sql(sql).to_arrow_table()))
