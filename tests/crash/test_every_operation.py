"""A refresh struck at chosen operations on its warehouse: killed before one, in the middle of a write, or
refused by the disk. Random moments seldom meet a rename; here each is met by name.

Every kind of strike meets the operations that it could spoil, each on one kind of file, drawn from a fixed
seed. `NQPF_FAULTS=0` strikes at the first and the last of every operation on every kind of file, which takes
an hour.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project
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

pytestmark = pytest.mark.slow

STRIKES = int(os.environ.get("NQPF_FAULTS", "1"))
SPOILT = {"kill": ("rename", "unlink"), "torn": ("write",), "ENOSPC": ("write",), "EIO": ("fsync",)}
"""Kind of strike → operations that it meets where it does not meet all."""


@dataclass(frozen=True)
class Struck:
    """A published project with a later yearbook to read, what it may say, and what a refresh does."""

    project: Project
    kept: Path  # the project as it was before any refresh was struck
    expected: list[dict[str, tuple[int, int]]]  # what is published before and after
    tables: dict[str, str]  # bytes of every table after a refresh that nothing disturbed
    operations: list[tuple[str, str]]  # of that refresh: name, path below the warehouse
    library: Path

    def restore(self) -> None:
        shutil.rmtree(self.project.root)
        shutil.copytree(self.kept, self.project.root, symlinks=True)

    def refresh(self, at: int, kind: str, log: Path | None = None) -> subprocess.Popen[str]:
        return start(
            self.project,
            environment={
                "LD_PRELOAD": str(self.library),
                "FAULT_ROOT": str(self.project.warehouse),
                "FAULT_AT": str(at),
                "FAULT_KIND": kind,
                **({"FAULT_LOG": str(log)} if log else {}),
            },
        )

    def require_nothing_lost(self) -> None:
        """One complete publication stands, and the next refresh gives what it would have given anyway."""
        assert published_content(self.project.database) in self.expected
        refresh_here(self.project)
        assert published_content(self.project.database) == self.expected[1]
        assert built_bytes(self.project) == self.tables
        assert leftovers(self.project) == []
        require_whole_history(self.project)


@pytest.fixture(scope="module")
def struck(tmp_path_factory: pytest.TempPathFactory) -> Struck:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler builds the library that strikes")
    folder = tmp_path_factory.mktemp("struck")
    library = folder / "faults.so"
    source = Path(__file__).with_name("faults.c")
    flags = ["-shared", "-fPIC", "-O2", "-ldl", "-lpthread"]
    subprocess.run([compiler, str(source), "-o", str(library), *flags], check=True)
    project = refreshed(write_mini(folder / "mini", files=SETTINGS))
    before = published_content(project.database)
    add_vintage(project, "2020", revised(1.3))
    kept = folder / "kept"
    shutil.copytree(project.root, kept, symlinks=True)
    log = folder / "operations"
    calm = Struck(project, kept, [], {}, [], library)
    assert finish(calm.refresh(0, "kill", log))[0] == 0
    operations = [(name, path) for name, _, path in map(_parted, log.read_text().splitlines())]
    after = published_content(project.database)
    assert before != after
    return Struck(project, kept, [before, after], built_bytes(project), operations, library)


def _parted(line: str) -> tuple[str, str, str]:
    return line.partition("\t")


def _kind_of_file(path: str) -> str:
    """A path without the names of tables, pages, hashes and processes."""
    path = re.sub(r"[0-9a-f]{16,}", "#", path)
    path = re.sub(r"\.\d+\b", ".pid", path)
    path = re.sub(r"^(\.site\.new|\.site\.old|site)/.*", r"\1/*", path)
    return re.sub(r"(tables|made_from)/.*?(\.\w+(\.pid)?(\.\w+)?)?$", r"\1/*\2", path)


def points(operations: Sequence[tuple[str, str]], kind: str) -> list[int]:
    """Where a `kind` of strike is made, as numbers from 1: `STRIKES` at random of each operation in `SPOILT`.

    Drawn from the first and the last of every kind of operation and file; with `STRIKES` of 0, all of them.
    """
    first: dict[tuple[str, str], int] = {}
    last: dict[tuple[str, str], int] = {}
    for number, (name, path) in enumerate(operations, start=1):
        if kind != "torn" or name == "write":
            first.setdefault((name, _kind_of_file(path)), number)
            last[name, _kind_of_file(path)] = number
    if STRIKES == 0:
        return sorted({*first.values(), *last.values()})
    draw, found = random.Random(f"20261127 {kind}"), []
    for name in SPOILT[kind]:
        numbers = {n for each in (first, last) for (of, _), n in each.items() if of == name}
        found += draw.sample(sorted(numbers), STRIKES)
    return found


def test_the_points_are_of_many_kinds(struck: Struck) -> None:
    """Otherwise the library does not see what is done, and the tests below strike nothing."""
    kinds = {(name, _kind_of_file(path)) for name, path in struck.operations}
    assert {name for name, _ in kinds} == {"write", "fsync", "rename", "unlink", "truncate"}
    assert {("rename", "nqpf.duckdb"), ("rename", "tables/*.parquet")} <= kinds
    assert 30 < len(kinds) < 100


@pytest.mark.parametrize("kind", ["kill", "torn"])
def test_killed_there_nothing_is_lost(struck: Struck, kind: str) -> None:
    for at in points(struck.operations, kind):
        status = 0
        while status == 0 and at > 0:  # this refresh ended before: it made fewer operations
            struck.restore()
            process = struck.refresh(at, kind)
            process.communicate(timeout=300)
            status, at = process.returncode, at - 20
        assert status == -signal.SIGKILL, (at, status)
        struck.require_nothing_lost()


@pytest.mark.parametrize("kind", ["ENOSPC", "EIO"])
def test_refused_by_the_disk_there_nothing_is_lost(struck: Struck, kind: str) -> None:
    for at in points(struck.operations, kind):
        struck.restore()
        status, _, errors = finish(struck.refresh(at, kind))
        assert status in (0, 1), (at, struck.operations[at - 1], errors)
        if status == 0:  # an operation that may fail, such as putting a reading aside
            assert published_content(struck.project.database) == struck.expected[1]
        else:
            assert errors.strip(), (at, struck.operations[at - 1])
        struck.require_nothing_lost()
