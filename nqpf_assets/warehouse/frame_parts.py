"""A large frame some rows at a time: what is made of each part stands beside it without a copy.

A join, or a filter that leaves nothing out, copies every column of a frame, and so does a selection of one
whose columns lie in different chunks. Here columns are made along the chunks in which the frame already lies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import polars as pl

from nqpf_assets.warehouse.shared_texts import in_order

ROWS = 250_000
"""The most that are looked at together."""


def parts_of(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows of a frame in their order, none across two of its chunks; one part of an empty frame."""
    begin = 0
    for length in _chunks(frame):
        for at in range(begin, begin + length, ROWS):
            yield frame.slice(at, min(ROWS, begin + length - at))
        begin += length
    if begin == 0:
        yield frame


def _chunks(frame: pl.DataFrame) -> list[int]:
    """Rows in each chunk of the column that has most of them.

    A column that is one value throughout has one chunk, and is written out by whoever asks for it: texts are
    asked only where there are no numbers, which lie in the same chunks and take less.
    """
    numeric = [name for name, dtype in frame.schema.items() if dtype.is_numeric()]
    columns = [frame.select(name).to_series() for name in numeric or frame.columns]
    return max((column.chunk_lengths() for column in columns), key=len, default=[])


def beside(frame: pl.DataFrame, made: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """The frame with columns that are made of each of its parts, in the order of their rows."""
    return frame.hstack(pl.concat(map(made, parts_of(frame)), rechunk=False))


def first_of_each(
    frame: pl.DataFrame, columns: Sequence[str], also: Sequence[str] = ()
) -> pl.DataFrame:
    """Each distinct combination of columns with what stands in others at its first row."""
    seen = [
        part.select(*columns, *also).unique(columns, keep="first", maintain_order=True)
        for part in parts_of(frame)
    ]
    return pl.concat(seen).unique(columns, keep="first", maintain_order=True)


def complete(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Rows with a value in each of some columns; the frame itself where all have."""
    if not any(frame.select(pl.col(columns).null_count()).row(0)):
        return frame
    return frame.drop_nulls(columns)


def folded(frame: pl.DataFrame) -> pl.DataFrame:
    """A large frame with texts that are one throughout as such, which takes the room of one."""
    if frame.height < ROWS:
        return frame
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    same = [name for name in texts if _is_throughout(frame.select(name))]
    first = frame.head(1).row(0, named=True)
    return frame.with_columns(pl.lit(first[name], pl.String).alias(name) for name in same)


def _is_throughout(column: pl.DataFrame) -> bool:
    """Whether a column is one value in all rows, looked at in parts."""
    first = column.head(1).to_series()
    return all(part.to_series().eq_missing(first).all() for part in column.iter_slices(ROWS))


def taken(frames: list[pl.DataFrame], order: pl.Series) -> pl.DataFrame:
    """Rows in another order; the frame is taken out of the list and let go column by column."""
    frame = frames.pop()
    made = []
    for name in frame.columns:
        columns = [frame.select(name)]
        frame = frame.drop(name)
        made.append(_in_order(columns, order))
    return pl.concat(made, how="horizontal")


def _in_order(columns: list[pl.DataFrame], order: pl.Series) -> pl.DataFrame:
    """A column in another order, itself taken out of the list."""
    column = columns.pop()
    if _is_throughout(column):
        return column.select(pl.all().gather(order))
    series = [column.to_series()]
    del column
    return in_order(series, order).to_frame()
