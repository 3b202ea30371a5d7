"""A database in memory that every test finds empty: to start one takes longer than most tests of a query."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import duckdb


@contextmanager
def scratch() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in a transaction that is never committed; with it goes whatever was created over it."""
    with _engine().cursor() as connection:
        connection.execute("BEGIN")
        yield connection


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()
