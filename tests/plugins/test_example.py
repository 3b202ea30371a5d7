"""The example package of the documentation: installed, used by a study, locked, and released anew."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT
from tests.stages.mini import STUDY, write_mini

pytestmark = pytest.mark.slow

EXAMPLE = CHECKOUT / "docs" / "plugin_example"
START = STUDY.index("indices:")
USING = STUDY[:START] + STUDY[START:].replace(
    "method: entropy", "method: range_mean\n    mean: geometric"
)


class Installed:
    """The package in a folder of its own, which stands on the path of every command."""

    def __init__(self, folder: Path) -> None:
        self.source, self.site, self.root = folder / "source", folder / "site", folder / "mini"
        shutil.copytree(EXAMPLE, self.source)
        write_mini(self.root, USING)
        self.install()

    def install(self) -> None:
        pytest.importorskip("setuptools", reason="builds the package without a network")
        offline = ["--no-index", "--no-build-isolation", "--no-deps", "--upgrade"]
        self.run("-m", "pip", "-qq", "install", *offline, "--target", self.site, self.source)

    def release(self, version: str) -> None:
        path = self.source / "pyproject.toml"
        path.write_text(path.read_text("utf-8").replace('"1.0"', f'"{version}"'), "utf-8")
        self.install()

    def run(self, *arguments: str | Path, expected: int = 0) -> str:
        """What a command prints that ends with the exit status that is expected."""
        path = os.pathsep.join([str(self.site), str(CHECKOUT)])
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=self.source.parent,
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == expected, done.stdout + done.stderr
        return done.stdout + done.stderr

    def nqpf(self, *arguments: str, expected: int = 0) -> str:
        command = ("-m", "nqpf_assets.cli", *arguments, "--project", self.root)
        return self.run(*command, expected=expected)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("example"))


def test_it_passes_its_own_tests(example: Installed) -> None:
    told = example.run("-m", "pytest", "-q", "-p", "no:cacheprovider", example.source / "tests")
    assert "passed" in told


def test_a_study_uses_it_and_a_new_release_makes_its_tables_stale(example: Installed) -> None:
    assert '"range_mean"' in example.run("-m", "nqpf_assets.cli", "schema")
    example.nqpf("refresh")
    answer = example.nqpf(
        "query", "SELECT min(score), max(score) FROM mini.index_score", "-f", "json"
    )
    ((low, high),) = (row.values() for row in json.loads(answer))
    assert 0 <= low < high <= 1
    shown = example.nqpf("query", "SELECT 1 AS a, 'x|y' AS b", "-f", "markdown")
    assert shown == "| a | b |\n| --- | --- |\n| 1 | x\\|y |\n"
    assert "nothing to build" in example.nqpf("refresh", "--plan")
    example.nqpf("lock")
    assert "nqpf-example" in (example.root / "nqpf.lock").read_text("utf-8")

    example.release("1.1")
    plan = example.nqpf("refresh", "--plan")
    built = [step.split(",")[0] for step in plan.split("build  ")[1:]]
    expected = ["source.file", "mini.index_weight", "mini.influence"]
    assert built == expected, "what a reader reads, its own index, and how its scores move"
    assert plan.count("package: nqpf-example changed") == 3
    assert "check: of nqpf-example changed" in plan
    # Spans of rows with a score follow the index, so two tables more than the index and its influence make.
    assert "14 tables built" in example.nqpf("refresh")


def test_a_package_for_another_version_is_told(example: Installed) -> None:
    method = example.site / "nqpf_example" / "method.py"
    text = method.read_text("utf-8")
    method.write_text(text.replace("INTERFACE = 1", "INTERFACE = 99"), "utf-8")
    try:
        told = example.nqpf("refresh", expected=2)
    finally:
        method.write_text(text, "utf-8")
    assert "package nqpf-example" in told
    assert "INTERFACE = 99" in told
    assert "Traceback" not in told
