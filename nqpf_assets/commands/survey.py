"""Make series of a survey: by region and year means and shares of answers, with standard errors and counts.

A rule, a YAML file kept with the project, names the file of respondents (Stata, SPSS, CSV, Excel), its
columns of region, year, weight, strata and clusters, and what is made of answers. The series go to raw/ as a
table with a card; respondents stay where they are, and cells with few of them are left out.

nqpf survey surveys/villagers.yaml

nqpf survey surveys/villagers.yaml --vintage 2026-05
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.exports.told_problems import tell_problems
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.project import Project


def run(
    rule: Annotated[Path, typer.Argument(metavar="RULE", help="The survey's YAML file.")],
    vintage: Annotated[
        str | None,
        typer.Option(
            metavar="V", help="Folder below the publisher's; default: this month and RULE."
        ),
    ] = None,
    project: ProjectOption = None,
) -> int:
    """Write the series, and tell what was left out; the exit status."""
    from nqpf_assets.catalog.catalogue import load_catalogue
    from nqpf_assets.projects.added_files import is_vintage
    from nqpf_assets.projects.surveys.aggregated import aggregated
    from nqpf_assets.projects.surveys.declared import load_survey
    from nqpf_assets.projects.surveys.put import put_series
    from nqpf_assets.projects.surveys.respondents import read_respondents
    from nqpf_assets.sources.collector import check_paths
    from nqpf_assets.user_input.own_files import real

    opened = Project.at(project)
    survey, document = load_survey(rule)
    name = vintage or f"{dt.datetime.now(dt.UTC):%Y-%m}-{rule.stem}"[:60]
    if not is_vintage(name):
        expected = "a name of letters, digits, points and strokes, for instance 2026-05"
        raise InputError([Problem("--vintage", "", expected, name, "name the folder so")])
    place = Path(survey.file)
    with suppress(RuntimeError):  # `~nobody` stays as it is
        place = place.expanduser()
    place = rule.parent / place
    if real(place).is_relative_to(real(opened.raw)):
        expected, found = "a file outside of raw/, which is published with its numbers", survey.file
        raise InputError([document.problem(("file",), expected, found, "move it elsewhere")])
    file = read_respondents(place, survey.sheet)
    found_ = aggregated(survey, document, file)
    placed = put_series(opened, rule, survey, file, found_, name)
    console = out()
    shown = placed.path.relative_to(opened.root).as_posix()
    word = "added" if placed.is_new else "there already:"
    console.print(plain(f"{word} {shown}: {counted(found_.rows.height, 'values')}"), soft_wrap=True)
    for other in placed.others:
        words = f"look: {other.relative_to(opened.root).as_posix()} has other series of this rule"
        console.print(plain(f"  {words}; studies read the newest vintage"), soft_wrap=True)
    for note in found_.notes:
        console.print(plain(f"  {note}"), soft_wrap=True)
    if found_.n_suppressed:
        console.print(
            f"  left out: {counted(found_.n_suppressed, 'cells')} of fewer than {survey.minimum} "
            "respondents"
        )
    if found_.n_without_error:
        console.print(
            f"  without a standard error: {counted(found_.n_without_error, 'cells')}, "
            "which lie in one sampling unit, or a stratum of which has one"
        )
    problems = check_paths([placed.path], load_catalogue(opened.catalog), root=opened.root).problems
    tell_problems(problems)
    return 2 if any(one.severity == "error" for one in problems) else 0


COMMAND = Command("survey", run)
