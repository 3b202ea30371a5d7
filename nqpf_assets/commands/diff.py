"""Say what changed between two publications, and which revision moved what.

A dozen lines that matter come first. Below them: files that came, went or were replaced, cards, corrections
and cells that are others, weights, scores and ranks that moved, and every coefficient before and after, with
what moved it. A publication is named by its number, or by a day: the last one up to its end.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nqpf_assets.commands.common.arguments import (
    ProjectOption,
    StudyOption,
    TextFormat,
    TextFormatOption,
)
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import out, plain, write_data
from nqpf_assets.exports.told_difference import MOST, told_difference
from nqpf_assets.exports.told_shares import told_shares
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.publications import held_back as refreshes
from nqpf_assets.publications.difference import (
    Difference,
    difference,
    held_back_difference,
    pair,
)
from nqpf_assets.publications.manifest import manifests
from nqpf_assets.publications.what_matters import what_matters
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.publications.shares import Shares


def run(
    old: Annotated[
        str | None,
        typer.Argument(metavar="[N|DAY]", help="The earlier publication; default: the one before."),
    ] = None,
    new: Annotated[
        str | None, typer.Argument(metavar="[N|DAY]", help="The later one; default: the last.")
    ] = None,
    project: ProjectOption = None,
    study: StudyOption = None,
    format: TextFormatOption = TextFormat.text,
    held_back: Annotated[
        bool,
        typer.Option("--held-back", help="Compare what was held back with what is published."),
    ] = False,
    short: Annotated[
        bool, typer.Option("--short", help="Only the dozen lines that matter, as for a mail.")
    ] = False,
    shares: Annotated[
        bool,
        typer.Option("--shares", help="Estimate again with one cause after the other: its share."),
    ] = False,
) -> int:
    """Print the difference; the exit status."""
    opened = Project.at(project)
    if short and (held_back or format == "json"):
        raise typer.BadParameter("--short is a text of two publications")
    if shares and (held_back or short):
        raise typer.BadParameter("--shares goes with two publications, and not with --short")
    if not held_back:
        found = difference(opened, *pair(opened, old, new), study)
        return _show_difference(found, _shares(opened, found) if shares else None, format, short)
    if old or new:
        raise typer.BadParameter(
            "--held-back compares with what is published, and takes no publication"
        )
    return _show_held_back(opened, study, format)


def _shares(project: Project, found: Difference) -> Shares:
    """What each cause moved; estimates the studies again."""
    from nqpf_assets.projects.opened import open_project
    from nqpf_assets.publications.shares import shares

    return shares(open_project(project), found)


def _show_difference(found: Difference, parts: Shares | None, format: str, is_short: bool) -> int:
    """Print the difference; the exit status."""
    if format == "json":
        data = _as_data(found) | ({} if parts is None else {"shares": parts.as_data()})
        text = json.dumps(data, indent=1, ensure_ascii=False, default=str)
        write_data(f"{text}\n")
        return 0
    console = out()
    for line in told_difference(found):
        if is_short and not line:
            break
        console.print(plain(line), soft_wrap=True)
    for line in [] if parts is None else told_shares(parts):
        console.print(plain(line), soft_wrap=True)
    return 0


def _show_held_back(project: Project, study: str | None, format: str) -> int:
    """Print what the last refresh built and did not publish, against what is published; the exit status."""
    from nqpf_assets.projects.opened import open_project

    stopped = refreshes.held_back(project)
    if stopped is None or not manifests(project):
        raise InputError(
            [
                Problem(
                    file="held back",
                    where="",
                    expected="a refresh that was held back, and a publication before it",
                    found="none is held back" if stopped is None else "nothing is published yet",
                    remedy="run `nqpf diff` for the last two publications, or `nqpf status`",
                    code="no_publication",
                )
            ]
        )
    found = held_back_difference(open_project(project), stopped, study)
    if format == "json":
        text = json.dumps(_as_data(found), indent=1, ensure_ascii=False, default=str)
        write_data(f"{text}\n")
        return 0
    console = out()
    old = found.old
    console.print(
        plain(
            f"publication {old.number} ({old.published_at}) → held back on {stopped.at}, not published"
        )
    )
    for one in stopped.problems[:MOST]:
        place = f"{one.file}: {one.where}" if one.where else one.file
        console.print(plain(f"because   {place}: {one.found}"), soft_wrap=True)
    if len(stopped.problems) > MOST:
        console.print(
            f"because   and {len(stopped.problems) - MOST} more; `nqpf status` has the first"
        )
    lines = [*told_difference(found)][1:]
    if lines == ["nothing differs"]:
        lines = ["nothing was built of it: the tables are those that are published"]
    for line in lines:
        console.print(plain(line), soft_wrap=True)
    return 0


def _as_data(found: Difference) -> dict[str, Any]:
    """Everything, for other programs; not-a-number becomes null."""
    return {
        "old": {"publication": found.old.number, "published_at": found.old.published_at},
        "new": {"publication": found.new.number, "published_at": found.new.published_at},
        "tables": {n: found.tables.words(n) for n in found.tables.values},
        "inputs": {n: found.inputs.words(n) for n in found.inputs.values},
        "steps": {n: found.steps.words(n) for n in found.steps.values},
        "origins": found.origins,
        "versions": found.versions.values,
        "matters": [row.as_data() for row in what_matters(found)],
        **{part: _rows(rows) for part, rows in found.parts.items()},
    }


def _rows(rows: pl.DataFrame) -> list[dict[str, Any]]:
    import polars as pl

    floats = [name for name, kind in rows.schema.items() if kind.is_float()]
    finite = [pl.when(pl.col(n).is_finite()).then(pl.col(n)).alias(n) for n in floats]
    return rows.with_columns(finite).to_dicts()


COMMAND = Command("diff", run)
