"""Rows as a Parquet file, with the types that they have, and what its columns hold as metadata."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from nqpf_assets.exports.export import Export

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.exports.document import Dataset


def _write(rows: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    rows.write_parquet(buffer)
    return buffer.getvalue()


def _write_dataset(dataset: Dataset) -> bytes:
    """Of the file under ``nqpf``, and of each column under ``description``, as pyarrow and R find it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = dataset.rows.to_arrow()
    said = dataset.about.as_record() | {"title": dataset.title, "columns": dict(dataset.labels)}
    fields = [
        column.with_metadata({"description": _words(dataset, column.name)})
        for column in rows.schema
    ]
    about = {"nqpf": json.dumps(said, ensure_ascii=False)}
    buffer = io.BytesIO()
    pq.write_table(rows.cast(pa.schema(fields, metadata=about)), buffer, compression="zstd")
    return buffer.getvalue()


def _words(dataset: Dataset, column: str) -> str:
    return "; ".join([dataset.labels.get(column, ""), *dataset.details.get(column, ())])


EXPORT = Export(
    "parquet",
    ".parquet",
    _write,
    is_text=False,
    write_dataset=_write_dataset,
    purpose="R, Python, DuckDB",
)
