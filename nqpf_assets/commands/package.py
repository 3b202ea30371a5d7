"""Put a study into a replication package, as data editors of journals ask for.

README after the template of the Social Science Data Editors, raw files with their cards, study file, lock,
analysis panel in open formats with codebook, printed tables, the same as a script in R and a do-file of
Stata (which was not run), metadata for Zenodo and Dataverse, a frictionless data package. Files whose card
forbids passing on are left out, and the README says where to get them. Before it is put in place the
package is built once from its own files, and its numbers are held against those that are published.

--output names a new folder, or a file that ends in .zip. A package that stands there as it was made is
replaced with --overwrite; anything else never is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published, require_current, require_study
from nqpf_assets.exports.destination import require_free
from nqpf_assets.exports.terminal import err, out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.replication.package.build import Packed


def run(
    study: Annotated[str, typer.Argument(help="A published study.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FOLDER|ZIP", help="Where to put the package."),
    ],
    project: ProjectOption = None,
    author: Annotated[
        list[str] | None,
        typer.Option("--author", metavar="NAME", help='"Family, Given"; may be repeated.'),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a package that nobody has changed.")
    ] = False,
) -> int:
    """Make the package; the exit status."""
    from nqpf_assets.commands.refresh import refresh_with_progress
    from nqpf_assets.projects.opened import open_project
    from nqpf_assets.replication.package.build import Packing
    from nqpf_assets.replication.package.target import put, require_target

    opened = Project.at(project)
    require_free(opened, output)
    require_target(output, may_replace=overwrite)
    connection = open_published(opened)
    if connection is None:
        return 2
    with connection:
        require_study(connection, study)
        require_current(opened, "package")
        packing = Packing(
            open_project(opened),
            connection,
            study,
            tuple(author or ()),
            lambda aside: refresh_with_progress(aside, ()),
        )
        made: list[Packed] = []
        try:
            put(output, lambda folder: made.append(packing.into(folder)))
        except OSError as error:
            err().print(
                plain(f"{output} cannot be written: {error.strerror or error}"), soft_wrap=True
            )
            return 2
    _tell(output, made[0])
    return 0


def _tell(output: Path, packed: Packed) -> None:
    """What is in it, and what its reader must look at before it is deposited."""
    facts, console = packed.facts, out()
    where = f"{output}: {counted(packed.n_files, 'files')}, {facts.made}"
    console.print(plain(f"{where}, built from them alone with the same numbers"), soft_wrap=True)
    if facts.is_synthetic:
        console.print(plain(facts.synthetic_words), soft_wrap=True)
    if left := [one for one in facts.figures if not one.file]:
        words = f"{counted(len(left), 'figures')} not drawn: {left[0].why_not}"
        console.print(plain(words), soft_wrap=True)
    for one in facts.sources.by_terms:
        files = counted(len(one.files), "files")
        if one.passing == "forbidden":
            words = f"left out: {files} of {one.publisher}, {one.vintage}: {one.licence or 'by the card'}"
            console.print(plain(words), soft_wrap=True)
        elif one.passing == "not said":
            words = (
                f"look: {files} of {one.publisher}, {one.vintage}: in the package, but the card does not say "
                "whether that is allowed (`may_be_passed_on` or `licence`)"
            )
            console.print(plain(words), soft_wrap=True)
    if not facts.authors:
        console.print("no author was named: say --author, or write them into README and metadata")


COMMAND = Command("package", run)
