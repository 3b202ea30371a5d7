"""Editions that are overdue, as Dagster shows them: a check on every raw folder, asked once a week.

A freshness policy looks at when an asset was last materialized; a raw folder never is, and whether its
next edition is late stands on its card. So folders have a check, and the publication has a policy: it is
expected to be made anew in every yearbook season. What is overdue is `nqpf_assets.projects.overdue`'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import dagster as dg

from nqpf_assets.defs.raw import raw_key, raw_keys
from nqpf_assets.operations.alerts import overdue, tell
from nqpf_assets.projects.opened import OpenedProject, open_project
from nqpf_assets.projects.overdue import ZONE, overdue_editions, today_in_china
from nqpf_assets.user_input.project import Project

JOB = "editions"
CHECK = "next_edition"
EVERY_SEASON = dg.FreshnessPolicy.cron(
    "0 6 31 12 *", lower_bound_delta=dt.timedelta(days=122), timezone=ZONE
)
"""Made anew between the end of August, before the first yearbooks, and the end of December."""


def editions_check(
    project: Project, today: Callable[[], dt.date] = today_in_china
) -> dg.AssetChecksDefinition | None:
    """One check for each raw folder; it warns where the next edition is late. None without folders."""
    folders = {"/".join(("raw", *folder)): raw_key(folder) for folder in raw_keys(project)}
    if not folders:
        return None

    @dg.multi_asset_check(
        name="next_editions",
        specs=[
            dg.AssetCheckSpec(
                CHECK,
                asset=key,
                description="A newer edition is here by the day that the card names in next_edition.",
            )
            for key in folders.values()
        ],
    )
    def editions() -> Iterator[dg.AssetCheckResult]:
        opened = open_project(project)
        found = overdue_editions(opened, today())
        alert = overdue(project, found)
        for problem in tell(project, opened.settings, alert) if alert else ():
            dg.get_dagster_logger().warning(str(problem))
        late = {one.folder: one for one in found}
        for folder, key in folders.items():
            yield dg.AssetCheckResult(
                passed=folder not in late,
                asset_key=key,
                check_name=CHECK,
                severity=dg.AssetCheckSeverity.WARN,
                description=str(late.get(folder, "not overdue")),
            )

    return editions


def editions_job(check: dg.AssetChecksDefinition) -> dg.UnresolvedAssetJobDefinition:
    """The check alone."""
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.checks(check),
        description="Say which editions are overdue; builds nothing.",
    )


def editions_schedule(opened: OpenedProject) -> dg.ScheduleDefinition:
    """Every Monday, whatever the season: a card may name any day."""

    @dg.schedule(
        name="overdue_editions",
        job_name=JOB,
        cron_schedule="0 7 * * 1",
        execution_timezone=ZONE,
        description="Every Monday: which editions are overdue. Nothing is asked where no card names a day.",
    )
    def look(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        now = open_project(opened.project)
        if not overdue_editions(now, dt.date.max):
            return dg.SkipReason("no card names a day for the next edition, or a newer one is here")
        return dg.RunRequest()

    return look
