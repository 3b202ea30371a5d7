"""Composite indices of a study: from the cells of its indicators to weights, scores and tests.

The numbers happen in `nqpf_assets.indices`, or in a package that registers a method; here cells become
matrices and results become rows, whatever the method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.catalog.table_frames import frame_of
from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.stages.index_rows import INDEX_TABLES, rows_of_index
from nqpf_assets.stages.indicator_matrix import indicator_matrix
from nqpf_assets.stages.provenance.index_reads import reads_of_index
from nqpf_assets.stages.table_parts import rows_with
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.indices import INDEX_METHODS
from nqpf_assets.studies.spec import Study
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.studies.index_method import IndexOptions

MEASURED = (
    "{} variable_cell.value, study file; conditional variable_cell.variable; "
    "group by variable_cell.unit, variable_cell.period"
)
"""What numbers of an index are made from: the cells of its indicators, over all units and years."""
OF_STUDY = "identity study file"
OF_INDICATORS = (
    "filter variable_cell.variable, variable_cell.unit, variable_cell.period, variable_cell.value"
)
"""Which rows there are: a unit and year in which an indicator is missing has none, and enters nothing."""
LINEAGE = {
    "index_weight": {
        "index_name dimension indicator direction": OF_STUDY,
        "entropy divergence weight": MEASURED.format("aggregation"),
        "weight_period": "transformation variable_cell.period",
        "*": OF_INDICATORS,
    },
    **{
        table: {
            "index_name dimension" if "dimension" in table else "index_name": OF_STUDY,
            "unit period": "identity variable_cell.=",
            "score": MEASURED.format("aggregation"),
            "*": OF_INDICATORS,
        }
        for table in ("index_score", "index_dimension_score")
    },
    "index_definition": {"others": OF_STUDY},
    "index_read": {
        "index_name number_table number term variable role is_own_row": OF_STUDY,
        "from_unit": "identity variable_cell.unit",
        "period first_period last_period": "identity variable_cell.period",
        "*": OF_INDICATORS,
    },
    "index_component": {
        "index_name indicator": OF_STUDY,
        "component is_retained": "conditional variable_cell.value, study file",
        "loading eigenvalue share": MEASURED.format("aggregation"),
        "*": OF_INDICATORS,
    },
    "index_test": {
        "index_name": OF_STUDY,
        "test term": f"{OF_STUDY}; conditional variable_cell.value",
        "statistic p_value detail": MEASURED.format("aggregation"),
        "df": OF_STUDY,
        "*": OF_INDICATORS,
    },
}


def index_step(study: Study) -> Step:
    """All indices of one study in one step: they read the same cells once."""
    name = study.study
    used = sorted({index.method for index in study.indices.values()})
    own = [INDEX_METHODS.own[one].module for one in used if one in INDEX_METHODS.own]

    indicators = [one.name for key, index in study.indices.items() for one in index.formulas(key)]

    def run(inputs: Inputs) -> Output:
        rows: dict[str, list[pl.DataFrame]] = {table: [] for table in INDEX_TABLES}
        problems: list[Problem] = []
        for index_name in study.indices:
            try:
                built = build_index(study, index_name, inputs.scan(name, "variable_cell"))
            except CheckFailed as failed:
                problems += failed.problems
                continue
            for table, frame in built.items():
                rows[table].append(frame)
            rows["index_definition"].append(_definition(index_name, study.indices[index_name]))
        if problems:
            raise CheckFailed(problems)
        return {(name, table): frame_of(table, frames) for table, frames in rows.items()}

    return Step(
        "index",
        tuple((name, table) for table in INDEX_TABLES),
        (rows_with((name, "variable_cell"), "variable", indicators),),
        run,
        code=source_of(__name__, *own),
        parameters={
            "study file": {
                f"indices.{key}": index.model_dump_json() for key, index in study.indices.items()
            },
            "package": INDEX_METHODS.behind(used),
        },
        study=name,
        lineage={(name, table): said for table, said in LINEAGE.items()},
    )


def _definition(index_name: str, index: IndexOptions) -> pl.DataFrame:
    """How the index was asked for, so that what is published can be computed again from itself."""
    import polars as pl

    said = index.model_dump_json(exclude_unset=True)
    return pl.DataFrame([{"index_name": index_name, "method": index.method, "definition": said}])


def build_index(study: Study, index_name: str, cells: pl.LazyFrame) -> dict[str, pl.DataFrame]:
    """Rows of one index for each index table.

    Raises:
        CheckFailed: the cells do not carry the index, with the indicator at fault.
        InputError: the package that brings the method cannot compute it.
    """
    from nqpf_assets.indices.contract import require_result

    index = study.indices[index_name]
    indicators, left_out = indicator_matrix(study, index_name, cells)
    method = INDEX_METHODS.all[index.method]
    try:
        with INDEX_METHODS.answerable(method.name, told=(IndicatorError,)):
            result = method.compute(indicators, **index.arguments())
            require_result(indicators, result)
            result = left_out.told_in(result)
    except IndicatorError as error:
        raise CheckFailed(
            [
                Problem(
                    file=f"study {study.study}",
                    where=f"index {index_name}",
                    expected="indicators from which the index can be computed",
                    found=str(error),
                    remedy="correct or leave out the indicator, or change units and periods of the study",
                    code="index",
                    asked_at=("indices", index_name),
                )
            ]
        ) from error
    reads = reads_of_index(index_name, indicators, result, pool=method.pool(index))
    return rows_of_index(index_name, indicators, result) | {"index_read": reads}
