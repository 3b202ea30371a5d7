"""Print a table as the paper prints it, or write it into a file for a paper.

--output writes what the suffix says: .docx, .xlsx, .tex, .html or .md have the table as printed, .csv,
.dta, .json and .parquet its rows. All tables of a study, its panel and other formats: `nqpf export`.

Under a regression table the terminal shows the published cells, units and years that matter most to the
first coefficient of each column, where its estimator lets them be told (nqpf help methods/influence).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.commands.common.answers import leave
from nqpf_assets.commands.common.arguments import (
    THREE_LINE,
    ProjectOption,
    PublicationOption,
    StyleOption,
)
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published
from nqpf_assets.commands.common.site_links import LinksOption, links_to
from nqpf_assets.exports.destination import export_for, require_free
from nqpf_assets.exports.printed_influence import influence_words, print_influence
from nqpf_assets.exports.printed_table import print_table
from nqpf_assets.exports.published_tables import known_tables, no_table, read_printed
from nqpf_assets.exports.terminal import err, plain
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.exports.export import Export


def run(
    table: Annotated[str, typer.Argument(metavar="STUDY.TABLE", help="E.g. province.table_1.")],
    project: ProjectOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file, e.g. table_1.docx."),
    ] = None,
    style: StyleOption = THREE_LINE,
    links: LinksOption = None,
    publication: PublicationOption = None,
) -> int:
    """Print one table of the published warehouse, or of an earlier publication; the exit status."""
    opened = Project.at(project)
    linked = links_to(opened, links, publication)
    export = None
    if output is not None:
        require_free(opened, output)
        export = export_for(output, None if output.suffix else "md", "tables", "rows")
    if style != THREE_LINE:
        _require_drawn(style, export)
    connection = open_published(opened, publication)
    if connection is None:
        return 2
    with connection:
        known = known_tables(connection)
        if table not in known:
            err().print(plain(no_table(table, known)), soft_wrap=True)
            return 2
        if output is None or export is None:
            printed = read_printed(connection, table, known[table])
            print_table(printed)
            print_influence(influence_words(connection, printed))
            return 0
        from nqpf_assets.exports.leaving import rows_as, tables_as

        if "tables" in export.writers:
            from nqpf_assets.exports.printed.style import style_named

            looks = style_named(style)
            content = tables_as(connection, export, [table], known, looks, linked=linked(output))
        else:
            content = rows_as(connection, export, table, known)
    return 0 if leave(export, content, output) else 2


def _require_drawn(style: str, export: Export | None) -> None:
    """Refuse a style that there is not, or that nothing is drawn in.

    Raises:
        InputError: one of these.
    """
    from nqpf_assets.exports.printed.style import style_named
    from nqpf_assets.messages.problems import InputError, Problem

    style_named(style)
    if export is not None and "tables" in export.writers:
        return
    problem = Problem(
        file="--style",
        where="",
        expected="a file for a paper: --output table.docx, .xlsx, .tex, .html or .md",
        found=f"`{style}` {'on the terminal' if export is None else f'for {export.name}'}",
        remedy="name such a file, or leave --style out",
        code="style",
    )
    raise InputError([problem])


COMMAND = Command("show", run)
