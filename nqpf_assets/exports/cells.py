"""Cells of an answer, of whatever type, as formats can take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa


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
            column = as_text(pl.Series(unique, values.to_pylist(), dtype=pl.Object))
        columns.append(column)
    return pl.DataFrame(columns)


def as_text(column: pl.Series) -> pl.Series:
    """Every value as Python writes it."""
    import polars as pl

    texts = [None if value is None else str(value) for value in column.to_list()]
    return pl.Series(column.name, texts, dtype=pl.String)


def flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Lists and records as text, for formats that have plain columns only."""
    nested = [as_text(column) for column in rows if column.dtype.is_nested()]
    return in_words(rows.with_columns(nested))


def as_number(column: pl.Series) -> pl.Series:
    """Wide integers and decimals as numbers that every program reads."""
    import polars as pl

    dtype = column.dtype
    if dtype != pl.Int128 and not isinstance(dtype, pl.Decimal):
        return column
    is_whole = dtype == pl.Int128 or (isinstance(dtype, pl.Decimal) and dtype.scale == 0)
    numbers = column.cast(pl.Float64)
    is_exact = is_whole and bool((numbers.abs() < 2**53).all())
    return column.cast(pl.Int64) if is_exact else numbers


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Bytes and durations as text, for formats that have no word for them, also within lists and records."""
    return rows.with_columns(as_text(column) for column in rows if _is_wordless(column.dtype))


def _is_wordless(dtype: pl.DataType) -> bool:
    """Whether a type is, or holds, one that text formats do not know."""
    import polars as pl

    if isinstance(dtype, pl.List | pl.Array):
        return _is_wordless(dtype.inner)  # type: ignore[arg-type]
    if isinstance(dtype, pl.Struct):
        return any(_is_wordless(field.dtype) for field in dtype.fields)  # type: ignore[arg-type]
    return dtype in (pl.Binary, pl.Duration, pl.Object)
