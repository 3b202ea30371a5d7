"""Send a message to those whom `alerts` of nqpf.yaml names: a test, or which editions are overdue.

`nqpf alert test` goes to every one of them, whatever he wants to know of; `nqpf alert overdue` to those who
want to know of it, and to nobody where nothing is late. Exit status 1 where somebody could not be told.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.exports.told_problems import tell_problems
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.user_input.project import Project


class What(StrEnum):
    """What is told."""

    test = "test"
    overdue = "overdue"


def run(
    what: Annotated[What, typer.Argument(help="A test, or the editions that are late.")],
    project: ProjectOption = None,
) -> int:
    """Send it; the exit status."""
    opened = Project.at(project)
    return _test(opened) if what is What.test else _overdue(opened)


def _test(project: Project) -> int:
    from nqpf_assets.operations.alerts import Alert, tell_one
    from nqpf_assets.user_input.settings import load_settings

    targets = load_settings(project).alerts
    if not targets:
        out().print(
            "nobody is named in `alerts` of nqpf.yaml; `nqpf help server being-told` says how"
        )
        return 2
    alert = Alert("published", "a test of alerts", "This is a test; nothing happened.\n")
    problems: list[Problem] = []
    for number, target in enumerate(targets):
        wrong = list(tell_one(project, number, target, alert))
        problems += wrong
        whom = ", ".join([*target.mail, *([target.webhook] if target.webhook else [])])
        said = "not told" if wrong else "told"
        out().print(plain(f"{said}: {whom}; on {', '.join(target.on)}"), soft_wrap=True)
    tell_problems(problems)
    return 1 if problems else 0


def _overdue(project: Project) -> int:
    from nqpf_assets.operations.alerts import overdue, tell
    from nqpf_assets.projects.opened import open_project
    from nqpf_assets.projects.overdue import overdue_editions, today_in_china

    opened = open_project(project)
    late = overdue_editions(opened, today_in_china())
    alert = overdue(project, late)
    problems = tell(project, opened.settings, alert) if alert else ()
    out().print(plain(alert.subject if alert else "no edition is overdue"), soft_wrap=True)
    if alert:
        asked = sum("overdue" in one.on for one in opened.settings.alerts)
        out().print(f"asked to be told: {counted(asked, 'entries')} of `alerts`")
    tell_problems(problems)
    return 1 if problems else 0


COMMAND = Command("alert", run)
