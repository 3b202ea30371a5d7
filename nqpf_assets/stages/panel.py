"""From published cells to the analysis panel: choice of vintage, filling, derived variables.

Choice and winsorising are SQL files; gaps are filled in `filling`, formulas computed in `derivation`.
This module puts them in order for one study.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import STUDY_SCHEMA
from nqpf_assets.checks.study_rules import clipping_rules, named_values_rule, range_rule
from nqpf_assets.stages.derivation import derivation_step
from nqpf_assets.stages.filling import filling_step
from nqpf_assets.stages.origins import places_of, reads_for_words
from nqpf_assets.stages.parameters import parameter_step
from nqpf_assets.stages.provenance.step import bound_step
from nqpf_assets.stages.series_views import reads_of_series
from nqpf_assets.stages.sql import file_step
from nqpf_assets.stages.table_parts import rows_with
from nqpf_assets.steps.reads import whole
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.warehouse.duckdb_engine import Query, literal, quoted

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.stages.compiled_study import CompiledStudy


def panel_steps(compiled: CompiledStudy, catalogue: Catalogue) -> list[Step]:
    """The steps of one study up to its analysis panel, indices apart."""

    def file(table: str) -> Step:
        return file_step("panel", (STUDY_SCHEMA, table), studies=(), study=compiled.name)

    reported = file("reported_cell")
    clipped = [name for name, one in compiled.formulas.items() if one.winsorize]
    return [
        parameter_step(compiled, catalogue),
        replace(reported, reads=reads_of_series(reported.inputs, compiled.series)),
        filling_step(compiled),
        derivation_step(compiled, catalogue),
        replace(
            file("winsor_bound"),
            reads=(
                rows_with((compiled.name, "derived_cell"), "variable", clipped),
                *whole((compiled.name, "winsorizing")),
            ),
        ),
        winsorizing_step(compiled),
        bound_step(compiled, catalogue),
        panel_step(compiled),
    ]


def winsorizing_step(compiled: CompiledStudy) -> Step:
    """`variable_cell`: derived variables after clipping, held before it against the ranges of the study."""
    key = (compiled.name, "variable_cell")
    step = file_step("panel", (STUDY_SCHEMA, key[1]), studies=(), study=compiled.name)
    bounds = {name: (one.minimum, one.maximum) for name, one in compiled.formulas.items()}
    said = {"study file": {f"bounds of {name}": repr(one) for name, one in bounds.items()}}
    clipped = [name for name, one in compiled.formulas.items() if one.winsorize]
    said["study file"] |= {f"winsorize of {name}": "yes" for name in clipped}
    values = {
        name: tuple(one.value_of.values()) for name, one in compiled.study.computed_groups.items()
    }
    said["study file"] |= {f"groups of {name}": repr(one) for name, one in values.items()}
    paths = {name: one.path for name, one in compiled.formulas.items()}
    ranges = range_rule(bounds, partial(places_of, study=compiled.name), paths)
    reads = reads_for_words(compiled.name) if ranges else ()
    rules = {key: (*ranges, *clipping_rules(clipped), *named_values_rule(values))}
    return replace(step, rules=rules, parameters=said, reads=(*step.reads, *reads))


def _named_groups(grouping: str, values: Mapping[str, int]) -> str:
    """The column of a grouping that an expression makes: names, and none where a value has no name."""
    value = f"v.{quoted(grouping)}"
    cases = (f"WHEN {value} = {one} THEN {literal(group)}" for group, one in values.items())
    return f"CASE {' '.join(cases)} END AS {quoted(grouping)}"


def panel_step(compiled: CompiledStudy) -> Step:
    """`panel`: one row per unit and year, one column per variable, index and grouping.

    Written as conditional aggregation, which other engines understand as well as DuckDB does.
    """
    study, name = compiled.study, compiled.name
    schema = quoted(name)
    variables = list(compiled.formulas)
    parts = [
        f"max(CASE WHEN c.variable = {literal(v)} THEN c.value END) AS {quoted(v)}"
        for v in variables
    ]
    indices = [
        f"max(CASE WHEN s.index_name = {literal(i)} THEN s.score END) AS {quoted(i)}"
        for i in study.indices
    ]
    groupings = [
        f"max(CASE WHEN g.grouping = {literal(g)} THEN g.group_name END) AS {quoted(g)}"
        for g in study.unit_groups
    ]
    keys = "k.unit, k.unit_name, k.period"
    computed = study.computed_groups
    columns = [f"v.{quoted(v)}" for v in variables if v not in computed]
    columns += [f"i.{quoted(i)}" for i in study.indices]
    columns += [_named_groups(g, one.value_of) for g, one in computed.items()]
    columns += [f"b.{quoted(g)}" for g in study.unit_groups]
    sql = f"""
        WITH keys AS (
            SELECT u.unit, u.unit_name, p.period
            FROM {schema}.unit AS u
            CROSS JOIN (SELECT DISTINCT period FROM {schema}.variable_cell) AS p
        ),
        variables AS (
            SELECT {", ".join(["c.unit", "c.period", *parts])}
            FROM {schema}.variable_cell AS c GROUP BY c.unit, c.period
        ),
        scores AS (
            SELECT {", ".join(["s.unit", "s.period", *indices])}
            FROM {schema}.index_score AS s GROUP BY s.unit, s.period
        ),
        groups AS (
            SELECT {", ".join(["g.unit", *groupings])} FROM {schema}.unit_group AS g GROUP BY g.unit
        )
        SELECT {", ".join([keys, *columns])}
        FROM keys AS k
        LEFT JOIN variables AS v ON v.unit = k.unit AND v.period = k.period
        LEFT JOIN scores AS i ON i.unit = k.unit AND i.period = k.period
        LEFT JOIN groups AS b ON b.unit = k.unit
        ORDER BY k.unit, k.period"""
    key = (name, "panel")

    def run(inputs: Inputs) -> Output:
        return {key: Query(sql)}

    reads = tuple((name, table) for table in ("unit", "unit_group", "variable_cell", "index_score"))
    return Step("panel", (key,), whole(*reads), run, study=name, sql={key: sql})
