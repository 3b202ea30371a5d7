"""How much each cell matters: `influence` and `leave_out` of one study.

A step of its own, which reads what was estimated and estimates nothing again: another way of telling
influence leaves coefficients as they are. What is not computed for a column is told in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.catalog.table_frames import frame_of
from nqpf_assets.stages.influence.lineage import OF_STUDY, lineage_of_influence
from nqpf_assets.stages.influence.models import Influences
from nqpf_assets.stages.influence.raw_links import weights_in_formulas
from nqpf_assets.stages.influence.rows import NOT_COMPUTED
from nqpf_assets.stages.influence.said import (
    OF_WALK,
    gradients_of,
    neighbours_of_walk,
    packages_of_walk,
    said_of_columns,
    said_of_walk,
)
from nqpf_assets.stages.places import reads_of_places
from nqpf_assets.stages.requested_columns import weights_of
from nqpf_assets.steps.reads import whole
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.estimator_registry import ESTIMATORS, declared_in, packages_of
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.stages.compiled_study import CompiledStudy

READ = (
    *OF_WALK,
    "model",
    "model_sample",
    "estimate",
    "effect",
)


NOT_ASKED = "the study says `influence: none`"


def influence_step(compiled: CompiledStudy, catalogue: Catalogue) -> Step:
    """Both tables of one study."""
    if compiled.study.influence == "none":
        return _not_asked(compiled)
    name = compiled.name
    used = {one.column.estimator for one in compiled.requests}
    told = (ESTIMATORS[one].influence or ESTIMATORS[one].linear_model for one in used)
    modules = {one.partition(":")[0] for one in told} - {""}
    of_formulas = weights_in_formulas(compiled)

    def run(inputs: Inputs) -> Output:
        found = Influences(inputs, compiled, catalogue)
        for request in {one.model: one for one in compiled.requests[::-1]}.values():
            found.look_at(request)
        asked = _columns(compiled)
        return {
            (name, table): frame_of(table, [asked.join(rows, on="model").drop("model")])
            for table, rows in found.tables().items()
        }

    return Step(
        "result",
        ((name, "influence"), (name, "leave_out")),
        (
            *whole(
                *((name, table) for table in READ),
                *([(name, "index_score")] if compiled.scores_read else []),
            ),
            *reads_of_places((weights_of(one.column) for one in compiled.requests), of_formulas),
        ),
        run,
        code=source_of(__name__, *declared_in(used), *sorted(modules | gradients_of(compiled))),
        parameters={
            "study file": {
                **said_of_columns(compiled.requests),
                **said_of_walk(compiled, {*compiled.formulas, *compiled.study.indices}),
                "groups": repr(compiled.members),
            },
            **neighbours_of_walk(compiled, {*compiled.formulas}, catalogue.regions.fingerprint),
            "package": packages_of(used) | packages_of_walk(compiled),
        },
        study=name,
        lineage={
            (name, table): said
            for table, said in lineage_of_influence(
                compiled.requests,
                reads_scores=bool(compiled.scores_read),
                has_lags=bool(of_formulas),
            ).items()
        },
    )


def _not_asked(compiled: CompiledStudy) -> Step:
    """The same tables, which say of each column that nothing was asked for: nothing is read."""
    name = compiled.name

    def run(_inputs: Inputs) -> Output:
        import polars as pl

        rows = _columns(compiled).drop("model")
        rows = rows.with_columns(
            subject=pl.lit(NOT_COMPUTED), size_rank=pl.lit(1), note=pl.lit(NOT_ASKED)
        )
        return {(name, table): frame_of(table, [rows]) for table in ("influence", "leave_out")}

    said = {"others": OF_STUDY, "*": "filter study file"}
    return Step(
        "result",
        ((name, "influence"), (name, "leave_out")),
        (),
        run,
        code=source_of(__name__),
        parameters={
            "study file": {
                "influence": compiled.study.influence,
                "columns": repr([(one.table, one.column.label) for one in compiled.requests]),
            }
        },
        study=name,
        lineage={(name, table): said for table in ("influence", "leave_out")},
    )


def _columns(compiled: CompiledStudy) -> pl.DataFrame:
    """The regression columns, each with the text of its model."""
    import polars as pl

    return pl.DataFrame(
        [(one.model, one.table, one.column.label) for one in compiled.requests],
        schema=dict.fromkeys(("model", "table_name", "column_label"), pl.String),
        orient="row",
    )
