"""Build a study again whenever its files change, and show a table of it; Ctrl-C ends it.

Nothing is published: it is built in a folder aside, which goes when the watching ends, so that publications
that are kept are not pushed out by every save. The first build takes as long as a first refresh, those after
it what the change needs. A mistake is told with its line, and the next save tried. `nqpf refresh` publishes.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published
from nqpf_assets.exports.printed_table import print_table
from nqpf_assets.exports.published_tables import known_tables, no_table, read_printed
from nqpf_assets.exports.terminal import err, out, plain
from nqpf_assets.exports.told_problems import tell
from nqpf_assets.messages.problems import InputError, Problem, ProblemsFound, did_you_mean
from nqpf_assets.projects.watched import changes, seen
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import is_interruption

MOST_FILES = 3
"""Changed files that are named."""


def run(
    table: Annotated[str, typer.Argument(metavar="STUDY[.TABLE]", help="E.g. mine.table_1.")],
    project: ProjectOption = None,
) -> int:
    """Build, show, and wait, until it is ended; the exit status."""
    opened = Project.at(project)
    study = table.partition(".")[0]
    _require(opened, study)
    known = seen(opened)
    try:
        with tempfile.TemporaryDirectory(prefix="nqpf_watch_") as folder:
            aside = replace(opened, aside=Path(folder))
            _show(aside, study, table)
            for changed in changes(opened, known):
                out().print(plain(f"changed: {_named(opened, changed)}"), soft_wrap=True)
                _show(aside, study, table)
    except KeyboardInterrupt:
        pass
    except Exception as error:
        if not is_interruption(error):
            raise
    err().print("no longer watching; nothing was published, `nqpf refresh` does that")
    return 0


def _require(project: Project, study: str) -> None:
    names = sorted(path.stem for path in project.study_paths())
    if study not in names:
        remedy = did_you_mean(study, names) or f"begin one with `nqpf new-study {study}`"
        expected = f"a study: {', '.join(names)}"
        problem = Problem(
            file="studies/", where="", expected=expected, found=f"`{study}`", remedy=remedy
        )
        raise InputError([problem])


def _show(aside: Project, study: str, table: str) -> None:
    """Build, and print what was asked for, or what is wrong."""
    from nqpf_assets.commands.refresh import refresh_with_progress
    from nqpf_assets.defs.refresh import RefreshFailed
    from nqpf_assets.warehouse.lock import WarehouseBusy

    began = time.monotonic()
    try:
        refresh_with_progress(aside, [study])
        _print(aside, study, table)
        words = f"built in {time.monotonic() - began:.1f} s"
    except (ProblemsFound, RefreshFailed, WarehouseBusy, OSError) as error:
        tell(error)
        words = "not built"
    out().print(f"{words}; waiting for changes, Ctrl-C ends it")
    out().file.flush()


def _print(aside: Project, study: str, table: str) -> None:
    connection = open_published(aside)
    if connection is None:
        return
    with connection:
        known = known_tables(connection)
        wanted = [name for name in known if name == table or table == study == name.split(".")[0]]
        if not wanted:
            own = [name for name in known if name.startswith(f"{study}.")]
            out().print(plain(no_table(table, own)), soft_wrap=True)
        for name in wanted:
            print_table(read_printed(connection, name, known[name]))


def _named(project: Project, changed: tuple[str, ...]) -> str:
    def words() -> Iterator[str]:
        for path in map(Path, changed[:MOST_FILES]):
            inside = path.is_relative_to(project.root)
            yield str(path.relative_to(project.root)) if inside else str(path)
        if len(changed) > MOST_FILES:
            yield f"and {len(changed) - MOST_FILES} more"

    return ", ".join(words())


COMMAND = Command("watch", run)
