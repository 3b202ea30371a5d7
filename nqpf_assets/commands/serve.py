"""Run Dagster's pages or its daemon as a service: for a container, systemd, or a machine behind a proxy.

`nqpf serve web` answers on 127.0.0.1 unless told otherwise, by the names that --name gives, and shows without
letting anybody start a run; `nqpf serve daemon` runs sensor and schedules. With --check either says by its
exit status whether the service on this machine is well. `nqpf ui` is both, for one person.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import urllib.error
import urllib.request
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.defs.home import dagster_home
from nqpf_assets.defs.page_names import NAMES
from nqpf_assets.exports.terminal import err, out, plain
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.plain_path import plain_path

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PATIENCE = 10
"""Seconds that pages may take to answer a question about themselves."""


class Service(StrEnum):
    """What can be run."""

    web = "web"
    daemon = "daemon"


def run(
    service: Annotated[
        Service, typer.Argument(help="The pages, or what sensor and schedules need.")
    ],
    project: ProjectOption = None,
    host: Annotated[str | None, typer.Option(help="web: address to listen at; 127.0.0.1.")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="web: port to listen at; 3000.")
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            "--name", metavar="NAME", help="web: name that browsers ask for; may be repeated."
        ),
    ] = None,
    may_run: Annotated[
        bool, typer.Option("--may-run", help="web: let whoever reaches the pages start runs.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Start nothing: is the service on this machine well?")
    ] = False,
) -> int:
    """Become the service, or look at it; the exit status."""
    opened = Project.at(project)
    is_web = service is Service.web
    if not is_web and (host, port, name, may_run) != (None, None, None, False):
        raise InputError([_not_of_the_daemon()])
    if check and (host, name, may_run) != (None, None, False):
        raise InputError([_not_of_a_check()])
    if check:
        return _web_is_well(port or 3000) if is_web else _become(opened, _daemon("liveness-check"))
    if not is_web:
        return _become(opened, _daemon("run", "-m", "nqpf_assets.definitions"))
    listens = host or "127.0.0.1"
    if listens not in LOOPBACK:
        whoever = "start runs and turn sensors on" if may_run else "read the history of runs"
        err().print(
            plain(f"{listens}: whoever reaches port {port or 3000} can {whoever}"), soft_wrap=True
        )
    out().print(
        plain(f"lineage: http://{(name or [listens])[0]}:{port or 3000}/asset-groups"),
        soft_wrap=True,
    )
    command = [
        sys.executable,
        "-m",
        "nqpf_assets.defs.pages",
        "-h",
        listens,
        "-p",
        str(port or 3000),
    ]
    command += ["-m", "nqpf_assets.definitions", "--log-level", "warning"]
    command += [] if may_run else ["--read-only"]
    return _become(opened, command, {NAMES: ",".join(name or ())})


def _daemon(*words: str) -> list[str]:
    """Dagster's daemon by its own command, which lies beside this one."""
    return [str(Path(sysconfig.get_path("scripts"), "dagster-daemon")), *words]


def _become(project: Project, command: list[str], more: dict[str, str] | None = None) -> NoReturn:
    """Become the process, so that who ends this one ends it."""
    places = {
        "DAGSTER_HOME": plain_path(dagster_home(project)),
        "NQPF_PROJECT": str(project.root),
    }
    sys.stdout.flush()
    os.chdir(project.root)
    os.execve(command[0], command, os.environ | places | (more or {}))


def _web_is_well(port: int) -> int:
    """Whether pages answer on this machine; the exit status."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=_PATIENCE):
            return 0
    except (OSError, urllib.error.URLError) as error:
        reason = getattr(error, "reason", error)
        err().print(plain(f"no pages answer at 127.0.0.1:{port}: {reason}"), soft_wrap=True)
        return 1


def _not_of_the_daemon() -> Problem:
    return Problem(
        file="nqpf serve daemon",
        where="",
        expected="no --host, --port, --name or --may-run: the daemon answers nobody",
        found="one of them",
        remedy="leave it out, or say `nqpf serve web`",
        code="serve",
    )


def _not_of_a_check() -> Problem:
    return Problem(
        file="nqpf serve web --check",
        where="",
        expected="no --host, --name or --may-run: it asks the pages of this machine, at 127.0.0.1",
        found="one of them",
        remedy="leave it out; --port says where the pages listen",
        code="serve",
    )


COMMAND = Command("serve", run)
