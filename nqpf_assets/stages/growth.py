"""Tables of levels: some series of one region, year by year, with their average annual growth.

The values are the published ones under the study's choice of vintage and publisher; nothing is
interpolated, and growth is compounded between the first and the last year of the table. Each row says
which vintages its values are of, which years were corrected, and how official its files are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.stages.series_views import reads_of_series
from nqpf_assets.stages.sql import bind
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.spec import SeriesSource, Sources
from nqpf_assets.studies.table_kinds.growth import AS_PRINTED, GrowthRow, GrowthTable
from nqpf_assets.warehouse.duckdb_engine import Query, literal, quoted

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy


def growth_step(compiled: CompiledStudy, table_name: str, table: GrowthTable) -> Step:
    """The step of one growth table: a column per year, growth, printed numbers, what they rest on."""
    study = compiled.study
    key = (study.study, table_name)
    sql, reads = bind(growth_sql(table, study.sources), study=study.study, studies=())

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
                )
                for (place,) in empty
            )
        return {key: Query(sql)}

    return Step(
        "result",
        (key,),
        reads_of_series(reads, {row.series for row in table.rows}),
        run,
        study=study.study,
        sql={key: sql},
    )


def growth_sql(table: GrowthTable, sources: Sources) -> str:
    """The SELECT of a growth table whose region is named by the code of its unit.

    Of several vintages of a value the newest is taken; under `single`, the newest of those that have
    most of the table's years, and nothing of another. A unit of measurement that changed between editions
    is converted to that of the newest. Where two are of one day, and for a region that had another code
    before, the same value is taken as in the panel.
    """
    listed = ", ".join(
        _listed(place, row, sources) for place, row in enumerate(table.rows, start=1)
    )
    first, last = quoted(str(table.first)), quoted(str(table.last))
    exponent = f"CAST(1 AS DOUBLE) / {max(table.last - table.first, 1)}"
    return f"""
        WITH listed AS (
            SELECT * FROM (VALUES {listed})
            AS "study file" (
                row_position, series_id, row_label, published_growth, only_vintage, only_publishers
            )
        ),
        {_candidates(table, sources)},
        {_chosen(is_single=sources.vintage == "single")},
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
            v.data_status
        FROM listed AS l
        LEFT JOIN level AS v ON v.row_position = l.row_position
        LEFT JOIN edition AS e ON e.row_position = l.row_position
        ORDER BY l.row_position"""


def _candidates(table: GrowthTable, sources: Sources) -> str:
    """Every published value that a row may take, corrected where it was wrong."""
    region = literal(table.region)
    return f"""candidate AS (
            SELECT
                l.row_position, o.period, coalesce(k.value, o.value) AS value, o.unit_measure,
                u.factor, o.vintage,
                f.vintage_order, f.publisher, f.data_status, k.value IS NOT NULL AS is_corrected,
                r.region_code = r.unit_code AS is_as_named, o.file_id, o.locator,
                count(*) OVER (PARTITION BY l.row_position, f.publisher, o.vintage) AS n_years
            FROM listed AS l
            INNER JOIN source.observation AS o ON o.series_id = l.series_id
            INNER JOIN source.file AS f ON f.file_id = o.file_id
            INNER JOIN catalog.region AS r ON r.region_code = o.region_code
            INNER JOIN catalog.unit_measure AS u ON u.unit_measure = o.unit_measure
            LEFT JOIN source.correction AS k
                ON k.series_id = o.series_id AND k.region_code = o.region_code AND k.period = o.period
                AND k.vintage = o.vintage
                AND {f"k.date <= DATE '{sources.as_of}'" if sources.as_of else "TRUE"}
            WHERE r.unit_code = {region}
                AND o.period BETWEEN {table.first} AND {table.last}
                AND o.value IS NOT NULL
                AND (l.only_vintage IS NULL OR o.vintage = l.only_vintage)
                AND (l.only_publishers IS NULL OR strpos(l.only_publishers, '|' || f.publisher || '|') > 0)
                AND {f"f.published <= DATE '{sources.as_of}'" if sources.as_of else "TRUE"}
        )"""


def _chosen(*, is_single: bool) -> str:
    """Of each row and year the newest value, in the unit of the row's newest one."""
    coverage = "n_years DESC, " if is_single else ""
    return f"""newest AS (
            SELECT
                row_position, unit_measure, factor, publisher, vintage,
                row_number() OVER (
                    PARTITION BY row_position
                    ORDER BY {coverage}vintage_order DESC, publisher, period DESC, file_id, locator
                ) AS place
            FROM candidate
        ),
        chosen AS (
            SELECT
                c.row_position, c.period,
                CASE WHEN c.unit_measure = n.unit_measure THEN c.value
                    ELSE c.value * c.factor / n.factor END AS value,
                n.unit_measure, c.vintage, c.vintage_order, c.data_status, c.is_corrected,
                row_number() OVER (
                    PARTITION BY c.row_position, c.period
                    ORDER BY c.vintage_order DESC, c.is_as_named DESC, c.file_id, c.locator
                ) AS place
            FROM candidate AS c
            INNER JOIN newest AS n ON n.row_position = c.row_position AND n.place = 1
                AND {"c.vintage = n.vintage AND c.publisher = n.publisher" if is_single else "TRUE"}
        )"""


def _levels(table: GrowthTable) -> str:
    """A column per year, and what the values of a row rest on."""
    levels = ",\n".join(
        f"max(CASE WHEN period = {year} THEN value END) AS {quoted(str(year))}"
        for year in table.years
    )
    return f"""level AS (
            SELECT
                row_position, max(unit_measure) AS unit_measure,
                string_agg(CAST(period AS VARCHAR), ', ' ORDER BY period) FILTER (WHERE is_corrected)
                    AS corrected_years,
                CASE WHEN bool_or(data_status = 'synthetic') THEN 'synthetic'
                    WHEN bool_or(data_status = 'survey') THEN 'survey' ELSE 'official' END AS data_status,
                {levels}
            FROM chosen WHERE place = 1 GROUP BY row_position
        ),
        edition AS (
            SELECT row_position, string_agg(vintage, ', ' ORDER BY vintage_order) AS vintages
            FROM (SELECT DISTINCT row_position, vintage, vintage_order FROM chosen WHERE place = 1) AS one
            GROUP BY row_position
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


def _listed(place: int, row: GrowthRow, sources: Sources) -> str:
    """One row of the table as SQL values, with where its values may come from."""
    own = sources.series.get(row.series, SeriesSource.model_validate({}))
    publishers = own.publishers or sources.publishers
    values = (
        str(place),
        literal(row.series),
        literal(row.title),
        "CAST(NULL AS DOUBLE)" if row.published_growth is None else repr(row.published_growth),
        "CAST(NULL AS VARCHAR)" if own.vintage is None else literal(own.vintage),
        literal(f"|{'|'.join(publishers)}|") if publishers else "CAST(NULL AS VARCHAR)",
    )
    return f"({', '.join(values)})"
