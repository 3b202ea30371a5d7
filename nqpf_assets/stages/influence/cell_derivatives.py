"""How every variable of a study moves with every series cell under it, measured on the study's own formulas.

Formulas are computed again with some cells a little larger, by the SQL that makes `derived_cell`: those that
read them, and no others. Cells that no number reads together are moved at once (`moved_together`; Curtis,
Powell and Reid 1974, On the estimation of sparse Jacobian matrices, J. Inst. Math. Appl. 13), so that a few
queries tell all. What formulas take from pooled rows is held fast (`expressions.frozen`) and followed
elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nqpf_assets.expressions.compile import derived_cells_sql
from nqpf_assets.expressions.compiled import CompiledExpression
from nqpf_assets.stages.influence.moved_together import Reads, reads_of, together
from nqpf_assets.warehouse.duckdb_engine import add_frame, frame_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.expressions.compile import Groups
    from nqpf_assets.warehouse.connection import Connection

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]
    Entries = tuple[Places, Places, Floats]

KEYS = ("variable", "unit", "period")
STEP = 1e-6
"""By how much of itself a cell is moved: the second derivative then changes the first by a millionth, and
rounding leaves ten digits of it."""


LATEST = 10_000
"""No calendar year is later."""
ALL_OTHERS, ELSEWHERE = -1, -2
"""In place of a unit: all that are not read by name, and a region that has no cells."""


@dataclass(frozen=True)
class Derivatives:
    """How values move with cells.

    Attributes:
        row, cell, slope: (m,) place among the values, flattened, and among the C cells, of every entry that
            is not zero, and the entry.
        n_cells: C.
    """

    row: Places
    cell: Places
    slope: Floats
    n_cells: int

    def of_cells(self, of_values: Floats) -> Floats:
        """(C,) change per change of each cell of what changes by (V, R) per change of each value."""
        import numpy as np

        weights = self.slope * of_values.ravel()[self.row]
        return np.asarray(np.bincount(self.cell, weights=weights, minlength=self.n_cells))

    def between(self, first: int, last: int) -> Derivatives:
        """The entries of the cells from one place to before another."""
        import numpy as np

        here = np.flatnonzero((self.cell >= first) & (self.cell < last))
        cells = self.cell[here] - first
        return Derivatives(self.row[here], cells, self.slope[here], last - first)


@dataclass(frozen=True)
class Values:
    """What formulas give: (V, R) values of `variables`, by the units and periods of the R rows."""

    variables: tuple[str, ...]
    units: NDArray[np.object_]
    periods: NDArray[np.int32]
    values: Floats


@dataclass(frozen=True)
class Formulas:
    """The formulas of a study as one query over cells.

    Attributes:
        connection: where they are computed.
        variables: in the order in which they can be computed, nothing pooled in them.
        years: first and last of the study.
        groups, units: of the study.
        everywhere: rows of all years and regions that are read, not only those of the study.
        whole: all formulas, of which `variables` may be some; their rows are the same.
    """

    connection: Connection
    variables: Mapping[str, CompiledExpression]
    years: tuple[int, int]
    groups: Groups
    units: list[str]
    everywhere: bool = False
    whole: Mapping[str, CompiledExpression] | None = None

    def only(self, names: Collection[str]) -> Formulas:
        """Those of these variables, and of the variables under them."""
        asked = set(names)
        for name in reversed([*self.variables]):
            if name in asked:
                asked |= self.variables[name].inputs.keys() & self.variables.keys()
        chosen = {name: one for name, one in self.variables.items() if name in asked}
        return replace(self, variables=chosen, whole=self.whole or self.variables)

    @cached_property
    def query(self) -> str:
        first, last = self.years
        query = derived_cells_sql(
            self.variables,
            cells="moved",
            first=first,
            last=last,
            groups=self.groups,
            units=self.units,
            within={name: one.tree for name, one in (self.whole or self.variables).items()},
            everywhere=self.everywhere,
        )
        return f"FROM ({query}) AS d ORDER BY variable, unit, period"

    @property
    def names(self) -> tuple[str, ...]:
        """The variables in the order of their values."""
        return tuple(sorted(self.variables))

    def values(self, cells: pl.DataFrame) -> Values:
        """All variables, from cells: variable (a series), unit, period, value, status."""
        rows = self._asked(cells, "unit, period, value")
        of_one = rows.head(len(rows) // len(self.names))
        return Values(
            self.names,
            of_one.get_column("unit").to_numpy(),
            of_one.get_column("period").to_numpy(),
            self._numbers(rows),
        )

    def _asked(self, cells: pl.DataFrame, columns: str) -> pl.DataFrame:
        """Columns of the rows that these cells give."""
        add_frame(self.connection, "moved", cells.select(*KEYS, "value", "status"))
        return frame_of(self.connection, f"SELECT {columns} {self.query}")

    def _numbers(self, rows: pl.DataFrame) -> Floats:
        """(V, R) their values."""
        import numpy as np
        import polars as pl

        values = rows.get_column("value").cast(pl.Float64).fill_null(np.nan).to_numpy()
        return values.reshape(-1, len(rows) // len(self.names))  # type: ignore[no-any-return]

    def derivatives(self, cells: pl.DataFrame, base: Values) -> Derivatives:
        """How all variables move with all cells.

        Args:
            cells: with `step`, by how much each is moved, 0 where it is not; one row per cell.
            base: the values of the cells as they are.
        """
        import numpy as np
        import polars as pl

        moved = cells.filter(pl.col("step") != 0)
        found = moved.group_by("variable").agg(pl.col("period").unique().sort()).rows()
        known = {series: tuple(periods) for series, periods in found}
        reads = reads_of(self.variables, known, sorted(set(base.periods.tolist())))
        look_up = _CellsByPlace(cells, reads, base)
        entries = [
            look_up.entries(
                nodes, self._difference(reads.readers(nodes), look_up.moved(nodes), base)
            )
            for nodes in together(reads)
        ]
        parts = list(zip(*entries, strict=True)) or [(np.empty(0),)] * 3
        row, cell, slope = (np.concatenate(part) for part in parts)
        return Derivatives(row.astype(np.intp), cell.astype(np.intp), slope, len(cells))

    def _difference(self, readers: Collection[str], moved: pl.DataFrame, base: Values) -> Floats:
        """(V, R) by how much the values of these variables are others than `base`; 0 for all others."""
        import numpy as np

        now = self.only(readers)
        found = np.zeros_like(base.values)
        places = [base.variables.index(name) for name in now.names]
        # Which rows they are is known: names of all units beside all values would be most of the memory.
        found[places] = now._numbers(now._asked(moved, "value")) - base.values[places]
        return found


class _CellsByPlace:
    """The cells by series, year and unit, so that a changed row finds the cell that it reads."""

    def __init__(self, cells: pl.DataFrame, reads: Reads, base: Values) -> None:
        import numpy as np

        self.cells, self.reads, self.base = cells, reads, base
        series = {one: place for place, one in enumerate(cells.get_column("variable").unique())}
        units = {one: place for place, one in enumerate(cells.get_column("unit").unique())}
        self.n_units = len(units)
        of_series = cells.get_column("variable").replace_strict(series).to_numpy()
        of_unit = cells.get_column("unit").replace_strict(units).to_numpy()
        periods = cells.get_column("period").to_numpy()
        self.step = cells.get_column("step").to_numpy()
        key = self._key(of_series, periods, of_unit)
        self.order = np.argsort(key)
        self.key = key[self.order]
        self.unit_of_row = np.array([units.get(unit, ELSEWHERE) for unit in base.units.tolist()])
        self.nodes = np.array(
            [
                (series[name], year, ALL_OTHERS if region is None else units.get(region, ELSEWHERE))
                for name, year, region in reads.nodes
            ],
            dtype=np.int64,
        ).reshape(-1, 3)
        named = np.unique(self.nodes[self.nodes[:, 2] != ALL_OTHERS][:, [0, 2]], axis=0)
        is_named = np.isin(self._key(of_series, 0, of_unit), self._key(named[:, 0], 0, named[:, 1]))
        self.node_key = self._key(of_series, periods, np.where(is_named, of_unit, ALL_OTHERS))

    def moved(self, nodes: frozenset[int]) -> pl.DataFrame:
        """The cells, those of the nodes a step larger."""
        import numpy as np
        import polars as pl

        is_moved = np.isin(self.node_key, self._key(*self.nodes[sorted(nodes)].T))
        return self.cells.with_columns(
            value=pl.col("value") + pl.Series(np.where(is_moved, self.step, 0.0))
        )

    def entries(self, nodes: frozenset[int], difference: Floats) -> Entries:
        """What a move of these nodes shows."""
        import numpy as np

        names, periods = self.base.variables, self.base.periods
        row = np.flatnonzero(np.nan_to_num(difference))
        first, n_years = int(periods.min()), int(np.ptp(periods)) + 1
        place = {name: number for number, name in enumerate(names)}
        # Of each variable and year, the one node among these that its rows read.
        read = np.full((len(names), n_years), -1)
        for (name, period), found in self.reads.of.items():
            read[place[name], period - first] = next((one for one in found if one in nodes), -1)
        of_variable, of_row = np.divmod(row, len(periods))
        # Conditions and ranks can jump where values are alike, in rows of others too; nothing moves by them.
        is_read = read[of_variable, periods[of_row] - first] >= 0
        row, of_variable, of_row = row[is_read], of_variable[is_read], of_row[is_read]
        series, year, region = self.nodes[read[of_variable, periods[of_row] - first]].T
        unit = np.where(region == ALL_OTHERS, self.unit_of_row[of_row], region)
        cell = self.order[np.searchsorted(self.key, self._key(series, year, unit))]
        return row, cell, difference.ravel()[row] / self.step[cell]

    def _key(self, series: Any, period: Any, unit: Any) -> NDArray[np.int64]:
        """One number for series, year and unit."""
        import numpy as np

        series = np.asarray(series, dtype=np.int64)
        return np.asarray((series * LATEST + period) * (self.n_units + 2) + unit + 2)
