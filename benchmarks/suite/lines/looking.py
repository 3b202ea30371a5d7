"""Looking at raw files that are what they were, with which every refresh and `nqpf status` begin."""

from __future__ import annotations

import shutil
import tempfile
from atexit import register
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.suite.line import OURS, Contestant, Line

IN_A_FOLDER = 100
CELLS = 31 * 11
"""Rows of a page of the bureau: provinces and years."""


@cache
def files(n_files: int) -> Any:
    """A project of so many pages with a card in each folder, and their hashes as a refresh remembers them."""
    from nqpf_assets.sources.raw_state import RawState
    from nqpf_assets.user_input.project import Project

    root = Path(tempfile.mkdtemp(prefix="benchmark"))
    register(shutil.rmtree, root, ignore_errors=True)
    for number in range(n_files):
        folder = root / "raw" / "publisher" / str(number // IN_A_FOLDER)
        if number % IN_A_FOLDER == 0:
            folder.mkdir(parents=True)
            (folder / "card.yaml").write_text("publisher: P\ntitle: T\n", "utf-8")
        rows = (f"{110_000 + place},{2012 + place % 11},{number}.5\n" for place in range(CELLS))
        (folder / f"{number}.csv").write_text("code,year,value\n" + "".join(rows), "utf-8")
    project = Project.at(root)
    return project, RawState.of(project, known={}).hashes


def ours(given: Any) -> tuple[float, ...]:
    from nqpf_assets.sources.raw_state import RawState

    project, known = given
    state = RawState.of(project, known=known)
    assert state.hashes == known
    return (float(len(state.hashes)),)


LINE = Line(
    "Looking at raw files none of which has changed, each hashed",
    "files",
    (100, 1_000, 10_000),
    (1_000, 10_000, 100_000),
    files,
    10,
    {OURS: Contestant(ours, "nqpf-assets")},
)
