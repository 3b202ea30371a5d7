"""From panel to published cells, backwards: what a change per variable, unit and year means per cell.

Each station of the way from cells to panel is gone through against its direction: index scores to indicators,
clipped values to their formulas' and to the bounds, formulas to series cells (`cell_derivatives`) and to what
they take from pooled rows (`pools`), cells that were filled or put together to the published ones that they
are made from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.stages.influence.cell_derivatives import Derivatives, Values
from nqpf_assets.stages.influence.lagged_formulas import LaggedFormula
from nqpf_assets.stages.influence.pools import Pools, through_clip_of
from nqpf_assets.stages.influence.rows import ONE_PERCENT

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.studies.variables import Winsorize

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]
    ToIndicators = Callable[[Floats], Mapping[str, Floats]]

SUMMED = ("unit", "period")


@dataclass(frozen=True)
class Walk:
    """All stations of one study.

    Attributes:
        cells: the C series cells, and scores that formulas read like these: variable (the series or index),
            unit, period, value, is_published.
        base: what formulas give, and `derivatives`, how it moves with these cells and the pooled numbers.
        of_panel: (N,) which row of the formulas' each row of the panel is.
        indices: index → from (N,) changes per score to (N,) changes per indicator value.
        clipped: variable → the rule by which its values are clipped.
        pools: what formulas take from pooled rows.
        filled, source, weight: places of filled cells and of those that they are made from, and how
            much of a change they take over.
        scores: index whose score formulas read → places of its scores among the cells, and in the panel; an
            index that is made of another stands before it.
        n_read: how many of the cells formulas read; behind them stand those of a lower level.
        lags: spatial lags by weights of raw files, where these are followed.
    """

    cells: pl.DataFrame
    base: Values
    derivatives: Derivatives
    of_panel: Places
    indices: Mapping[str, ToIndicators]
    clipped: Mapping[str, Winsorize]
    pools: Pools
    filled: Places
    source: Places
    weight: Floats
    scores: Mapping[str, tuple[Places, Places]]
    n_read: int
    lags: tuple[LaggedFormula, ...] = ()

    @cached_property
    def names(self) -> Mapping[str, pl.DataFrame]:
        """What is moved → its names: every cell, every unit, every period."""
        cells = self.cells.select(series_id="variable", unit="unit", period="period", value="value")
        labels = {key: self.cells.get_column(key).unique().sort().to_frame() for key in SUMMED}
        return {"cell": cells, **labels}

    @cached_property
    def codes(self) -> Mapping[str, Places]:
        """Units and periods → (C,) place of each cell's own."""
        return {
            key: self.names[key]
            .get_column(key)
            .search_sorted(self.cells.get_column(key))
            .to_numpy()
            for key in SUMMED
        }

    def of_published(self, every: Floats) -> Floats:
        """(C,) change per 1 % of each published cell; zero for cells that are not published.

        Args:
            every: what `to_every` gives.
        """
        import numpy as np

        values = self.cells.get_column("value").to_numpy()
        is_published = self.cells.get_column("is_published").to_numpy()
        per_one = ONE_PERCENT * np.nan_to_num(values)
        return np.where(is_published, per_one * every, 0.0)

    def to_every(self, changes: Mapping[str, Floats]) -> Floats:
        """(C,) change per change of each cell, filled or not, and of all that is filled from it.

        Args:
            changes: variable or index → (N,) change per change of its value in each row of the panel.
        """
        import numpy as np

        of_formulas = self._to_formulas(changes)
        for index, (of_score, of_panel) in self.scores.items():
            through = np.zeros(len(self.of_panel))
            through[of_panel] = self._to_cells(of_formulas)[of_score]
            for name, one in self.indices[index](through).items() if through.any() else ():
                of_formulas[name] = of_formulas[name] + one if name in of_formulas else one
        of_cells = self._to_cells(of_formulas)
        by_fills = self.weight * of_cells[self.filled]
        return of_cells + np.asarray(
            np.bincount(self.source, by_fills, minlength=len(of_cells)), dtype=np.float64
        )

    def _to_formulas(self, changes: Mapping[str, Floats]) -> dict[str, Floats]:
        """Changes per finished value of every formula, those under indices included."""
        total: dict[str, Floats] = {}
        for name, one in changes.items():
            parts = self.indices[name](one) if name in self.indices else {name: one}
            for variable, part in parts.items():
                total[variable] = total[variable] + part if variable in total else part
        return total

    def _to_cells(self, changes: Mapping[str, Floats]) -> Floats:
        """(C,) change per change of each series cell, filled or not."""
        import numpy as np

        of_values = np.zeros_like(self.base.values)
        place = {name: number for number, name in enumerate(self.base.variables)}
        periods = self.base.periods[self.of_panel]
        for name, one in changes.items():
            number, rule = place[name], self.clipped.get(name)
            if rule is not None:
                values = self.base.values[number, self.of_panel]
                one = through_clip_of(rule, values, periods, one)
            of_values[number, self.of_panel] += one
        found = self.pools.to_cells(of_values, self.derivatives, self.held, place)
        return np.pad(found[: self.n_read], (0, len(self.cells) - self.n_read))

    @cached_property
    def held(self) -> tuple[tuple[Derivatives, ...], ...]:
        """Of each pooled number, how values move with the cells that hold it."""
        return self.pools.held(self.derivatives)
