"""A disk that is full, a warehouse that cannot be written, and a reader who never lets go.

Full disks are small file systems in memory, which only root can make; without that right the tests are
skipped, saying so.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse import lock
from tests.command import nqpf
from tests.crash.refreshes import (
    SETTINGS,
    built_bytes,
    finish,
    leftovers,
    published_content,
    require_whole_history,
    start,
)
from tests.publications.revisions import add_vintage, revised
from tests.refreshed import refresh_here, refreshed
from tests.stages.mini import write_mini

ENOUGH = "200m"

FULL = ("No space left on device", "database or disk is full", "disk I/O error")
"""What the system says, and what SQLite says, in which Dagster keeps its runs."""

Mount = Callable[..., None]


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mounts at a folder until the test ends."""
    mounted: list[Path] = []

    def run(target: Path, *arguments: str) -> None:
        target.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["mount", *arguments, str(target)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        if target not in mounted:
            mounted.append(target)

    if shutil.which("mount") is None:
        pytest.skip("there is no `mount` here")
    yield run
    for target in reversed(mounted):
        subprocess.run(["umount", "--lazy", str(target)], check=False, capture_output=True)


@pytest.mark.slow
def test_a_disk_that_is_full_at_any_moment_costs_nothing(mount: Mount, tmp_path: Path) -> None:
    calm = write_mini(tmp_path / "calm", files=SETTINGS)
    add_vintage(calm, "2020", revised(1.3))
    refreshed(calm)

    root = tmp_path / "full"
    mount(root, "-t", "tmpfs", "-o", f"size={ENOUGH}", "tmpfs")  # Dagster's history is on it too
    project = refreshed(write_mini(root, files=SETTINGS))
    before = published_content(project.database)
    add_vintage(project, "2020", revised(1.3))
    stopped = 0
    for room in (0, 64, 400, 1000, 4000, 12000):  # KiB beyond what is there
        mount(root, "-o", f"remount,size={used(root) + room}k", "-t", "tmpfs", "tmpfs")
        status, errors = refresh(project, as_a_process=stopped == 0)
        if status == 0:
            break
        stopped += 1
        assert status == 1, errors
        assert any(words in errors for words in FULL), errors
        assert published_content(project.database) == before
        assert leftovers(project) == []
        require_whole_history(project)
    assert stopped >= 3, "the disk was full at several moments"
    mount(root, "-o", f"remount,size={ENOUGH}", "-t", "tmpfs", "tmpfs")
    refresh_here(project)
    assert published_content(project.database) == published_content(calm.database)
    assert built_bytes(project) == built_bytes(calm)
    require_whole_history(project)


def refresh(project: Project, *, as_a_process: bool) -> tuple[int, str]:
    """Exit status and complaints; a traceback is a failure. In this process it takes half the time."""
    if as_a_process:
        status, _, errors = finish(start(project))
        return status, errors
    ran = nqpf("refresh", project=project.root)
    return ran.status, ran.err


def used(folder: Path) -> int:
    """KiB that a folder takes."""
    command = ["du", "-sk", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[0])


@pytest.mark.slow
def test_a_warehouse_that_cannot_be_written_is_said_in_one_line(
    mount: Mount, built_small: Project, tmp_path: Path
) -> None:
    project = Project.at(shutil.copytree(built_small.root, tmp_path / "small"))
    mount(project.warehouse, "--bind", str(project.warehouse))
    mount(project.warehouse, "-o", "remount,bind,ro")
    before = published_content(project.database)
    study = project.root / "studies" / "first.yaml"
    study.write_text(study.read_text("utf-8").replace("ends: none", "ends: nearest"), "utf-8")
    ran = nqpf("refresh", project=project.root)
    assert ran.status == 1
    assert "Read-only file system" in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert published_content(project.database) == before
    for command in (("status",), ("show", "first.table_1"), ("history",), ("refresh", "--plan")):
        assert nqpf(*command, project=project.root).status == 0, command
    asked = nqpf(
        "query", "SELECT count(*) AS n FROM source.file", "--publication", "1", project=project.root
    )
    assert asked.status == 0, asked.err


@pytest.mark.slow
def test_a_reader_is_in_nobodys_way(tmp_path: Path) -> None:
    project = refreshed(write_mini(tmp_path, files=SETTINGS))
    before = published_content(project.database)
    with duckdb.connect(str(project.database), read_only=True) as reader:
        total = reader.execute("SELECT sum(value) FROM source.observation").fetchall()
        add_vintage(project, "2020", revised(1.3))
        assert (
            finish(start(project))[0] == 0
        )  # a process of its own: the engine is shared within one
        assert reader.execute("SELECT sum(value) FROM source.observation").fetchall() == total
    assert published_content(project.database) != before
    assert leftovers(project) == []


@pytest.mark.slow
def test_of_two_refreshes_at_once_one_works_and_the_other_says_so(tmp_path: Path) -> None:
    project = write_mini(tmp_path, files=SETTINGS)
    ended = [finish(process) for process in [start(project) for _ in range(2)]]
    statuses = sorted(status for status, _, _ in ended)
    assert statuses[0] == 0
    assert set(statuses) <= {0, 1}
    for status, _, errors in ended:
        assert (status == 1) == ("is being refreshed by" in " ".join(errors.split()))
    assert refresh_here(project).startswith("nothing new")
    lock.hold(project)
    lock.release(project)
    assert leftovers(project) == []
