"""Make a project again of a backup, in a new folder, every file held against its hash.

A damaged backup, or one with a path that leads elsewhere, restores nothing. What is published is held
against its own hashes afterwards, as `nqpf verify --stored` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.user_input.project import Project


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="A backup, by `nqpf backup`.")],
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Where the project goes; not there yet, or empty."),
    ],
) -> int:
    """Restore, and verify what is stored; the exit status."""
    from nqpf_assets.operations.restore import restore
    from nqpf_assets.publications.stored import stored_problems

    made = restore(file, folder)
    restored = Project.at(folder)
    problems = stored_problems(restored) if made.publication else []
    if problems:
        raise CheckFailed(problems)
    what = (
        f"publication {made.publication} holds"
        if made.publication
        else "nothing is published in it"
    )
    console = out()
    console.print(
        plain(
            f"{folder}: {counted(len(made.files), 'files', ',')} as they were on {made.made}; {what}"
        ),
        soft_wrap=True,
    )
    console.print(plain(f"next: nqpf status --project {folder}"), soft_wrap=True)
    return 0


COMMAND = Command("restore", run)
