"""Say which published cells, units and years matter most to a number, and what it is without them.

Of every cell what 1 % more of it does, in standard errors of the number, through filling, clipping, index
weights and scores; of units and years the sizes of what their cells do, added up; and what the number is
without a unit, a year or a row. All of it is published with the table (nqpf help methods/influence).

--without estimates again: without a unit, a year, a row of both, or one published cell, which is then filled,
clipped and weighed as if it had never been printed. `units`, `years` and `cells` mean each unit and year of
the sample, and each cell that is listed.
"""

from __future__ import annotations

from typing import Annotated

import typer

from nqpf_assets.commands.common.answers import leave
from nqpf_assets.commands.common.arguments import ProjectOption, PublicationOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published, require_study
from nqpf_assets.commands.common.text_or_rows import FormatOption, RowsOption, rows_asked
from nqpf_assets.exports.registry import content_of
from nqpf_assets.exports.told_influence import print_influence_of
from nqpf_assets.user_input.project import Project


def run(
    table: Annotated[str, typer.Argument(metavar="STUDY.TABLE", help="E.g. province.table_1.")],
    column: Annotated[
        str | None, typer.Argument(metavar="[COLUMN]", help="E.g. (2); default: all.")
    ] = None,
    term: Annotated[
        str | None, typer.Argument(metavar="[TERM]", help="E.g. nqpf; default: all.")
    ] = None,
    project: ProjectOption = None,
    effect: Annotated[
        str | None,
        typer.Option("--effect", metavar="NAME", help="Of an effect, e.g. indirect."),
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=20, help="Of each kind so many.")] = 3,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="WHAT",
            help="Estimate again without it: 北京, 2015, '北京 2015', 'gdp 北京 2015', units, years or "
            "cells; may be repeated.",
        ),
    ] = None,
    format: FormatOption = None,
    output: RowsOption = None,
    publication: PublicationOption = None,
) -> int:
    """Print what matters most to numbers of a table; the exit status."""
    opened = Project.at(project)
    export = rows_asked(opened, format, output)
    connection = open_published(opened, publication)
    if connection is None:
        return 2
    from nqpf_assets.explanations.asked_influence import Asked, influence_rows
    from nqpf_assets.explanations.cells_left_out import CellsLeftOut
    from nqpf_assets.explanations.influence_answer import frame
    from nqpf_assets.explanations.published import PublishedStudy

    study, _, name = table.partition(".")
    with connection:
        require_study(connection, study)
        asked = Asked(
            PublishedStudy(connection, study),
            name,
            column,
            term,
            effect,
            most,
            tuple(without or ()),
        )
        rows = influence_rows(asked, lambda: CellsLeftOut.of(opened, study, publication))
    if export is None:
        print_influence_of(rows)
        return 0
    return 0 if leave(export, content_of(export, frame(rows)), output) else 2


COMMAND = Command("influence", run)
