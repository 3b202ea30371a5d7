"""When the warehouse looks for news by itself: a sensor on `raw/`, and a yearly schedule.

Both are declared stopped; who runs the daemon turns them on.
"""

from __future__ import annotations

import dagster as dg

from nqpf_assets.project import Project
from nqpf_assets.stages.plan import RawState

JOB = "refresh"


def refresh_job() -> dg.UnresolvedAssetJobDefinition:
    """Everything that can be built, in one run."""
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        description="Build what is out of date, check it, publish it.",
    )


def raw_sensor(project: Project) -> dg.SensorDefinition:
    """Asks for a refresh when the content of `raw/` or `catalog/` is not what it was."""

    @dg.sensor(
        name="new_raw_files",
        job_name=JOB,
        minimum_interval_seconds=300,
        description="Compares the content of raw/ with what it last saw; clocks and names do not matter.",
    )
    def new_raw_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        seen = RawState.of(project).fingerprint
        if seen == context.cursor:
            return dg.SkipReason("raw/ holds what it held before")
        return dg.SensorResult([dg.RunRequest(run_key=seen)], cursor=seen)

    return new_raw_files


def yearbook_schedule() -> dg.ScheduleDefinition:
    """A yearly look: China's and the provinces' yearbooks appear between September and December."""
    return dg.ScheduleDefinition(
        name="yearbook_look",
        job_name=JOB,
        cron_schedule="0 6 15 12 *",
        execution_timezone="Asia/Shanghai",
        description="Once a year, when the yearbooks are out.",
    )
