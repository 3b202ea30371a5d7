"""All definitions of an opened project in one object: a pure function of what it is given."""

from __future__ import annotations

import dagster as dg

from nqpf_assets.defs.alerts import alert_sensors
from nqpf_assets.defs.assets import publication_asset, step_asset
from nqpf_assets.defs.automation import raw_sensor, refresh_job, yearbook_schedule
from nqpf_assets.defs.editions import editions_check, editions_job, editions_schedule
from nqpf_assets.defs.raw import raw_assets
from nqpf_assets.defs.resource import Warehouse
from nqpf_assets.projects.opened import OpenedProject


def assemble(opened: OpenedProject) -> dg.Definitions:
    """Assets, checks, jobs, sensors and schedules; runs stay in one process.

    Dagster's default executor starts a process per step, which for steps of some milliseconds takes
    minutes; heavy steps get their parallelism from DuckDB, Polars and BLAS.
    """
    editions = editions_check(opened.project)
    return dg.Definitions(
        assets=[
            *raw_assets(opened.project),
            *(step_asset(step, opened) for step in opened.graph.steps),
            publication_asset(opened),
        ],
        asset_checks=[editions] if editions else [],
        jobs=[refresh_job(), *([editions_job(editions)] if editions else [])],
        sensors=[raw_sensor(opened), *alert_sensors(opened)],
        schedules=[yearbook_schedule(opened), *([editions_schedule(opened)] if editions else [])],
        resources={"warehouse": Warehouse.of(opened.project)},
        executor=dg.in_process_executor,
    )
