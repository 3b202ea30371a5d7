"""Write tables and the panel of a study into files: Word, Excel, LaTeX, HTML, Stata, R, CSV, Parquet.

STUDY stands for all of its printed tables in one document, for its analysis panel in formats of rows, and
in xlsx for both with its results and indices; STUDY.TABLE for one table, printed or not. --to names
formats, one file each, or --output names one file whose suffix says the format. Without --output files are
written into the current folder, as STUDY.docx. In docx, html and tex every number leads to the page that
explains it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.commands.common.answers import leave
from nqpf_assets.commands.common.arguments import ProjectOption, PublicationOption, StyleOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published
from nqpf_assets.commands.common.site_links import LinksOption, links_to
from nqpf_assets.exports.destination import require_free
from nqpf_assets.exports.terminal import err, out, plain
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.exports.requests import Request


def run(
    what: Annotated[
        list[str],
        typer.Argument(metavar="STUDY[.TABLE]…", help="E.g. province, or province.table_1."),
    ],
    project: ProjectOption = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FORMATS", help="Formats, with commas: docx,tex,csv."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER|FILE", help="Where to write."),
    ] = None,
    style: StyleOption = "three_line",
    side_by_side: Annotated[
        bool,
        typer.Option("--side-by-side", help="Regression tables as one, columns side by side."),
    ] = False,
    links: LinksOption = None,
    publication: PublicationOption = None,
) -> int:
    """Write the files; the exit status."""
    from nqpf_assets.exports.formats_asked import formats_asked
    from nqpf_assets.exports.printed.style import style_named
    from nqpf_assets.exports.requests import beside, requested

    opened = Project.at(project)
    asked, looks = formats_asked(to, output), style_named(style)
    linked = links_to(opened, links, publication)
    connection = open_published(opened, publication)
    if connection is None:
        return 2
    with connection:
        requests = requested(connection, what, asked, output)
        if side_by_side:
            requests = beside(requests, output)
        for request in requests:
            require_free(opened, request.output)
        contents = [(one, one.content(connection, looks, linked(one.output))) for one in requests]
        renamed = [line for one in requests for line in one.renamed(connection)]
    # Everything is made before anything is written: a mistake leaves no half of the files.
    status = max(_written(one, content) for one, content in contents)
    for line in renamed:
        err().print(plain(line), soft_wrap=True)
    return status


def _written(request: Request, content: str | bytes) -> int:
    """Write one file, and tell of it; the exit status."""
    folder = request.output.parent
    if request.is_in_folder and folder.parent.is_dir():  # a misspelled path is not made
        folder.mkdir(exist_ok=True)
    if not leave(request.export, content, request.output):
        return 2
    out().print(plain(f"{request.output}: {request.told}"), soft_wrap=True)
    return 0


COMMAND = Command("export", run)
