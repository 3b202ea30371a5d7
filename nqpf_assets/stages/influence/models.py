"""What moves the coefficients of a study's models: one model after the other, over one walk of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.catalog.geography import Geography
from nqpf_assets.estimators.influence.moving import Number
from nqpf_assets.stages.influence.rows import Largest, Untold, frame, largest
from nqpf_assets.stages.requested_columns import Request
from nqpf_assets.steps.step import Inputs

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.estimation.influence import MovingColumn
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.stages.influence.walk import Walk

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

ROW = "row of the panel"
"""Name of a column that no variable can have."""
LEFT_OUT = ("unit", "period", "observation")
CORRECTED = " (bias-corrected)"
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
        self.reported = _reported(inputs, name)
        self.influence: list[Largest] = []
        self.leave_out: list[Largest] = []
        self.no_influence: list[Untold] = []
        self.no_leave_out: list[Untold] = []

    def look_at(self, request: Request) -> None:
        """Keep what changes the model's numbers most, or why it is not told."""
        import numpy as np

        reported = self.reported.get((request.table, request.column.label), {})
        column = self._column(request)
        if isinstance(column, str):
            self._untold(request, column)
            return
        told = self._told(request, column, reported)
        errors = np.array([reported[column.numbers[one]][1] for one in told])
        row_of_panel = column.design.rows.get_column(ROW).to_numpy().astype(np.intp)
        if column.model.why_no_rows:
            self.no_leave_out.append(Untold(request.model, column.model.why_no_rows))
        else:
            self.leave_out += left_out(request.model, column, told, errors, row_of_panel)
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
            changes = self._changes(column.derivatives(one), row_of_panel)
            if not np.isfinite(changes).all():
                why = "an index under it does not move smoothly: two of its components coincide"
                self.no_influence.append(Untold(model, why))
                return
            found += moved_by(model, column.numbers[one], changes, np.array([error]), self.walk)
        self.influence += found

    def _told(
        self, request: Request, column: MovingColumn, reported: Mapping[Number, tuple[float, float]]
    ) -> list[int]:
        """Places of the column's numbers that are the table's; of the others it is said that they are not."""
        found = []
        for place, number in enumerate(column.numbers):
            if number not in reported:
                continue
            estimate, error = reported[number]
            # Without a standard error, by the number itself.
            size = max(abs(estimate), error if error == error else 0.0)
            if abs(column.estimates[place] - estimate) <= SAME * size:
                found.append(place)
            else:
                self._untold(request, "the number is another than what the estimator tells", number)
        for number in reported.keys() - {*column.numbers}:
            self._untold(request, why_untold(number), number)
        return found

    def _untold(self, request: Request, why: str, number: Number | None = None) -> None:
        self.no_influence.append(Untold(request.model, why, number))
        self.no_leave_out.append(Untold(request.model, why, number))

    def _why_no_cells(self, column: MovingColumn) -> str:
        """Why a column's cells are not told though its rows are."""
        indices = self.compiled.study.indices
        lacking = sorted({*column.model.variables} & {*indices} - {*self.walk.indices})
        named = ", ".join(lacking)
        if not named:
            return ""
        return f"the index {named} has no `gradient`, and cannot be computed again for each value"

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

    def _column(self, request: Request) -> MovingColumn | str:
        """The column with what its estimator tells, or why it tells nothing."""
        import polars as pl

        from nqpf_assets.estimation.influence import moving_column

        sample_id = self.sample_of[request.table, request.column.label]
        sample = self.samples.filter(pl.col("sample_id") == sample_id)
        return moving_column(
            self.compiled.study,
            request.table,
            request.column,
            self.panel,
            Geography(pl.DataFrame(), pl.DataFrame()),
            sample,
        )

    def _changes(self, derivatives: Mapping[str, Floats], row_of_panel: Places) -> Floats:
        """(C,) change of a term per 1 % of each cell."""
        import numpy as np

        of_panel: dict[str, Floats] = {}
        for name, changes in derivatives.items():
            of_panel[name] = np.zeros(len(self.panel))
            of_panel[name][row_of_panel] = changes
        return self.walk.to_published(of_panel)


def _reported(
    inputs: Inputs, name: str
) -> dict[tuple[str, str], dict[Number, tuple[float, float]]]:
    """Table and column → number → its estimate and standard error, as printed."""
    import polars as pl

    found: dict[tuple[str, str], dict[Number, tuple[float, float]]] = {}
    for table in ("estimate", "effect"):
        rows = inputs.read(name, table)
        if table == "estimate":
            rows = rows.with_columns(effect=pl.lit(None, dtype=pl.String))
        kept = rows.select(
            "table_name",
            "column_label",
            "term",
            "effect",
            pl.col("estimate", "std_error").fill_null(float("nan")),
        )
        for table_name, label, term, effect, *numbers in kept.iter_rows():
            found.setdefault((table_name, label), {})[Number(term, effect)] = (*numbers,)
    return found


def why_untold(number: Number) -> str:
    """Why a reported number is none that moves with the rows."""
    effect = number.effect or ""
    if effect.startswith("threshold_"):
        return "a threshold is one of the values of its variable: it jumps, and has no slope"
    if effect.endswith(CORRECTED):
        return f"the number is that of `{effect.removesuffix(CORRECTED)}`, with another interval"
    return "its estimator does not tell how it moves with its rows"


def moved_by(
    model: str, number: Number, changes: Floats, std_error: Floats, walk: Walk
) -> Iterator[Largest]:
    """The cells that move a number most, and units and periods by the sum of the sizes of theirs.

    Args:
        changes: (C,); std_error: (1,).
    """
    import numpy as np

    yield largest(model, "cell", (number,), changes[None], std_error)
    for subject, codes in walk.codes.items():
        n = len(walk.names[subject])
        sums: Floats = np.bincount(codes, np.abs(changes), minlength=n).astype(np.float64)
        yield largest(model, subject, (number,), sums[None], std_error)


def left_out(
    model: str,
    column: MovingColumn,
    told: Sequence[int],
    std_errors: Floats,
    row_of_panel: Places,
) -> Iterator[Largest]:
    """The units, periods and observations without which each number is furthest from what it is.

    What the other rows cannot identify stands first and has no estimate.

    Args:
        told: places of the numbers among the column's; std_errors: theirs.
    """
    import numpy as np

    numbers, estimates = [column.numbers[one] for one in told], column.estimates[list(told)]
    for subject in LEFT_OUT:
        rows, without = column.without(subject)
        changes = (without[:, list(told)] - estimates).T
        changes = np.where(np.isnan(changes), np.inf, changes)
        found = largest(model, subject, numbers, changes, std_errors, row_of_panel[rows])
        place = {number: at for at, number in enumerate(numbers)}
        moved = np.where(np.isinf(found.change), np.nan, found.change)
        own = estimates[[place[number] for number in found.number]]
        in_errors = np.where(np.isnan(moved), np.nan, found.in_errors)
        yield replace(found, change=moved, in_errors=in_errors, estimate=own + moved)
