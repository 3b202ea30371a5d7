"""`nqpf ui`: Dagster's web pages on this machine only."""

from __future__ import annotations

import os
import subprocess
import sys

from nqpf_assets.project import Project
from nqpf_assets.reports.terminal import out, plain


def serve(project: Project, port: int) -> int:
    """Serve until interrupted; the exit status of the server."""
    from nqpf_assets.defs.home import dagster_home

    environment = os.environ | {
        "DAGSTER_HOME": str(dagster_home(project)),
        "NQPF_PROJECT": str(project.root),
    }
    command = [sys.executable, "-m", "dagster_webserver", "-h", "127.0.0.1", "-p", str(port)]
    command += ["-m", "nqpf_assets.definitions"]
    out().print(plain(f"lineage: http://127.0.0.1:{port}/asset-groups (Ctrl-C ends it)"))
    return subprocess.run(command, env=environment, check=False, cwd=project.root).returncode
