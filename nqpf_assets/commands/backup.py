"""Write everything of the project that cannot be built again into one zip, and read it back.

Raw files, studies, settings, all publications that are kept, and Dagster's history; not the reading cache
and the pages, which are made again. Waits for nobody: while a refresh is at work it says so and writes
nothing. `nqpf restore` makes a project of it again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.destination import require_free, require_nothing
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.project import Project

MOST = 5
"""Names told of what is left out."""


def run(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.zip", help="Where to write it; not there yet.")
    ],
    project: ProjectOption = None,
) -> int:
    """Write the backup; the exit status."""
    from nqpf_assets.operations.backup import write_backup

    opened = Project.at(project)
    if file.suffix.lower() != ".zip":
        raise InputError([_not_a_zip(file)])
    require_free(opened, file)
    require_nothing(file)
    if not file.parent.is_dir():
        raise FileNotFoundError(2, "No such file or directory", str(file.parent))
    made = write_backup(opened, file)
    size = file.stat().st_size
    last = f", publication {made.publication} the last" if made.publication else ""
    console = out()
    console.print(
        plain(
            f"{file}: {counted(len(made.files), 'files', ',')}, {size / 1e6:,.1f} MB{last}; read back whole"
        ),
        soft_wrap=True,
    )
    for name in made.left_out[:MOST]:
        console.print(
            plain(f"left out: {name}, no file inside the project's folders"), soft_wrap=True
        )
    if len(made.left_out) > MOST:
        console.print(f"and {len(made.left_out) - MOST} more; the list is in the zip")
    return 0


def _not_a_zip(file: Path) -> Problem:
    return Problem(
        file=str(file),
        where="",
        expected="a name that ends in .zip",
        found=f"`{file.suffix}`" if file.suffix else "no suffix",
        remedy=f"`nqpf backup {file.stem}.zip`",
        code="output",
    )


COMMAND = Command("backup", run)
