"""A regression table as text, row by row, in the order in which papers print it.

The numbers behind the text stay in `model`, `estimate`, `effect` and `test`. What is read of them is
told in `regression_results`, rows in `regression_rows`, notes in `regression_notes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.stages.clipped_variables import clipped_words
from nqpf_assets.stages.fitted_variables import fitted_words
from nqpf_assets.stages.lagged_outcomes import lagged_outcomes
from nqpf_assets.stages.lineage.regressions import lineage_of_printed
from nqpf_assets.stages.printed_regression_notes import notes
from nqpf_assets.stages.printed_regression_results import Printed
from nqpf_assets.stages.printed_regression_rows import Row, printed_rows, row
from nqpf_assets.stages.requested_columns import NUMBERS, variables_of, written
from nqpf_assets.stages.table_parts import rows_with
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.estimator_registry import declared_in, packages_of
from nqpf_assets.studies.spec import RegressionTable
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy


def regression_step(compiled: CompiledStudy, table_name: str, table: RegressionTable) -> Step:
    """A table of regression columns as text, with its notes as its last rows."""
    name, key = compiled.name, (compiled.name, table_name)
    columns = [one.column for one in compiled.requests if one.table == table_name]
    named = {one for column in columns for one in variables_of(column)}
    titles = {one: title for one, title in compiled.titles.items() if one in named}
    used = {one.estimator for one in columns}
    lagged = lagged_outcomes(compiled, columns)
    clipped = clipped_words(compiled, named)
    fitted = tuple(fitted_words(compiled, columns))
    beneath = (*((clipped,) if clipped else ()), *fitted)

    def run(inputs: Inputs) -> Output:
        import polars as pl

        rows = table_rows(Printed.read(inputs, key, table, columns, titles, lagged, beneath))
        schema = {"row_position": pl.Int32, "row_label": pl.String, "row_kind": pl.String}
        frame = pl.DataFrame(
            [{"row_position": place, **one} for place, one in enumerate(rows, start=1)],
            schema=schema | dict.fromkeys([column.label for column in columns], pl.String),
        )
        return {key: frame}

    return Step(
        "result",
        (key,),
        (
            *(rows_with((name, made), "table_name", (table_name,)) for made in ("model", *NUMBERS)),
            rows_with((name, "index_test"), "index_name", named),
        ),
        run,
        code=source_of(__name__, *declared_in(used)),
        parameters={
            "study file": {table_name: written(table), "titles": repr(titles)}
            | ({"lagged outcomes": repr(lagged)} if lagged else {})
            | ({"winsorized": clipped} if clipped else {})
            | ({"fitted": repr(fitted)} if fitted else {}),
            "package": packages_of(used),
        },
        study=name,
        lineage={key: lineage_of_printed(table, columns, compiled.study.indices)},
    )


def table_rows(results: Printed) -> Iterator[Row]:
    """All rows of the table, its notes last."""
    yield from printed_rows(results)
    yield from (row(note, "note", {}) for note in notes(results))
