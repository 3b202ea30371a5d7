"""All definitions of a workbench in one object: a pure function of what it is given."""

from __future__ import annotations

import dagster as dg

from nqpf_assets.defs.assets import publication_asset, step_asset
from nqpf_assets.defs.automation import raw_sensor, refresh_job, yearbook_schedule
from nqpf_assets.defs.editions import editions_check, editions_job, editions_schedule
from nqpf_assets.defs.raw import raw_assets
from nqpf_assets.defs.resource import Warehouse
from nqpf_assets.projects.opened import Workbench


def assemble(bench: Workbench) -> dg.Definitions:
    """Assets, checks, job, sensor and schedule; runs stay in one process.

    Dagster's default executor starts a process per step, which for steps of some milliseconds takes
    minutes; heavy steps get their parallelism from DuckDB, Polars and BLAS.
    """
    editions = editions_check(bench.project)
    return dg.Definitions(
        assets=[
            *raw_assets(bench.project),
            *(step_asset(step, bench) for step in bench.graph.steps),
            publication_asset(bench),
        ],
        asset_checks=[editions] if editions else [],
        jobs=[refresh_job(), *([editions_job(editions)] if editions else [])],
        sensors=[raw_sensor(bench)],
        schedules=[yearbook_schedule(bench), *([editions_schedule(bench)] if editions else [])],
        resources={"warehouse": Warehouse.of(bench.project)},
        executor=dg.in_process_executor,
    )
