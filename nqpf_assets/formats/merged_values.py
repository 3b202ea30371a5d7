"""Numbers in merged cells that cover further rows or columns: of one of them, of all, or their sum.

The file holds the number once, and what is under the rest of the range looks like cells without a value.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nqpf_assets.formats.grid import Grid
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.messages.problems import Problem


def merged_number(
    grid: Grid, first: tuple[int, int], place: tuple[int, int], name: str, file: str
) -> Problem:
    """A number in a merged cell that covers another row or column too: it may be of both, or their sum."""
    return Problem(
        file=file,
        where=grid.place(*place),
        expected=f"a cell of its own for {name!r}",
        found=f"one merged with {grid.place(*first)}, which shows {grid.rows[first[0]][first[1]]!r}",
        remedy="unmerge the cells in Excel and write each its value; leave out what has none of its own",
        code="merged_value",
    )


def merged_values(cells: pl.DataFrame, grids: Sequence[Grid], file: str) -> list[Problem]:
    """The cells without a value that lie under a merged number.

    Args:
        cells: what was read of the sheets, with `reading.CELL_SCHEMA`.
        grids: the sheets.
        file: display name for problems.
    """
    empty = cells.filter(pl.col("value").is_null())
    names = dict(empty.select("locator", pl.coalesce("region_label", "series_label")).iter_rows())
    return [
        merged_number(grid, first, place, names[locator] or "", file)
        for grid in grids
        for place, first in grid.anchors.items()
        if (locator := grid.place(*place)) in names and shows_number(grid.rows[first[0]][first[1]])
    ]
