"""What a user wrote into the published file is not lost without a word."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.messages.problems import Problem
from nqpf_assets.projects.opened import open_project
from nqpf_assets.publications.own_tables import put_beside
from nqpf_assets.publications.publish import publish
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.user_input.project import Project
from tests.stages.mini import first_walk, write_mini

pytestmark = pytest.mark.slow  # a project is built and published, again for each test


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = write_mini(tmp_path_factory.mktemp("own"))
    first_walk(project, is_published=True)
    return project


@pytest.fixture
def mini(built: Project, tmp_path: Path) -> Project:
    return Project.at(shutil.copytree(built.root, tmp_path / "mini"))


def again(project: Project) -> tuple[Problem, ...]:
    _, told = publish(open_project(project), RawState.of(project))
    return told


def kept(project: Project) -> list[Path]:
    return sorted(project.warehouse.glob("*own_tables*"))


def ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_nothing_is_kept_or_told_where_nothing_is_of_the_user(mini: Project) -> None:
    assert again(mini) == ()
    assert kept(mini) == []


def test_tables_and_views_are_put_beside_and_named(mini: Project) -> None:
    with duckdb.connect(mini.database) as own:
        own.execute("CREATE SCHEMA mine")
        own.execute("CREATE TABLE mine.notes AS SELECT 42 AS n")
        own.execute("CREATE VIEW mine.rich AS SELECT unit FROM mini.panel")
    (told,) = again(mini)
    (beside,) = kept(mini)
    assert "mine.notes, mine.rich" in told.found
    assert (told.severity, told.code) == ("warning", "own_tables")
    assert told.file == f"warehouse/{beside.name}"
    assert beside.name in told.remedy
    assert ask(beside, "FROM mine.notes") == [(42,)]
    assert ask(beside, "SELECT count(*) > 0 FROM mine.rich") == [(True,)]
    assert (
        ask(mini.database, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mine'")
        == []
    )
    assert again(mini) == ()
    assert kept(mini) == [beside]


WRITE = (
    "import duckdb, os, sys\n"
    "c = duckdb.connect(sys.argv[1])\n"
    "c.execute('CREATE TABLE notes AS SELECT 42 AS n')\n"
    "print('written', flush=True)\n"
    "sys.stdin.read()\n"
    "os._exit(0)\n"
)


def test_what_a_killed_program_left_in_its_log_is_kept_and_harms_no_later_file(
    mini: Project,
) -> None:
    subprocess.run([sys.executable, "-c", WRITE, mini.database], input=b"", check=True, timeout=60)
    assert mini.database.with_name("nqpf.duckdb.wal").exists()
    (told,) = again(mini)
    beside, _log = kept(mini)
    assert "main.notes" in told.found
    assert ask(beside, "FROM notes") == [(42,)]
    assert ask(mini.database, "SELECT count(*) > 0 FROM mini.panel") == [(True,)]


def test_a_log_without_own_tables_harms_no_later_file(mini: Project) -> None:
    insert = WRITE.replace("CREATE TABLE notes AS SELECT 42 AS n", "DELETE FROM mini.panel")
    subprocess.run([sys.executable, "-c", insert, mini.database], input=b"", check=True, timeout=60)
    assert again(mini) == ()
    assert ask(mini.database, "SELECT count(*) > 0 FROM mini.panel") == [(True,)]


def test_a_file_that_a_program_writes_into_is_kept_for_it(mini: Project) -> None:
    held = subprocess.Popen(
        [sys.executable, "-c", WRITE, mini.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert held.stdout is not None
        held.stdout.readline()
        (told,) = again(mini)
    finally:
        held.communicate(timeout=60)
    assert f"process {held.pid}" in told.found
    assert ask(kept(mini)[0], "FROM notes") == [(42,)]
    assert ask(mini.database, "SELECT count(*) > 0 FROM mini.panel") == [(True,)]


def test_without_accounts_of_publications_ours_are_known_by_their_comments(mini: Project) -> None:
    assert put_beside(mini, []) == ()
    with duckdb.connect(mini.database) as own:
        own.execute("CREATE TABLE notes AS SELECT 42 AS n")
    (told,) = put_beside(mini, [])
    assert "main.notes" in told.found


def test_a_disk_without_second_names_gets_a_copy(
    mini: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: Path, target: Path) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr("os.link", refused)
    with duckdb.connect(mini.database) as own:
        own.execute("CREATE TABLE notes AS SELECT 42 AS n")
    put_beside(mini, [])
    assert ask(kept(mini)[0], "FROM notes") == [(42,)]
