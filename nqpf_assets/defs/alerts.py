"""Alerts of runs that Dagster's daemon starts; `nqpf refresh` tells of its own.

Two sensors, on from the start, and there only where `alerts` of nqpf.yaml names somebody: what the daemon ran
and published, and what failed, also where a run was killed and could say nothing itself.
"""

from __future__ import annotations

import datetime as dt

import dagster as dg

from nqpf_assets.defs.automation import TAGS
from nqpf_assets.defs.editions import JOB as EDITIONS
from nqpf_assets.operations.alerts import Alert, failed, not_sent, outcome, tell
from nqpf_assets.projects.opened import OpenedProject
from nqpf_assets.publications.held_back import held_back
from nqpf_assets.publications.publish import current
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import load_settings


def alert_sensors(opened: OpenedProject) -> list[dg.SensorDefinition]:
    """One for runs that ended well and one for those that did not; none where nobody is to be told."""
    if not opened.settings.alerts:
        return []
    project = opened.project

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="alert_published",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells those whom nqpf.yaml names what a run of the daemon published, and has not sent.",
    )
    def published(context: dg.RunStatusSensorContext) -> None:
        if _is_ours(context.dagster_run):
            done = _published(context, project)
            _send(context, project, done)
            _send(context, project, not_sent(project, load_settings(project)) if done else None)

    @dg.run_failure_sensor(
        name="alert_failed",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells those whom nqpf.yaml names why a run of the daemon did not publish.",
    )
    def stopped(context: dg.RunFailureSensorContext) -> None:
        if _is_ours(context.dagster_run):
            said = held_back(project)
            is_of_it = said is not None and _moment(said.at) >= _start(context)
            reason = context.failure_event.message or "no reason was given"
            alert = outcome(project, None) if is_of_it else failed(project, reason)
            _send(context, project, alert)

    return [published, stopped]


def _is_ours(run: dg.DagsterRun) -> bool:
    """Whether nobody else tells of it: not a run of `nqpf refresh`, nor the weekly look at editions."""
    return run.job_name != EDITIONS and not TAGS.items() <= run.tags.items()


def _published(context: dg.RunStatusSensorContext, project: Project) -> Alert | None:
    """What the run published; None where the publication is older than the run."""
    now = current(project)
    if now is None or _moment(now.published_at) < _start(context):
        return None
    return outcome(project, None)


def _start(context: dg.RunStatusSensorContext) -> dt.datetime:
    """When the run began, to the second, as publications say it."""
    record = context.instance.get_run_record_by_id(context.dagster_run.run_id)
    began = (record.start_time if record else None) or 0.0
    return dt.datetime.fromtimestamp(int(began), dt.UTC)


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _send(context: dg.RunStatusSensorContext, project: Project, alert: Alert | None) -> None:
    if alert is None:
        return
    for problem in tell(project, load_settings(project), alert):
        context.log.warning(str(problem))
