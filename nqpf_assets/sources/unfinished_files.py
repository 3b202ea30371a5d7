"""Which new files are still on their way: half downloaded, half copied, open in another program.

Told by names that programs give to unfinished files, by a file that changes between two looks, and on
Linux by a process of one's own that has it open for writing. A writer on another machine that pauses
for longer than the looks are apart is not noticed; the hash in a card is the remedy there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

RECENT = 3.0
"""Seconds: a file that changed within them is looked at twice."""

MOMENT = 0.5
"""Seconds between the two looks."""

UNFINISHED = (
    ".crdownload",
    ".opdownload",
    ".download",
    ".part",
    ".partial",
    ".filepart",
    ".aria2",
    ".tmp",
    ".temp",
    ".!ut",
    ".bc!",
    "~",
)
"""How browsers, copy programs and editors end the names of files that are not whole, or not meant."""

Mark = tuple[int, int, int, int]
"""Device, inode, size and time of change: another mark, another content may stand there."""


def finished_name(name: str) -> str | None:
    """The name that an unfinished file will have once it is whole; None where it looks whole."""
    low = name.lower()
    ending = next((end for end in UNFINISHED if low.endswith(end)), None)
    if ending is not None:
        return name[: -len(ending)]
    return name.lstrip("~") if name.startswith("~") and not name.startswith("~$") else None


def mark_of(path: Path) -> Mark:
    """What can be seen of a file without reading it."""
    seen = path.stat()
    return seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns


def still_arriving(files: Mapping[str, tuple[Path, Mark]]) -> dict[str, str]:
    """Of new files, those that are still being written, each with what shows it.

    Args:
        files: name → where it is, and its mark when its content was read.
    """
    writers = _writers(path for path, _ in files.values())
    found = {
        name: f"a file that process {writers[path]} has open for writing"
        for name, (path, _) in files.items()
        if path in writers
    }
    recent = {name: files[name] for name in files if name not in found and _is_recent(*files[name])}
    if recent:
        time.sleep(MOMENT)
    for name, (path, mark) in recent.items():
        try:
            is_same = mark_of(path) == mark
        except OSError:
            is_same = False
        if not is_same:
            found[name] = "a file that changed while it was looked at"
    return found


def _is_recent(path: Path, mark: Mark) -> bool:
    """Whether it changed, came here or was renamed a moment ago; a clock only asks for a second look."""
    try:
        seen = path.stat()
    except OSError:
        return True
    return time.time() - max(seen.st_mtime, seen.st_ctime) < RECENT


def _writers(paths: Iterable[Path]) -> dict[Path, int]:
    """Files that a process has open for writing → its number; of processes that we may look into."""
    wanted = {str(path.resolve()): path for path in paths}
    found: dict[Path, int] = {}
    for folder in Path("/proc").glob("[0-9]*") if wanted else ():
        try:
            held = list((folder / "fd").iterdir())
        except OSError:
            continue  # another user's, or gone
        for one in held:
            try:
                path = wanted.get(str(one.readlink()))
                if path is not None and _is_writing((folder / "fdinfo" / one.name).read_text()):
                    found[path] = int(folder.name)
            except OSError:
                continue  # closed in the meantime
    return found


def _is_writing(fdinfo: str) -> bool:
    flags = next(line.split()[1] for line in fdinfo.splitlines() if line.startswith("flags:"))
    return int(flags, 8) & os.O_ACCMODE in (os.O_WRONLY, os.O_RDWR)
