"""`nqpf ui`: Dagster's web pages on this machine only, and the daemon that sensor and schedule need."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from nqpf_assets.defs.home import dagster_home
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.plain_path import plain_path


def serve(project: Project, port: int) -> NoReturn:
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
    out().print(plain(f"lineage: http://127.0.0.1:{port}/asset-groups (Ctrl-C ends it)"))
    sys.stdout.flush()
    os.chdir(project.root)
    os.execve(sys.executable, command, environment)
