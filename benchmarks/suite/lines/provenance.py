"""The cells under one coefficient, asked of the published view; eleven years."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.line import OURS, Contestant, Line


def warehouse(n_units: int) -> Any:
    """Tables as a publication holds them, in memory, with the views over them."""
    import duckdb

    from benchmarks.provenance import add_views, tables

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    tables(connection, n_units)
    add_views(connection)
    return connection


def ours(connection: Any) -> tuple[float, ...]:
    from benchmarks.provenance import ASKED

    query = f"SELECT count(*) FROM {ASKED['one coefficient']}"
    return (float(connection.execute(query).fetchone()[0]),)


LINE = Line(
    "All cells under one coefficient, asked of the view, eleven years",
    "units",
    (300, 3_000, 30_000),
    (30_000, 100_000, 300_000),
    warehouse,
    100,
    {OURS: Contestant(ours, "nqpf-assets")},
)
