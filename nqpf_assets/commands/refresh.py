"""Build what is out of date, check it, and publish it.

Reads the raw files that are new or changed, rebuilds what depends on them, and puts the new
warehouse in place in one step. If anything is wrong, the published warehouse stays as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import err, lasting, out, plain
from nqpf_assets.exports.told_problems import tell_problems
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, ProblemsFound
from nqpf_assets.publications.publish import Publication, current
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.defs.refresh import Refreshed
    from nqpf_assets.steps.execute import Made
    from nqpf_assets.steps.plan import Planned
    from nqpf_assets.steps.step import Step

MOST_BREAKS = 5
"""Lines about series that break, at the end of a refresh."""


def run(
    project: ProjectOption = None,
    study: Annotated[
        list[str] | None,
        typer.Option("--study", metavar="NAME", help="Only this study; may be repeated."),
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Say what would be built and why, and build nothing.")
    ] = False,
) -> int:
    """Refresh, or say what a refresh would do; the exit status."""
    from nqpf_assets.commands.common.planned import show_plan

    opened = Project.at(project)
    return show_plan(opened, study or ()) if plan else _refresh(opened, study or ())


def _refresh(project: Project, only: Collection[str]) -> int:
    """Refresh and tell; the exit status."""
    from nqpf_assets.defs.refresh import RefreshFailed

    if not project.raw.is_dir():
        begin = "begin with `nqpf new-study NAME --project DIR`, or go to a folder that has one"
        err().print(plain(f"{project.root} has no folder raw/: {begin}"), soft_wrap=True)
        return 2
    before = current(project)
    try:
        done = refresh_with_progress(project, only)
    except (RefreshFailed, ProblemsFound) as error:
        _tell_others(project, before)
        if isinstance(error, ProblemsFound):
            raise
        err().print(plain(error), soft_wrap=True)
        err().print("nothing was published, the warehouse is as it was; `nqpf ui` shows the run")
        return 1
    except KeyboardInterrupt:
        err().print("stopped; what is published is whole, and the next refresh goes on from here")
        return 130
    _account(project, done)
    _tell_others(project, before, is_done=True)
    return 0


def _tell_others(project: Project, before: Publication | None, *, is_done: bool = False) -> None:
    """Send what became of it to those whom `nqpf.yaml` names; settings that cannot be read name nobody."""
    from nqpf_assets.operations.alerts import not_sent, outcome, tell
    from nqpf_assets.user_input.settings import load_settings

    try:
        settings = load_settings(project)
    except InputError:
        return
    if not settings.alerts:
        return
    alerts = [outcome(project, before.number if before else None)]
    alerts += [not_sent(project, settings)] if is_done else []
    for alert in alerts:
        tell_problems(tell(project, settings, alert) if alert else ())


def refresh_with_progress(project: Project, only: Collection[str]) -> Refreshed:
    """Refresh, and show on the terminal how far it is.

    Raises:
        As `refresh.refresh`.
    """
    from nqpf_assets.defs.refresh import refresh
    from nqpf_assets.estimation.progress import listening
    from nqpf_assets.publications.storage import keeping

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    # Into a file or a pipe goes what was done, not how far it is.
    is_shown = err().is_terminal
    with (
        lasting() as bar,
        Progress(*columns, console=bar, transient=True, disable=not is_shown) as progress,
    ):
        task = progress.add_task("reading raw files", total=None)

        def on_plan(planned: list[Planned]) -> None:
            progress.update(task, total=len(planned), description="starting")

        def on_step(step: Step, made: list[Made]) -> None:
            progress.update(task, advance=1, description=step.name.replace("__", "."))

        def on_draws(what: str, done: int, in_all: int) -> None:
            progress.update(task, description=f"{what} {done:,} of {in_all:,}")

        def on_object(done: int, in_all: int, n_bytes: int, of_bytes: int) -> None:
            sent = f"to storage: {n_bytes / 1e6:,.0f} of {of_bytes / 1e6:,.0f} MB"
            progress.update(task, total=in_all, completed=done, description=sent)

        with listening(on_draws), keeping.listening(on_object):
            return refresh(project, only, on_plan, on_step)


def _account(project: Project, done: Refreshed) -> None:
    """What was built, what is synthetic, and what to try next."""
    console = out()
    tell_problems(done.warnings)
    if not done.planned:
        console.print("nothing new: the published warehouse is up to date")
    else:
        rebuilt = sum(one.is_rebuilt for one in done.made)
        console.print(
            f"{counted(rebuilt, 'tables')} built, {len(done.made) - rebuilt} found unchanged"
        )
        if elsewhere := _by_spark(done):
            console.print(elsewhere)
        for words in _breaks(done):
            console.print(plain(words), soft_wrap=True)
    if done.publication:
        place = project.database.relative_to(project.root)
        console.print(
            f"published {place}: {counted(done.publication.n_tables, 'tables')}, "
            f"{counted(done.publication.n_rows, 'rows', ',')}"
        )
    storage = done.opened.settings.storage
    if storage and done.publication and not any(one.code == "storage" for one in done.warnings):
        console.print(
            plain(f"storage: {storage} has publication {done.publication.number}"), soft_wrap=True
        )
    first_page = project.site / "index.html"
    if first_page.is_file() and not any(one.code == "site" for one in done.warnings):
        console.print(
            plain(f"pages: open {first_page.relative_to(project.root)} in a browser"),
            soft_wrap=True,
        )
    for name, statuses in _statuses(done).items():
        console.print(plain(f"study {name}: {statuses}"), soft_wrap=True)
    first = next(
        (
            f"{name}.{table}"
            for name, study in done.opened.studies.items()
            for table in study.tables
        ),
        None,
    )
    seconds = ", ".join(f"{part} {value:.1f} s" for part, value in done.seconds.items())
    console.print(f"time: {seconds}")
    if first:
        console.print(f"next: nqpf show {first}")


def _by_spark(done: Refreshed) -> str:
    """How many of the tables that were built are Apache Spark's; nothing where it is not asked for."""
    steps = [step for step in done.opened.graph.steps if step.is_run_elsewhere]
    tables = {key for step in steps for key in step.outputs}
    count = sum(one.is_rebuilt and one.key in tables for one in done.made)
    told = (
        f"{count} of them by Apache Spark: from published cells to panels; all else in this process"
    )
    return told if steps else ""


def _breaks(done: Refreshed) -> Iterator[str]:
    """Series that mix vintages or break, a handful of lines; more is in `audit.finding`.

    Breaks that the catalogue declares and those of series that no study uses are counted.
    """
    import polars as pl

    store = done.opened.store
    is_open = pl.col("severity") == "warning"
    mixed = store.scan(("audit", "finding")).filter(is_open, pl.col("code") == "vintage_break")
    lines = [
        f"mixed vintages? {row['file']}: {row['place']}: {row['found']} (audit.finding)"
        for row in mixed.collect().iter_rows(named=True)
    ]
    used = pl.concat(
        store.scan((name, "series")).select("series_id") for name in done.opened.studies
    )
    # Those of another unit are told by the check.
    breaks = store.scan(("audit", "series_break")).filter(is_open, pl.col("n_slips") == 0)
    told = breaks.filter(~pl.col("is_declared")).join(used, on="series_id", how="semi")
    by_series = (
        told.sort("period")
        .group_by("series_id", "publisher", "vintage")
        .agg(
            pl.format("{} ({} of {})", "period", "n_jumps", "n_units_compared")
            .str.join(", ")
            .alias("years"),
            pl.col("n_jumps").sum(),
            pl.len(),
        )
        .sort("n_jumps", "series_id", descending=[True, False])
        .collect()
    )
    room = max(0, MOST_BREAKS - len(lines))
    yield from lines
    for row in by_series.head(room).iter_rows(named=True):
        yield (
            f"series breaks? {row['series_id']} {row['publisher']} {row['vintage']}: a jump in"
            f" {row['years']} regions (audit.series_break)"
        )
    n_more = breaks.select(pl.len()).collect().item() - by_series.head(room)["len"].sum()
    if n_more:
        declared = breaks.filter("is_declared").select(pl.len()).collect().item()
        yield f"{counted(n_more, 'further breaks')} in audit.series_break, {declared} of them declared"


def _statuses(done: Refreshed) -> dict[str, str]:
    """For each study, what kind of data it rests on."""
    store, found = done.opened.store, {}
    files = store.scan(("source", "file")).select("file_id", "data_status")
    for name in done.opened.studies:
        used = (
            store.scan((name, "reported_cell")).select("file_id").unique().join(files, on="file_id")
        )
        counts = dict(used.group_by("data_status").len().sort("data_status").collect().iter_rows())
        words = ", ".join(counted(n, f"{status} files") for status, n in counts.items())
        found[name] = f"SYNTHETIC data ({words})" if "synthetic" in counts else words
    return found


COMMAND = Command("refresh", run, publishes=True)
