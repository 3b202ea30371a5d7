"""Rows drawn as a table, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.exports.export import Export
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.shown_text import on_one_line

if TYPE_CHECKING:
    import polars as pl

MOST_ROWS = 200
"""Rows that are shown."""


def _in_all_digits(column: pl.Series) -> pl.Series:
    """Numbers as they are and not rounded to six digits, to the right as numbers stand."""
    import polars as pl

    if not column.dtype.is_float():
        return column
    texts = column.cast(pl.String).fill_null("null")
    width = int(texts.str.len_chars().max() or 0)  # type: ignore[arg-type]
    return texts.str.pad_start(width)


def _write(rows: pl.DataFrame) -> str:
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
        more = f"\n… {counted(len(rows) - MOST_ROWS, 'more rows')}; use --format csv for all"
        return f"{head}\n{counted(len(rows), 'rows')}{more if len(rows) > MOST_ROWS else ''}"


EXPORT = Export("table", ".txt", _write, is_drawn=True, purpose="the terminal")
