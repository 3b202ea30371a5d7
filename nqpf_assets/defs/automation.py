"""When the warehouse looks for news by itself: a sensor on `raw/`, and a schedule in the yearbook season.

Both are declared stopped; who runs the daemon turns them on.
"""

from __future__ import annotations

import dagster as dg

from nqpf_assets.defs.editions import ZONE
from nqpf_assets.look import Look, look
from nqpf_assets.problems import InputError
from nqpf_assets.workbench import Workbench, open_project

JOB = "refresh"
SEASON = "0 6 * 9-12 *"


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
        seen = look(now)
        if not seen.is_news:
            return dg.SkipReason(nothing_new(seen))
        if seen.content == context.cursor:
            return dg.SkipReason("a run was asked for already, and nothing changed since")
        return dg.SensorResult([dg.RunRequest(run_key=seen.content)], cursor=seen.content)

    return new_raw_files


def nothing_new(seen: Look) -> str:
    """Why no run is asked for, with the files that one will be asked for once they are whole."""
    arriving = "".join(f"\n{shown}: {why}" for shown, why in sorted(seen.raw.arriving.items()))
    still = f"; still arriving, and looked at again:{arriving}" if arriving else ""
    return f"everything is as its sources would make it{still}"


def yearbook_schedule(bench: Workbench) -> dg.ScheduleDefinition:
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
        try:
            seen = look(open_project(bench.project))
        except InputError as error:
            return dg.SkipReason(f"studies or catalogue cannot be read:\n{error}")
        return dg.RunRequest() if seen.is_news else dg.SkipReason(nothing_new(seen))

    return yearbook_look
