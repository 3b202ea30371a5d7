"""Plain tables (CSV, sheet, Parquet, Stata) as one frame with the place of every row.

Opening only: which column means what is for `tidy` and `nbs_long` to say; CSV is opened in `csv_tables`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Literal

import polars as pl

from nqpf_assets.formats.csv_tables import read_csv
from nqpf_assets.formats.reading import LINE
from nqpf_assets.formats.table_size import too_large
from nqpf_assets.messages.problems import Problem

Container = Literal["csv", "parquet", "stata"]


def read_table(
    content: bytes,
    file: str,
    container: Container,
    named: Sequence[str] = (),
    first: int | None = None,
) -> tuple[pl.DataFrame, tuple[str, ...], list[Problem]]:
    """A frame with a column `LINE`, the file's notes, and what is wrong with it.

    The frame has no columns where the file cannot be read at all. A text may have a title over its header,
    which is known by the columns that are `named`. Where its `first` rows alone are wanted, others may be
    missing.
    """
    try:
        if container == "parquet":
            return _parquet(content, file)
        if container == "stata":
            from nqpf_assets.formats.stata import read_stata

            frame, notes, problems = read_stata(content)
            return frame.with_row_index(LINE, offset=1), notes, problems
        return read_csv(content, file, named, first)
    except BaseException as error:
        # A panic in Polars' Rust code arrives as a BaseException of its own.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        found = f"{type(error).__name__}: {str(error).splitlines()[0][:150] if str(error) else ''}"
        remedy = "write the file again; it is damaged or cut"
        name = {"csv": "CSV", "parquet": "Parquet", "stata": "Stata .dta"}[container]
        problem = Problem(
            file=file,
            where="",
            expected=f"a whole {name} file",
            found=found,
            remedy=remedy,
            code="damaged_file",
        )
        return pl.DataFrame(), (), [problem]


def _parquet(content: bytes, file: str) -> tuple[pl.DataFrame, tuple[str, ...], list[Problem]]:
    import pyarrow.parquet as pq

    # A column of one repeated value takes no room in the file and all of it in memory.
    about = pq.read_metadata(io.BytesIO(content))
    if problems := too_large(file, about.num_rows, about.num_columns):
        return pl.DataFrame(), (), problems
    found = pl.read_parquet(io.BytesIO(content))
    table = found.with_columns(map(_as_words, found)).with_row_index(LINE, offset=1)
    metadata = pl.read_parquet_metadata(io.BytesIO(content))
    # Frame libraries keep their own schemas there; what a person wrote is short.
    notes = tuple(
        f"{key}: {value}"
        for key, value in metadata.items()
        if ":" not in key and key not in ("pandas",) and len(value) < 500
    )
    return table, notes, []


def _as_words(column: pl.Series) -> pl.Series:
    """A column that is neither of numbers nor of days as text, of whatever kind it is."""
    if isinstance(column.dtype, pl.Categorical | pl.Enum):
        return column.cast(pl.String)
    if column.dtype.is_nested() or column.dtype in (pl.Binary, pl.Duration, pl.Object, pl.Null):
        texts = [None if value is None else str(value) for value in column.to_list()]
        return pl.Series(column.name, texts, dtype=pl.String)
    return column
