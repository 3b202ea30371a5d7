"""What is built once in a run of the tests: by the first process that asks, to be read or copied by all."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

_common: list[Path] = []


def share_under(folder: Path) -> None:
    """Keep in `folder`, which all processes of one run share; `conftest` says which it is."""
    _common[:] = [folder]


def is_shared() -> bool:
    """Whether a run of tests has said where; a process that a test starts has none."""
    return bool(_common)


def once(name: str, build: Callable[[Path], object]) -> Path:
    """The folder that `build` fills; the other processes wait for the first, and then find it filled.

    What a build that failed left behind is removed, so that the next one fails for the same cause.
    """
    (common,) = _common
    folder = common / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    done = folder.with_suffix(".done")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            build(folder)
            done.touch()
    return folder
