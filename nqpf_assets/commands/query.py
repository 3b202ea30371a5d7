"""Query the published warehouse, read-only.

The warehouse is opened for reading and nothing else: no file outside it can be read or written,
nothing installed, loaded or set. `nqpf describe` lists what is there.

Of an answer that is drawn the first 10,000 rows are fetched, which is told; one of more than 5,000,000
rows is refused in the other formats, for it is put together in memory.

Without a query a terminal opens a shell, with completion of tables and columns, a history of one's own, and
a pager; statements that are piped in are answered one after the other. --list names the ready queries
(nqpf help queries), --ready runs one of them.

A spreadsheet computes a text that begins with = + - or @. In csv such a text, unless it is a
number, gets an apostrophe before it; --exact leaves it out. json and parquet are always exact.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from nqpf_assets.publications.earlier_release import told_of_earlier_release
from nqpf_assets.questions.contents import contents
from nqpf_assets.questions.ready import ready_queries, ready_query
from nqpf_assets.questions.refusals import told
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import engine_error, is_interruption
from nqpf_assets.warehouse.duckdb_file import NoQuery, answer_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.exports.export import Export
    from nqpf_assets.warehouse.connection import Connection

FORMATS = formats_of("rows")
SUFFIXES = ", ".join(one.suffix for one in FORMATS.values())
MOST_DRAWN = 10_000
"""Rows that are fetched for an answer that is drawn, of which fewer are shown."""
MOST = 5_000_000
"""Rows of an answer, which stands in memory before it leaves."""


def run(
    sql: Annotated[
        str | None,
        typer.Argument(
            metavar="[SQL]", help='One query in DuckDB\'s SQL, e.g. "FROM result.estimate".'
        ),
    ] = None,
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
    ready: Annotated[
        str | None, typer.Option("--ready", metavar="NAME", help="Run a ready query.")
    ] = None,
    list_ready: Annotated[bool, typer.Option("--list", help="List the ready queries.")] = False,
) -> int:
    """Answer one query, or open the shell; the exit status."""
    opened = Project.at(project)
    if sum(one is not None and one is not False for one in (sql, ready, list_ready)) > 1:
        err().print("one question at a time: SQL, --ready NAME or --list")
        return 2
    if ready is not None:
        sql = ready_query(ready).sql
    if sql is None and not list_ready:
        if format is not None or output is not None or exact:
            err().print(
                "--format, --output and --exact go with a query: write it behind `nqpf query`"
            )
            return 2
        return _shell(opened, publication)
    if output is not None:
        require_free(opened, output)
    export = _export(format, output, is_exact=exact)
    if export is None:
        return 2
    if sql is None:
        frame: pl.DataFrame | None = _ready_rows()
    else:
        connection = open_published(opened, publication)
        if connection is None:
            return 2
        with connection:
            try:
                frame = _rows(connection, sql, is_drawn=export.is_drawn, is_ready=ready is not None)
            except NoQuery as error:
                err().print(plain(error), soft_wrap=True)
                return 2
    if frame is None:
        return 0
    return 0 if leave(export, content_of(export, frame, is_exact=exact), output) else 2


def _export(format: str | None, output: Path | None, *, is_exact: bool) -> Export | None:
    """The format that was asked for; None where it does not go with the rest, which is told."""
    if format is not None and format not in FORMATS:
        near = did_you_mean(format, FORMATS) or "a spreadsheet opens csv, from `--output x.csv`"
        words = f"--format is one of {', '.join(FORMATS)}, not `{format}`; {near}"
        err().print(plain(words), soft_wrap=True)
        return None
    export = export_for(output, format)
    if not export.is_text and output is None:
        err().print(f"{export.name} is not text: name a file with --output")
        return None
    if is_exact and export.is_drawn:
        err().print(f"a {export.name} is drawn for people: --exact goes with --format csv")
        return None
    return export


def _rows(
    connection: Connection, sql: str, *, is_drawn: bool, is_ready: bool = False
) -> pl.DataFrame | None:
    """The rows of a query; None where it asks for none.

    Raises:
        InputError: a ready query asks for what an earlier release did not publish.
        NoQuery: it is none, the engine refuses it, in our words, or it has too many rows.
    """
    most = MOST_DRAWN if is_drawn else MOST
    try:
        rows = answer_of(connection, sql, most=most)
    except engine_error() as error:
        if is_interruption(error):
            raise
        if is_ready and (earlier := told_of_earlier_release(error)) is not None:
            raise earlier from None
        raise NoQuery(told(error, contents(connection, counted=False))) from None
    if rows is None:
        return None
    if rows.num_rows > most:
        if not is_drawn:
            raise NoQuery(
                f"the answer has more than {most:,} rows: ask for fewer, with WHERE or LIMIT, in several "
                "files if need be, or open the published file in DuckDB; nothing was written"
            )
        words = (
            f"only the first {most:,} rows were fetched; --format csv, or --output FILE, has all"
        )
        err().print(plain(words), soft_wrap=True)
    return frame_from(rows.slice(0, most))


def _ready_rows() -> pl.DataFrame:
    """Name and question of every ready query."""
    import polars as pl

    known = ready_queries().values()
    return pl.DataFrame({"name": [one.name for one in known], "asks": [one.title for one in known]})


def _shell(project: Project, publication: str | None) -> int:
    """Talk in a terminal, or answer what is piped in; the exit status."""
    from nqpf_assets.questions.shell import terminal
    from nqpf_assets.questions.shell.session import Session

    session = Session(
        lambda: open_published(project, publication),
        None if publication else project.database,
        terminal.paged,
        terminal.complain,
    )
    if sys.stdin.isatty():
        return terminal.talk(session)
    return terminal.read(session, sys.stdin.read())


COMMAND = Command("query", run)
