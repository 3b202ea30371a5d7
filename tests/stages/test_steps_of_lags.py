"""What is added to spatial lags where their derivatives are measured: by how much, and to which together."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from nqpf_assets.expressions.compiled import CompiledExpression
from nqpf_assets.expressions.frozen import Weighed, frozen
from nqpf_assets.expressions.neighbours import links_among, with_links
from nqpf_assets.expressions.parser import parse_expression
from nqpf_assets.expressions.reads import reach
from nqpf_assets.stages.influence.cell_derivatives import STEP, Values
from nqpf_assets.stages.influence.lagged_formulas import added_cells, lagged_formulas, with_steps
from nqpf_assets.stages.influence.moved_together import reads_of, together

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


def test_weights_of_several_years_are_followed_by_one_series() -> None:
    """A row reads the weights of its own year, so that one query moves those of all years."""
    years = (2019, 2020)
    known = [links_among("flows", UNITS, ROWS[year - 2019 :], year) for year in years]
    texts = {"near": "W(lagged, flows)", "log_near": "log(W(lagged, flows))"}
    trees = {name: with_links(parse_expression(text), known) for name, text in texts.items()}
    compiled = {name: CompiledExpression(tree, None, reach(tree)) for name, tree in trees.items()}
    found = frozen(compiled, (), years, of_weights=True)
    of_years = sorted((one.links.year, one.added) for one in found.weighed)
    assert of_years == [(year, "weights 0: added") for year in years]
    reads = reads_of(found.variables, {"weights 0: added": years}, [*years])
    assert len(together(reads)) == 1
    cells = added_cells(
        found.weighed, pl.DataFrame({"period": pl.Series(years, dtype=pl.Int32)}), years
    )
    assert not cells.select("variable", "unit", "period").is_duplicated().any()
    grid = [(unit, year) for unit in UNITS for year in years]
    units, periods = (np.array([one[place] for one in grid]) for place in (0, 1))
    values = np.arange(float(len(grid)))[None]
    base = Values((found.weighed[0].of,), units.astype(object), periods.astype(np.int32), values)
    for lag in lagged_formulas(found.weighed, base, cells):
        own = cells.with_row_index("place").filter(pl.col("period") == lag.year).get_column("place")
        assert {*lag.cells.ravel().tolist()} <= {*own.to_list()}
        assert lag.values.shape == (len(lag.units), 1)
