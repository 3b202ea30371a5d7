"""Rows as a Parquet file, with the types that they have."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from nqpf_assets.exports.export import Export

if TYPE_CHECKING:
    import polars as pl


def _write(rows: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    rows.write_parquet(buffer)
    return buffer.getvalue()


EXPORT = Export("parquet", ".parquet", _write, is_text=False)
