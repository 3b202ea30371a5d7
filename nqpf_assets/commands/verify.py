"""Build everything anew aside, and hold it against nqpf.lock.

Says which files, releases and tables differ from those of the lock. Exit status 0: the same tables, to
the last bit or but for rounding; 1: another result; 2: other files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.publications.lockfile import read_lock
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.publications.verification import Verified

MOST = 20
"""Tables shown that are not the same."""


def run(
    stored: Annotated[
        bool,
        typer.Option(
            "--stored", help="Build nothing: is what lies in the warehouse what was written?"
        ),
    ] = False,
    project: ProjectOption = None,
) -> int:
    """Verify the lock, or what is stored; the exit status."""
    opened = Project.at(project)
    return _verify_stored(opened) if stored else _verify(opened)


def _verify(project: Project) -> int:
    """Build anew and compare; the exit status."""
    from nqpf_assets.commands.refresh import refresh_with_progress
    from nqpf_assets.publications.verification import verify

    lock = read_lock(project)
    found = verify(project, lock, lambda aside: refresh_with_progress(aside, ()))
    console = out()
    for line in _lines(found):
        console.print(plain(line), soft_wrap=True)
    return 0 if found.holds else 1


def _verify_stored(project: Project) -> int:
    """Hold what lies in the warehouse against its hashes; the exit status."""
    from nqpf_assets.publications.manifest import numbers
    from nqpf_assets.publications.stored import stored_problems

    if not numbers(project) and not project.database.exists():
        out().print(
            plain(f"nothing was published in {project.warehouse} yet: run `nqpf refresh`"),
            soft_wrap=True,
        )
        return 2
    problems = stored_problems(project)
    if problems:
        raise CheckFailed(problems)
    out().print("tables, archive, accounts and published rows are what was written")
    return 0


def _lines(found: Verified) -> list[str]:
    lines = [
        f"version   {name}: {before or 'none'} when locked, {after or 'none'} here"
        for name, (before, after) in found.versions.values.items()
    ]
    if found.has_other_code:
        lines.append("code      of nqpf-assets is not that of the lock")
    other = [(name, verdict) for name, verdict in found.verdicts.items() if verdict != "same"]
    lines += [f"{verdict:<9} {name}" for name, verdict in other[:MOST]]
    if len(other) > MOST:
        lines.append(f"          and {len(other) - MOST} more")
    n_same = len(found.verdicts) - len(other)
    rounding = sum(verdict == "rounding" for _, verdict in other)
    lines.append(f"{n_same} of {counted(len(found.verdicts), 'tables')} the same to the last bit")
    if rounding:
        lines.append(f"{rounding} the same but for rounding, as far as the sums of columns tell")
    lines.append("the lock holds" if found.holds else "the lock does NOT hold here")
    return lines


COMMAND = Command("verify", run)
