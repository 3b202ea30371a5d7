"""The sample project in a folder of its own, refreshed as a user does it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from atexit import register
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
BUILT = ("warehouse", ".dagster")


@cache
def sample(_size: int) -> Path:
    """Raw files, of which the shipped studies are built; nothing built yet; the same for every size."""
    folder = Path(tempfile.mkdtemp(prefix="benchmark"))
    register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(CHECKOUT / "raw", folder / "raw")
    return folder


@cache
def built(size: int) -> Path:
    """The same, refreshed once."""
    refresh(sample(size))
    return sample(size)


def forget(project: Path) -> None:
    """Remove what was built."""
    for name in BUILT:
        shutil.rmtree(project / name, ignore_errors=True)


def refresh(project: Path) -> None:
    """`nqpf refresh` in a process of its own."""
    command = [sys.executable, "-m", "nqpf_assets.cli", "refresh"]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
