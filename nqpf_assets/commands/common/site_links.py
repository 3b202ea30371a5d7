"""Where the numbers of a printed file lead: to the pages of the publication, near by or on a web server."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.exports.document import Linked
    from nqpf_assets.exports.printed.table import PrintedTable
    from nqpf_assets.warehouse.connection import Connection

NONE = "none"
LinksOption = Annotated[
    str | None,
    typer.Option(
        "--links",
        metavar="ADDRESS|none",
        envvar="NQPF_SITE",
        help="Where the pages stand that numbers lead to, e.g. https://example.org/nqpf; default: "
        "warehouse/site, for a file in the project.",
    ),
]
_ADDRESS = re.compile(r"(?:https?://[^\s<>\"{}|\\^`]+|(?:\.{1,2}/|/)?[\w./-]+)", re.ASCII)


def links_to(
    project: Project, asked: str | None, publication: str | None
) -> Callable[[Path], Linked | None]:
    """For the path of a file, what puts addresses into its tables; None where there are no pages to lead to.

    Args:
        asked: an address, `none`, or nothing for the project's own pages. A file outside of the project has
            no links to these: it is passed on, and they would tell where the project lies.
        publication: an earlier one has no pages.

    Raises:
        InputError: what was asked is no address.
    """
    if asked is not None and asked != NONE and _ADDRESS.fullmatch(asked) is None:
        raise InputError(
            [
                Problem(
                    file="--links",
                    where="",
                    expected="an address such as https://example.org/nqpf, a folder, or `none`",
                    found=f"`{asked}`",
                    remedy="write the address at which index.html of the pages stands",
                    topic="results word-latex-html-markdown",
                )
            ]
        )

    def of_file(output: Path) -> Linked | None:
        if asked == NONE:
            return None
        if asked is not None:
            return partial(_linked, site=f"{asked.rstrip('/')}/")
        folder = Path(os.path.realpath(output.parent))
        is_ours = folder.is_relative_to(os.path.realpath(project.root))
        if publication is not None or not is_ours or not (project.site / "index.html").is_file():
            return None
        there = os.path.relpath(os.path.realpath(project.site), folder)
        return partial(_linked, site=f"{Path(there).as_posix()}/")

    return of_file


def _linked(connection: Connection, table: PrintedTable, site: str) -> PrintedTable:
    from nqpf_assets.site.printed_links import with_links

    return with_links(connection, table, site)
