"""Rows of an answer on influence: what moved a number, and what it is without something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.published import Row

if TYPE_CHECKING:
    import polars as pl

SCHEMA = {
    "table_name": "text",
    "column_label": "text",
    "effect": "text",
    "term": "text",
    "published_estimate": "number",
    "published_std_error": "number",
    "kind": "text",
    "subject": "text",
    "size_rank": "whole",
    "series_id": "text",
    "weights_name": "text",
    "unit": "text",
    "unit_name": "text",
    "other_unit": "text",
    "other_unit_name": "text",
    "period": "whole",
    "value": "number",
    "change": "number",
    "change_in_std_errors": "number",
    "estimate": "number",
    "note": "text",
}
"""Columns of the answer: `kind` is moved, left_out (as published) or estimated_again."""


def frame(rows: Sequence[Row]) -> pl.DataFrame:
    """The answer as a frame."""
    import polars as pl

    types = {"text": pl.String, "number": pl.Float64, "whole": pl.Int64}
    schema = {name: types[kind] for name, kind in SCHEMA.items()}
    return pl.DataFrame([{name: row[name] for name in SCHEMA} for row in rows], schema=schema)


def row_of(
    column: PublishedColumn,
    kind: str,
    said: Row,
    numbers: Mapping[tuple[str, str | None], Row],
) -> Row:
    """A row of the answer from what is said of a number of a column."""
    of = numbers.get((said["term"], said["effect"]), {})
    table, label = column.key
    return {name: said.get(name) for name in SCHEMA} | {
        "table_name": table,
        "column_label": label,
        "published_estimate": of.get("estimate"),
        "published_std_error": of.get("std_error"),
        "kind": kind,
        "unit_name": column.study.unit_names.get(said["unit"] or ""),
        "other_unit_name": column.study.unit_names.get(said.get("other_unit") or ""),
    }
