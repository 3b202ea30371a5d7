"""When the warehouse looks for news by itself: a sensor on `raw/`, and a schedule in the yearbook season.

Both are declared stopped; who runs the daemon turns them on.
"""

from __future__ import annotations

import datetime as dt
import time

import dagster as dg

from nqpf_assets.defs.raw import new_versions
from nqpf_assets.messages.problems import InputError
from nqpf_assets.projects.opened import OpenedProject, open_project
from nqpf_assets.projects.overdue import ZONE
from nqpf_assets.publications.outlook import Outlook, outlook_of
from nqpf_assets.warehouse import lock

JOB = "refresh"
SEASON = "0 6 * 9-12 *"
TAGS = {"nqpf/command": "refresh"}
"""On runs that `nqpf refresh` makes."""
CONTENT = "nqpf/content"
"""Tag of a run that is asked for again: what it builds from."""
FIRST_WAIT, LONGEST_WAIT = 600, 86_400
"""Seconds from a failed run to the next; doubled with every failure."""


def refresh_job() -> dg.UnresolvedAssetJobDefinition:
    """Everything that can be built, in one run."""
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        description="Build what is out of date, check it, publish it.",
    )


def raw_sensor(opened: OpenedProject) -> dg.SensorDefinition:
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
        seen = outlook_of(reopened(opened))
        if not seen.is_news:
            return dg.SkipReason(nothing_new(seen))
        if seen.content == context.cursor:
            return _again(context.instance, seen)
        return dg.SensorResult(
            [dg.RunRequest(run_key=seen.content)],
            cursor=seen.content,
            asset_events=new_versions(context.instance, opened.project, seen.raw),
        )

    return new_raw_files


class CannotLook(Exception):
    """Nothing can be asked for before somebody acts; Dagster shows the tick as failed, with these words."""


def reopened(opened: OpenedProject) -> OpenedProject:
    """The project as it is now.

    Raises:
        CannotLook: its files cannot be read, or it has other tables than the definitions that are loaded.
    """
    try:
        now = open_project(opened.project)
    except InputError as error:
        raise CannotLook(f"studies or catalogue cannot be read:\n{error}") from None
    came = set(now.graph.tables) - set(opened.graph.tables)
    went = set(opened.graph.tables) - set(now.graph.tables)
    if came or went:
        words = [*(f"+ {'.'.join(key)}" for key in sorted(came))]
        words += [f"- {'.'.join(key)}" for key in sorted(went)]
        raise CannotLook(
            "a study has other tables now, which the loaded definitions do not know: reload the definitions "
            "(Deployment, Code locations, Reload), or run `nqpf refresh`\n" + "\n".join(words)
        )
    return now


def _again(instance: dg.DagsterInstance, seen: Outlook) -> dg.SensorResult | dg.SkipReason:
    """Ask again for a run that failed, each time after twice the time: a disk that was full may be empty."""
    tries = runs_for(instance, seen)
    if not tries:
        return dg.SkipReason("a run was asked for already, and nothing changed since")
    last = tries[0]
    is_killed = not last.dagster_run.is_finished and lock.is_free(seen.opened.project)
    if not (is_killed or last.dagster_run.status is dg.DagsterRunStatus.FAILURE):
        return dg.SkipReason("a run was asked for already, and nothing changed since")
    ended = last.end_time or last.update_timestamp.timestamp()
    due = ended + min(FIRST_WAIT * 2 ** (len(tries) - 1), LONGEST_WAIT)
    when = dt.datetime.fromtimestamp(due, dt.UTC).isoformat(timespec="minutes")
    if time.time() < due:
        return dg.SkipReason(
            f"a run was asked for already, and failed; it is asked for again after {when}"
        )
    key = f"{seen.content} {len(tries) + 1}"
    return dg.SensorResult(
        [dg.RunRequest(run_key=key, tags={CONTENT: seen.content})], cursor=seen.content
    )


def runs_for(instance: dg.DagsterInstance, seen: Outlook) -> list[dg.RunRecord]:
    """Runs that the sensor asked for to build this content, the last one first."""
    first = instance.get_run_records(dg.RunsFilter(tags={"dagster/run_key": seen.content}))
    again = instance.get_run_records(dg.RunsFilter(tags={CONTENT: seen.content}))
    return [*again, *first]


def nothing_new(seen: Outlook) -> str:
    """Why no run is asked for, with the files that one will be asked for once they are whole."""
    arriving = "".join(f"\n{shown}: {why}" for shown, why in sorted(seen.raw.arriving.items()))
    still = f"; still arriving, and looked at again:{arriving}" if arriving else ""
    return f"everything is as its sources would make it{still}"


def yearbook_schedule(opened: OpenedProject) -> dg.ScheduleDefinition:
    """A look every morning in the months in which China's and the provinces' yearbooks appear."""

    @dg.schedule(
        name="yearbook_look",
        job_name=JOB,
        cron_schedule=SEASON,
        execution_timezone=ZONE,
        description="Every morning from September to December, when yearbooks come out; without news "
        "no run is started.",
    )
    def yearbook_look(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        seen = outlook_of(reopened(opened))
        return dg.RunRequest() if seen.is_news else dg.SkipReason(nothing_new(seen))

    return yearbook_look
