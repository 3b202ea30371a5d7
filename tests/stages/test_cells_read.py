"""Cells that lie some years from a row are looked up: the same as are found beside every row."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest

from nqpf_assets.catalog.table_frames import shape_of
from nqpf_assets.stages import cells_read

WAY = {"series_id": pl.String, "first_lag": pl.Int32, "last_lag": pl.Int32, "not_before": pl.Int32,
       "not_after": pl.Int32, "at_year": pl.Int32, "of_region": pl.String}  # fmt: skip
PARTS = {"at_part": pl.String, "since_part": pl.String, "since_lag": pl.Int32, "where_part": pl.String,
         "where_lag": pl.Int32}  # fmt: skip
NO_PARTS = pl.DataFrame(schema=shape_of(("study", "part_span")))
UNITS, YEARS = [f"u{place}" for place in range(5)], range(2010, 2020)


def some(names: list[str], column: str, share: float, seed: int) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    rows = [one for one in itertools.product(names, UNITS, YEARS) if draw.uniform() < share]
    schema = {"variable": pl.String, "unit": pl.String, column: pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row")


CELLS = some(["gdp", "area", "people"], "period", 0.7, 1)
ROWS = some(["any"], "sample_period", 0.4, 2).drop("variable")
WAYS = {
    "own row": ("gdp", 0, 0, None, None, None, None),
    "row before": ("gdp", -1, -1, None, None, None, None),
    "window": ("area", -3, -1, None, None, None, None),
    "window across the row": ("area", -2, 2, None, None, None, None),
    "from a year": ("people", -4, 0, 2013, None, None, None),
    "until a year": ("people", 1, 1, None, 2016, None, None),
    "base year": ("gdp", 0, 0, None, None, 2012, None),
    "other region": ("people", 0, 0, None, None, None, "u3"),
}


def ways(*named: str) -> pl.DataFrame:
    rows = [WAYS[one] for one in named]
    frame = pl.DataFrame(rows, schema=WAY, orient="row")
    return frame.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in PARTS.items())


@pytest.mark.parametrize("named", [*((one,) for one in WAYS), tuple(WAYS)], ids=", ".join)
def test_looked_up_are_the_cells_that_are_found_beside_every_row(named: tuple[str, ...]) -> None:
    read = ways(*named)
    beside = cells_read._read_far(CELLS.lazy(), read, ROWS, NO_PARTS).unique().collect()
    looked_up = cells_read.cells_read(CELLS.lazy(), read, ROWS, NO_PARTS)
    assert beside.height > 3
    assert looked_up.unique().collect().sort(pl.all()).equals(beside.sort(pl.all()))
    once = cells_read.once_each(looked_up, read).collect()
    assert once.sort(pl.all()).equals(beside.sort(pl.all()))


def test_portions_are_of_whole_series_and_of_all() -> None:
    read = ways(*WAYS)
    parts = list(cells_read.portions(read, cells_read.CELLS))
    assert [part["series_id"].unique().to_list() for part in parts] == [
        ["area"],
        ["gdp"],
        ["people"],
    ]
    assert pl.concat(parts).sort(pl.all()).equals(read.sort(pl.all()))
    assert next(iter(cells_read.portions(read, 0))).height == read.height
    assert [part.height for part in cells_read.portions(read.clear(), 10)] == [0]
