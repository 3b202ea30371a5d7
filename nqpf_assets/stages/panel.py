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
from nqpf_assets.stages.parameters import parameter_step
from nqpf_assets.stages.rules import range_rule
from nqpf_assets.stages.source_code import source_of
from nqpf_assets.stages.sql import file_step
from nqpf_assets.stages.step import Inputs, Output, Step
from nqpf_assets.stages.study import members, study_units
from nqpf_assets.studies.formulas import formulas_by_name
from nqpf_assets.studies.spec import Study

if TYPE_CHECKING:
    import polars as pl

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
        from nqpf_assets.stages.interpolation import fill_gaps

        filled = fill_gaps(_grid(inputs, study)).select(
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
                    "reported_value": "value",
                }.items()
            }
        },
    )


def _grid(inputs: Inputs, study: Study) -> pl.LazyFrame:
    """Published cells and, for the years and regions that are read, a row for every cell without one."""
    import polars as pl

    name = study.study
    reported = inputs.scan(name, "reported_cell")
    series = inputs.scan(name, "series").select("interpolation", "ends", variable="series_id")
    own = inputs.scan(name, "unit").select("unit")
    years = _years_read(study, reported, inputs.scan(name, "rests_on"))
    of_units = years.filter(pl.col("unit").is_null()).drop("unit").join(own, how="cross")
    wanted = pl.concat([of_units, years.drop_nulls("unit")], how="diagonal").unique()
    return (
        wanted.join(reported, on=["variable", "unit", "period"], how="full", coalesce=True)
        .join(series, on="variable")
        .select(
            "variable",
            "unit",
            "period",
            "value",
            "file_id",
            "locator",
            "vintage",
            "interpolation",
            "ends",
        )
    )


def _years_read(study: Study, reported: pl.LazyFrame, rests_on: pl.LazyFrame) -> pl.LazyFrame:
    """Years in which variables read each series: variable (the series), period, unit.

    `unit` is null where every unit reads its own. The years of the study belong to it in any case
    (unless one calendar year is read and no other); years beyond them only as far as the series was
    published at all, so that no rule for the ends of a series invents years before its beginning.
    """
    import polars as pl

    first, last = study.periods.first, study.periods.last
    known = reported.group_by("variable").agg(
        known_first=pl.col("period").min(), known_last=pl.col("period").max()
    )
    reads = rests_on.select(
        "first_lag", "last_lag", "at_year", unit="of_region", variable="series_id"
    )
    begin = pl.coalesce("at_year", pl.lit(first)) + pl.col("first_lag")
    end = pl.coalesce("at_year", pl.lit(last)) + pl.col("last_lag")
    reached = reads.join(known, on="variable").select(
        "variable",
        "unit",
        begin=pl.max_horizontal(begin, "known_first"),
        end=pl.min_horizontal(end, "known_last"),
    )
    sample = reads.filter(pl.col("at_year").is_null()).select(
        "variable", "unit", begin=pl.lit(first), end=pl.lit(last)
    )
    return (
        pl.concat(
            [sample, reached.filter(pl.col("begin") <= pl.col("end"))], how="vertical_relaxed"
        )
        .with_columns(period=pl.int_ranges("begin", pl.col("end") + 1, dtype=pl.Int32))
        .select("variable", "unit", "period")
        .explode("period")
        .unique()
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
