"""From published cells to cells without gaps: `filled_cell` and `filled_from` of one study.

How a gap is filled is `interpolation`'s, which cells there are is `grid`'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import counted
from nqpf_assets.stages.grid import grid_of_cells
from nqpf_assets.steps.checks import Finding, Rule
from nqpf_assets.steps.reads import whole
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.refilled_series import published
from nqpf_assets.studies.spec import Study
from nqpf_assets.warehouse.code_hash import source_of
from nqpf_assets.warehouse.duckdb_engine import quoted

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

KEPT = ("variable", "unit", "period", "value", "file_id", "locator", "vintage")
"""Columns of a published cell that stay with it when gaps are filled."""
READ = (
    "rests_on.first_lag, rests_on.last_lag, rests_on.at_year, rests_on.not_before, rests_on.not_after, "
    "rests_on.of_region"
)
"""Which years of which units are looked at."""
FILL = "conditional series.interpolation, series.ends, series.rescaled, reported_cell.period"
PLACES = (
    "reported_cell.variable, reported_cell.unit, reported_cell.period, unit.unit, series.series_id, "
    "rests_on.series_id"
)
LINEAGE = {
    "filled_cell": {
        "variable": "identity reported_cell.=, rests_on.series_id",
        "unit": "identity reported_cell.=, unit.=; conditional rests_on.of_region",
        "period": f"identity reported_cell.=; conditional {READ}",
        "value": f"transformation reported_cell.value; {FILL}",
        "reported_value": "transformation reported_cell.value, reported_cell.reported_value; "
        "conditional reported_cell.correction",
        "status": f"conditional reported_cell.value, reported_cell.correction; {FILL}",
        "file_id locator vintage": "identity reported_cell.=",
        "*": f"join {PLACES}; filter {READ}",
    },
    "filled_from": {
        "variable unit period": "identity reported_cell.=",
        "from_period": "transformation reported_cell.period",
        "weight_in_fill": f"transformation reported_cell.period, reported_cell.value; {FILL}",
        "*": f"join {PLACES}; filter reported_cell.value, series.interpolation, series.ends, {READ}",
    },
}


def filling_step(study: Study) -> Step:
    """`filled_cell`: every series, unit and year the study needs, gaps filled by its rule."""
    name = study.study

    def run(inputs: Inputs) -> Output:
        import polars as pl

        from nqpf_assets.stages.interpolation import fill_gaps, sources_of_fills

        is_corrected = pl.col("printed").is_not_null()
        filled = fill_gaps(grid_of_cells(inputs, study))
        cells = filled.with_columns(
            reported_value=pl.coalesce("printed", "reported_value"),
            status=pl.when(is_corrected).then(pl.lit("corrected")).otherwise("status"),
        ).select(*KEPT[:4], "reported_value", "status", *KEPT[4:])
        sources = sources_of_fills(filled).sort("variable", "unit", "period", "from_period")
        made = pl.collect_all([cells, sources])
        return dict(zip(((name, "filled_cell"), (name, "filled_from")), made, strict=True))

    return Step(
        "panel",
        ((name, "filled_cell"), (name, "filled_from")),
        whole(*((name, table) for table in ("reported_cell", "unit", "series", "rests_on"))),
        run,
        code=source_of(__name__),
        study=name,
        rules={(name, "filled_cell"): (_not_filled(study),)},
        lineage={(name, table): said for table, said in LINEAGE.items()},
    )


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
