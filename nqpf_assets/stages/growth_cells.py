"""The published values that tables of levels are made of: which of several vintages, in which unit.

The values are those of the study's choice of vintage and publisher; nothing is interpolated. Of several
vintages of a value the newest is taken; under `single`, the newest of those that have nineteen twentieths of
the years that any has, and nothing of another. A unit of measurement that changed between editions is
converted to that of the newest, and one of another kind refused. Where two are of one day, and for a region
that had another code before, the same value is taken as in the panel. What is made of the values is
`growth`'s, which sees no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.catalog.table_frames import frame_of
from nqpf_assets.catalog.units import UnitError, conversion
from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.stages.series_views import reads_of_series
from nqpf_assets.stages.sql import bind
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.spec import SeriesSource, Sources, Study
from nqpf_assets.studies.table_kinds.growth import GrowthRow, GrowthTable
from nqpf_assets.warehouse.duckdb_engine import Query, literal

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy

TABLE = "growth_cell"


def growth_cell_step(compiled: CompiledStudy) -> Step:
    """`growth_cell` of one study: a row for each value of its tables of levels; empty where it has none."""
    study, key = compiled.study, (compiled.name, TABLE)
    tables = growth_tables(study)
    if not tables:
        return Step(
            "panel",
            (key,),
            (),
            lambda _: {key: frame_of(TABLE, ())},
            study=compiled.name,
            lineage={key: {"others": "identity study file"}},
        )
    sql, reads = bind(growth_cells_sql(tables, study.sources), study=compiled.name, studies=())
    series = {row.series for table in tables.values() for row in table.rows}

    def run(inputs: Inputs) -> Output:
        with inputs.connect() as connection:
            units = connection.execute(
                "SELECT g.table_name, g.row_position, o.unit_measure, g.unit_measure, min(o.vintage)"
                f" FROM ({sql}) AS g INNER JOIN source.observation AS o"
                " ON o.series_id = g.series_id AND o.region_code = g.region_code"
                " AND o.period = g.period AND o.vintage = g.vintage"
                " WHERE o.unit_measure <> g.unit_measure GROUP BY ALL ORDER BY ALL"
            ).fetchall()
        if problems := list(_other_kinds(study, tables, units)):
            raise CheckFailed(problems)
        return {key: Query(sql)}

    return Step(
        "panel",
        (key,),
        reads_of_series(reads, series),
        run,
        study=compiled.name,
        sql={key: sql},
    )


def _other_kinds(
    study: Study, tables: Mapping[str, GrowthTable], units: Iterable[tuple[str, int, str, str, str]]
) -> Iterator[Problem]:
    """Rows of which two years measure different things: 元 and 美元, or indices of two bases.

    Args:
        units: table, place of the row, unit of some of its values, that of the newest, and a vintage.
    """
    for name, place, unit, newest, vintage in units:
        row = tables[name].rows[place - 1]
        try:
            conversion(unit, newest)
        except UnitError as error:
            yield Problem(
                file=f"study {study.study}",
                where=f"{name}, row {row.title}",
                expected=f"years in units that convert into {newest}, that of the newest",
                found=f"{row.series} of vintage {vintage} in {unit}: {error}",
                remedy="leave a vintage out with `vintage` or `publishers` in the study's sources, "
                "shorten the years of the table, or correct the unit in the card",
                code="units",
                asked_at=("tables", name, "rows", place - 1),
            )


def growth_tables(study: Study) -> dict[str, GrowthTable]:
    """The tables of levels of a study, by name."""
    return {name: one for name, one in study.tables.items() if isinstance(one, GrowthTable)}


def growth_cells_sql(tables: dict[str, GrowthTable], sources: Sources) -> str:
    """The SELECT of `growth_cell`, of tables whose regions are named by the codes of their units."""
    listed = ", ".join(
        _listed(name, table, place, row, sources)
        for name, table in tables.items()
        for place, row in enumerate(table.rows, start=1)
    )
    return f"""
        WITH listed AS (
            SELECT * FROM (VALUES {listed})
            AS "study file" (
                table_name, row_position, series_id, unit, first_period, last_period,
                only_vintage, only_publishers
            )
        ),
        {_candidates(sources)},
        {_chosen(is_single=sources.vintage == "single")}
        SELECT
            table_name, row_position, period, series_id, region_code, value, reported_value, unit_measure,
            is_end, correction, file_id, locator, publisher, vintage, vintage_order, data_status
        FROM chosen
        WHERE place = 1
        ORDER BY table_name, row_position, period"""


def _candidates(sources: Sources) -> str:
    """Every published value that a row may take, corrected where it was wrong."""
    return f"""candidate AS (
            SELECT
                l.table_name, l.row_position, l.series_id, o.region_code, o.period,
                o.period IN (l.first_period, l.last_period) AS is_end,
                coalesce(k.value, o.value) AS value, o.value AS reported_value, o.unit_measure,
                u.factor, o.vintage, f.vintage_order, f.publisher, f.data_status, k.name AS correction,
                r.region_code = r.unit_code AS is_as_named, o.file_id, o.locator
            FROM listed AS l
            INNER JOIN source.observation AS o ON o.series_id = l.series_id
            INNER JOIN source.file AS f ON f.file_id = o.file_id
            INNER JOIN catalog.region AS r ON r.region_code = o.region_code
            INNER JOIN catalog.unit_measure AS u ON u.unit_measure = o.unit_measure
            LEFT JOIN source.correction AS k
                ON k.series_id = o.series_id AND k.region_code = o.region_code AND k.period = o.period
                AND k.vintage = o.vintage
                AND {f"k.date <= DATE '{sources.as_of}'" if sources.as_of else "TRUE"}
            WHERE r.unit_code = l.unit
                AND o.period BETWEEN l.first_period AND l.last_period
                AND o.value IS NOT NULL
                AND (l.only_vintage IS NULL OR o.vintage = l.only_vintage)
                AND (l.only_publishers IS NULL OR strpos(l.only_publishers, '|' || f.publisher || '|') > 0)
                AND {f"f.published <= DATE '{sources.as_of}'" if sources.as_of else "TRUE"}
        )"""


def _chosen(*, is_single: bool) -> str:
    """Of each row and year the newest value, in the unit of the row's newest one."""
    coverage = "v.n_years >= 0.95 * v.most_years DESC, " if is_single else ""
    converted = (
        "CASE WHEN c.unit_measure = n.unit_measure THEN {0} ELSE {0} * c.factor / n.factor END"
    )
    return f"""coverage AS (
            SELECT
                table_name, row_position, publisher, vintage, count(DISTINCT period) AS n_years
            FROM candidate
            GROUP BY table_name, row_position, publisher, vintage
        ),
        covering AS (
            SELECT
                table_name, row_position, publisher, vintage, n_years,
                max(n_years) OVER (PARTITION BY table_name, row_position) AS most_years
            FROM coverage
        ),
        newest AS (
            SELECT
                c.table_name, c.row_position, c.unit_measure, c.factor, c.publisher, c.vintage,
                row_number() OVER (
                    PARTITION BY c.table_name, c.row_position
                    ORDER BY {coverage}c.vintage_order DESC, c.publisher, c.period DESC, c.file_id, c.locator
                ) AS place
            FROM candidate AS c
            INNER JOIN covering AS v
                ON v.table_name = c.table_name AND v.row_position = c.row_position
                AND v.publisher = c.publisher AND v.vintage = c.vintage
        ),
        chosen AS (
            SELECT
                c.table_name, c.row_position, c.period, c.series_id, c.region_code, c.is_end,
                {converted.format("c.value")} AS value,
                {converted.format("c.reported_value")} AS reported_value,
                n.unit_measure, c.correction, c.file_id, c.locator, c.publisher, c.vintage, c.vintage_order,
                c.data_status,
                row_number() OVER (
                    PARTITION BY c.table_name, c.row_position, c.period
                    ORDER BY c.vintage_order DESC, c.is_as_named DESC, c.file_id, c.locator
                ) AS place
            FROM candidate AS c
            INNER JOIN newest AS n
                ON n.table_name = c.table_name AND n.row_position = c.row_position AND n.place = 1
                AND {"c.vintage = n.vintage AND c.publisher = n.publisher" if is_single else "TRUE"}
        )"""


def _listed(name: str, table: GrowthTable, place: int, row: GrowthRow, sources: Sources) -> str:
    """One row of a table as SQL values, with where its values may come from."""
    own = sources.series.get(row.series, SeriesSource.model_validate({}))
    publishers = own.publishers or sources.publishers
    values = (
        literal(name),
        f"CAST({place} AS INTEGER)",
        literal(row.series),
        literal(table.region),
        str(table.first),
        str(table.last),
        "CAST(NULL AS VARCHAR)" if own.vintage is None else literal(own.vintage),
        literal(f"|{'|'.join(publishers)}|") if publishers else "CAST(NULL AS VARCHAR)",
    )
    return f"({', '.join(values)})"
