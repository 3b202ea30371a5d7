"""What the page on other programs shows is run as it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project
from tests.docs.markdown import CHECKOUT

pytestmark = pytest.mark.slow  # the built sample

PAGE = (CHECKOUT / "docs" / "programs.md").read_text("utf-8")


def code(language: str) -> str:
    """The one block of a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def run(command: list[str], project: Project) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=project.root, env={**os.environ, "PATH": path},
        capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_python(built_sample: Project) -> None:
    shown = "\nprint(panel.shape, scores.height, len(weights), panel.unit[0])"
    out = run([sys.executable, "-W", "ignore", "-c", code("python") + shown], built_sample)
    rows = re.match(r"\((\d+), (\d+)\) (\d+) (\d+) 110000$", out.strip())
    assert rows is not None, out
    assert int(rows[1]) == 31 * 11
    assert all(int(n) > 0 for n in rows.groups())


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r(built_sample: Project) -> None:
    shown = "cat(dim(panel), panel$unit[1], panel$unit_name[1])"
    out = run(["Rscript", "-e", f"{code('r')}\n{shown}"], built_sample)
    assert re.match(r"341 \d+ 110000 北京市", out), out
