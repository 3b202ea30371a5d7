"""One published project for all tests of this folder, copied for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.project import Place, place_in
from tests.stages.mini import walked


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    done = walked(tmp_path_factory.mktemp("published"), is_published=True)
    return done.project.root


@pytest.fixture
def place(published: Path, tmp_path: Path) -> Place:
    return place_in(published, tmp_path)
