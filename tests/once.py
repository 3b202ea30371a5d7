"""What is built once in a run of the tests: by the first process that asks, to be read or copied by all."""

from __future__ import annotations

import fcntl
import hashlib
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


def content_name(root: Path, *also: object) -> str:
    """A name that folders share whose files are the same; `also` says what else is done with them."""
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    files = [(path.relative_to(root).as_posix(), path.read_bytes()) for path in paths]
    return hashlib.sha256(repr((also, files)).encode()).hexdigest()[:20]
