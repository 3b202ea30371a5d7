"""The `nqpf` command: arguments in, exit status out.

What a command does is done elsewhere and imported when it is called, so that help is quick. Exit
status: 0 published or answered, 1 a check stopped it, 2 the user's input was wrong.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="nqpf",
    help="From a published cell to a regression table: build, check, publish and query a warehouse of "
    "yearbook panels.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

ProjectOption = Annotated[
    Path | None,
    typer.Option(
        "--project",
        "-p",
        metavar="DIR",
        help="Folder with raw/, studies/ and warehouse/; default: NQPF_PROJECT or the current folder.",
    ),
]


PublicationOption = Annotated[
    str | None,
    typer.Option(
        "--publication",
        metavar="N|DAY",
        help="Ask an earlier publication: its number, or a day for what was published by its end.",
    ),
]


class TextFormat(StrEnum):
    """How `nqpf diff` and `nqpf history` print."""

    text = "text"
    json = "json"


class Format(StrEnum):
    """How `nqpf query` prints."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


@app.command()
def refresh(
    project: ProjectOption = None,
    study: Annotated[
        list[str] | None,
        typer.Option("--study", metavar="NAME", help="Only this study; may be repeated."),
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Say what would be built and why, and build nothing.")
    ] = False,
) -> None:
    """Build what is out of date, check it, and publish it.

    Reads the raw files that are new or changed, rebuilds what depends on them, and puts the new
    warehouse in place in one step. If anything is wrong, the published warehouse stays as it was.
    """
    from nqpf_assets.commands.plan import show_plan
    from nqpf_assets.commands.refresh import run_refresh

    opened = _project(project)
    raise typer.Exit(show_plan(opened, study or ()) if plan else run_refresh(opened, study or ()))


@app.command()
def status(project: ProjectOption = None) -> None:
    """Say what is published, what is stale, and what is missing."""
    import datetime as dt

    from nqpf_assets.commands.status import show_status

    today = dt.datetime.now(dt.UTC).astimezone().date()
    raise typer.Exit(show_status(_project(project), today))


@app.command()
def query(
    sql: Annotated[
        str, typer.Argument(help='One query in DuckDB\'s SQL, e.g. "FROM result.estimate".')
    ],
    project: ProjectOption = None,
    format: Annotated[
        Format | None,
        typer.Option(
            "--format", "-f", help="How to print the rows; default: as --output says, else table."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file: .csv, .json, .parquet or .txt."),
    ] = None,
    publication: PublicationOption = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="In csv, give texts as stored, formulas too.")
    ] = False,
) -> None:
    """Query the published warehouse, read-only.

    The warehouse is opened for reading and nothing else: no file outside it can be read or written,
    nothing installed, loaded or set. `nqpf query "SHOW ALL TABLES"` lists what is there.

    A spreadsheet computes a text that begins with = + - or @. In csv such a text, unless it is a
    number, gets an apostrophe before it; --exact leaves it out. json and parquet are always exact.
    """
    from nqpf_assets.commands.query import run_query

    raise typer.Exit(
        run_query(_project(project), sql, format and format.value, output, exact, publication)
    )


@app.command()
def show(
    table: Annotated[str, typer.Argument(metavar="STUDY.TABLE", help="E.g. province.table_1.")],
    project: ProjectOption = None,
    publication: PublicationOption = None,
) -> None:
    """Print a table as the paper prints it."""
    from nqpf_assets.commands.show import show_table

    raise typer.Exit(show_table(_project(project), table, publication))


@app.command()
def diff(
    old: Annotated[
        str | None,
        typer.Argument(metavar="[N|DAY]", help="The earlier publication; default: the one before."),
    ] = None,
    new: Annotated[
        str | None, typer.Argument(metavar="[N|DAY]", help="The later one; default: the last.")
    ] = None,
    project: ProjectOption = None,
    study: Annotated[
        str | None, typer.Option("--study", metavar="NAME", help="Only this study.")
    ] = None,
    format: Annotated[
        TextFormat, typer.Option("--format", "-f", help="json has every row.")
    ] = TextFormat.text,
    held_back: Annotated[
        bool,
        typer.Option("--held-back", help="Compare what was held back with what is published."),
    ] = False,
) -> None:
    """Say what changed between two publications, and which revision moved what.

    Files that came and went, cells that were revised, weights, scores and ranks that moved, and every
    coefficient before and after, with the cells under it that changed. A publication is named by its
    number, or by a day: the last one up to its end.
    """
    from nqpf_assets.commands.diff import show_difference, show_held_back

    if held_back and (old or new):
        raise typer.BadParameter(
            "--held-back compares with what is published, and takes no publication"
        )
    if held_back:
        raise typer.Exit(show_held_back(_project(project), study, format.value))
    raise typer.Exit(show_difference(_project(project), old, new, study, format.value))


@app.command()
def history(
    table: Annotated[
        str | None,
        typer.Argument(metavar="[STUDY.TABLE]", help="E.g. province.table_1; default: list all."),
    ] = None,
    project: ProjectOption = None,
    format: Annotated[
        TextFormat, typer.Option("--format", "-f", help="json has every row.")
    ] = TextFormat.text,
) -> None:
    """List the publications that are kept, or the coefficients of one table over them."""
    from nqpf_assets.commands.history_and_recall import show_history

    raise typer.Exit(show_history(_project(project), table, format.value))


@app.command()
def recall(
    publication: Annotated[
        str, typer.Argument(metavar="N|DAY", help="Number of a publication, or a day.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="DuckDB file to write.")],
    project: ProjectOption = None,
) -> None:
    """Write an earlier publication as the DuckDB file that it was.

    `nqpf history` lists the publications that are kept.
    """
    from nqpf_assets.commands.history_and_recall import write_publication

    raise typer.Exit(write_publication(_project(project), publication, output))


@app.command("lock")
def lock_inputs(project: ProjectOption = None) -> None:
    """Write nqpf.lock: what is published, from which files and releases, all by hash."""
    from nqpf_assets.commands.lock_and_verify import make_lock

    raise typer.Exit(make_lock(_project(project)))


@app.command()
def verify(
    stored: Annotated[
        bool,
        typer.Option(
            "--stored", help="Build nothing: is what lies in the warehouse what was written?"
        ),
    ] = False,
    project: ProjectOption = None,
) -> None:
    """Build everything anew aside, and hold it against nqpf.lock.

    Says which files, releases and tables differ from those of the lock. Exit status 0: the same tables, to
    the last bit or but for rounding; 1: another result; 2: other files.
    """
    from nqpf_assets.commands.lock_and_verify import run_verify, verify_stored

    if stored:
        raise typer.Exit(verify_stored(_project(project)))
    raise typer.Exit(run_verify(_project(project)))


@app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]…", help="Files or folders; default: the project's own."),
    ] = None,
    project: ProjectOption = None,
) -> None:
    """Read raw files, cards and study files, say what is wrong, and build nothing."""
    from nqpf_assets.commands.check import run_check

    raise typer.Exit(run_check(_project(project), paths or []))


@app.command("new-study")
def new_study(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and underscores.")],
    project: ProjectOption = None,
) -> None:
    """Write a commented study file and the folders it needs."""
    from nqpf_assets.commands.new_study import begin_study

    raise typer.Exit(begin_study(_project(project), name))


@app.command()
def schema() -> None:
    """Print the JSON schema of study files, for editors that check YAML while you type."""
    from nqpf_assets.studies.schema import schema_text

    typer.echo(schema_text(), nl=False)


@app.command()
def ui(
    project: ProjectOption = None,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
) -> None:
    """Open Dagster's pages with the lineage graph, on 127.0.0.1."""
    from nqpf_assets.commands.ui import serve

    raise typer.Exit(serve(_project(project), port))


def _project(root: Path | None):  # type: ignore[no-untyped-def]
    from nqpf_assets.user_input.project import Project

    return Project.at(root)


def main() -> None:
    """Run the command; mistakes of the user's end in words and an exit status."""
    from nqpf_assets.exports.terminal import write_in_any_encoding
    from nqpf_assets.messages.problems import CheckFailed, InputError
    from nqpf_assets.warehouse.lock import WarehouseBusy
    from nqpf_assets.warehouse.threads import one_for_linear_algebra

    one_for_linear_algebra()
    write_in_any_encoding()
    try:
        app()
    except InputError as error:
        _tell(error)
        raise SystemExit(2) from None
    except (CheckFailed, WarehouseBusy) as error:
        _tell(error)
        raise SystemExit(1) from None
    except OSError as error:
        if error.filename is None:
            raise
        typer.echo(
            f"{error.filename}: {error.strerror}; the published warehouse is as it was", err=True
        )
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        _stopped()
    except Exception as error:
        # DuckDB tells of Ctrl-C during a query in an exception of its own.
        if type(error).__name__ != "InterruptException":
            raise
        _stopped()


def _stopped() -> None:
    typer.echo("stopped; the published warehouse is as it was", err=True)
    raise SystemExit(130) from None


def _tell(error: Exception) -> None:
    from nqpf_assets.exports.told_problems import tell

    tell(error)


if __name__ == "__main__":
    main()
