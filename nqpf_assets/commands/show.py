"""Print a table as the paper prints it."""

from __future__ import annotations

from typing import Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption, PublicationOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published
from nqpf_assets.exports.printed_table import print_growth, print_measures, print_regression
from nqpf_assets.exports.terminal import err, plain
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import quoted
from nqpf_assets.warehouse.duckdb_file import comments_of_tables_with


def run(
    table: Annotated[str, typer.Argument(metavar="STUDY.TABLE", help="E.g. province.table_1.")],
    project: ProjectOption = None,
    publication: PublicationOption = None,
) -> int:
    """Print one table of the published warehouse, or of an earlier publication; the exit status."""
    connection = open_published(Project.at(project), publication)
    if connection is None:
        return 2
    schema, _, name = table.partition(".")
    with connection:
        known = comments_of_tables_with(connection, "row_label")
        if table not in known:
            err().print(
                plain(
                    f"there is no table {table}; these can be shown: {', '.join(known) or 'none'}"
                )
            )
            return 2
        rows = connection.execute(
            f"SELECT * FROM {quoted(schema)}.{quoted(name)} ORDER BY row_position"
        )
        columns = [column[0] for column in rows.description]
        cells = [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]
    if "row_kind" not in columns:
        layout = print_growth
    else:
        has_numbers = any(isinstance(cell, float) for row in cells for cell in row.values())
        layout = print_measures if has_numbers else print_regression
    layout(f"{table}: {known[table]}", columns, cells)
    return 0


COMMAND = Command("show", run)
