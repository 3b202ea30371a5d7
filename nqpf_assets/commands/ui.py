"""Open Dagster's pages with the lineage graph, on 127.0.0.1."""

from __future__ import annotations

import os
import socket
import sys
from typing import Annotated, NoReturn

import typer

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.defs.home import dagster_home
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.plain_path import plain_path


def run(
    project: ProjectOption = None,
    port: Annotated[int, typer.Option(min=1, help="Port on 127.0.0.1.")] = 3000,
) -> NoReturn:
    """Serve the pages until somebody ends this process."""
    _require_free(port)
    _serve(Project.at(project), port)


def _require_free(port: int) -> None:
    """Stop before a second server and its daemon start, which would wait for ever for a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise InputError(
                [
                    Problem(
                        file="--port",
                        where="",
                        expected="a port of 127.0.0.1 that nobody listens at",
                        found=f"{port}, in use" if port < 65536 else f"{port}",
                        remedy="end the other server, or name another port: `nqpf ui --port 3001`",
                        code="port",
                    )
                ]
            ) from error


def _serve(project: Project, port: int) -> NoReturn:
    """Become the server, so that whoever ends this process ends its pages and its daemon."""
    environment = os.environ | {
        "DAGSTER_HOME": plain_path(dagster_home(project)),
        "NQPF_PROJECT": str(project.root),
    }
    command = [
        sys.executable,
        "-m",
        "nqpf_assets.defs.pages",
        "dev",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    command += ["-m", "nqpf_assets.definitions", "--log-level", "warning"]
    out().print(
        plain(f"lineage: http://127.0.0.1:{port}/asset-groups (Ctrl-C ends it)"), soft_wrap=True
    )
    sys.stdout.flush()
    os.chdir(project.root)
    os.execve(sys.executable, command, environment)


COMMAND = Command("ui", run)
