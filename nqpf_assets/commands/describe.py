"""Describe what is published: all tables, or one with its columns and where they come from.

Without a name all tables are listed, with a schema's name those of it, below what a study says of itself.
Of a table every column is told with its type, unit, an example and its meaning, and below them what the
table is built from, what is built from it, and how to ask it. --format gives the same as rows: a row for
each table, or for each column.

nqpf describe
nqpf describe province
nqpf describe province.panel
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.commands.common.answers import leave
from nqpf_assets.commands.common.arguments import ProjectOption, PublicationOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published
from nqpf_assets.commands.common.text_or_rows import FormatOption, RowsOption, rows_asked
from nqpf_assets.exports.registry import content_of
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.exports.export import Export
    from nqpf_assets.questions.contents import Table
    from nqpf_assets.warehouse.connection import Connection


def run(
    table: Annotated[
        str | None,
        typer.Argument(metavar="[TABLE]", help="E.g. province.panel, or a schema: province."),
    ] = None,
    project: ProjectOption = None,
    format: FormatOption = None,
    output: RowsOption = None,
    publication: PublicationOption = None,
) -> int:
    """Describe a table or list them; the exit status."""
    from nqpf_assets.questions.contents import contents, named

    opened = Project.at(project)
    export = rows_asked(opened, format, output)
    connection = open_published(opened, publication)
    if connection is None:
        return 2
    with connection:
        tables = contents(connection)
        found = tables if table is None else named(tables, table)
        if len(found) == 1 and table is not None:
            return _leave_one(connection, found[0], export, output)
        if export is None and table is not None:
            _tell_study(connection, found[0].schema)
    return _leave_list(found, export, output)


def _leave_one(
    connection: Connection, table: Table, export: Export | None, output: Path | None
) -> int:
    from nqpf_assets.questions.described import described
    from nqpf_assets.questions.told_tables import column_rows, print_description

    description = described(connection, table)
    if export is None:
        print_description(description)
        return 0
    return 0 if leave(export, content_of(export, column_rows(description)), output) else 2


def _tell_study(connection: Connection, schema: str) -> None:
    """What the study of this name says of itself, if there is one."""
    from nqpf_assets.explanations.published import PublishedStudy
    from nqpf_assets.questions.told_tables import print_study

    words = PublishedStudy(connection, schema).words
    if words is not None:
        print_study(words)


def _leave_list(tables: list[Table], export: Export | None, output: Path | None) -> int:
    from nqpf_assets.questions.told_tables import print_tables, table_rows

    if export is None:
        print_tables(tables)
        return 0
    return 0 if leave(export, content_of(export, table_rows(tables)), output) else 2


COMMAND = Command("describe", run)
