"""A lock holds where the same files are built, and says what is different where they are not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from nqpf_assets.publications.lockfile import NAME, read_lock
from nqpf_assets.publications.origins import versions
from nqpf_assets.publications.verification import require_inputs
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import sha256_of
from tests.command import nqpf

pytestmark = pytest.mark.slow


@pytest.fixture
def locked(built_small: Project, tmp_path: Path) -> Project:
    project = Project.at(shutil.copytree(built_small.root, tmp_path / "locked"))
    ran = nqpf("lock", project=project.root)
    assert ran.status == 0, ran.err
    return project


def test_the_lock_holds_at_another_place(locked: Project, tmp_path: Path) -> None:
    """As on another machine: files and lock alone, and nothing that was built."""
    there = tmp_path / "elsewhere" / "copy"
    for name in ("raw", "studies"):
        shutil.copytree(locked.root / name, there / name)
    shutil.copy(locked.root / NAME, there / NAME)
    ran = nqpf("verify", project=there)
    assert ran.status == 0, ran.out + ran.err
    assert "the lock holds" in ran.out
    n_tables = len(json.loads((there / NAME).read_text("utf-8"))["tables"])
    assert f"{n_tables} of {n_tables} tables the same to the last bit" in ran.out
    assert not (there / "warehouse" / "nqpf.duckdb").exists(), "the warehouse is not touched"
    assert not list((there / "warehouse").glob(".verify*"))


def test_a_comment_after_the_publication_is_locked_as_it_is(locked: Project) -> None:
    study = locked.root / "studies" / "first.yaml"
    study.write_text(study.read_text("utf-8") + "# a comment\n", "utf-8")
    assert "nothing new" in nqpf("refresh", project=locked.root).out
    ran = nqpf("lock", project=locked.root)
    assert ran.status == 0, ran.err
    require_inputs(locked, read_lock(locked))


def test_other_files_are_named(locked: Project) -> None:
    (page, *_) = sorted(locked.raw.rglob("*.csv"))
    page.write_bytes(page.read_bytes() + b"\r\n")
    (locked.raw / "nbs" / "2026-02-20" / "another.csv").write_text("new", "utf-8")
    ran = nqpf("verify", project=locked.root)
    assert ran.status == 2
    assert page.relative_to(locked.root).as_posix() in ran.err
    assert "another content" in ran.err
    assert "another.csv" in ran.err
    assert "2 problems in the input" in ran.err


def change(locked: Project, name: str, **what: object) -> None:
    path = locked.root / NAME
    content = json.loads(path.read_text("utf-8"))
    content["tables"][name] |= what
    path.write_text(json.dumps(content), "utf-8")


def made_elsewhere(locked: Project) -> None:
    """Say that another release of the engine and of nqpf-assets made the lock."""
    path = locked.root / NAME
    content = json.loads(path.read_text("utf-8"))
    content["versions"]["duckdb"] = "0.0.1"
    content["code"] = "0" * 64
    path.write_text(json.dumps(content), "utf-8")


def test_another_table_is_named_and_told_from_rounding_and_other_releases_too(
    locked: Project,
) -> None:
    content = json.loads((locked.root / NAME).read_text("utf-8"))
    sums = content["tables"]["result.estimate"]["sums"]
    nearly = {name: [one * (1 + 1e-12) for one in of] for name, of in sums.items()}
    change(locked, "result.estimate", sha256="0" * 64, sums=nearly)
    made_elsewhere(locked)
    ran = nqpf("verify", project=locked.root)
    assert ran.status == 0, ran.err
    assert "rounding  result.estimate" in ran.out
    assert "version   duckdb: 0.0.1 when locked, " in ran.out
    assert "code      of nqpf-assets is not that of the lock" in ran.out
    off = {name: [one + 1e-6 * max(map(abs, of)) for one in of] for name, of in sums.items()}
    change(locked, "result.estimate", sums=off)
    change(locked, "result.test", sha256="0" * 64, words="1")
    change(locked, "source.file", sha256="0" * 64)
    ran = nqpf("verify", project=locked.root)
    assert ran.status == 1
    assert "different result.estimate" in ran.out
    assert "different result.test" in ran.out, "another text is no rounding"
    assert "different source.file" in ran.out, "a table without numbers has no rounding"
    assert "the lock does NOT hold here" in ran.out


def test_a_lock_names_the_releases_that_are_here(locked: Project) -> None:
    """Those of packages that only compute for another one, too."""
    content = json.loads((locked.root / NAME).read_text("utf-8"))
    assert content["versions"] == dict(versions())
    assert {"formulaic", "pyyaml"} <= content["versions"].keys()


def test_what_is_out_of_date_is_not_locked(locked: Project) -> None:
    before = sha256_of(locked.root / NAME)
    study = locked.root / "studies" / "first.yaml"
    study.write_text(study.read_text("utf-8").replace("ends: none", "ends: nearest"), "utf-8")
    ran = nqpf("lock", project=locked.root)
    assert ran.status == 1
    assert "run `nqpf refresh` first" in ran.err
    assert sha256_of(locked.root / NAME) == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 9}', '{"format": 1}', "null"])
def test_what_is_no_lock_is_refused(locked: Project, text: str) -> None:
    (locked.root / NAME).write_text(text, "utf-8")
    ran = nqpf("verify", project=locked.root)
    assert ran.status == 2
    assert "nqpf.lock" in ran.err
    (locked.root / NAME).unlink()
    assert "make one with `nqpf lock`" in nqpf("verify", project=locked.root).err
