"""Write a commented study file and the folders it needs."""

from __future__ import annotations

from typing import Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.user_input.project import Project


def run(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and underscores.")],
    project: ProjectOption = None,
) -> int:
    """Write the study file and folders; the exit status."""
    from nqpf_assets.studies.template import new_study

    for path in new_study(name, Project.at(project).root):
        out().print(plain(f"wrote {path}"))
    out().print(
        "next: put files and their cards under raw/<publisher>/<vintage>/, then `nqpf check`"
    )
    return 0


COMMAND = Command("new-study", run)
