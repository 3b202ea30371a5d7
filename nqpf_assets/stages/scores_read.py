"""Scores of indices as formulas read them: one cell per unit and year of the study, like those of a series.

An index is computed from finished variables, and variables may read its score, so that both are computed
round by round (`studies.index_rounds`) over the cells of series, before any table of variables is there. What
is published of an index is made from `variable_cell` by `indices`, which does the same with the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nqpf_assets.expressions.compile import STATUS_ORDER, regions_named
from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.stages.derived_query import variables_sql
from nqpf_assets.stages.indices import build_index
from nqpf_assets.stages.sql import study_file_over
from nqpf_assets.studies.indices import INDEX_METHODS
from nqpf_assets.warehouse.duckdb_engine import add_frame, frame_of, quoted

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.expressions.compile import CompiledExpression
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.warehouse.connection import Connection

CELL = ("variable", "unit", "period", "value", "status")
RELATION = "score_read"


def reads_with_scores(asked: CompiledStudy) -> tuple[str, ...]:
    """Tables of the study that scores are computed from, beside those of every formula."""
    names = [one for index in asked.scores_read for one in asked.direct[index]]
    is_clipping = any(asked.formulas[name].winsorize for name in names)
    return ("winsorizing",) if is_clipping else ()


def said_of_scores(asked: CompiledStudy) -> dict[str, str]:
    """What the study file says of the indices whose scores are read; nothing where there are none."""
    indices = asked.study.indices
    return {
        **{
            f"indices.{name}": indices[name].model_dump_json() for name in sorted(asked.scores_read)
        },
        # The status of a clipped indicator, and so that of the score.
        **{
            f"winsorize of {one}": repr(asked.formulas[one].winsorize)
            for name in sorted(asked.scores_read)
            for one in asked.direct[name]
            if asked.formulas[one].winsorize
        },
    }


def packages_of_scores(asked: CompiledStudy) -> dict[str, dict[str, str]]:
    """Packages behind the methods of these indices, as a parameter of a step."""
    behind = INDEX_METHODS.behind(_methods(asked))
    return {"package": dict(behind)} if behind else {}


def modules_of_scores(asked: CompiledStudy) -> tuple[str, ...]:
    """Modules that compute them."""
    used = _methods(asked)
    own = (INDEX_METHODS.own[one].module for one in used if one in INDEX_METHODS.own)
    return (__name__, "nqpf_assets.stages.indices", *own) if used else ()


def _methods(asked: CompiledStudy) -> list[str]:
    return sorted({asked.study.indices[name].method for name in asked.scores_read})


def cells_read(
    connection: Connection, asked: CompiledStudy, compiled: Mapping[str, CompiledExpression]
) -> str:
    """The relation that formulas read, as SQL: cells of series, and of scores where any are read.

    Raises:
        CheckFailed: the cells do not carry an index that is read.
    """
    series = f"{quoted(asked.name)}.filled_cell"
    if not asked.scores_read:
        return series
    columns, scores = ", ".join(CELL), no_scores()
    found = f"(SELECT {columns} FROM {series} UNION ALL SELECT {columns} FROM {RELATION})"
    add_frame(connection, RELATION, scores)
    for one in asked.rounds:
        indices = [name for name in one.indices if name in asked.scores_read]
        if not indices:
            continue
        cells = _finished(connection, asked, compiled, indices, found)
        scores = _with_scores(asked, indices, cells, scores)
        add_frame(connection, RELATION, scores)
    return found


def no_scores() -> pl.DataFrame:
    """Cells of scores, of which there are none."""
    import polars as pl

    text = dict.fromkeys(CELL, pl.String)
    return pl.DataFrame(schema={**text, "period": pl.Int32, "value": pl.Float64})


def _finished(
    connection: Connection,
    asked: CompiledStudy,
    compiled: Mapping[str, CompiledExpression],
    indices: list[str],
    cells: str,
) -> pl.DataFrame:
    """The indicators of these indices, clipped where the study clips them, as `variable_cell` has them."""
    indicators = {one for index in indices for one in asked.direct[index]}
    needed = with_inputs(compiled, indicators)
    rules = {name: asked.formulas[name].winsorize for name in needed}
    clipped = {name: rule for name, rule in rules.items() if rule}
    units = [unit.code for unit in asked.units]
    regions = regions_named(one.tree for one in compiled.values())
    derived = variables_sql(
        asked.study, needed, clipped, asked.members, units, cells, regions=regions
    )
    bound = {"derived_cell": "derived", "winsorizing": f"{quoted(asked.name)}.winsorizing"}
    clip = {"derived_cell": "derived", "winsor_bound": "bound"}
    query = "SELECT variable, unit, period, value, status, reason"
    if clipped:
        query = (
            f"WITH derived AS MATERIALIZED ({derived}), "
            f"bound AS MATERIALIZED ({study_file_over('winsor_bound', bound)})\n"
            f"{query} FROM ({study_file_over('variable_cell', clip)})"
        )
    else:
        query = f"{query} FROM ({derived})"
    import polars as pl

    found = frame_of(connection, query)
    return found.filter(pl.col("variable").is_in(sorted(indicators)))


def _with_scores(
    asked: CompiledStudy, indices: list[str], cells: pl.DataFrame, scores: pl.DataFrame
) -> pl.DataFrame:
    """The scores so far and those of these indices; a score is as weak as its weakest indicator."""
    import polars as pl

    found, problems = [scores], list[Problem]()
    rank = pl.col("status").replace_strict(
        {status: place for place, status in enumerate(STATUS_ORDER)}, return_dtype=pl.Int32
    )
    for name in indices:
        try:
            made = build_index(asked.study, name, cells.lazy())["index_score"]
        except CheckFailed as failed:
            problems += failed.problems
            continue
        status = (
            cells.filter(pl.col("variable").is_in(list(asked.direct[name])))
            .group_by("unit", "period")
            .agg(rank.max().alias("rank"))
            .with_columns(
                status=pl.col("rank").replace_strict(
                    dict(enumerate(STATUS_ORDER)), return_dtype=pl.String
                )
            )
        )
        rows = made.join(status, on=["unit", "period"], how="left").with_columns(
            variable=pl.lit(name), value="score"
        )
        found.append(rows.select(pl.col(key).cast(scores.schema[key]) for key in CELL))
    if problems:
        raise CheckFailed(problems)
    return pl.concat(found)


def with_inputs(
    compiled: Mapping[str, CompiledExpression], wanted: set[str]
) -> dict[str, CompiledExpression]:
    """These variables and all that they are computed from, in order."""
    needed = set(wanted)
    for name in reversed(list(compiled)):
        if name in needed:
            needed |= compiled[name].inputs.keys()
    return {name: one for name, one in compiled.items() if name in needed}
