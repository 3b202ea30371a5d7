"""Make a study's tables again in R, and compare them with what is published.

A script in base R is made from the study: every column as it was asked for, on the published panel, and
every table that describes it. Each coefficient and effect is compared with R's, estimate and standard error,
and each printed number of the other tables; a number that R should have and has not is a failure, and so is
another number of observations. What the script leaves out is listed with the reason.
--output writes script, panel and weights into a folder that is not there yet; --script-only does not run it.

Exit status 0 if all that is compared is the same, 1 if something differs or is missing, 2 if it cannot be
done.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption, PublicationOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published, require_study
from nqpf_assets.exports.destination import require_free, require_nothing
from nqpf_assets.exports.terminal import err, out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import replace_folder

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection


def run(
    study: Annotated[str, typer.Argument(help="A published study.")],
    project: ProjectOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A new folder for script, panel and weights."),
    ] = None,
    script_only: Annotated[
        bool, typer.Option("--script-only", help="Write the script, and do not run it.")
    ] = False,
    publication: PublicationOption = None,
) -> int:
    """Compare a study with R; the exit status."""
    opened = Project.at(project)
    if script_only and output is None:
        err().print("--script-only needs --output, the folder to write to")
        return 2
    if output is not None:
        require_free(opened, output)
        require_nothing(output)
    connection = open_published(opened, publication)
    if connection is None:
        return 2
    with connection:
        require_study(connection, study)
        if output is not None:
            return _checked(connection, study, output, is_run=not script_only)
        with TemporaryDirectory(prefix="nqpf-crosscheck-") as folder:
            return _checked(connection, study, Path(folder, "r"), is_run=True)


def _checked(connection: Connection, name: str, folder: Path, *, is_run: bool) -> int:
    from nqpf_assets.explanations.published import PublishedStudy
    from nqpf_assets.replication.crosscheck.columns import compared_columns
    from nqpf_assets.replication.crosscheck.tables import compared_tables
    from nqpf_assets.replication.crosscheck.telling import counts_told, told
    from nqpf_assets.replication.crosscheck.verdicts import results_of
    from nqpf_assets.replication.r.run import run_script
    from nqpf_assets.replication.r.script import RESULTS, SCRIPT, translated, write_script
    from nqpf_assets.replication.r.table_calls import translations

    study = PublishedStudy(connection, name)
    columns = translated(study)
    replace_folder(folder, lambda beside: write_script(study, columns, beside))
    if not is_run:
        out().print(
            plain(f"{folder / SCRIPT}: {counted(len(columns), 'columns')}, not run"), soft_wrap=True
        )
        return 0
    done = run_script(folder)
    others = results_of(folder / RESULTS)
    rows = compared_columns(columns, others) + compared_tables(translations(study), others)
    for row in rows:
        out().print(plain(told(row)), soft_wrap=True)
    said = [line for line in done.stdout.splitlines() if ": FAILED: " in line]
    if done.returncode:
        said += done.stderr.splitlines()[-5:]
    for line in said:
        err().print(plain(f"R: {line}"), soft_wrap=True)
    out().print(plain(f"{name}: {counts_told(rows)}"), soft_wrap=True)
    return 1 if done.returncode or any(row.is_failure for row in rows) else 0


COMMAND = Command("crosscheck", run)
