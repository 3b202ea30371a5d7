"""SIGKILL at random moments of a refresh: nothing that was published is ever lost or half there.

Every refresh goes from one state of a raw file to the other, so that reading, building, publishing and
keeping are all under way when it is killed: a refresh is divided into as many parts as there are kills, and
each part has one. Chosen operations are struck in `test_every_operation`.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project
from tests.crash.refreshes import (
    SETTINGS,
    built_bytes,
    finish,
    kill,
    leftovers,
    published_content,
    require_whole_history,
    start,
)
from tests.publications.revisions import add_vintage, revised
from tests.refreshed import refresh_here, refreshed
from tests.stages.mini import write_mini

KILLS = int(os.environ.get("NQPF_KILLS", "6"))
EVERY = 3
"""After so many kills a refresh is left alone, and held against an undisturbed one."""

pytestmark = pytest.mark.slow


def turn(project: Project, state: int) -> None:
    """Put the project's raw files into one of two states: without the later yearbook, or with it."""
    folder = project.raw / "bureau" / "2020"
    if state == 0:
        shutil.rmtree(folder, ignore_errors=True)
    elif not folder.exists():
        add_vintage(project, "2020", revised(1.3))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict, dict]]:
    """What a refresh that nobody disturbs gives in each state: the published rows, the tables' bytes."""
    found = []
    for state in (0, 1):
        # At a path of the same length and name: paths in the project are part of what is stored.
        project = write_mini(tmp_path_factory.mktemp("calm"), files=SETTINGS)
        turn(project, state)
        refreshed(project)
        found.append((published_content(project.database), built_bytes(project)))
    assert found[0] != found[1]
    return found


def test_killed_at_any_moment_nothing_is_lost(
    undisturbed: list[tuple[dict, dict]], tmp_path: Path
) -> None:
    project = refreshed(write_mini(tmp_path, files=SETTINGS))
    expected = [content for content, _ in undisturbed]
    turn(project, 1)
    began = time.monotonic()
    assert finish(start(project))[0] == 0
    duration = time.monotonic() - began
    draw = random.Random(20261124)
    parts = draw.sample(range(KILLS), KILLS)
    state, killed, late, published = 0, 0, 0, {"old": 0, "new": 0}
    turn(project, state)
    while killed < KILLS:
        process = start(project)
        time.sleep((0.02 + 1.08 * (parts[killed] + draw.random()) / KILLS) * duration)
        is_late = kill(process) == 0
        found = published_content(project.database)
        assert found in expected, "what is published is one complete publication"
        is_new = found == expected[state]
        assert is_new or not is_late
        if is_late:
            late += 1
            duration *= 0.9  # the machine is quicker than when it was measured
        else:
            killed += 1
            published["new" if is_new else "old"] += 1
        if not is_late and killed % EVERY == 0:
            refresh_here(project)
            assert published_content(project.database) == expected[state]
            assert built_bytes(project) == undisturbed[state][1]
            assert leftovers(project) == []
            require_whole_history(project)
            is_new = True
        if is_new:  # so that there is always something left to do
            state = 1 - state
            turn(project, state)
    print(f"{killed} kills, {late} more came too late; then published: {published}")
