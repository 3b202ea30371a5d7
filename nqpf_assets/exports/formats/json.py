"""Rows as a list of records. Numbers are numbers: sums of whole numbers would get quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.exports.cells import as_number, in_words
from nqpf_assets.exports.export import Export

if TYPE_CHECKING:
    import polars as pl


def _write(rows: pl.DataFrame) -> str:
    return in_words(rows.with_columns(as_number(column) for column in rows)).write_json()


EXPORT = Export("json", ".json", _write, purpose="programs")
