"""Projects as `nqpf refresh` leaves them, with Dagster's history: refreshed in this process, which has the
libraries loaded, and each content once in a run of the tests.

What a refresh does as a process of its own is for `tests/crash` and a few others; `walked` of
`tests/stages/mini.py` is for tests that need no history.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.once import content_name, is_shared, once


def refresh_here(project: Project) -> str:
    """A refresh that must succeed; gives what it printed."""
    ran = nqpf("refresh", project=project.root)
    assert ran.status == 0, ran.out + ran.err
    return ran.out


def refreshed(project: Project) -> Project:
    """A project that is written but not built, with what its first refresh makes.

    Tables follow from the files alone: what the same files gave before is copied.
    """
    if not is_shared():
        refresh_here(project)
        return project

    def build(folder: Path) -> None:
        refresh_here(Project.at(shutil.copytree(project.root, folder)))

    kept = once(f"refreshed/{content_name(project.root)}", build)
    for made in (".dagster", "warehouse"):
        shutil.copytree(kept / made, project.root / made, symlinks=True)
    return project
