"""Roles of changed cells are told of columns that moved, and of no others."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from nqpf_assets.publications.between import Files, compared

KEY = {"study": "s", "unit": "110000", "period": 2015}


def publication(root: Path, value: float) -> Files:
    """One cell, which the effects of a column absorb, and no estimate."""
    tables = {
        "panel.cell": KEY
        | {"variable": "gdp", "value": value, "status": "reported", "file_id": "f"},
        "result.absorbed_cell": KEY
        | {"table_name": "t", "column_label": "(1)", "variable": "since", "series_id": "gdp"},
    }
    for name, row in tables.items():
        frame = pl.DataFrame([row]).with_columns(pl.col("period").cast(pl.Int32))
        frame.write_parquet(root / f"{name} {value}.parquet")
    return lambda name: root / f"{name} {value}.parquet" if name in tables else None


def test_a_column_that_does_not_move_has_no_roles(tmp_path: Path) -> None:
    with compared(publication(tmp_path, 1.0), publication(tmp_path, 2.0)) as comparison:
        assert comparison.rows("cell").height == 1
        assert comparison.rows("role").is_empty()
        assert comparison.rows("moved_by").is_empty()
