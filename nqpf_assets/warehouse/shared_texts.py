"""Texts that repeat in a long column, each held once: a name in millions of rows takes the room of one.

A column of texts has 16 bytes for each row, and the bytes of texts over twelve beside them, as often as they
were written. Columns that share theirs are the same columns to whoever reads them.
"""

from __future__ import annotations

import polars as pl

_WITHIN = 12
"""Bytes of a text that stand in its row."""
_REPEATED = 8
"""So often texts must stand in a column, on average, to be looked for."""


def with_shared_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame, with the texts of each column held once where they are long and repeat."""
    columns = (
        frame.select(name).to_series() for name, kind in frame.schema.items() if kind == pl.String
    )
    return frame.with_columns(map(_shared, columns))


def written_anew(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its texts alone: a few rows of a long frame hold the bytes of all its texts."""
    names = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.with_columns(pl.format("{}", pl.col(name)).alias(name) for name in names)


def in_order(columns: list[pl.Series], order: pl.Series) -> pl.Series:
    """A column in another order, its texts held once where they are long and repeat.

    Args:
        columns: the column, which is taken out of the list and let go before it is put in order: what its
            chunks are put together to is as large.
        order: places of its rows.
    """
    column = columns.pop()
    texts = _repeated(column)
    if texts is None:
        column = column.rechunk()
        return column.gather(order)
    return texts.gather(_places(column, texts).gather(order)).alias(column.name)


def _shared(column: pl.Series) -> pl.Series:
    texts = _repeated(column)
    return column if texts is None else texts.gather(_places(column, texts)).alias(column.name)


def _places(column: pl.Series, texts: pl.Series) -> pl.Series:
    """Where each of a column stands among its texts."""
    return column.cast(pl.Enum(texts)).to_physical()


def _repeated(column: pl.Series) -> pl.Series | None:
    """The distinct texts of a column where it pays to share them; looked at in its first chunk first."""
    if column.dtype != pl.String:
        return None
    for some in (column.head(column.chunk_lengths()[0]), column):
        longest = some.str.len_bytes().max()
        if not isinstance(longest, int) or longest <= _WITHIN:
            return None
        texts = some.drop_nulls().unique()
        if len(texts) * _REPEATED > len(some):
            return None
    return texts
