"""From series to variables: `derived_cell` of one study, all formulas in one query (`derived_query`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.stages.derived_query import clipping_files, variables_sql
from nqpf_assets.stages.said_formulas import formulas_said, neighbours_said
from nqpf_assets.stages.scores_read import (
    cells_read,
    modules_of_scores,
    packages_of_scores,
    reads_with_scores,
    said_of_scores,
    with_inputs,
)
from nqpf_assets.steps.reads import whole
from nqpf_assets.steps.step import Declared, Inputs, Output, Step
from nqpf_assets.studies.index_rounds import units_of_names
from nqpf_assets.warehouse.code_hash import source_of
from nqpf_assets.warehouse.duckdb_engine import Query, frame_of
from nqpf_assets.warehouse.store import TableKey

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.expressions.compile import CompiledExpression, Part
    from nqpf_assets.stages.compiled_study import CompiledStudy


def derivation_step(asked: CompiledStudy, catalogue: Catalogue) -> Step:
    """`derived_cell`: all variables, indicators and schooling levels, in one query."""
    study, name, groups, computed = asked.study, asked.name, asked.members, asked.formulas
    codes = catalogue.regions.unit_codes
    own = [unit.code for unit in asked.units]
    clipped = {key: one.winsorize for key, one in computed.items() if one.winsorize}
    read_clipped = sorted(clipped.keys() & asked.formulas_read)
    reads: list[TableKey] = [(name, "filled_cell"), (name, "series")]
    said = formulas_said(computed)
    said |= {f"winsorize of {key}": repr(clipped[key]) for key in read_clipped}
    is_clipping = bool(read_clipped or reads_with_scores(asked))
    if is_clipping:
        reads.append((name, "winsorizing"))
    said |= said_of_scores(asked)

    def run(inputs: Inputs) -> Output:
        units = dict(inputs.read(name, "series").select("series_id", "unit_measure").iter_rows())
        compiled = compiled_formulas(asked, units, codes)
        if not asked.scores_read:
            query = variables_sql(study, compiled, clipped, groups, own)
            return {(name, "derived_cell"): Query(query)}
        with inputs.connect() as connection:
            cells = cells_read(connection, asked, compiled)
            query = variables_sql(study, compiled, clipped, groups, own, cells)
            return {(name, "derived_cell"): frame_of(connection, query)}

    return Step(
        "panel",
        ((name, "derived_cell"),),
        whole(*reads),
        run,
        code=source_of(__name__, *modules_of_scores(asked)),
        parameters={
            "study file": {
                **said,
                "periods": repr(study.periods),
                "groups": repr({one: groups[one] for one in asked.groupings_read}),
                "units": repr(own),
            },
            **neighbours_said(computed, {"regions": catalogue.regions.fingerprint}),
            "program": dict(clipping_files()) if is_clipping else {},
            **packages_of_scores(asked),
        },
        study=name,
        is_query=not asked.scores_read,
        # The query is known when the units of its series are, is long, and says no more about its columns.
        lineage={(name, "derived_cell"): _lineage(is_clipping=is_clipping)},
    )


def _lineage(*, is_clipping: bool) -> Declared:
    """What derived cells are made from; a variable that is clipped before it is read takes its rule along."""
    rule = (
        "winsorizing.variable, winsorizing.share, winsorizing.quantile_rule, winsorizing.grouped_by"
    )
    clips = f"; conditional {rule}"
    clip = clips if is_clipping else ""
    return {
        "variable": "identity study file",
        "unit": "identity filled_cell.=",
        "period": "identity study file; conditional filled_cell.period",
        "value": "transformation filled_cell.value, study file; conditional filled_cell.variable, "
        f"filled_cell.unit, series.unit_measure; window filled_cell.unit, filled_cell.period{clip}",
        "status": "transformation filled_cell.status; conditional filled_cell.value, "
        f"filled_cell.variable{clip}",
        "reason": "conditional filled_cell.value, filled_cell.variable; transformation study file",
        "*": "filter filled_cell.variable, filled_cell.unit, filled_cell.period, study file; "
        "join series.series_id",
    }


def compiled_formulas(
    asked: CompiledStudy, series_units: Mapping[str, str], codes: Mapping[str, str]
) -> dict[str, CompiledExpression]:
    """All formulas in the units in which their series came.

    Raises:
        CheckFailed: the units of a series let a formula mean nothing.
    """
    from nqpf_assets.expressions.compile import compile_definitions

    compiled, wrong = compile_definitions(
        {key: formula.definition for key, formula in asked.formulas.items()},
        series_units=units_of_names(series_units, asked.study.indices),
        groups=asked.members,
        codes=codes,
    )
    if wrong:
        raise CheckFailed(
            Problem(
                file=f"study {asked.name}",
                where=f"variable {key}",
                expected="an expression that can be computed",
                found=str(error),
                remedy=error.remedy or "correct the expression",
                code="expression",
                asked_at=(*asked.formulas[key].path, asked.formulas[key].key),
            )
            for key, error in wrong.items()
        )
    return compiled


def values_everywhere(
    inputs: Inputs, asked: CompiledStudy, codes: Mapping[str, str], named: Collection[str]
) -> tuple[pl.DataFrame, dict[str, Part]]:
    """Values in all years and regions that are read: of what is clipped and read, before that, and of parts.

    Args:
        inputs: those of `derivation_step`.
        asked: the study.
        codes: regions by code and name.
        named: the parts that are wanted, as `Part` writes them.

    Returns:
        Variable, unit, period and value; and the parts of formulas by the name that their values bear.
    """
    from nqpf_assets.expressions.compile import CompiledExpression, parts, regions_named
    from nqpf_assets.expressions.reads import reach

    series = inputs.read(asked.name, "series")
    units = dict(series.select("series_id", "unit_measure").iter_rows())
    compiled = compiled_formulas(asked, units, codes)
    clipped = {key: one.winsorize for key, one in asked.formulas.items() if one.winsorize}
    signs = dict(series.select("series_id", "value_sign").iter_rows())
    zeros = asked.zeros({name: one.tree for name, one in compiled.items()}, signs)
    found = dict.fromkeys(
        part
        for name, one in compiled.items()
        for part in parts(one.tree, zeros.of(name).decides)
        if str(part) in named
    )
    numbered = {f"part {number}": part for number, part in enumerate(found)}
    compiled |= {
        name: CompiledExpression(part.node, None, reach(part.node))
        for name, part in numbered.items()
    }
    wanted = {*numbered, *(clipped.keys() & asked.formulas_read)}
    if not wanted:
        nothing = inputs.scan(asked.name, "filled_cell").select(
            "variable", "unit", "period", "value"
        )
        return nothing.clear().collect(), numbered
    needed = with_inputs(compiled, wanted)
    with inputs.connect() as connection:
        sql = variables_sql(
            asked.study,
            needed,
            {key: rule for key, rule in clipped.items() if key in needed},
            asked.members,
            [unit.code for unit in asked.units],
            cells_read(connection, asked, compiled),
            everywhere=wanted,
            regions=regions_named(one.tree for one in compiled.values()),
        )
        values = frame_of(connection, f"SELECT variable, unit, period, value FROM ({sql})")
    return values.drop_nulls("value"), numbered
