"""Reading the files of a project: regular files of a bearable size, inside the folder they belong to.

A folder that came from elsewhere may hold links to files outside of it, pipes that never end, and
devices. None of these is followed, waited for or read. The folders themselves (`raw/`, `warehouse/`, …)
may be links: whoever makes one of these has the data on another disk.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem

LARGEST_TEXT = 2_000_000
"""Bytes of a card, study, catalogue or settings file; a card for a thousand files has a tenth."""


def leads_outside(path: Path, folder: Path) -> bool:
    """Whether a path is a link, or under one, to somewhere outside the folder."""
    return not real(path).is_relative_to(real(folder))


def real(path: Path) -> Path:
    """The path without links; unlike `Path.resolve` at peace with a link to itself."""
    return Path(os.path.realpath(path))


def folders_of(
    folder: Path, most: int, left_out: list[tuple[Path, str]] | None = None
) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Each folder below one, with the names of its folders and of its files; hidden folders apart.

    Names that are no text and folders deeper than `most` are left out: nothing can be said of the first, and
    the second is a mistake of some program, or made to exhaust us.

    Args:
        left_out: is given what was left out, with what was expected there.
    """

    def leave(path: Path, expected: str) -> None:
        if left_out is not None:
            left_out.append((path, expected))

    for where, folders, names in os.walk(folder):
        here = Path(where)
        for listed in (folders, names):
            wrong = [name for name in listed if not is_text(name)]
            for name in wrong:
                leave(here / name, "a name in UTF-8")
            listed[:] = sorted(name for name in listed if name not in wrong)
        folders[:] = [name for name in folders if not name.startswith(".")]
        if folders and len(here.relative_to(folder).parts) >= most:
            leave(here / folders[0], f"at most {counted(most, 'folders')} within each other")
            folders[:] = []
        yield here, folders, names


def is_text(name: str) -> bool:
    """Whether a name has bytes in UTF-8; one from a disk written elsewhere may have none."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def read_own(
    path: Path,
    shown: str,
    *,
    most: int = LARGEST_TEXT,
    within: Path | None = None,
    code: str = "input",
) -> tuple[bytes, Problem | None]:
    """The bytes of a file, or why they were not read.

    Args:
        path: where it is.
        shown: its name in the problem.
        most: a larger file is refused unread.
        within: a folder that it must lie in once links are followed.
        code: of the problem.
    """

    def refused(expected: str, found: str, remedy: str, kind: str = code) -> tuple[bytes, Problem]:
        return b"", Problem(
            file=shown, where="", expected=expected, found=found, remedy=remedy, code=kind
        )

    if within is not None and leads_outside(path, within):
        found = f"a link to {real(path)}, which was not read"
        return refused("a file inside this folder", found, "copy the file here", "link")
    try:
        # Without O_NONBLOCK a pipe is waited for until somebody writes into it.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        remedy = "look at the file's name and permissions"
        return refused("a file that can be read", error.strerror or str(error), remedy)
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        return refused("a file", kind_of(about.st_mode), "remove it", "no_file")
    with os.fdopen(handle, "rb") as stream:
        if about.st_size > most:
            remedy = "split it; a long table may be kept as Parquet"
            return refused(
                f"at most {counted(most, 'bytes')}",
                f"{counted(about.st_size, 'bytes')}",
                remedy,
                "too_large",
            )
        try:
            return stream.read(most), None
        except OSError as error:
            return refused("a file that can be read", error.strerror or str(error), "copy it anew")


def kind_of(mode: int) -> str:
    """What stands in the place of a file."""
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    return kinds.get(stat.S_IFMT(mode), "something else than a file")
