"""What formulas take from pooled rows: means, deviations, bounds; and how these move with the rows.

The numbers are given to the formulas as cells of their own (`expressions.frozen`), one for each unit and
year, behind the cells of the series.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nqpf_assets.estimators.influence.clip_bounds import WHOLE, bound_weights, through_clip
from nqpf_assets.expressions.frozen import Frozen, Pooled
from nqpf_assets.stages.influence.cell_derivatives import STEP, Derivatives, Formulas, Values

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.studies.variables import Winsorize

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


@dataclass(frozen=True)
class Pool:
    """Rows from which two numbers are taken: mean and deviation, or lower and upper bound.

    Attributes:
        rows: places of the rows that have a value.
        bounds: the two numbers.
        weights: how each of them moves with each of the rows.
        period, unit: whose rows they are; None for all years, and for all units.
    """

    rows: NDArray[np.intp]
    bounds: tuple[float, float]
    weights: tuple[Floats, Floats]
    period: int | None
    unit: str | None = None

    def asking(self, grid: Grid) -> Any:
        """Which rows of a grid read the numbers."""
        if self.unit is not None:
            return grid.units == self.unit
        return slice(None) if self.period is None else grid.periods == self.period


@dataclass(frozen=True)
class Grid:
    """Units and years of the cells that hold one number."""

    units: NDArray[np.object_]
    periods: NDArray[np.int32]


def pools_of_rows(rule: Winsorize, values: Floats, periods: NDArray[np.int32]) -> Iterator[Pool]:
    """The pools of a variable that is clipped; none for one of two values, which has no tails."""
    import numpy as np

    known = np.flatnonzero(~np.isnan(values))
    if not len(known) or np.isin(values[known], (values[known].min(), values[known].max())).all():
        return
    years = np.unique(periods[known]).tolist() if rule.by == "period" else [None]
    for year in years:
        rows = known if year is None else known[periods[known] == year]
        weights = bound_weights(values[rows], rule.share, rule.quantile)
        bounds = float(weights[0] @ values[rows]), float(weights[1] @ values[rows])
        yield Pool(rows, bounds, weights, year)


def through_clip_of(
    rule: Winsorize, values: Floats, periods: NDArray[np.int32], changes: Floats
) -> Floats:
    """From changes per clipped value to changes per value before, the bounds' own moves included."""
    found = changes.copy()
    for pool in pools_of_rows(rule, values, periods):
        rows = pool.rows
        found[rows] = through_clip(changes[rows], values[rows], *pool.bounds, pool.weights)
    return found


@dataclass(frozen=True)
class Pools:
    """The pooled numbers of a study's formulas, in the order of their use.

    Attributes:
        pooled: what each is.
        cells: of each, places of the cells that hold its first and its second number, if it has them.
        grid: of the cells that hold one number.
        members: of each, the pools of rows that it is taken over.
    """

    pooled: tuple[Pooled, ...]
    cells: tuple[tuple[Places, ...], ...]
    grid: Grid
    members: tuple[tuple[Pool, ...], ...]

    def to_cells(
        self,
        of_values: Floats,
        derivatives: Derivatives,
        held: Sequence[Sequence[Derivatives]],
        place: Mapping[str, int],
    ) -> Floats:
        """(C,) change per change of each cell, through pooled numbers as well.

        Args:
            of_values: (V, R) change per change of each value; what comes by way of the numbers is added.
            held: as `held` tells them apart.
        """
        # The last first: a number can only enter formulas that come after it.
        for number in reversed(range(len(self.pooled))):
            row = of_values[place[self.pooled[number].of]]
            found = [one.of_cells(of_values) for one in held[number]]
            for pool in self.members[number]:
                inside = pool.asking(self.grid)
                for of_number, weights in zip(found, pool.weights, strict=False):
                    row[pool.rows] += of_number[inside].sum() * weights
        return derivatives.of_cells(of_values)

    def held(self, derivatives: Derivatives) -> tuple[tuple[Derivatives, ...], ...]:
        """Of each number, how values move with the cells that hold its first and its second."""
        return tuple(
            tuple(derivatives.between(int(cells[0]), int(cells[-1]) + 1) for cells in of_number)
            for of_number in self.cells
        )


def with_pools(
    frozen: Frozen, formulas: Formulas, cells: pl.DataFrame, rules: Mapping[str, Winsorize]
) -> tuple[Values, Pools, pl.DataFrame]:
    """What the formulas give, with their pooled numbers, and the cells with these behind them.

    Args:
        cells: variable (a series), unit, period, value, status, step.
        rules: variable → how it is clipped.
    """
    import numpy as np

    grid = _grid(cells, formulas)
    asking = Grid(grid.get_column("unit").to_numpy(), grid.get_column("period").to_numpy())
    places: list[tuple[Places, ...]] = []
    members: list[tuple[Pool, ...]] = []
    for one in frozen.pooled:
        base = formulas.only([one.of]).values(cells)
        values = base.values[base.variables.index(one.of)]
        is_own = np.isin(base.units, formulas.units)
        is_now = (base.periods >= formulas.years[0]) & (base.periods <= formulas.years[1])
        if one.kind == "standardized":
            pools: tuple[Pool, ...] = (_moments(np.where(is_own & is_now, values, np.nan)),)
            sides: tuple[Floats, ...] = ()
        elif one.kind in ("mean", "quantile"):
            inside = {"period": is_own, "unit": is_now}.get(one.by, is_own & is_now)
            pools = tuple(_statistics(one, base, np.where(inside, values, np.nan)))
            sides = ()
        elif one.kind == "held":
            pools, sides = (), (_on_grid(base, values, grid),)
        else:
            rule = rules[one.of]
            is_pooled = is_own if rule.by == "period" else is_own & is_now
            pools = tuple(pools_of_rows(rule, np.where(is_pooled, values, np.nan), base.periods))
        without = np.nan if one.kind in ("mean", "quantile") else 0.0
        numbers = _numbers(pools, asking, without)
        if one.kind == "clipped":
            sides = _sides(base, values, grid, numbers)
        begin, n = len(cells), len(grid)
        spread = float(np.nanstd(values)) or 1.0 if pools else 1.0
        steps = (STEP * np.nan_to_num(np.abs(column) + spread) for column in numbers)
        parts = [
            *zip(one.numbers, numbers, steps, strict=False),
            *((name, column, np.zeros(n)) for name, column in zip(one.sides, sides, strict=True)),
        ]
        cells = _with_numbers(cells, grid, parts)
        held = range(begin, begin + n * len(one.numbers), n)
        places.append(tuple(np.arange(place, place + n) for place in held))
        members.append(pools)
    return (
        formulas.values(cells),
        Pools(frozen.pooled, tuple(places), asking, tuple(members)),
        cells,
    )


def _grid(cells: pl.DataFrame, formulas: Formulas) -> pl.DataFrame:
    """Every unit and region in every year in which anything is read."""
    import polars as pl

    periods = cells.get_column("period")
    first = min(int(periods.min()), formulas.years[0])  # type: ignore[arg-type]
    last = max(int(periods.max()), formulas.years[1])  # type: ignore[arg-type]
    units = pl.concat([cells.get_column("unit"), pl.Series("unit", formulas.units)]).unique().sort()
    years = pl.Series("period", range(first, last + 1), dtype=pl.Int32)
    return units.to_frame().join(years.to_frame(), how="cross")


def _moments(values: Floats) -> Pool:
    """Mean and standard deviation of the values that are known."""
    import numpy as np

    rows = np.flatnonzero(~np.isnan(values))
    x, n = values[rows], len(rows)
    if n < 2 or not np.ptp(x):
        return Pool(rows, (0.0, 1.0), (np.zeros(n), np.zeros(n)), None)
    mean, deviation = float(x.mean()), float(x.std(ddof=1))
    weights = np.full(n, 1 / n), (x - mean) / ((n - 1) * deviation)
    return Pool(rows, (mean, deviation), weights, None)


def _statistics(one: Pooled, base: Values, values: Floats) -> Iterator[Pool]:
    """Means or quantiles of the values that are known: of all, of each year or of each unit."""
    import numpy as np

    known = np.flatnonzero(~np.isnan(values))
    keys = {"period": base.periods, "unit": base.units}.get(one.by)
    for key in [None] if keys is None else np.unique(keys[known]).tolist():
        rows = known if keys is None else known[keys[known] == key]
        if not len(rows):
            continue
        weights = (
            np.full(len(rows), 1 / len(rows))
            if one.kind == "mean"
            else _quantile_weights(values[rows], one.share)
        )
        bounds, of_both = (float(weights @ values[rows]), 0.0), (weights, np.zeros(len(rows)))
        period, unit = (key if one.by == by else None for by in ("period", "unit"))
        yield Pool(rows, bounds, of_both, period, unit)


def _quantile_weights(values: Floats, share: float) -> Floats:
    """How a quantile of R's type 7 moves with the values; at a whole place with the one that stands there."""
    import numpy as np

    place = share * (len(values) - 1)
    if abs(place - round(place)) < WHOLE:
        place = round(place)
    below = int(np.floor(place))
    order, weights = np.argsort(values, kind="stable"), np.zeros(len(values))
    weights[order[below]] = 1 - (place - below)
    if place > below:
        weights[order[below + 1]] = place - below
    return weights


def _numbers(pools: tuple[Pool, ...], grid: Grid, without: float) -> tuple[Floats, Floats]:
    """The two numbers in every row of the grid, and what stands where there are none."""
    import numpy as np

    found = np.full((2, len(grid.periods)), without)
    for pool in pools:
        inside = pool.asking(grid)
        found[0, inside], found[1, inside] = pool.bounds
    return found[0], found[1]


def _sides(
    base: Values, values: Floats, grid: pl.DataFrame, bounds: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """Of every row of the grid, whether its value is kept, raised or lowered."""
    import numpy as np

    found = _on_grid(base, values, grid)
    is_bounded = bounds[0] < bounds[1]
    is_below, is_above = is_bounded & (found < bounds[0]), is_bounded & (found > bounds[1])
    kept = ~(is_below | is_above)
    return kept.astype(np.float64), is_below.astype(np.float64), is_above.astype(np.float64)


def _on_grid(base: Values, values: Floats, grid: pl.DataFrame) -> Floats:
    """The values in the rows of the grid; not-a-number where there are none."""
    import polars as pl

    rows = pl.DataFrame({"unit": base.units, "period": base.periods, "value": values})
    own = grid.join(rows, on=["unit", "period"], how="left", maintain_order="left")
    return own.get_column("value").fill_null(float("nan")).to_numpy()


def _with_numbers(
    cells: pl.DataFrame, grid: pl.DataFrame, parts: Iterable[tuple[str, Floats, Floats]]
) -> pl.DataFrame:
    """The cells, and behind them cells of these names, values and steps in every row of the grid."""
    import polars as pl

    added = [
        grid.select(
            variable=pl.lit(name),
            unit="unit",
            period="period",
            value=pl.Series(values),
            status=pl.lit("reported"),
            step=pl.Series(steps),
        )
        for name, values, steps in parts
    ]
    columns = ("variable", "unit", "period", "value", "status", "step")
    return pl.concat([cells.select(columns), *added], how="vertical_relaxed")
