"""What moves the coefficients of a study's models: one model after the other, over one walk of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.catalog.geography import Geography
from nqpf_assets.stages.influence.rows import Largest, frame, largest
from nqpf_assets.stages.requested_columns import Request
from nqpf_assets.steps.step import Inputs
from nqpf_assets.studies.estimator_registry import ESTIMATORS

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.estimation.influence import LinearColumn
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.stages.influence.walk import Walk

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

ROW = "row of the panel"
"""Name of a column that no variable can have."""
LEFT_OUT = ("unit", "period", "observation")
SAME = 1e-6
"""How far the coefficient that is differentiated may be from the one in the table, in standard errors."""


class Influences:
    """The models of a study, one after the other."""

    def __init__(self, inputs: Inputs, compiled: CompiledStudy, catalogue: Catalogue) -> None:
        self.inputs, self.compiled, self.catalogue = inputs, compiled, catalogue
        name = compiled.name
        self.panel = inputs.read(name, "panel").sort("unit", "period").with_row_index(ROW)
        models = inputs.read(name, "model").select("table_name", "column_label", "sample_id")
        self.sample_of = {(table, label): sample for table, label, sample in models.iter_rows()}
        self.samples = inputs.read(name, "model_sample")
        estimates = inputs.read(name, "estimate")
        keys = ("table_name", "column_label", "term")
        self.reported = {
            (table, label, term): numbers
            for table, label, term, *numbers in estimates.select(
                *keys, "estimate", "std_error"
            ).iter_rows()
        }
        self.influence: list[Largest] = []
        self.leave_out: list[Largest] = []
        self.no_influence: dict[str, str] = {}
        self.no_leave_out: dict[str, str] = {}

    def look_at(self, request: Request) -> None:
        """Keep what changes the model's terms most, or why it is not told."""
        import numpy as np

        column = self._column(request)
        if isinstance(column, str):
            self.no_influence[request.model] = self.no_leave_out[request.model] = column
            return
        terms = column.model.terms
        place = (request.table, request.column.label)
        estimate, errors = np.array(
            [self.reported[(*place, term)] for term in terms], dtype=np.float64
        ).T
        away = np.abs(column.estimates - estimate)
        if (away > SAME * np.fmax(errors, np.abs(estimate))).any():
            why = "the coefficients are not those of the linear model behind the estimator"
            self.no_influence[request.model] = self.no_leave_out[request.model] = why
            return
        row_of_panel = column.design.rows.get_column(ROW).to_numpy().astype(np.intp)
        self.leave_out += left_out(request.model, column, errors, row_of_panel)
        lacking = sorted(
            {*column.model.variables} & {*self.compiled.study.indices} - {*self.walk.indices}
        )
        if lacking:
            named = ", ".join(lacking)
            why = (
                f"the index {named} has no `gradient`, and cannot be computed again for each value"
            )
            self.no_influence[request.model] = why
            return
        found: list[Largest] = []
        for number, term in enumerate(terms):
            # One after the other: changes by all cells of a large panel are held once.
            changes = self._changes(column.derivatives(number), row_of_panel)
            if not np.isfinite(changes).all():
                why = "an index under it does not move smoothly: two of its components coincide"
                self.no_influence[request.model] = why
                return
            found += moved_by(request.model, term, changes, errors[number : number + 1], self.walk)
        self.influence += found

    def tables(self) -> dict[str, pl.DataFrame]:
        """Rows of both tables, by the text of their model."""
        cells = {} if not self.influence else self.walk.names
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
        return stations(self.inputs, self.compiled, codes, self.panel.select("unit", "period"))

    def _column(self, request: Request) -> LinearColumn | str:
        """The column with its linear model, or why there is none."""
        import polars as pl

        from nqpf_assets.estimation.influence import linear_column

        sample_id = self.sample_of[request.table, request.column.label]
        sample = self.samples.filter(pl.col("sample_id") == sample_id)
        nowhere = Geography(pl.DataFrame(), pl.DataFrame())
        found = linear_column(
            self.compiled.study, request.table, request.column, self.panel, nowhere, sample
        )
        estimator = ESTIMATORS[request.column.estimator]
        where = " where rows are censored" if estimator.linear_model else ""
        return found or f"{estimator.name} is no linear model{where}"

    def _changes(self, derivatives: Mapping[str, Floats], row_of_panel: Places) -> Floats:
        """(C,) change of a term per 1 % of each cell."""
        import numpy as np

        of_panel: dict[str, Floats] = {}
        for name, changes in derivatives.items():
            of_panel[name] = np.zeros(len(self.panel))
            of_panel[name][row_of_panel] = changes
        return self.walk.to_published(of_panel)


def moved_by(
    model: str, term: str, changes: Floats, std_error: Floats, walk: Walk
) -> Iterator[Largest]:
    """The cells that move a term most, and units and periods by the sum of the sizes of theirs.

    Args:
        changes: (C,); std_error: (1,).
    """
    import numpy as np

    yield largest(model, "cell", (term,), changes[None], std_error)
    for subject, codes in walk.codes.items():
        n = len(walk.names[subject])
        sums: Floats = np.bincount(codes, np.abs(changes), minlength=n).astype(np.float64)
        yield largest(model, subject, (term,), sums[None], std_error)


def left_out(
    model: str, column: LinearColumn, std_errors: Floats, row_of_panel: Places
) -> Iterator[Largest]:
    """The units, periods and observations without which each term is furthest from what it is.

    What the other rows cannot identify stands first and has no estimate.
    """
    import numpy as np

    for subject in LEFT_OUT:
        rows, without = column.without(subject)
        changes = np.where(np.isnan(without), np.inf, without - column.estimates).T
        found = largest(model, subject, column.model.terms, changes, std_errors, row_of_panel[rows])
        place = {term: number for number, term in enumerate(column.model.terms)}
        told = np.where(np.isinf(found.change), np.nan, found.change)
        own = column.estimates[[place[term] for term in found.term]]
        in_errors = np.where(np.isnan(told), np.nan, found.in_errors)
        yield replace(found, change=told, in_errors=in_errors, estimate=own + told)
