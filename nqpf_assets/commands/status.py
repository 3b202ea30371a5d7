"""Say what is published, what is stale, and what is missing."""

from __future__ import annotations

import datetime as dt
import os

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.projects.opened import open_project
from nqpf_assets.projects.overdue import overdue_editions
from nqpf_assets.publications.archive import content_path
from nqpf_assets.publications.held_back import FAILED, held_back
from nqpf_assets.publications.manifest import Manifest, manifests
from nqpf_assets.publications.outlook import outlook_of
from nqpf_assets.publications.publish import current, record_path
from nqpf_assets.publications.storage.keeping import last_seen, missing
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.store import scan_file

MOST = 10
"""Warnings shown, and reasons of a refresh that was held back."""
TOLD_BY_CHECKS = (
    "magnitude",
    "totals",
    "vintage_tie",
    "another_unit",
    "series_join",
    "remarkable_cell",
)
"""Findings that the manifest has too, in the words of their check."""


def run(project: ProjectOption = None) -> int:
    """Print the state of a project today; the exit status."""
    return show_status(Project.at(project), dt.datetime.now(dt.UTC).astimezone().date())


def show_status(project: Project, today: dt.date) -> int:
    """Print the state of a project; the exit status.

    Args:
        today: the day by which editions are due.
    """
    console = out()
    opened = open_project(project)
    published = current(project)
    place = project.database
    if published is None:
        console.print(plain(f"published: {_not_as_published(project)} ({place})"), soft_wrap=True)
    else:
        size = (
            f"{counted(published.n_tables, 'tables')}, {counted(published.n_rows, 'rows', ',')}, "
            f"{published.size / 1e6:.1f} MB"
        )
        console.print(
            plain(
                f"published: {place}\n           publication {published.number} of "
                f"{published.published_at}, {size}"
            )
        )
        _tell_warnings(project)
        _tell_storage(project, opened.settings.storage)
    _tell_held_back(project, published_before=published is not None)
    seen = outlook_of(opened)
    raw, planned = seen.raw, seen.planned
    console.print(
        f"raw:       {counted(len(raw.hashes), 'files')}, cards and catalogue files included"
    )
    console.print(plain(f"studies:   {', '.join(opened.studies) or 'none'}"), soft_wrap=True)
    for shown, why in sorted(raw.arriving.items()):
        console.print(plain(f"arriving:  {shown}: {why}"), soft_wrap=True)
    certain = [one for one in planned if one.is_certain]
    if not planned:
        console.print("stale:     nothing")
    for one in certain if raw.hashes or published is not None else ():
        tables = ", ".join(".".join(key) for key in one.step.outputs)
        console.print(plain(f"stale:     {tables}: {one.reason}"), soft_wrap=True)
    if planned and not raw.hashes and published is None:
        console.print("stale:     everything: nothing was built yet")
    elif len(planned) > len(certain):
        console.print(
            f"           and {counted(len(planned) - len(certain), 'steps')} behind them, "
            "if their input changes"
        )
    for edition in overdue_editions(opened, today):
        console.print(plain(f"overdue:   {edition}"), soft_wrap=True)
    if not raw.hashes and published is None:
        console.print("next:      put files and their cards under raw/, then nqpf check")
    elif seen.is_news:
        console.print("next:      nqpf refresh")
    return 0


def _not_as_published(project: Project) -> str:
    """What there is in the place of a published file that is as it was written."""
    known = manifests(project)
    if not known:
        return "nothing yet"
    of = f"publication {known[-1].number} of {known[-1].published_at}"
    if not project.database.exists():
        return f"{of}, whose file is gone; `nqpf refresh` makes it again"
    if not (os.access(project.database, os.R_OK) and os.access(record_path(project), os.R_OK)):
        return f"{of}; its file may not be read by you"
    return f"{of}; another program has written into its file, `nqpf refresh` makes it again"


def _tell_warnings(project: Project) -> None:
    """What was told when the publication was made, and is true of it still."""
    known = manifests(project)
    if not known:
        return
    told = [f"{one.about}: {one.found}" for one in known[-1].findings]
    others = _other_findings(project, known[-1])
    if not told and not others:
        return
    console = out()
    n = len(told) + sum(others.values())
    console.print(f"warnings:  {n} of what is published")
    for words in told[:MOST]:
        console.print(plain(f"           {words}"), soft_wrap=True)
    if len(told) > MOST:
        console.print(f"           and {len(told) - MOST} more in audit.check_finding")
    if others:
        listed = ", ".join(f"{n} {code}" for code, n in others.items())
        console.print(plain(f"           in audit.finding: {listed}"), soft_wrap=True)


def _tell_storage(project: Project, address: str | None) -> None:
    """How far the storage is behind, as it was seen last: it is not asked."""
    if address is None:
        return
    kept = last_seen(project, address)
    there = (
        f"{address} has publication {max(kept.publications)}" if kept and kept.publications else ""
    )
    console = out()
    console.print(
        plain(f"storage:   {there or f'{address} has none of this project yet'}"), soft_wrap=True
    )
    waiting = missing(project, kept)
    if kept is not None and kept.found:
        console.print(plain(f"           {kept.at}: {kept.found}"), soft_wrap=True)
    if waiting:
        listed = ", ".join(map(str, waiting[-MOST:]))
        more = f" and {len(waiting) - MOST} before them" if len(waiting) > MOST else ""
        what = f"{counted(len(waiting), 'publications')}, {listed}{more}"
        console.print(f"           not sent: {what}; nqpf refresh sends them")


def _other_findings(project: Project, last: Manifest) -> dict[str, int]:
    """Kind → number of the warnings of `audit.finding`, those apart that are checks' own."""
    import polars as pl

    table = last.tables.get("audit.finding")
    path = content_path(project, table.sha256) if table else None
    if path is None or not path.exists():
        return {}
    rows = (
        scan_file(path)
        .filter(pl.col("severity") == "warning", ~pl.col("code").is_in(TOLD_BY_CHECKS))
        .group_by("code")
        .len()
        .sort("code")
        .collect()
    )
    return dict(rows.iter_rows())


def _tell_held_back(project: Project, *, published_before: bool) -> None:
    """Why the last refresh did not publish, if it did not."""
    stopped = held_back(project)
    if stopped is None:
        return
    n = len(stopped.problems)
    console = out()
    what = "failed:   " if all(one.code == FAILED for one in stopped.problems) else "held back:"
    console.print(f"{what} {stopped.at}, {counted(n, 'problems')}")
    for problem in stopped.problems[:MOST]:
        place = f"{problem.file}: {problem.where}" if problem.where else problem.file
        console.print(plain(f"           {place}: {problem.found}"), soft_wrap=True)
    if n > MOST:
        console.print(f"           and {n - MOST} more")
    if published_before:
        console.print("           compare: nqpf diff --held-back")


COMMAND = Command("status", run)
