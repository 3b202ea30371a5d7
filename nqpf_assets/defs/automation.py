"""When the warehouse looks for news by itself: a sensor on `raw/`, and a yearly schedule.

Both are declared stopped; who runs the daemon turns them on.
"""

from __future__ import annotations

import hashlib

import dagster as dg

from nqpf_assets.problems import InputError
from nqpf_assets.publications.publish import current
from nqpf_assets.stages.plan import RawState
from nqpf_assets.workbench import Workbench, open_project

JOB = "refresh"


def refresh_job() -> dg.UnresolvedAssetJobDefinition:
    """Everything that can be built, in one run."""
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        description="Build what is out of date, check it, publish it.",
    )


def raw_sensor(bench: Workbench) -> dg.SensorDefinition:
    """Asks for a refresh when `nqpf refresh` would build something, once per content.

    Studies and catalogue are read anew each time, because the process that asks may be days old.
    """

    @dg.sensor(
        name="new_raw_files",
        job_name=JOB,
        minimum_interval_seconds=300,
        description="Asks for a run when raw/, a study or the catalogue is not what was built: by content, "
        "not by clock.",
    )
    def new_raw_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        try:
            now = open_project(bench.project)
        except InputError as error:
            return dg.SkipReason(f"studies or catalogue cannot be read:\n{error}")
        if now.graph.tables != bench.graph.tables:
            return dg.SkipReason("a study has other tables now: reload the definitions")
        raw = RawState.of(bench.project)
        if not now.plan(raw):
            return dg.SkipReason("everything is as its sources would make it")
        key = _content(now, raw)
        if key == context.cursor:
            return dg.SkipReason("a run was asked for already, and nothing changed since")
        return dg.SensorResult([dg.RunRequest(run_key=key)], cursor=key)

    return new_raw_files


def _content(bench: Workbench, raw: RawState) -> str:
    """Hash of what a run would start from: raw files, code and parameters, and what is published."""
    published = current(bench.project)
    parts = [raw.fingerprint, published.fingerprint if published else "nothing"]
    parts += [step.code for step in bench.graph.steps]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def yearbook_schedule() -> dg.ScheduleDefinition:
    """A yearly look: China's and the provinces' yearbooks appear between September and December."""
    return dg.ScheduleDefinition(
        name="yearbook_look",
        job_name=JOB,
        cron_schedule="0 6 15 12 *",
        execution_timezone="Asia/Shanghai",
        description="Once a year, when the yearbooks are out.",
    )
