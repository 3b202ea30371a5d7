"""`nqpf query`: rows of the published warehouse, and nothing else."""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.commands.destination import format_for, require_free, write_answer
from nqpf_assets.exports.csv import csv_text
from nqpf_assets.exports.terminal import err, out, plain, write_data
from nqpf_assets.messages.shown_text import on_one_line
from nqpf_assets.publications.manifest import chosen, manifests
from nqpf_assets.publications.recall import recalled
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import open_database

if TYPE_CHECKING:
    import duckdb
    import polars as pl
    import pyarrow as pa

MOST_ROWS = 200
"""Rows that a table on the terminal shows."""
ANSWERS = ("SELECT", "EXPLAIN", "MULTI")
"""Kinds of statements that ask; FROM, WITH, SHOW, DESCRIBE and SUMMARIZE are SELECT, PIVOT is MULTI."""
_HOLDER = re.compile(r"held in (.+?) \(PID (\d+)\)")
"""As DuckDB names who holds a file."""
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,  # or `FROM rows` would read a variable of ours
}
"""What must be closed before the file is opened; the rest follows once it is."""


def open_published(
    project: Project, publication: str | None = None
) -> duckdb.DuckDBPyConnection | None:
    """The published warehouse, read-only and closed to the rest of the machine; None if there is none.

    Args:
        publication: an earlier one, by number or day.

    Raises:
        InputError: no such publication is kept.
    """
    import duckdb

    if publication is not None:
        with recalled(project, chosen(project, publication)) as path:
            return _closed(open_database(path, **_CLOSED))
    if not project.database.exists():
        err().print(plain(f"{project.database} is not there yet: run `nqpf refresh` first"))
        return None
    try:
        connection = open_database(project.database, **_CLOSED)
    except duckdb.Error as error:
        return _opened_otherwise(project, error)
    return _closed(connection)


def held_by(project: Project, error: Exception) -> str | None:
    """Why a file that is sound cannot be opened: who has it, or that one may not; None for another reason."""
    words = str(error)
    if "lock" in words.lower():
        holder = _HOLDER.search(words)
        who = f"process {holder[2]} ({holder[1]})" if holder else "another program"
        return f"is open for writing in {who}"
    if not os.access(project.database, os.R_OK):
        return "may not be read by you"
    return None


def _opened_otherwise(project: Project, error: duckdb.Error) -> duckdb.DuckDBPyConnection | None:
    """The same publication from its Parquet tables, which need no lock; None where that is no way out."""
    why = held_by(project, error)
    known = manifests(project) if why else []
    if why and known:
        err().print(
            plain(
                f"{project.database} {why}; answered from the Parquet tables of publication "
                f"{known[-1].number}"
            ),
            soft_wrap=True,
        )
        with recalled(project, known[-1]) as path:
            return _closed(open_database(path, **_CLOSED))
    remedy = (
        "end that program, or ask for the right to read it"
        if why
        else "remove it and run `nqpf refresh`"
    )
    err().print(
        plain(f"{project.database} {why or f'cannot be opened: {error}'}\nto do: {remedy}"),
        soft_wrap=True,
    )
    return None


def _closed(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The connection, from now on without a way to other files."""
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def run_query(
    project: Project,
    sql: str,
    format: str | None,
    output: Path | None,
    is_exact: bool = False,
    publication: str | None = None,
) -> int:
    """Answer one query; the exit status.

    Args:
        is_exact: texts of a csv as they are stored, those too that a spreadsheet takes for formulas.
        publication: ask an earlier one, by number or day.
    """
    import duckdb

    if output is not None:
        require_free(project, output)
    format = format_for(output, format)
    if format == "parquet" and output is None:
        err().print("parquet is not text: name a file with --output")
        return 2
    connection = open_published(project, publication)
    if connection is None:
        return 2
    with connection:
        try:
            statements = connection.extract_statements(sql)
            if len(statements) != 1:
                err().print(plain(f"one query is expected, {len(statements) or 'none'} found"))
                return 2
            kind = _kind(statements[0])
            if kind not in ANSWERS:
                err().print(plain(f"a query that asks for rows is expected, {kind} found"))
                return 2
            relation = connection.sql(sql)
            rows = None if relation is None else relation.to_arrow_table()
        except duckdb.Error as error:
            err().print(plain(error), soft_wrap=True)
            return 2
    if rows is None:
        return 0
    try:
        _write(frame_from(rows), format, output, is_exact)
    except OSError as error:
        err().print(plain(f"{output} cannot be written: {error.strerror or error}"))
        return 2
    return 0


def _kind(statement: duckdb.Statement) -> str:
    try:
        return statement.type.name
    except ValueError:  # DuckDB's Python package does not know all kinds that its parser does
        return "another statement"


def frame_from(rows: pa.Table) -> pl.DataFrame:
    """Rows of any type and with any names as a frame; what Polars does not know becomes text."""
    import polars as pl

    columns, names = [], set()
    for name, values in zip(rows.column_names, rows.columns, strict=True):
        number = 1
        unique = name
        while unique in names:
            number += 1
            unique = f"{name}_{number}"
        names.add(unique)
        try:
            column = pl.Series(unique, pl.from_arrow(values))
        except pl.exceptions.PolarsError:
            column = _as_text(pl.Series(unique, values.to_pylist(), dtype=pl.Object))
        columns.append(column)
    return pl.DataFrame(columns)


def _as_text(column: pl.Series) -> pl.Series:
    import polars as pl

    texts = [None if value is None else str(value) for value in column.to_list()]
    return pl.Series(column.name, texts, dtype=pl.String)


def _write(rows: pl.DataFrame, format: str, output: Path | None, is_exact: bool) -> None:
    if format == "parquet" and output is not None:
        buffer = io.BytesIO()
        rows.write_parquet(buffer)
        write_answer(output, buffer.getvalue())
        return
    if format == "csv":
        content = csv_text(_flat(rows), is_exact)
    else:
        content = {"json": _json, "table": _table}[format](rows)
    content = content if content.endswith("\n") else content + "\n"
    if output is not None:
        write_answer(output, content.encode("utf-8"))
    elif format == "table" or sys.stdout.isatty():
        out().print(plain(content.removesuffix("\n")), soft_wrap=True)
    else:
        write_data(content)


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    nested = [_as_text(column) for column in rows if column.dtype.is_nested()]
    return _in_words(rows.with_columns(nested))


def _json(rows: pl.DataFrame) -> str:
    """Numbers as numbers: sums of whole numbers are of a type that JSON would get in quotes."""
    return _in_words(rows.with_columns(_as_number(column) for column in rows)).write_json()


def _as_number(column: pl.Series) -> pl.Series:
    import polars as pl

    dtype = column.dtype
    if dtype != pl.Int128 and not isinstance(dtype, pl.Decimal):
        return column
    is_whole = dtype == pl.Int128 or (isinstance(dtype, pl.Decimal) and dtype.scale == 0)
    numbers = column.cast(pl.Float64)
    is_exact = is_whole and bool((numbers.abs() < 2**53).all())
    return column.cast(pl.Int64) if is_exact else numbers


def _in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Bytes and durations as text, for formats that have no word for them, also within lists and records."""
    return rows.with_columns(_as_text(column) for column in rows if _is_wordless(column.dtype))


def _is_wordless(dtype: pl.DataType) -> bool:
    """Whether a type is, or holds, one that text formats do not know."""
    import polars as pl

    if isinstance(dtype, pl.List | pl.Array):
        return _is_wordless(dtype.inner)  # type: ignore[arg-type]
    if isinstance(dtype, pl.Struct):
        return any(_is_wordless(field.dtype) for field in dtype.fields)  # type: ignore[arg-type]
    return dtype in (pl.Binary, pl.Duration, pl.Object)


def _in_all_digits(column: pl.Series) -> pl.Series:
    """Numbers as they are and not rounded to six digits, to the right as numbers stand."""
    import polars as pl

    if not column.dtype.is_float():
        return column
    texts = column.cast(pl.String).fill_null("null")
    width = int(texts.str.len_chars().max() or 0)  # type: ignore[arg-type]
    return texts.str.pad_start(width)


def _table(rows: pl.DataFrame) -> str:
    """A drawn table; a line break in a cell is shown by name, since it would begin a row of its own."""
    import polars as pl

    head = rows.head(MOST_ROWS).with_columns(map(_in_all_digits, rows.head(MOST_ROWS)))
    head = head.rename({name: on_one_line(name) for name in head.columns}).with_columns(
        pl.col(pl.String).map_elements(on_one_line, return_dtype=pl.String)
    )
    with pl.Config(
        tbl_rows=MOST_ROWS,
        tbl_cols=-1,
        tbl_width_chars=10_000,
        fmt_str_lengths=200,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        fmt_table_cell_list_len=-1,
        float_precision=None,
    ):
        more = f"\n… {len(rows) - MOST_ROWS} more rows; use --format csv for all"
        return f"{head}\n{len(rows)} rows{more if len(rows) > MOST_ROWS else ''}"
