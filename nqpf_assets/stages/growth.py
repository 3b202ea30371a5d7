"""Tables of levels: some series of one region, year by year, with their average annual growth.

The values are those of `growth_cells`; growth is compounded between the first and the last year of the table.
Each row says which vintages its values are of, which years were corrected, which look as of another unit of
measurement, and how official its files are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.stages.growth_cells import TABLE
from nqpf_assets.stages.sql import bind
from nqpf_assets.stages.table_parts import REMARKABLE, rows_with
from nqpf_assets.steps.reads import Read
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.table_kinds.growth import AS_PRINTED, NOTE, GrowthRow, GrowthTable
from nqpf_assets.warehouse.duckdb_engine import Query, literal, quoted

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy


def growth_step(compiled: CompiledStudy, table_name: str, table: GrowthTable) -> Step:
    """The step of one growth table: a column per year, growth, printed numbers, what they rest on."""
    study = compiled.study
    key, series = (study.study, table_name), {row.series for row in table.rows}
    sql, reads = bind(growth_sql(table_name, table), study=study.study, studies=())

    def run(inputs: Inputs) -> Output:
        with inputs.connect() as connection:
            levels = " AND ".join(f"{quoted(str(year))} IS NULL" for year in table.years)
            empty = connection.execute(
                f"SELECT row_position FROM ({sql}) WHERE {levels} ORDER BY row_position"
            ).fetchall()
        if empty:
            raise CheckFailed(
                Problem(
                    file=f"study {study.study}",
                    where=f"{table_name}, row {table.rows[place - 1].title}",
                    expected=f"a value of {table.rows[place - 1].series} for {table.region} "
                    f"between {table.first} and {table.last}",
                    found="none",
                    remedy="add a file that holds it, or correct series, region or years of the table",
                    code="empty_row",
                    asked_at=("tables", table_name, "rows", place - 1),
                )
                for (place,) in empty
            )
        return {key: Query(sql)}

    return Step(
        "result",
        (key,),
        tuple(
            rows_with(one, "series_id", series) if one == REMARKABLE else Read(one) for one in reads
        ),
        run,
        study=study.study,
        sql={key: sql},
    )


def growth_sql(name: str, table: GrowthTable) -> str:
    """The SELECT of a table of levels over the values that were chosen for it."""
    listed = ", ".join(_listed(place, row) for place, row in enumerate(table.rows, start=1))
    first, last = quoted(str(table.first)), quoted(str(table.last))
    exponent = f"CAST(1 AS DOUBLE) / {max(table.last - table.first, 1)}"
    return f"""
        WITH listed AS (
            SELECT * FROM (VALUES {listed})
            AS "study file" (row_position, row_label, published_growth)
        ),
        chosen AS (SELECT * FROM study.{TABLE} WHERE table_name = {literal(name)}),
        {_levels(table)}
        SELECT
            CAST(l.row_position AS INTEGER) AS row_position,
            l.row_label,
            v.unit_measure,
            {", ".join(f"v.{quoted(str(year))}" for year in table.years)},
            CASE WHEN v.{first} > 0 AND v.{last} > 0 THEN
                100 * (power(v.{last} / v.{first}, {exponent}) - 1)
            END AS annual_growth,
            CAST(l.published_growth AS DOUBLE) AS published_growth,
            {_as_printed(table)}
            e.vintages,
            v.corrected_years,
            w.remarkable_cells,
            v.data_status{_note(table)}
        FROM listed AS l
        LEFT JOIN level AS v ON v.row_position = l.row_position
        LEFT JOIN edition AS e ON e.row_position = l.row_position
        LEFT JOIN remark AS w ON w.row_position = l.row_position
        ORDER BY l.row_position"""


def _levels(table: GrowthTable) -> str:
    """A column per year, and what the values of a row rest on."""
    levels = ",\n".join(
        f"max(CASE WHEN period = {year} THEN value END) AS {quoted(str(year))}"
        for year in table.years
    )
    return f"""level AS (
            SELECT
                row_position, max(unit_measure) AS unit_measure,
                string_agg(CAST(period AS VARCHAR), ', ' ORDER BY period)
                    FILTER (WHERE correction IS NOT NULL) AS corrected_years,
                CASE WHEN bool_or(data_status = 'synthetic') THEN 'synthetic'
                    WHEN bool_or(data_status = 'survey') THEN 'survey' ELSE 'official' END AS data_status,
                {levels}
            FROM chosen GROUP BY row_position
        ),
        edition AS (
            SELECT row_position, string_agg(vintage, ', ' ORDER BY vintage_order) AS vintages
            FROM (SELECT DISTINCT row_position, vintage, vintage_order FROM chosen) AS one
            GROUP BY row_position
        ),
        found AS (
            SELECT c.row_position, c.series_id, m.found AS words
            FROM chosen AS c
            INNER JOIN audit.remarkable_cell AS m
                ON m.series_id = c.series_id AND m.region_code = c.region_code AND m.publisher = c.publisher
                AND m.vintage = c.vintage AND (m.period = c.period OR m.kind = 'level')
            WHERE m.severity IS DISTINCT FROM 'note'
            UNION
            SELECT c.row_position, c.series_id, j.found AS words
            FROM chosen AS c
            INNER JOIN study.series_join AS j
                ON j.series_id = c.series_id AND j.period = c.period AND j.publisher = c.publisher
                AND j.vintage = c.vintage
            INNER JOIN catalog.region AS r
                ON r.region_code = c.region_code AND r.level = j.level
            WHERE j.severity IN ('error', 'warning')
        ),
        remark AS (
            SELECT row_position, string_agg(words, '; ' ORDER BY words) AS remarkable_cells
            FROM found GROUP BY row_position
        )"""


def _as_printed(table: GrowthTable) -> str:
    """A column for each year in which the study writes what the paper prints."""
    years = sorted({year for row in table.rows for year in row.published})
    columns = []
    for year in years:
        cases = " ".join(
            f"WHEN {place} THEN CAST({row.published[year]!r} AS DOUBLE)"
            for place, row in enumerate(table.rows, start=1)
            if year in row.published
        )
        columns.append(f"CASE l.row_position {cases} END AS {quoted(f'{AS_PRINTED}{year}')},")
    return " ".join(columns)


def _note(table: GrowthTable) -> str:
    """A column with the study's note on the table, where it has one."""
    return f", {literal(' '.join(table.note.split()))} AS {NOTE}" if table.note else ""


def _listed(place: int, row: GrowthRow) -> str:
    """One row of the table as SQL values."""
    growth = "CAST(NULL AS DOUBLE)" if row.published_growth is None else repr(row.published_growth)
    return f"({place}, {literal(row.title)}, {growth})"
