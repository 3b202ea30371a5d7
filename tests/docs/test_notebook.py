"""The notebook on the published file: all of its cells run, and each shows rows of the file."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from nqpf_assets.user_input.project import Project
from tests.docs.markdown import CHECKOUT

RUN = """
import runpy, sys

outputs, found = runpy.run_path(sys.argv[1])["app"].run()
print(*(len(found[name]) for name in ("ranking", "trend", "weights", "coefficients")))
"""


@pytest.mark.slow  # the built sample
def test_every_cell_runs_and_shows_rows(built_sample: Project) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(CHECKOUT / "docs" / "notebook" / "warehouse.py")],
        env={**os.environ, "NQPF_PROJECT": str(built_sample.root)},
        capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ranking, trend, weights, coefficients = map(int, done.stdout.split())
    assert (ranking, trend) == (31, 11)
    assert weights > 0
    assert coefficients > 0
