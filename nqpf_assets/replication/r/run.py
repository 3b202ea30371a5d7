"""R, which is no part of this package: found, and run on a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.replication.r.script import SCRIPT

PROGRAM = "Rscript"


def is_there() -> bool:
    return shutil.which(PROGRAM) is not None


def run_script(folder: Path) -> subprocess.CompletedProcess[str]:
    """The script of a folder, run there; what it printed.

    Raises:
        InputError: R is not installed.
    """
    if not is_there():
        raise InputError(
            [
                Problem(
                    file=PROGRAM,
                    where="",
                    expected="R, which runs the script",
                    found="no such program",
                    remedy="install R (Debian: `apt-get install r-base-core`), or write the script with "
                    "--output and run it elsewhere",
                    code="program",
                )
            ]
        )
    return subprocess.run(
        [PROGRAM, "--vanilla", SCRIPT],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
