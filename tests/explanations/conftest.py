"""The project of traps, built once: no test changes it."""

from __future__ import annotations

import pytest

from nqpf_assets.user_input.project import Project
from tests.explanations.trap_project import published_trap


@pytest.fixture(scope="session")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return published_trap(tmp_path_factory.mktemp("trap"))
