"""When the files of a project change: looked at again and again, since no notice of a system is needed.

A change counts once the files have stood still for one pause: editors write a file in several steps, and a
download grows.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from nqpf_assets.user_input.project import Project

PAUSE = 0.5
"""Seconds between two looks."""
OWN_FILES = ("nqpf.yaml", "corrections.yaml")

Seen = dict[str, tuple[int, int]]
"""Path → time of the last change and size."""


def seen(project: Project) -> Seen:
    """The files that a refresh reads, as they stand now; one that goes while it is looked at is not there."""
    files = [*project.study_paths(), *(project.root / name for name in OWN_FILES)]
    folders = [project.catalog, project.raw]
    found: Seen = {}
    for path in (*files, *(one for folder in folders for one in _below(folder))):
        try:
            state = path.stat()
        except OSError:
            continue
        found[str(path)] = (state.st_mtime_ns, state.st_size)
    return found


def changes(project: Project, last: Seen, pause: float = PAUSE) -> Iterator[tuple[str, ...]]:
    """Waits for changes, and gives each time the files that changed, without end.

    What changes while the caller is at work with one change is the next one.

    Args:
        last: what the caller knows already.
    """
    while True:
        now = seen(project)
        while (later := _after(project, pause)) != now:
            now = later
        changed = sorted({path for path, _ in now.items() ^ last.items()})
        last = now
        if changed:
            yield tuple(changed)


def _after(project: Project, pause: float) -> Seen:
    time.sleep(pause)
    return seen(project)


def _below(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        yield from (Path(place, name) for name in names)
