"""Spatial lags by weights of a raw file in formulas: what their weights do to what reads them.

To each lag a series is added that is zero (`expressions.frozen.Weighed`), one cell for each unit and year: it
is followed like any cell, and what moves by it moves by the lag. A lag is Σ_j w_ij x_jt with weights that add
up to one, so an entry that is larger by all of itself moves it by w_ij (x_jt − Σ_k w_ik x_kt).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.stages.influence.cell_derivatives import KEYS, STEP, Values

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.expressions.frozen import Weighed

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

ADDED = "added to a spatial lag"
"""Status of its cells here: no cell that was published."""


@dataclass(frozen=True)
class LaggedFormula:
    """One spatial lag, by weights of all years or of one.

    Attributes:
        weights: their name; year: None where they are of all.
        units: the N codes; shares: (N, N), rows adding up to one, or zero.
        values: (N, T) of what is lagged, zero where it is missing; cells: (N, T) places of what is added.
    """

    weights: str
    year: int | None
    units: tuple[str, ...]
    shares: Floats
    values: Floats
    cells: Places

    def per_entry(self, of_cells: Floats) -> Floats:
        """(N, N) change per entry that is larger by all of itself, of (C,) changes per cell."""
        import numpy as np

        per_weight = of_cells[self.cells] @ self.values.T
        by_scale = (per_weight * self.shares).sum(axis=1, keepdims=True)
        return np.asarray(self.shares * (per_weight - by_scale))


def added_cells(
    weighed: Collection[Weighed], cells: pl.DataFrame, years: tuple[int, int]
) -> pl.DataFrame:
    """The cells that are added to lags, in all years that are read; how far they move tells `with_steps`."""
    import polars as pl

    periods = cells.get_column("period")
    read = [*periods.unique().to_list(), *years]
    first, last = min(read), max(read)
    rows = dict.fromkeys((one.added, unit) for one in weighed for unit in one.links.of_units)
    of_units = pl.DataFrame(
        [*rows], schema={"variable": pl.String, "unit": pl.String}, orient="row"
    )
    of_years = pl.DataFrame({"period": range(first, last + 1)}, schema={"period": periods.dtype})
    return of_units.join(of_years, how="cross").select(
        *KEYS, value=pl.lit(0.0), status=pl.lit(ADDED)
    )


def with_steps(cells: pl.DataFrame, lags: Iterable[LaggedFormula]) -> pl.DataFrame:
    """The cells, those that are added moved by a step of the size of the lag that each is added to."""
    import numpy as np
    import polars as pl

    steps = cells.get_column("step").to_numpy().copy()
    for one in lags:
        # By sizes: a lag may be nothing where values of both signs cancel.
        sizes = one.shares @ np.abs(one.values)
        typical = float(sizes[sizes > 0].mean()) if sizes.any() else 1.0
        has_neighbours = one.shares.any(axis=1)
        steps[one.cells[has_neighbours]] = (
            STEP * np.where(sizes > 0, sizes, typical)[has_neighbours]
        )
    return cells.with_columns(step=pl.Series(steps))


def lagged_formulas(
    weighed: Collection[Weighed], base: Values, cells: pl.DataFrame
) -> Iterator[LaggedFormula]:
    """All of them, with where their cells stand among `cells`."""
    import numpy as np
    import polars as pl

    places = cells.select(*KEYS).with_row_index("place")
    rows = pl.DataFrame({"unit": base.units, "period": base.periods})
    for one in weighed:
        units = tuple(sorted({unit for row in one.links.rows for unit in row[:2]}))
        place = {unit: at for at, unit in enumerate(units)}
        shares = np.zeros((len(units), len(units)))
        for unit, other, weight in one.links.rows:
            shares[place[unit], place[other]] = weight
        own = places.filter(variable=one.added)
        if one.links.year is not None:
            own = own.filter(period=one.links.year)
        if own.is_empty():
            continue  # weights of a year in which nothing is read
        years = own.get_column("period").unique().sort()
        grid = pl.DataFrame({"unit": units}).join(years.to_frame(), how="cross")
        values = rows.with_columns(value=pl.Series(base.values[base.variables.index(one.of)]))
        found = grid.join(
            values.cast({"period": years.dtype}), on=["unit", "period"], how="left",
            maintain_order="left",
        ).join(own, on=["unit", "period"], how="left", maintain_order="left")  # fmt: skip
        shape = len(units), len(years)
        # A unit without neighbours has no cell: any other does, since none of its shares is above zero.
        at = found.get_column("place").fill_null(int(own.get_column("place")[0]))
        yield LaggedFormula(
            one.links.asked_as,
            one.links.year,
            units,
            shares,
            np.nan_to_num(found.get_column("value").to_numpy()).reshape(shape),
            at.to_numpy().astype(np.intp).reshape(shape),
        )
