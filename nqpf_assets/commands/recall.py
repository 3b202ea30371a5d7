"""Write an earlier publication as the DuckDB file that it was.

`nqpf history` lists the publications that are kept. With --from it is read from object storage, where
`storage:` in nqpf.yaml has brought it, and no project is needed: the newest, unless another is named.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.destination import (
    require_database_name,
    require_folder_of,
    require_free,
)
from nqpf_assets.exports.terminal import err, out, plain
from nqpf_assets.publications.manifest import chosen
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import replace_file

if TYPE_CHECKING:
    from nqpf_assets.publications.storage.layout import StoredPublication


def run(
    output: Annotated[Path, typer.Option("--output", "-o", help="DuckDB file to write.")],
    publication: Annotated[
        str | None, typer.Argument(metavar="N|DAY", help="Number of a publication, or a day.")
    ] = None,
    project: ProjectOption = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="s3://BUCKET/PREFIX", help="Read it from this storage instead."
        ),
    ] = None,
) -> int:
    """Write it to a file of its own; the exit status."""
    opened = Project.at(project)
    if publication is None and source is None:
        err().print("name a publication, by number or day: `nqpf history` lists them")
        return 2
    manifest = chosen(opened, publication) if source is None and publication is not None else None
    require_free(opened, output)
    require_database_name(output)
    require_folder_of(output)
    if manifest is not None:
        from nqpf_assets.publications.recall import write_recalled

        replace_file(output, lambda beside: write_recalled(opened, manifest, beside))
        number, at = manifest.number, manifest.published_at
    else:
        number, at = _from_storage(source or "", publication, output)
    out().print(plain(f"{output}: publication {number} of {at}"), soft_wrap=True)
    return 0


def _from_storage(address: str, named: str | None, output: Path) -> tuple[int, str]:
    """Write the file of a publication in storage, and show how far it is; its number and time."""
    from nqpf_assets.publications.storage.reading import write_from_storage

    done: list[StoredPublication] = []
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        console=err(),
        transient=True,
        disable=not err().is_terminal,
    ) as progress:
        task = progress.add_task("asking the storage", total=None)

        def on_table(number: int, in_all: int, n_bytes: int, of_bytes: int) -> None:
            come = f"from storage: {n_bytes / 1e6:,.0f} of {of_bytes / 1e6:,.0f} MB"
            progress.update(task, total=in_all, completed=number, description=come)

        replace_file(
            output,
            lambda beside: done.append(write_from_storage(address, named, beside, on_table)),
        )
    return done[0].publication, done[0].published_at


COMMAND = Command("recall", run, publishes=True)
