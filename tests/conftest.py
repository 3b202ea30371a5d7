"""What every test may rely on: quiet tools, reproducible examples, and warehouses that are built once.

Builders of single files belong to the folder that tests their readers.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nqpf_assets.sources import unfinished_files as arriving
from nqpf_assets.user_input.project import Project
from tests import command
from tests.examples import load_profile
from tests.once import once, share_under
from tests.small_project import write_raw_files

CHECKOUT = Path(__file__).parents[1]

load_profile()

# Nothing of the caller's project, and no message to Dagster's makers.
os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
for name in ("DAGSTER_HOME", "NQPF_PROJECT"):
    os.environ.pop(name, None)

# A run that a shell puts into the background does not hear Ctrl-C, nor would what its tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What a test has written is whole when it looks; those that write meanwhile say how long to wait.
arriving.MOMENT = 0.0

# No test waits for the disk in this process; those of flushing put their own in its place, and refreshes
# in processes of their own do as they always do.
os.fsync = lambda fd: None

# Seven thousand tests and the libraries stay until the end: walking through them again and again finds no
# garbage and costs a tenth of a run, so it begins when all are read, with what comes after.
gc.disable()
atexit.register(gc.unfreeze)  # the engine's library counts what an ending process still holds


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever reads the built sample is slow: all shipped studies are estimated before it begins."""
    for item in items:
        if "built_sample" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of genuine exports and published results, which is no part of the project."""
    named = os.environ.get("NQPF_SHARED")
    if not named:
        pytest.skip("NQPF_SHARED does not name a folder with genuine exports and published results")
    if not Path(named).is_dir():
        pytest.fail(f"NQPF_SHARED names {named}, which is no folder")
    return Path(named)


def nqpf(*arguments: str, project: Path, python: str = sys.executable) -> str:
    """Run a command in a project as a user would; gives what it printed, and fails if it did."""
    command = [python, "-m", "nqpf_assets.cli", *arguments, "--project", str(project)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=project, check=False)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def built_sample() -> Project:
    """The sample project, refreshed: for reading only, since all tests of a run share it."""
    return Project.at(once("sample", _build_sample))


@pytest.fixture
def sample_copy(built_sample: Project, tmp_path: Path) -> Project:
    """The refreshed sample project, for one test to change."""
    return Project.at(shutil.copytree(built_sample.root, tmp_path / "sample", symlinks=True))


@pytest.fixture(scope="session")
def built_small() -> Project:
    """Four small files and the study of `nqpf new-study first`, refreshed: for reading only."""
    return Project.at(once("small", _build_small))


@pytest.fixture(scope="session", autouse=True)
def common_folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder that all processes of one test run share."""
    own = tmp_path_factory.getbasetemp()
    common = own.parent if hasattr(request.config, "workerinput") else own
    share_under(common)
    return common


def _build_sample(folder: Path) -> None:
    """In CI a copy of what the README's first command has built in the checkout; a refresh finds it whole."""
    shutil.copytree(CHECKOUT / "raw", folder / "raw")
    if os.environ.get("CI") and (CHECKOUT / "warehouse" / "nqpf.duckdb").exists():
        for made in (".dagster", "warehouse"):
            shutil.copytree(CHECKOUT / made, folder / made, symlinks=True)
    nqpf("refresh", project=folder)


def _build_small(folder: Path) -> None:
    """In this process, which has loaded the libraries already."""
    write_raw_files(folder)
    for words in (("new-study", "first"), ("refresh",)):
        ran = command.nqpf(*words, project=folder)
        assert ran.status == 0, ran.out + ran.err
