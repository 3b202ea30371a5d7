"""Say where one published number comes from: the walk down to the cells of the files.

A coefficient is named by its table, column and term; with a unit and a year, the walk goes down that row:
formula, values, clipping, index weights and scores, to the published cells with file, sheet, cell, printed
text, conversion, corrections, and the vintages that were passed over. A value of a variable, series or index
is named by study and name, with a unit and a year; a weight by index and indicator.

Every number on the way is published, or computed again from what is and held against it; a walk that does not
add up says so and ends with status 1. --format json gives the same as rows (nqpf help explain).
"""

from __future__ import annotations

from typing import Annotated

import typer

from nqpf_assets.commands.common.answers import leave
from nqpf_assets.commands.common.arguments import ProjectOption, PublicationOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published
from nqpf_assets.commands.common.text_or_rows import FormatOption, RowsOption, rows_asked
from nqpf_assets.exports.registry import content_of
from nqpf_assets.exports.terminal import err, plain
from nqpf_assets.exports.told_walk import print_walk
from nqpf_assets.user_input.project import Project


def run(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="STUDY.TABLE COLUMN TERM [UNIT PERIOD]",
            help="E.g. province.table_1 2 nqpf 北京 2015; province.nqpf 北京 2015; province.nqpf patents.",
        ),
    ],
    project: ProjectOption = None,
    format: FormatOption = None,
    output: RowsOption = None,
    cells: Annotated[
        bool, typer.Option("--cells", help="List every cell that is otherwise only counted.")
    ] = False,
    publication: PublicationOption = None,
) -> int:
    """Explain one number; the exit status."""
    from nqpf_assets.explanations.asked import answer
    from nqpf_assets.explanations.walk import errors

    opened = Project.at(project)
    export = rows_asked(opened, format, output)
    connection = open_published(opened, publication)
    if connection is None:
        return 2
    with connection:
        found = answer(connection, words, is_whole=cells)
        rows = None if export is None else found.frame()
        names = found.study.unit_names
    if export is None or rows is None:
        print_walk(found.walk, names)
    elif not leave(export, content_of(export, rows), output):
        return 2
    wrong = list(errors(found.walk))
    for stop, why in wrong:
        err().print(plain(f"{stop.kind} {stop.name}: does not add up: {why}"), soft_wrap=True)
    return 1 if wrong else 0


COMMAND = Command("explain", run)
