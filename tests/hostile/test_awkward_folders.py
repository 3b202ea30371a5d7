"""A project in a folder of any name reads its own files: no path of ours is a pattern, a URL or an escape."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.publications.manifest import manifests
from nqpf_assets.publications.recall import recalled
from nqpf_assets.publications.stored import stored_problems
from nqpf_assets.user_input.project import PACKAGE, Project
from nqpf_assets.warehouse.duckdb_engine import in_memory, rows_of_file
from nqpf_assets.warehouse.duckdb_file import open_file
from nqpf_assets.warehouse.durable import replace_file
from nqpf_assets.warehouse.plain_path import is_harmless, plain_path, plain_target
from nqpf_assets.warehouse.store import scan_file
from tests.command import nqpf
from tests.publications.revisions import WIDE
from tests.refreshed import refreshed
from tests.stages.mini import STUDY, page, people, walk, write_mini

NAMES = (
    "论文[1]", "a*", "a?", "a%20b", "a\\b", "it's", 'a"b', "a b", "中文（一）", "a#b", "a&b", "~", "-rf",
    "a\nb", "{a,b}", "$HOME", "a;b", "a:b", "year=2020", "http:", "a|b", "`a`", "a!", "a@b", "[!a]", "**",
)  # fmt: skip
NEIGHBOURS = ("论文1", "a1", "aa", "a b", "a", "b")
"""Folders that a name above would match as a pattern or mean when it is unquoted."""
N_NESTS = 5
COLUMN = "      - {label: (4), effects: [unit]}\n"
CARD = "raw/survey/2019/people.csv.card.yaml"


def test_only_one_place_opens_files_for_the_engines() -> None:
    """What opens a table goes through `plain_path`, or reads bytes that it was given."""
    opens = re.compile(r"(?:read_parquet|scan_parquet|duckdb\.connect)\(")
    at = {
        f"{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if opens.search(line) and "BytesIO" not in line
    }
    assert at == {"warehouse/duckdb_engine.py", "warehouse/duckdb_file.py", "warehouse/store.py"}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_opened_by_its_name(name: str, tmp_path: Path) -> None:
    import polars as pl

    for number, folder in enumerate((*NEIGHBOURS, name)):
        (tmp_path / folder).mkdir(exist_ok=True)
        with (tmp_path / folder / "t.parquet").open("wb") as stream:
            pl.DataFrame({"x": [number]}).write_parquet(stream)
    path, own = tmp_path / name / "t.parquet", pl.DataFrame({"x": [len(NEIGHBOURS)]})
    assert is_harmless(plain_path(path))
    assert scan_file(path).collect().equals(own)
    with in_memory() as connection:
        assert connection.sql(f"FROM {rows_of_file(path)}").fetchall() == own.rows()
    database = tmp_path / name / f"{name}.duckdb"

    def write(beside: Path) -> None:
        with plain_target(beside) as target, duckdb.connect(target) as connection:
            connection.execute("CREATE TABLE t AS SELECT 7 AS x")

    replace_file(database, write)
    with open_file(database) as connection:
        assert connection.sql("FROM t").fetchall() == [(7,)]
    assert sorted(one.name for one in (tmp_path / name).iterdir()) == sorted(
        [database.name, path.name]
    )


@pytest.mark.slow
def test_the_walk_in_a_folder_of_every_awkward_name(tmp_path: Path) -> None:
    """One folder within another, since the whole walk takes its time; the neighbours hold other numbers."""
    root = tmp_path.joinpath(*NAMES)
    other = {
        "raw/survey/2019/people.csv": page("people", lambda r, y: 2 * (people(r, y) or 1)),
        "nqpf.yaml": WIDE,
    }
    neighbour = write_mini(tmp_path.joinpath("论文1", *NAMES[1:]), files=other)
    walk(neighbour).publish()
    plain = write_mini(tmp_path / "plain", files={"nqpf.yaml": WIDE})
    walk(plain).publish()
    project = write_mini(root, files={"nqpf.yaml": WIDE})
    walk(project).publish()
    table = ("mini", "panel")

    def panel(of: Project) -> list[tuple]:
        with open_file(of.database) as connection:
            return connection.execute("FROM mini.panel ORDER BY ALL").fetchall()

    assert panel(project) == panel(plain) != panel(neighbour), table
    assert stored_problems(project) == []
    with recalled(project, manifests(project)[0]) as path, open_file(path) as connection:
        assert connection.execute("FROM mini.panel ORDER BY ALL").fetchall() == panel(plain)


def as_a_process(*command: str) -> tuple[int, str]:
    """Exit status and complaints of a command in the current folder."""
    done = subprocess.run(
        [sys.executable, "-m", "nqpf_assets.cli", *command],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


def in_this_process(*command: str) -> tuple[int, str]:
    ran = nqpf(*command)
    return ran.status, ran.err


@pytest.mark.slow
@pytest.mark.parametrize("first", range(N_NESTS))
def test_commands_in_folders_of_awkward_names(
    first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some within one another, since six commands in a folder of each name took five minutes.

    In the first nest from nothing and in processes of their own; in the others a publication is there, and
    the refresh reads a file whose card has another remark, estimates a column more, and publishes.
    """
    root = tmp_path.joinpath(*NAMES[first::N_NESTS])
    project, run = write_mini(root, files={"nqpf.yaml": WIDE}), as_a_process
    if first > 0:
        refreshed(project)
        remarked = (root / CARD).read_text("utf-8") + "notes: a remark\n"
        write_mini(root, STUDY + COLUMN, {"nqpf.yaml": WIDE, CARD: remarked})
        run = in_this_process
    monkeypatch.delenv("DAGSTER_DISABLE_TELEMETRY")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))  # where Dagster would keep who it tells of
    monkeypatch.chdir(root)
    for command in (["refresh"], ["refresh"], ["status"], ["show", "mini.table_1"], ["verify", "--stored"],
                    ["query", "FROM mini.panel", "--publication", "1"]):  # fmt: skip
        status, errors = run(*command)
        assert status == 0, (command, root, errors)
    assert len(manifests(project)) == (1 if first == 0 else 2)
    assert not (tmp_path / "home" / ".dagster").exists()
    inside = {one.name for one in (project.root / ".dagster").iterdir()}
    assert "dagster.yaml" in inside
    assert ".telemetry" not in inside
