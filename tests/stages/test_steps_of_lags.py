"""By how much a spatial lag is moved where its derivatives are measured: a little of itself."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from nqpf_assets.expressions.frozen import Weighed
from nqpf_assets.expressions.neighbours import links_among
from nqpf_assets.stages.influence.cell_derivatives import STEP, Values
from nqpf_assets.stages.influence.lagged_formulas import added_cells, lagged_formulas, with_steps

UNITS = ("large", "small", "opposite", "zero", "alone", "much", "little", "less", "nothing")
VALUES = {"much": 4e6, "little": 2.0, "less": -2.0, "nothing": 0.0}
ROWS = [
    ("large", "much", 1.0),
    ("small", "little", 3.0),
    ("small", "nothing", 1.0),
    ("opposite", "little", 1.0),
    ("opposite", "less", 1.0),
    ("zero", "nothing", 1.0),
]


def test_a_lag_is_moved_by_its_own_size() -> None:
    """A step of the size of large values would carry the logarithm of a small lag far along its bend."""
    weighed = [Weighed(links_among("trade", UNITS, ROWS), "lagged", "added")]
    periods = np.array([2020] * len(UNITS), dtype=np.int32)
    values = np.array([[VALUES.get(unit, np.nan) for unit in UNITS]])
    base = Values(("lagged",), np.array(UNITS, dtype=object), periods, values)
    read = pl.DataFrame({"period": [2020]}, schema={"period": pl.Int32})
    cells = added_cells(weighed, read, (2020, 2020)).sort("unit").with_columns(step=pl.lit(0.0))
    lags = [*lagged_formulas(weighed, base, cells)]
    found = dict(with_steps(cells, lags).select("unit", "step").iter_rows())
    sizes = {"large": 4e6, "small": 1.5, "opposite": 2.0}
    typical = sum(sizes.values()) / len(sizes)
    assert found == pytest.approx(
        {unit: STEP * size for unit, size in {**sizes, "zero": typical}.items()}, rel=1e-12
    )
