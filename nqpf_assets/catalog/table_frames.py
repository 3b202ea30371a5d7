"""Frames in the shape that the registry of columns gives a table.

Stages build frames with the columns they know; here they get all columns, in order and typed. A number
that is none (NaN) becomes a null: SQL takes NaN for greater than every number.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import STUDY_SCHEMA, TableInfo, registry

if TYPE_CHECKING:
    import polars as pl


@cache
def schema_of(table: str, schema: str = STUDY_SCHEMA) -> dict[str, pl.DataType]:
    """Polars types of a registered table's columns."""
    import polars as pl

    types = {
        "VARCHAR": pl.String(),
        "DOUBLE": pl.Float64(),
        "INTEGER": pl.Int32(),
        "BIGINT": pl.Int64(),
        "BOOLEAN": pl.Boolean(),
        "DATE": pl.Date(),
    }
    return {column.name: types[column.type] for column in _info(schema, table).columns}


def shape_of(key: tuple[str, str]) -> pl.Schema:
    """Columns with their types of a table by its key, schema and name."""
    import polars as pl

    schema, table = key
    return pl.Schema(schema_of(table, schema))


def frame_of(
    table: str, frames: Iterable[pl.DataFrame], schema: str = STUDY_SCHEMA
) -> pl.DataFrame:
    """The frames one below the other in the table's shape: columns they lack are null, rows sorted by grain.

    Raises:
        ValueError: a frame has a column that the registry does not know.
    """
    import polars as pl
    from polars import selectors

    types = schema_of(table, schema)
    shaped = []
    for frame in frames:
        unknown = set(frame.columns) - set(types)
        if unknown:
            raise ValueError(f"{schema}.{table} has no column {', '.join(sorted(unknown))}")
        shaped.append(
            frame.select(
                (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
                for name, dtype in types.items()
            )
        )
    whole = pl.concat(shaped) if shaped else pl.DataFrame(schema=types)
    whole = whole.with_columns(selectors.float().fill_nan(None))
    return whole.sort(_info(schema, table).grain, nulls_last=True)


def rows_of(
    table: str, rows: Iterable[dict[str, object]], schema: str = STUDY_SCHEMA
) -> pl.DataFrame:
    """Rows given as dictionaries in the table's shape; for tables that are small by nature."""
    import polars as pl

    types = schema_of(table, schema)
    rows = list(rows)
    if not rows:
        return frame_of(table, (), schema)  # a frame without columns would give a row of nulls
    known = {name for row in rows for name in row}
    given = {name: dtype for name, dtype in types.items() if name in known} | {
        name: pl.String() for name in known - set(types)
    }
    return frame_of(table, [pl.DataFrame(rows, schema=given, orient="row")], schema)


def _info(schema: str, table: str) -> TableInfo:
    return registry()[schema, table]
