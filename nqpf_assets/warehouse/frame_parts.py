"""A large frame some rows at a time: what is made of each part stands beside it without a copy.

A join, or a filter that leaves nothing out, copies every column of a frame, and so does a selection of one
whose columns lie in different chunks. Here columns are made along the chunks in which the frame already lies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import polars as pl

ROWS = 250_000
"""The most that are looked at together."""


def parts_of(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows of a frame in their order, none across two of its chunks; one part of an empty frame."""
    begin = 0
    n_chunks = frame.n_chunks("all")  # a column that is one value throughout has one
    for length in frame.to_series(n_chunks.index(max(n_chunks))).chunk_lengths():
        for at in range(begin, begin + length, ROWS):
            yield frame.slice(at, min(ROWS, begin + length - at))
        begin += length
    if begin == 0:
        yield frame


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
    if not any(frame[column].null_count() for column in columns):
        return frame
    return frame.drop_nulls(columns)


def folded(frame: pl.DataFrame) -> pl.DataFrame:
    """A large frame with texts that are one throughout as such, which takes the room of one."""
    if frame.height < ROWS:
        return frame
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    same = [name for name in texts if frame[name].eq_missing(frame[name].head(1)).all()]
    return frame.with_columns(pl.lit(frame[name][0], pl.String).alias(name) for name in same)


def taken(frames: list[pl.DataFrame], order: pl.Series) -> pl.DataFrame:
    """Rows in another order; the frame is taken out of the list and let go column by column."""
    frame = frames.pop()
    made = []
    for name in frame.columns:
        made.append(frame.select(pl.col(name).gather(order)))
        frame = frame.drop(name)
    return pl.concat(made, how="horizontal")
