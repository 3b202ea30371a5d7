"""Apache Spark as the engine of queries: a step's tables as views, its query, its rows as one Parquet file.

Queries are those that DuckDB runs, carried by `spark_dialect`. Spark reads and writes Parquet in the folder
of the warehouse, which all its machines see under the same path; what it wrote is held against the columns
that DuckDB promises for the query, and put together as the one file of the table.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from nqpf_assets.messages.counted import counted
from nqpf_assets.warehouse import duckdb_engine, threads
from nqpf_assets.warehouse.duckdb_engine import Query, columns_of, rows_of_files
from nqpf_assets.warehouse.environment import said
from nqpf_assets.warehouse.plain_path import plain_path
from nqpf_assets.warehouse.spark_dialect import TEXT_FUNCTION, NotCarried, files_read, in_spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from nqpf_assets.warehouse.connection import Connection
    from nqpf_assets.warehouse.store import TableKey

Item = TypeVar("Item")
ENGINE = "pyspark"
"""The library's name."""
MASTER = "NQPF_SPARK"
"""Environment variable: master of a cluster, as spark://host:7077; without it Spark runs in this machine."""
PYTHON = "PYSPARK_PYTHON"
"""Spark's own environment variable: the Python of its workers; with a cluster, one that has this package."""
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
"""What rows depend on, and silence; all else is for `spark-defaults.conf`."""
ALONE = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
"""In one machine: nobody else is let in."""
INSTEAD = "say `engine: embedded`"
LOOK = "look at the session's log"
MOST_TASKS = 1_000


class SparkStopped(Exception):
    """Spark is not there, or did not run a query; in words for the user, with what to do."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(found)
        self.found, self.remedy = found, remedy


def require_spark() -> None:
    """Stop where Spark cannot run here, without starting it.

    Raises:
        SparkStopped: PySpark is not installed, or there is no Java.
    """
    if find_spec("pyspark") is None:
        raise SparkStopped("no PySpark", f"pip install 'nqpf-assets[spark]', or {INSTEAD}")
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        found = f"no Java in JAVA_HOME, {home}" if home else "no Java"
        raise SparkStopped(found, f"install Java 17 (openjdk-17-jre-headless), or {INSTEAD}")


def write_query(
    connection: Connection, query: Query, path: Path, relations: Mapping[TableKey, str]
) -> None:
    """Write the rows of `query` as Parquet, in the order the query gives them.

    Args:
        connection: DuckDB with a view over each table, which says what columns there will be.
        relations: table → query over its file; the tables that the query may read.

    Raises:
        SparkStopped: the query is not carried, did not run, or gave other columns than DuckDB would.
    """
    promised = columns_of(connection, f"({query.sql})")
    parts = path.with_name(f".spark-{path.name.removeprefix('.')}")
    session = _session()
    from pyspark.errors import PySparkException

    try:
        tables = {".".join(key): _view(session, sql) for key, sql in relations.items()}
        rows = session.sql(in_spark(query.sql, tables))
        rows.write.mode("overwrite").parquet(plain_path(parts))
        written = rows_of_files(sorted(parts.glob("part-*.parquet")))
        found = columns_of(connection, written)
        if found != promised:
            differ = ", ".join(f"{one} for {other}" for one, other in _differing(found, promised))
            raise SparkStopped(f"other columns from Spark: {differ}", INSTEAD)
        duckdb_engine.write_query(connection, Query(f"SELECT * FROM {written}"), path)
    except NotCarried as error:
        raise SparkStopped(f"{error}, which is not carried to Spark", INSTEAD) from None
    except PySparkException as error:
        raise SparkStopped(f"an error of Spark: {_first_line(error)}", LOOK) from error
    finally:
        shutil.rmtree(parts, ignore_errors=True)


def for_each(work: Callable[[Item], None], items: Sequence[Item]) -> None:
    """Let Spark's workers do something with each of the items, one after another of each worker.

    Args:
        work: what their Python can import, with whatever stands in it.

    Raises:
        SparkStopped: a worker did not end, or has not what it is to run.
    """
    context = _session().sparkContext
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        # A task for each, up to some thousand: whoever is done takes the next.
        context.parallelize(items, min(len(items), MOST_TASKS)).foreach(work)
    except (PySparkException, Py4JError) as error:
        raise SparkStopped(f"an error of Spark: {_first_line(error)}", LOOK) from error


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), "without words")


def _differing(
    found: list[tuple[str, str]], promised: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Columns that are not alike, each as its name and type."""
    pairs = zip(found, promised, strict=False)
    told = [(" ".join(one), " ".join(other)) for one, other in pairs if one != other]
    return told or [(counted(len(found), "columns"), f"{len(promised)}")]


def _view(session: SparkSession, sql: str) -> str:
    """A view of Spark's over what a query over files gives; its name tells the query."""
    names = {file: _name(file) for file in files_read(sql)}
    for file, name in names.items():
        session.read.parquet(file).createOrReplaceTempView(name)
    name = _name(sql)
    session.sql(in_spark(sql, names)).createOrReplaceTempView(name)
    return name


def _name(text: str) -> str:
    return f"v_{hashlib.sha256(text.encode()).hexdigest()[:24]}"


@cache
def _session() -> SparkSession:
    """One session for the process: to start one takes ten seconds."""
    require_spark()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of frames of pandas, which it is not given
        session = _started()
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # what is raised is told
    session.sql(f"CREATE OR REPLACE TEMPORARY FUNCTION {TEXT_FUNCTION}")
    return session


def _started() -> SparkSession:
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    master = said(MASTER)
    if not master:
        os.environ.setdefault(PYTHON, sys.executable)  # its workers are of this installation
    cores = threads.of_database().get("threads") or str(os.cpu_count() or 1)
    alone = ALONE | {"spark.sql.shuffle.partitions": str(2 * int(cores))}
    # Its default database lies where no folder is made for it; there is no table in it.
    settings = SETTINGS | {"spark.sql.warehouse.dir": tempfile.gettempdir()}
    builder = SparkSession.builder.appName("nqpf").master(master or f"local[{cores}]")
    for name, value in (settings | ({} if master else alone)).items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except PySparkException as error:
        remedy = f"Java 17 is needed; with a cluster, look at {MASTER} and at its log"
        raise SparkStopped(f"Spark, which does not start: {error}", remedy) from error
