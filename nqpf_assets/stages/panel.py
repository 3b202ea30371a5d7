"""From published cells to the analysis panel: choice of vintage, filling, derived variables.

Choice and winsorising are SQL files; filling is `interpolation`; formulas are compiled by
`nqpf_assets.studies.expressions`. This module puts them in order for one study.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import STUDY_SCHEMA
from nqpf_assets.engine import Query, literal, quoted
from nqpf_assets.problems import CheckFailed, Problem
from nqpf_assets.stages.grid import grid_of_cells
from nqpf_assets.stages.parameters import parameter_step
from nqpf_assets.stages.rules import range_rule
from nqpf_assets.stages.source_code import source_of
from nqpf_assets.stages.sql import file_step
from nqpf_assets.stages.step import Inputs, Output, Step
from nqpf_assets.stages.study import members, study_units
from nqpf_assets.studies.formulas import formulas_by_name
from nqpf_assets.studies.spec import Study

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue


KEPT = ("variable", "unit", "period", "value", "file_id", "locator", "vintage")
"""Columns of a published cell that stay with it when gaps are filled."""


def panel_steps(study: Study, catalogue: Catalogue) -> list[Step]:
    """The steps of one study up to its analysis panel, indices apart."""

    def file(table: str) -> Step:
        return file_step("panel", (STUDY_SCHEMA, table), studies=(), study=study.study)

    return [
        parameter_step(study, catalogue),
        file("reported_cell"),
        filling_step(study),
        derivation_step(study, catalogue),
        winsorizing_step(study),
        panel_step(study),
    ]


def filling_step(study: Study) -> Step:
    """`filled_cell`: every series, unit and year the study needs, gaps filled by its rule."""
    name = study.study

    def run(inputs: Inputs) -> Output:
        import polars as pl

        from nqpf_assets.stages.interpolation import fill_gaps

        is_corrected = pl.col("printed").is_not_null()
        filled = (
            fill_gaps(grid_of_cells(inputs, study))
            .with_columns(
                reported_value=pl.coalesce("printed", "reported_value"),
                status=pl.when(is_corrected).then(pl.lit("corrected")).otherwise("status"),
            )
            .select(
                "variable",
                "unit",
                "period",
                "value",
                "reported_value",
                "status",
                "file_id",
                "locator",
                "vintage",
            )
        )
        return {(name, "filled_cell"): filled.collect()}

    return Step(
        "panel",
        ((name, "filled_cell"),),
        ((name, "reported_cell"), (name, "unit"), (name, "series"), (name, "rests_on")),
        run,
        code=source_of(__name__),
        study=name,
        lineage={
            (name, "filled_cell"): {
                column: (((name, "reported_cell"), source),)
                for column, source in {
                    **{same: same for same in KEPT},
                    "reported_value": "reported_value",
                }.items()
            }
        },
    )


def derivation_step(study: Study, catalogue: Catalogue) -> Step:
    """`derived_cell`: all variables, indicators and schooling levels, in one query."""
    name = study.study
    groups = members(study, catalogue.regions)
    codes = catalogue.regions.unit_codes
    own = [unit.code for unit in study_units(study, catalogue.regions)]

    def run(inputs: Inputs) -> Output:
        from nqpf_assets.studies.expressions import compile_definitions, derived_cells_sql

        units = dict(inputs.read(name, "series").select("series_id", "measured_in").iter_rows())
        definitions = {key: formula.definition for key, formula in formulas_by_name(study).items()}
        compiled, wrong = compile_definitions(
            definitions, series_units=units, groups=groups, codes=codes
        )
        if wrong:
            raise CheckFailed(
                Problem(f"study {name}", f"variable {key}", "an expression that can be computed",
                        str(error), error.remedy or "correct the expression", code="expression")
                for key, error in wrong.items()
            )  # fmt: skip
        query = derived_cells_sql(
            compiled,
            cells=f"{quoted(name)}.filled_cell",
            first=study.periods.first,
            last=study.periods.last,
            groups=groups,
            units=own,
        )
        return {
            (name, "derived_cell"): Query(
                f"SELECT * FROM ({query}) ORDER BY variable, unit, period"
            )
        }

    return Step(
        "panel",
        ((name, "derived_cell"),),
        ((name, "filled_cell"), (name, "series")),
        run,
        code=repr({key: formula.definition for key, formula in formulas_by_name(study).items()})
        + repr((study.periods, groups, own))
        + catalogue.regions.fingerprint
        + source_of(__name__),
        study=name,
        # The query is long and says no more than this about its columns.
        lineage={
            (name, "derived_cell"): {
                column: (((name, "filled_cell"), column),)
                for column in ("unit", "period", "value", "status")
            }
        },
    )


def winsorizing_step(study: Study) -> Step:
    """`variable_cell`: derived variables after clipping, held against the bounds of the study."""
    key = (study.study, "variable_cell")
    step = file_step("panel", (STUDY_SCHEMA, key[1]), studies=(), study=study.study)
    bounds = {name: (one.minimum, one.maximum) for name, one in formulas_by_name(study).items()}
    return replace(step, rules={key: range_rule(bounds)}, code=step.code + repr(bounds))


def panel_step(study: Study) -> Step:
    """`panel`: one row per unit and year, one column per variable, index and grouping.

    Written as conditional aggregation, which other engines understand as well as DuckDB does.
    """
    name = study.study
    schema = quoted(name)
    variables = list(formulas_by_name(study))
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
        for g in study.groups
    ]
    keys = "k.unit, k.unit_name, k.period"
    columns = [f"v.{quoted(v)}" for v in variables] + [f"i.{quoted(i)}" for i in study.indices]
    columns += [f"b.{quoted(g)}" for g in study.groups]
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
    return Step("panel", (key,), reads, run, code=sql, study=name, sql={key: sql})
