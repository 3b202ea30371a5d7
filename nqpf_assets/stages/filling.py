"""From published cells to cells without gaps: `filled_cell` and `filled_from` of one study.

How a gap is filled is `interpolation`'s, which cells there are is `grid`'s, and what becomes of series of a
lower level `aggregation`'s: they are put together first, and what is filled then are series of units.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.catalog.table_frames import frame_of
from nqpf_assets.checks.aggregated_cells import incomplete_rule, untaken_rule
from nqpf_assets.messages.counted import counted
from nqpf_assets.stages.grid import grid_of_cells
from nqpf_assets.stages.lineage.filling import LINEAGE
from nqpf_assets.stages.named_levels import require_published
from nqpf_assets.stages.origins import read_for_words
from nqpf_assets.steps.checks import Finding, Rule
from nqpf_assets.steps.reads import whole
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.refilled_series import published
from nqpf_assets.studies.spec import Study
from nqpf_assets.warehouse.code_hash import source_of
from nqpf_assets.warehouse.duckdb_engine import quoted
from nqpf_assets.warehouse.put_aside import table_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.stages.aggregation import Aggregation
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.warehouse.connection import Connection

CELL = ("variable", "unit", "period")
CELLS = 500_000
"""So many cells are filled together: all of most studies."""
KEPT = (*CELL, "value", "file_id", "locator", "vintage")
"""Columns of a published cell that stay with it when gaps are filled."""
READ_TABLES = ("reported_cell", "unit", "series", "rests_on", "member")


TABLES = ("filled_cell", "filled_from", "member_cell", "aggregated_cell")


def filling_step(compiled: CompiledStudy) -> Step:
    """`filled_cell`: every series, unit and year the study needs, put together and filled by its rules."""
    study, name = compiled.study, compiled.name

    def run(inputs: Inputs) -> Output:
        from nqpf_assets.stages.aggregation import aggregated

        member = inputs.read(name, "member")
        found = aggregated(inputs.scan(name, "reported_cell"), inputs.read(name, "series"), member)
        require_published(compiled, found.members.select("variable", "unit"), member)
        return _tables(study, inputs, found)

    return Step(
        "panel",
        tuple((name, table) for table in TABLES),
        (
            *whole(*((name, table) for table in READ_TABLES)),
            read_for_words(("catalog", "region")),
        ),
        run,
        code=source_of(__name__),
        study=name,
        rules={
            (name, "filled_cell"): (_not_filled(study),),
            (name, "aggregated_cell"): (incomplete_rule(),),
            (name, "member_cell"): (untaken_rule(name),),
        },
        lineage={(name, table): said for table, said in LINEAGE.items()},
    )


def _tables(study: Study, inputs: Inputs, found: Aggregation) -> Output:
    """The four tables, of what was put together; cells are filled some series at a time."""
    import polars as pl

    from nqpf_assets.stages.aggregation import made_from

    name = study.study
    sources: list[pl.DataFrame] = []
    members = [found.members]

    def parts() -> Iterator[pl.DataFrame]:
        for names in _portions(study, inputs):
            cells, made = _filled(study, inputs, found, names)
            sources.append(made)
            members[0] = members[0].join(cells, on=CELL, how="anti")
            yield frame_of("filled_cell", [cells])

    filled = table_of(parts())
    tables = {
        "filled_from": made_from(pl.concat(sources), found.parts),
        "member_cell": members[0].select(
            *KEPT,
            "reported_value",
            status=pl.when(pl.col("correction").is_null())
            .then(pl.lit("reported"))
            .otherwise(pl.lit("corrected")),
        ),
        "aggregated_cell": found.cells,
    }
    made = {(name, table): frame_of(table, [frame]) for table, frame in tables.items()}
    return {(name, "filled_cell"): filled, **made}


def _portions(study: Study, inputs: Inputs) -> Iterator[list[str]]:
    """Names of series in their order, so many at a time as have some `CELLS` together."""
    names = inputs.read(study.study, "series").get_column("series_id").sort().to_list()
    n_years = study.periods.last - study.periods.first + 1
    n_names = max(1, CELLS // (n_years * max(1, inputs.read(study.study, "unit").height)))
    for at in range(0, max(len(names), 1), n_names):
        yield names[at : at + n_names]


def _filled(
    study: Study, inputs: Inputs, found: Aggregation, names: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cells of some series without gaps, and what the filled ones are made from."""
    import polars as pl

    from nqpf_assets.stages.interpolation import fill_gaps, sources_of_fills

    # Made once: two questions to it that are not answered yet would fill the gaps for each.
    filled = fill_gaps(grid_of_cells(inputs, study, found, names)).collect().lazy()
    whole = found.cells.lazy().drop_nulls("value").select(*CELL, is_whole=pl.lit(value=True))
    status = (
        pl.when(pl.col("printed").is_not_null())
        .then(pl.lit("corrected"))
        .when("is_whole")
        .then(pl.lit("aggregated"))
        .otherwise("status")
    )
    printed = pl.when(pl.col("is_whole").is_null()).then(pl.coalesce("printed", "reported_value"))
    asked = filled.join(whole, on=list(CELL), how="left").select(
        *KEPT, reported_value=printed, status=status
    )
    cells, sources = pl.collect_all([asked, sources_of_fills(filled)])
    return cells, sources


def _not_filled(study: Study) -> Rule:
    """A warning for every series whose gaps stay open although the study fills gaps."""
    series = f"{quoted(study.study)}.series"
    years = f"{study.periods.first} AND {study.periods.last}"

    def find(connection: Connection, relation: str) -> tuple[Finding, ...] | None:
        rows = connection.execute(
            f"SELECT s.series_id, s.not_filled, count(*) FROM {relation} AS c INNER JOIN {series} AS s"
            " ON s.series_id = c.variable WHERE s.not_filled IS NOT NULL AND c.value IS NULL"
            f" AND c.period BETWEEN {years} GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        return tuple(
            Finding(
                f"series {name}",
                f"{counted(n, 'cells')} without a value, not filled on a line: all published values are "
                f"{words}",
                "leave them missing; where fractions make sense, say `interpolate: true` for "
                f"{published(name)} under `sources.series`"
                if words == "whole numbers"
                else "leave them missing",
            )
            for name, words, n in rows
        )

    return Rule("whole_numbers", "gaps that the study's rule can fill", find, is_warning=True)
