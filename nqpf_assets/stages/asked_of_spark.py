"""Apache Spark as the engine that sums products of panels: a query of a step, answered by it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from nqpf_assets.messages.problems import InputError
from nqpf_assets.stages.sums_of_panel import Elsewhere
from nqpf_assets.steps.step import Inputs
from nqpf_assets.user_input.settings import engine_problem
from nqpf_assets.warehouse import spark_engine
from nqpf_assets.warehouse.duckdb_engine import Query, frame_of, rows_of_file

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.warehouse.connection import Connection

FROM_ROWS = 1_000_000
"""Ten queries of Spark take half a minute whatever they read; an estimate in memory of so many rows, three
seconds. Below it nothing would be gained anywhere."""


def ask(inputs: Inputs, connection: Connection, sql: str) -> pl.DataFrame:
    """The rows of a query, which Spark writes into the warehouse's folder, where all its machines see it.

    Raises:
        InputError: Spark did not run it.
    """
    path = inputs.store.warehouse / "tables" / f".sums-{secrets.token_hex(8)}.parquet"
    try:
        spark_engine.write_query(connection, Query(sql), path, inputs.relations())
        return frame_of(connection, f"SELECT * FROM {rows_of_file(path)}")
    except spark_engine.SparkStopped as error:
        found = f"of sums of products, {error.found}"
        raise InputError([engine_problem(inputs.project, found, error.remedy)]) from None
    finally:
        path.unlink(missing_ok=True)


SPARK = Elsewhere("Apache Spark", FROM_ROWS, ask, (__name__,))
