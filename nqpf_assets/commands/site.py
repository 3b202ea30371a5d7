"""Write the pages of a publication: findings, tables, indices and data, each number linked to its cells.

Every refresh writes them into warehouse/site/ (`site: false` in nqpf.yaml leaves them out); this command
writes them anew, or elsewhere with --output, as for a web server or a colleague. They need no server and no
network: open index.html. --figures draws figures as well (`site: figures` in nqpf.yaml does so with every
refresh); those whose data are the same are kept, and not drawn again.
--ask adds a page on which a reader's browser answers SQL and ready questions; it needs a web server.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption, PublicationOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published
from nqpf_assets.exports.about import about_publication
from nqpf_assets.exports.destination import require_free
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.user_input.project import Project


def run(
    project: ProjectOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write into this folder; default: warehouse/site."),
    ] = None,
    publication: PublicationOption = None,
    figures: Annotated[
        bool, typer.Option("--figures", help="Draw figures; needs matplotlib, and some time.")
    ] = False,
    ask: Annotated[
        Path | None,
        typer.Option(
            "--ask", help="Folder in which npm has put DuckDB-Wasm: questions in the browser."
        ),
    ] = None,
) -> int:
    """Write the site; the exit status."""
    from nqpf_assets.figures.boundaries import boundaries_of
    from nqpf_assets.figures.drawing import require_matplotlib
    from nqpf_assets.publications.publish import current
    from nqpf_assets.site.ask_page import asking
    from nqpf_assets.site.build import site_pages
    from nqpf_assets.site.change_pages import since_the_one_before
    from nqpf_assets.site.figure_pages import FormerFigures
    from nqpf_assets.site.keep import name_of
    from nqpf_assets.site.write import put_in_place, require_site

    opened = Project.at(project)
    if publication is not None and output is None:
        raise typer.BadParameter("warehouse/site shows the last publication: name another --output")
    if publication is not None and ask is not None:
        raise typer.BadParameter("--ask answers from the last publication: leave --publication out")
    folder = opened.site if output is None else output.absolute()
    if output is not None:
        require_free(opened, folder)
    require_site(folder)
    if figures:
        require_matplotlib()
    connection = open_published(opened, publication)
    if connection is None:
        return 2
    last = current(opened)
    with connection:
        of = name_of(last) if last and publication is None else f"publication {publication}"
        number = about_publication(connection).publication
        former = FormerFigures(folder, figures, boundaries_of(opened))
        changes = since_the_one_before(opened, number)
        answers = None if publication else asking(opened.database, folder, ask)
        pages = site_pages(connection, opened.root, former, changes, answers)
        n_files = put_in_place(folder, pages, of)
    out().print(
        plain(f"wrote {folder / 'index.html'} and {counted(n_files - 1, 'more files')}"),
        soft_wrap=True,
    )
    return 0


COMMAND = Command("site", run)
