"""What moves the coefficients of a study's models: one model after the other, over one walk of its cells."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.stages.influence.changed import left_out, moved_by
from nqpf_assets.stages.influence.raw_links import raw_links, weights_in_formulas
from nqpf_assets.stages.influence.reported import Reported, is_reported, reported, why_untold
from nqpf_assets.stages.influence.rows import Largest, Untold, frame, largest
from nqpf_assets.stages.places import geography_of
from nqpf_assets.stages.requested_columns import Request, weights_of
from nqpf_assets.steps.step import Inputs
from nqpf_assets.studies.spatial_weights import WeightOptions

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.estimation.influence import MovingColumn
    from nqpf_assets.estimators.influence.number import Number
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.stages.influence.walk import Walk

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

NOTHING_MOVES = "no published cell moves it: the change is zero for each of them"
ROW = "row of the panel"
"""Name of a column that no variable can have."""


class Influences:
    """The models of a study, one after the other."""

    def __init__(self, inputs: Inputs, compiled: CompiledStudy, catalogue: Catalogue) -> None:
        self.inputs, self.compiled, self.catalogue = inputs, compiled, catalogue
        name = compiled.name
        self.panel = inputs.read(name, "panel").sort("unit", "period").with_row_index(ROW)
        models = inputs.read(name, "model").select("table_name", "column_label", "sample_id")
        self.sample_of = {(table, label): sample for table, label, sample in models.iter_rows()}
        self.samples = inputs.read(name, "model_sample")
        self.reported = reported(inputs, name)
        weights = [weights_of(one.column) for one in compiled.requests]
        self.geography = geography_of(inputs.read, weights, weights_in_formulas(compiled))
        self.links = raw_links(self.geography.links)
        self.influence: list[Largest] = []
        self.leave_out: list[Largest] = []
        self.no_influence: list[Untold] = []
        self.no_leave_out: list[Untold] = []

    def look_at(self, request: Request) -> None:
        """Keep what changes the model's numbers most, or why it is not told."""
        said = self.reported.get((request.table, request.column.label), {})
        parts = self._parts(request)
        if isinstance(parts, str):
            self._untold(request, parts)
            return
        for part in parts:
            self._look_at_part(request, part, said, is_alone=len(parts) == 1)
        for number in said.keys() - {number for part in parts for number in part.numbers}:
            self._untold(request, why_untold(number), number)

    def _look_at_part(
        self, request: Request, column: MovingColumn, said: Reported, *, is_alone: bool
    ) -> None:
        import numpy as np

        told = self._told(request, column, said)
        errors = np.array([said[column.numbers[one]][1] for one in told])
        row_of_panel = column.design.rows.get_column(ROW).to_numpy().astype(np.intp)
        why_no_rows = column.model.why_no_rows
        if why_no_rows and is_alone:
            self.no_leave_out.append(Untold(request.model, why_no_rows))
        elif why_no_rows:
            numbers = [column.numbers[one] for one in told]
            self.no_leave_out += [Untold(request.model, why_no_rows, one) for one in numbers]
        else:
            self.leave_out += left_out(request.model, column, told, errors, row_of_panel)
        if (raw := column.raw_weights) is not None and raw.why_untold:
            weights = str(column.design.column.options(WeightOptions).weights)
            self.no_influence.append(Untold(request.model, raw.why_untold, weights=weights))
        why = self._why_no_cells(column)
        if why:
            self.no_influence.append(Untold(request.model, why))
            return
        self._follow(request.model, column, dict(zip(told, errors, strict=True)), row_of_panel)

    def _follow(
        self,
        model: str,
        column: MovingColumn,
        told: Mapping[int, float],
        row_of_panel: Places,
    ) -> None:
        """From a column's numbers to the cells.

        Args:
            told: place among the column's numbers → its standard error.
        """
        import numpy as np

        found: list[Largest] = []
        for one, error in told.items():
            # One after the other: changes by all cells of a large panel are held once.
            every = self.walk.to_every(self._of_panel(column.derivatives(one), row_of_panel))
            changes, number = self.walk.of_published(every), column.numbers[one]
            if not np.isfinite(changes).all():
                why = "an index under it does not move smoothly: two of its components coincide"
                self.no_influence.append(Untold(model, why))
                return
            if not changes.any():
                self.no_influence.append(Untold(model, NOTHING_MOVES, number))
            found += moved_by(model, number, changes, np.array([error]), self.walk)
            if len(self.links.entries):
                by_entry = self._by_entry(column, one, every)[None]
                found.append(largest(model, "weight", (number,), by_entry, np.array([error])))
        self.influence += found

    def _by_entry(self, column: MovingColumn, number: int, every: Floats) -> Floats:
        """(M,) change of a number per 1 % of each entry of raw weights that its model or formulas read."""
        found = self.links.by_formulas(self.walk.lags, every)
        told = column.raw_weights
        if told is None:
            return found
        weights = str(column.design.column.options(WeightOptions).weights)
        if told.why_untold:
            # What the same entries do by way of formulas alone is not what they do.
            return self.links.but(weights, found)
        return found + self.links.by_model(weights, told, number)

    def _told(self, request: Request, column: MovingColumn, said: Reported) -> list[int]:
        """Places of the column's numbers that are the table's; of others it is said that they are not."""
        found = []
        for place, number in enumerate(column.numbers):
            if number not in said:
                continue
            if is_reported(column.estimates[place], said[number]):
                found.append(place)
            else:
                self._untold(request, "the number is another than what the estimator tells", number)
        return found

    def _untold(self, request: Request, why: str, number: Number | None = None) -> None:
        self.no_influence.append(Untold(request.model, why, number))
        self.no_leave_out.append(Untold(request.model, why, number))

    def _why_no_cells(self, column: MovingColumn) -> str:
        """Why a column's cells are not told though its rows are."""
        indices = self.compiled.study.indices
        below = self.compiled.under(column.model.variables)
        lacking = sorted({*below} & {*indices} - {*self.walk.indices})
        named = ", ".join(lacking)
        if not named:
            return ""
        return f"the index {named} has no `gradient`, and cannot be computed again for each value"

    def tables(self) -> dict[str, pl.DataFrame]:
        """Rows of both tables, by the text of their model."""
        cells = {} if not self.influence else {**self.walk.names, "weight": self.links.names}
        rows = self.panel.select("unit", "period")
        observations = {
            "unit": rows.select("unit"),
            "period": rows.select("period"),
            "observation": rows,
        }
        return {
            "influence": frame(self.influence, cells, self.no_influence),
            "leave_out": frame(self.leave_out, observations, self.no_leave_out),
        }

    @cached_property
    def walk(self) -> Walk:
        from nqpf_assets.stages.influence.stations import stations

        codes = self.catalogue.regions.unit_codes
        rows = self.panel.select("unit", "period")
        of_weights = bool(weights_in_formulas(self.compiled))
        return stations(self.inputs, self.compiled, codes, rows, of_weights=of_weights)

    def _parts(self, request: Request) -> tuple[MovingColumn, ...] | str:
        """The column with what its estimator tells, or why it tells nothing."""
        import polars as pl

        from nqpf_assets.estimation.influence import moving_columns

        sample_id = self.sample_of[request.table, request.column.label]
        sample = self.samples.filter(pl.col("sample_id") == sample_id)
        return moving_columns(
            self.compiled.study,
            request.table,
            request.column,
            self.panel,
            self.geography,
            sample,
        )

    def _of_panel(
        self, derivatives: Mapping[str, Floats], row_of_panel: Places
    ) -> dict[str, Floats]:
        """Variable → change of a number per change of its value in each row of the panel."""
        import numpy as np

        of_panel: dict[str, Floats] = {}
        for name, changes in derivatives.items():
            of_panel[name] = np.zeros(len(self.panel))
            of_panel[name][row_of_panel] = changes
        return of_panel
