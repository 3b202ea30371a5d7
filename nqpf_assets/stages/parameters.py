"""The parameters of a study as tables, and how its series were published.

What is asked for stands in the study file; which units of measurement the series come in is seen
in the observations, so this step reads both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nqpf_assets.catalog.table_frames import rows_of
from nqpf_assets.stages.dependencies import (
    clipped_under,
    direct_inputs,
    rows_of_reads,
    series_under,
    weights_under,
)
from nqpf_assets.stages.editions import editions, require_editions
from nqpf_assets.stages.filling_rules import kinds_of_numbers, signs_of_numbers
from nqpf_assets.stages.left_out_of_groups import left_out_rule
from nqpf_assets.stages.lineage.parameters import LINEAGE
from nqpf_assets.stages.members_of_units import rows_of_members, signs_of_wholes
from nqpf_assets.stages.named_levels import require_additive
from nqpf_assets.stages.named_units_of_series import require_named_units
from nqpf_assets.stages.said_formulas import neighbours_said
from nqpf_assets.stages.series_facts import facts_of_series
from nqpf_assets.stages.series_parameters import printed_units, rows_of_series, unit_conversions
from nqpf_assets.steps.reads import Scanned
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.formula import Formula
from nqpf_assets.studies.index_rounds import units_of_names
from nqpf_assets.studies.spec import Study
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.expressions.compile import CompiledExpression
    from nqpf_assets.stages.compiled_study import CompiledStudy

TABLES = (
    "unit",
    "unit_group",
    "series",
    "unit_conversion",
    "variable",
    "winsorizing",
    "dependency",
    "rests_on",
    "pool",
    "clipped_input",
    "weights_under",
    "member",
)


def parameter_step(compiled: CompiledStudy, catalogue: Catalogue) -> Step:
    """All parameter tables of one study."""
    study, name = compiled.study, compiled.name

    def run(inputs: Inputs) -> Output:
        return parameter_tables(compiled, catalogue, inputs)

    return Step(
        "panel",
        tuple((name, table) for table in TABLES),
        facts_of_series(compiled.series),
        run,
        code=source_of(__name__),
        parameters={
            "study file": dict(_said(study)) | _said_units(compiled),
            **neighbours_said(
                compiled.formulas,
                {
                    "regions": catalogue.regions.fingerprint,
                    "series": catalogue.series.fingerprint,
                },
            ),
        },
        study=name,
        is_light=True,
        lineage={(name, table): said for table, said in LINEAGE.items()},
        rules={(name, "unit_group"): (left_out_rule(compiled, catalogue.regions),)},
    )


def parameter_tables(compiled: CompiledStudy, catalogue: Catalogue, inputs: Scanned) -> Output:
    """The tables, of source tables that are kept or were only collected.

    Raises:
        CheckFailed: the source tables cannot give what the study asks.
    """
    import polars as pl

    study, name = compiled.study, compiled.name
    printed = printed_units(inputs, compiled.series, study.sources.as_of)
    observed = inputs.scan("source", "observation")
    observed = observed.filter(pl.col("series_id").is_in(compiled.series))
    kinds, signs = kinds_of_numbers(observed), signs_of_numbers(observed)
    signs = signs_of_wholes(compiled, signs)
    series = rows_of_series(compiled, catalogue, printed, kinds, signs)
    require_additive(compiled, catalogue, series)
    require_named_units(compiled, {row["series_id"]: row["unit_measure"] for row in series})
    require_editions(study, series, editions(inputs, compiled.series))
    understood = _understood(compiled, catalogue, series)
    units = {name: one.unit.symbol for name, one in understood.items() if one.unit is not None}
    trees = {name: one.tree for name, one in understood.items()}
    formulas, codes = compiled.formulas.values(), catalogue.regions.unit_codes
    zeros = compiled.zeros(trees, signs)
    direct = direct_inputs(study, formulas, codes, trees, zeros)
    weights = weights_under(direct, formulas, codes, trees, zeros)
    clipped = {name for name, one in compiled.formulas.items() if one.winsorize}
    below = series_under(direct, {row["series_id"] for row in series})
    rows: dict[str, list[dict[str, Any]]] = {
        "unit": _units(compiled),
        "unit_group": list(_groups(compiled)),
        "series": series,
        "unit_conversion": list(unit_conversions(compiled, series, printed)),
        "variable": list(_variables(compiled, series, units)),
        "winsorizing": list(_winsorizing(compiled)),
        "dependency": list(rows_of_reads(direct, "input")),
        "rests_on": list(rows_of_reads(below, "series_id")),
        "pool": list(_pool(compiled)),
        "clipped_input": list(rows_of_reads(clipped_under(direct, clipped), "input")),
        "weights_under": list(rows_of_reads(weights, "weights_name")),
        "member": list(rows_of_members(compiled, catalogue, below)),
    }
    return {(name, table): rows_of(table, rows[table]) for table in TABLES}


def _said(study: Study) -> Iterator[tuple[str, str]]:
    """What these tables take from the study file, entry by entry; titles and notes of the study not."""
    left_out = {"tables", "title", "citation", "notes", "influence"}
    for key, value in study.model_dump(mode="json", exclude=left_out).items():
        if key in ("variables", "indices"):
            yield from ((f"{key}.{name}", json.dumps(entry)) for name, entry in value.items())
        else:
            yield key, json.dumps(value)


def _said_units(compiled: CompiledStudy) -> dict[str, str]:
    """Units behind names of series, which the study that was read no longer has."""
    named = {one.label: one.unit for one in compiled.named_with_unit}
    return {"units named": json.dumps(named)} if named else {}


def _units(compiled: CompiledStudy) -> list[dict[str, Any]]:
    return [
        {"unit": unit.code, "unit_name": unit.name, "name_en": unit.english}
        for unit in compiled.units
    ]


def _pool(compiled: CompiledStudy) -> Iterator[dict[str, Any]]:
    """Units with the years in which each enters what is made of all of them."""
    years = compiled.study.periods
    for unit in compiled.units:
        yield {"unit": unit.code, "first_period": years.first, "last_period": years.last}


def _groups(compiled: CompiledStudy) -> Iterator[dict[str, Any]]:
    for grouping, groups in compiled.members.items():
        for group, codes in groups.items():
            for code in codes:
                yield {"grouping": grouping, "group_name": group, "unit": code}


def _understood(
    study: CompiledStudy, catalogue: Catalogue, series: list[dict[str, Any]]
) -> dict[str, CompiledExpression]:
    """Formulas in the units in which their series came; what is wrong with one, `derivation` tells."""
    from nqpf_assets.expressions.compile import compile_definitions

    compiled, _ = compile_definitions(
        {key: formula.definition for key, formula in study.formulas.items()},
        series_units=units_of_names(
            {row["series_id"]: row["unit_measure"] for row in series}, study.study.indices
        ),
        groups=study.members,
        codes=catalogue.regions.unit_codes,
    )
    return compiled


def _variables(
    compiled: CompiledStudy, series: list[dict[str, Any]], units: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Everything that has a name in the study; a variable of a series' own name stands for both."""
    computed = compiled.formulas
    for row in series:
        if row["series_id"] not in computed:
            yield {
                "variable": row["series_id"],
                "role": "series",
                "title": row["title"],
                "unit_measure": row["unit_measure"],
            }
    for formula in computed.values():
        yield _variable(formula, units.get(formula.name))
    for name, index in compiled.study.indices.items():
        yield {"variable": name, "role": "index", "title": index.title, "expression": index.method}


def _variable(formula: Formula, unit: str | None) -> dict[str, Any]:
    return {
        "variable": formula.name,
        "role": formula.role,
        "title": formula.title,
        "unit_measure": formula.definition.unit or unit,
        "expression": formula.definition.expression,
        "index_name": formula.index,
        "dimension": formula.dimension,
        "direction": formula.direction,
        "source_note": formula.source_note,
    }


def _winsorizing(compiled: CompiledStudy) -> Iterator[dict[str, Any]]:
    for name, formula in compiled.formulas.items():
        if formula.winsorize:
            yield {
                "variable": name,
                "share": formula.winsorize.share,
                "quantile_rule": formula.winsorize.quantile,
                "grouped_by": formula.winsorize.by,
            }
