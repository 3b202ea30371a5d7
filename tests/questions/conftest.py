"""A small published project that is asked."""

from __future__ import annotations

import pytest

from nqpf_assets.user_input.project import Project
from tests.stages.mini import first_walk, write_mini


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = write_mini(tmp_path_factory.mktemp("asked"))
    first_walk(project, is_published=True)
    return project
