"""Rows as a table in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.exports.export import Export

if TYPE_CHECKING:
    import polars as pl

INTERFACE = 1


def write(rows: pl.DataFrame) -> str:
    """One line for each row; a bar within a cell is no end of it."""
    lines = [rows.columns, ["---"] * rows.width, *rows.rows()]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", r"\|").replace("\n", " ")


EXPORT = Export("markdown", ".md", write)
