"""Brackets behind an indicator that hold no unit and tell it from another: 教师(小学), 教师(中学).

The publishers print the unit in the last bracket, so that a unit which nobody knows is kept as it is printed.
Where one name stands with several such brackets, or the unit stands elsewhere, they are parts of the name.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.formats.header_units import read_bracket


def is_of_name(bracket: str | None) -> bool:
    """Whether what a bracket holds is surely no unit."""
    return bracket is not None and read_bracket(bracket).kind in ("words", "number")


def names_with_words(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells whose names keep the brackets that tell them apart; the unit of these is not printed.

    Args:
        cells: ``series_label``, ``unit_label`` and others, as a reader of a publisher's format gives them.
    """
    pairs = cells.select("series_label", "unit_label").drop_nulls().unique()
    units = pairs.filter(pl.len().over("series_label") > 1)
    words = [unit for unit in units["unit_label"].unique() if is_of_name(unit)]
    if not words:
        return cells
    several = units.filter(pl.col("unit_label").is_in(words)).with_columns(
        whole=pl.format("{}({})", "series_label", "unit_label")
    )
    kept = pl.col("whole").is_null()
    return (
        cells.join(several, on=["series_label", "unit_label"], how="left", maintain_order="left")
        .with_columns(
            series_label=pl.coalesce("whole", "series_label"),
            unit_label=pl.when(kept).then("unit_label"),
        )
        .drop("whole")
    )
