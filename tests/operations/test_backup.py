"""A backup gives the project again, byte for byte, or says why not and leaves everything as it was."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

from nqpf_assets.operations.backup import CONTENTS, write_backup
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import sha256_of
from tests.command import nqpf

BESIDE = {"card.yaml": "status: synthetic\n", "gdp.csv": "地区,2021\n北京,1\n"}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project with two raw files, a study folder, a cache, pages, hidden files and an environment."""
    root = tmp_path / "panel [1]"
    for shown, text in {
        **{f"raw/国家统计局/2026/{name}": text for name, text in BESIDE.items()},
        "studies/mine.yaml": "name: mine\n",
        "warehouse/history/1.json": "{}",
        "warehouse/cache/read.parquet": "made again",
        "warehouse/site/index.html": "made again",
        "warehouse/.lock": "",
        "env/pyvenv.cfg": "",
        ".git/config": "",
    }.items():
        path = root / shown
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def _files(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): sha256_of(path)
        for path in root.rglob("*")
        if path.is_file()
    }


def test_what_is_built_from_nothing_else_comes_back_byte_for_byte(
    small: Path, tmp_path: Path
) -> None:
    made = nqpf("backup", tmp_path / "b.zip", project=small)
    assert made.status == 0, made.err
    assert nqpf("restore", tmp_path / "b.zip", tmp_path / "again").status == 0
    kept = {
        name: content
        for name, content in _files(small).items()
        if name.startswith(("raw/", "studies/", "warehouse/history/"))
    }
    assert len(kept) == 4
    assert _files(tmp_path / "again") == kept


def test_a_backup_inside_the_project_is_not_in_itself(small: Path) -> None:
    for name in ("one.zip", "two.zip"):
        assert nqpf("backup", small / name, project=small).status == 0
    with zipfile.ZipFile(small / "two.zip") as archive:
        assert "one.zip" in archive.namelist()
        assert "two.zip" not in archive.namelist()


def test_a_folder_of_the_project_on_another_disk_is_kept(small: Path, tmp_path: Path) -> None:
    shutil.move(small / "raw", tmp_path / "disk")
    (small / "raw").symlink_to(tmp_path / "disk")
    backup = write_backup(Project(small), tmp_path / "b.zip")
    assert {f"raw/国家统计局/2026/{name}" for name in BESIDE} <= set(backup.files)
    assert backup.left_out == ()


def test_links_that_lead_elsewhere_are_told_and_not_followed(small: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not yours", encoding="utf-8")
    (small / "raw/link.csv").symlink_to(secret)
    (small / "raw/folder").symlink_to(tmp_path)
    (small / "raw/gone.csv").symlink_to(tmp_path / "gone")
    os.mkfifo(small / "raw/pipe.csv")
    ran = nqpf("backup", tmp_path / "b.zip", project=small)
    assert ran.status == 0
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        left_out = json.loads(archive.read(CONTENTS))["left_out"]
        assert not any("secret" in name or "link.csv" in name for name in archive.namelist())
    assert sorted(left_out) == [f"raw/{n}" for n in ("folder", "gone.csv", "link.csv", "pipe.csv")]
    assert "left out: raw/link.csv" in ran.out


def test_a_history_that_is_being_written_is_kept_whole(small: Path, tmp_path: Path) -> None:
    """What SQLite keeps beside its database until later is in the copy."""
    (small / ".dagster").mkdir()
    writer = sqlite3.connect(small / ".dagster/runs.db", isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE run (id INTEGER)")
    writer.executemany("INSERT INTO run VALUES (?)", [(one,) for one in range(500)])
    assert nqpf("backup", tmp_path / "b.zip", project=small).status == 0
    writer.close()
    assert nqpf("restore", tmp_path / "b.zip", tmp_path / "again").status == 0
    assert not (tmp_path / "again/.dagster/runs.db-wal").exists()
    reader = sqlite3.connect(tmp_path / "again/.dagster/runs.db")
    assert reader.execute("SELECT count(*) FROM run").fetchone() == (500,)
    reader.close()


@pytest.mark.slow
def test_any_damage_restores_nothing(small: Path, tmp_path: Path) -> None:
    write_backup(Project(small), tmp_path / "b.zip")
    whole = (tmp_path / "b.zip").read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 150)):
        hurt = bytearray(whole)
        hurt[at] ^= 0x10
        (tmp_path / "hurt.zip").write_bytes(hurt)
        folder = tmp_path / f"r{at}"
        ran = nqpf("restore", tmp_path / "hurt.zip", folder)
        if ran.status == 0:  # a bit of the zip's own book-keeping that says nothing of the contents
            assert _files(folder) == {
                name: content
                for name, content in _files(small).items()
                if name.startswith(("raw/", "studies/", "warehouse/history/"))
            }
        else:
            assert ran.status == 2, ran.err
            assert not folder.exists()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    assert nqpf("restore", tmp_path / "cut.zip", tmp_path / "cut").status == 2


@pytest.mark.parametrize(
    "name", ["../outside.txt", "/tmp/outside.txt", "raw/../../outside.txt", "..\\x"]
)
def test_a_path_that_leads_out_restores_nothing(tmp_path: Path, name: str) -> None:
    contents = {"made": "", "release": "", "publication": None, "files": {name: "0" * 64}}
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(name, "x")
        archive.writestr(CONTENTS, json.dumps(contents))
    ran = nqpf("restore", tmp_path / "b.zip", tmp_path / "deep/er/again")
    assert ran.status == 2
    assert "leads out" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


def test_a_file_that_the_list_does_not_know_restores_nothing(small: Path, tmp_path: Path) -> None:
    write_backup(Project(small), tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        archive.writestr("raw/planted.csv", "x")
    ran = nqpf("restore", tmp_path / "b.zip", tmp_path / "again")
    assert ran.status == 2
    assert "raw/planted.csv" in ran.err


def test_nothing_is_written_over(small: Path, tmp_path: Path) -> None:
    assert nqpf("backup", tmp_path / "b.zip", project=small).status == 0
    before = (tmp_path / "b.zip").read_bytes()
    assert nqpf("backup", tmp_path / "b.zip", project=small).status == 2
    assert nqpf("backup", small / "raw/b.zip", project=small).status == 2
    assert nqpf("backup", tmp_path / "b.tar", project=small).status == 2
    assert nqpf("backup", tmp_path / "c.zip", project=tmp_path / "nowhere").status == 2
    assert nqpf("restore", tmp_path / "b.zip", small).status == 2
    assert (tmp_path / "b.zip").read_bytes() == before
    (tmp_path / "text.zip").write_text("no zip", encoding="utf-8")
    assert nqpf("restore", tmp_path / "text.zip", tmp_path / "again").status == 2


def test_a_warehouse_that_is_being_refreshed_is_not_copied(small: Path, tmp_path: Path) -> None:
    import fcntl

    with (small / "warehouse/.lock").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = nqpf("backup", tmp_path / "b.zip", project=small)
    assert ran.status == 1
    assert "is being refreshed" in ran.err
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.slow
def test_a_restored_project_goes_on_where_it_was(built_small: Project, tmp_path: Path) -> None:
    project = Project(tmp_path / "small")
    shutil.copytree(built_small.root, project.root)
    assert nqpf("backup", tmp_path / "b.zip", project=project.root).status == 0
    ran = nqpf("restore", tmp_path / "b.zip", tmp_path / "again")
    assert ran.status == 0
    assert "publication 1 holds" in ran.out
    assert "nothing new" in nqpf("refresh", project=tmp_path / "again").out
    assert nqpf("verify", "--stored", project=tmp_path / "again").status == 0
