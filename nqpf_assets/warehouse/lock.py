"""One refresh at a time, one fetch at a time: locks that the system lets go when the process ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import IO

from nqpf_assets.user_input.project import Project

REFRESH, FETCH = ".lock", "fetch/.lock"
"""The file of each kind of work, below the warehouse."""
_DONE = {REFRESH: "refreshed", FETCH: "fetched for"}
_held: dict[str, IO[str]] = {}


class WarehouseBusy(Exception):
    """Another process does this work for this warehouse; says which."""


def hold(project: Project, work: str = REFRESH) -> None:
    """Take the warehouse's lock for the rest of this process; holding it already is fine.

    Args:
        work: `REFRESH` or `FETCH`, which know nothing of each other.

    Raises:
        WarehouseBusy: another process has it.
        OSError: the lock cannot be written; names its file.
    """
    path = project.warehouse / work
    if str(path) in _held:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # A link in its place is not followed: what it leads to would be overwritten.
    stream = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644), "r+")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        stream.seek(0)
        other = stream.read().strip() or "another process"
        stream.close()
        raise WarehouseBusy(
            f"{project.warehouse} is being {_DONE[work]} by {other}; try again when it is done"
        ) from error
    try:
        stream.truncate(0)
        stream.write(f"process {os.getpid()}")
        stream.flush()
    except OSError as error:  # a full or failing disk does not say which file it was
        with contextlib.suppress(OSError):
            stream.close()
        raise OSError(error.errno, os.strerror(error.errno or 0), str(path)) from error
    _held[str(path)] = stream


def is_free(project: Project) -> bool:
    """Whether nobody refreshes the warehouse, as far as can be seen."""
    path = project.warehouse / REFRESH
    if str(path) in _held:
        return False
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_NOFOLLOW), "r+") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def release(project: Project, work: str = REFRESH) -> None:
    """Let go of the lock, if this process has it."""
    stream = _held.pop(str(project.warehouse / work), None)
    if stream is not None:
        stream.close()
