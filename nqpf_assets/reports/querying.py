"""`nqpf query`: rows of the published warehouse, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.project import Project
from nqpf_assets.reports.terminal import err, out, plain

if TYPE_CHECKING:
    import duckdb
    import polars as pl


def open_published(project: Project) -> duckdb.DuckDBPyConnection | None:
    """The published warehouse, read-only and closed to the rest of the machine; None if there is none."""
    import duckdb

    if not project.database.exists():
        err().print(plain(f"{project.database} is not there yet: run `nqpf refresh` first"))
        return None
    connection = duckdb.connect(str(project.database), read_only=True)
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def run_query(project: Project, sql: str, format: str, output: Path | None) -> int:
    """Answer one query; the exit status."""
    import duckdb

    if format == "parquet" and output is None:
        err().print("parquet is not text: name a file with --output")
        return 2
    connection = open_published(project)
    if connection is None:
        return 2
    with connection:
        try:
            relation = connection.sql(sql)
            rows = None if relation is None else relation.to_arrow_table()
        except duckdb.Error as error:
            err().print(plain(error))
            return 2
    if rows is not None:
        import polars as pl

        _write(pl.DataFrame(pl.from_arrow(rows)), format, output)
    return 0


def _write(rows: pl.DataFrame, format: str, output: Path | None) -> None:
    if format == "parquet" and output is not None:
        rows.write_parquet(output)
        return
    content = {"csv": _csv, "json": _json, "table": _table}[format](rows)
    if output is not None:
        output.write_text(content, "utf-8")
    elif format == "table":
        out().print(plain(content), soft_wrap=True)
    else:
        sys.stdout.write(content if content.endswith("\n") else content + "\n")


def _csv(rows: pl.DataFrame) -> str:
    return rows.write_csv()


def _json(rows: pl.DataFrame) -> str:
    return rows.write_json()


def _table(rows: pl.DataFrame) -> str:
    import polars as pl

    with pl.Config(
        tbl_rows=200,
        tbl_cols=-1,
        tbl_width_chars=10_000,
        fmt_str_lengths=200,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        float_precision=None,
    ):
        more = (
            f"\n… {len(rows) - 200} more rows; use --format csv for all" if len(rows) > 200 else ""
        )
        return f"{rows.head(200)}\n{len(rows)} rows{more}"
