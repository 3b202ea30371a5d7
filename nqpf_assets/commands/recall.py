"""Write an earlier publication as the DuckDB file that it was.

`nqpf history` lists the publications that are kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.destination import (
    require_database_name,
    require_folder_of,
    require_free,
)
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.publications.manifest import chosen
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import replace_file


def run(
    publication: Annotated[
        str, typer.Argument(metavar="N|DAY", help="Number of a publication, or a day.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="DuckDB file to write.")],
    project: ProjectOption = None,
) -> int:
    """Write it to a file of its own; the exit status."""
    from nqpf_assets.publications.recall import write_recalled

    opened = Project.at(project)
    manifest = chosen(opened, publication)
    require_free(opened, output)
    require_database_name(output)
    require_folder_of(output)
    replace_file(output, lambda beside: write_recalled(opened, manifest, beside))
    out().print(
        plain(f"{output}: publication {manifest.number} of {manifest.published_at}"), soft_wrap=True
    )
    return 0


COMMAND = Command("recall", run, publishes=True)
