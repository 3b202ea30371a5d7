"""Query the published warehouse, read-only.

The warehouse is opened for reading and nothing else: no file outside it can be read or written,
nothing installed, loaded or set. `nqpf query "SHOW ALL TABLES"` lists what is there.

A spreadsheet computes a text that begins with = + - or @. In csv such a text, unless it is a
number, gets an apostrophe before it; --exact leaves it out. json and parquet are always exact.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nqpf_assets.commands.common.answers import leave
from nqpf_assets.commands.common.arguments import ProjectOption, PublicationOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published
from nqpf_assets.exports.cells import frame_from
from nqpf_assets.exports.destination import export_for, require_free
from nqpf_assets.exports.registry import content_of, formats_of
from nqpf_assets.exports.terminal import err, plain
from nqpf_assets.messages.problems import did_you_mean
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import engine_error
from nqpf_assets.warehouse.duckdb_file import NoQuery, answer_of

FORMATS = formats_of("rows")
SUFFIXES = ", ".join(one.suffix for one in FORMATS.values())


def run(
    sql: Annotated[
        str, typer.Argument(help='One query in DuckDB\'s SQL, e.g. "FROM result.estimate".')
    ],
    project: ProjectOption = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar=f"[{'|'.join(FORMATS)}]",
            help="How to print the rows; default: as --output says, else table.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help=f"Write to this file: {SUFFIXES}."),
    ] = None,
    publication: PublicationOption = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="In csv, give texts as stored, formulas too.")
    ] = False,
) -> int:
    """Answer one query; the exit status."""
    opened = Project.at(project)
    if output is not None:
        require_free(opened, output)
    if format is not None and format not in FORMATS:
        near = did_you_mean(format, FORMATS) or "a spreadsheet opens csv, from `--output x.csv`"
        words = f"--format is one of {', '.join(FORMATS)}, not `{format}`; {near}"
        err().print(plain(words), soft_wrap=True)
        return 2
    export = export_for(output, format)
    if not export.is_text and output is None:
        err().print(f"{export.name} is not text: name a file with --output")
        return 2
    if exact and export.is_drawn:
        err().print(f"a {export.name} is drawn for people: --exact goes with --format csv")
        return 2
    connection = open_published(opened, publication)
    if connection is None:
        return 2
    with connection:
        try:
            rows = answer_of(connection, sql)
        except NoQuery as error:
            err().print(plain(error))
            return 2
        except engine_error() as error:
            err().print(plain(error), soft_wrap=True)
            return 2
    if rows is None:
        return 0
    content = content_of(export, frame_from(rows), is_exact=exact)
    return 0 if leave(export, content, output) else 2


COMMAND = Command("query", run)
