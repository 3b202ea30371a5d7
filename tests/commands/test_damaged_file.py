"""A published file with flipped bits: no wrong rows, no traceback, and what is said is true and leads out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import holder_of, is_damage
from tests.command import nqpf
from tests.stages.mini import first_walk, write_mini

pytestmark = pytest.mark.slow  # a whole build, and many files that are opened

HEADERS, BLOCK = 3 * 4096, 262_144
"""Bytes of a DuckDB file before its blocks, and of a block."""
COMMANDS = [
    ("query", "FROM panel.cell"),
    ("show", "mini.table_1"),
    ("explain", "mini.output", "北京", "2016"),
    ("export", "mini", "--to", "csv"),
    ("describe", "mini.panel"),
    ("plot", "mini"),
    ("influence", "mini.table_1", "1", "people_before"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = write_mini(tmp_path_factory.mktemp("damaged"))
    first_walk(project, is_published=True)
    return project


def _flip(path: Path, blocks: list[int]) -> None:
    with path.open("r+b") as file:
        for number in blocks:
            place = HEADERS + number * BLOCK + 200
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ 1]))


def _opens(path: Path) -> duckdb.Error | None:
    """Why it does not open; None where it does."""
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error as error:
        return error
    return None


@pytest.fixture(scope="module")
def blocks(built: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[int], list[int]]:
    """Blocks without which the file opens, for they hold rows; and those without which it does not."""
    path = tmp_path_factory.mktemp("flip") / "x.duckdb"
    shutil.copy(built.database, path)
    rows, others = [], []
    for number in range((path.stat().st_size - HEADERS) // BLOCK):
        _flip(path, [number])
        error = _opens(path)
        _flip(path, [number])
        (rows if error is None else others).append(number)
        assert error is None or (is_damage(error) and holder_of(error) is None), error
    assert rows
    assert others
    return rows, others


@pytest.fixture
def mini(built: Project, tmp_path: Path) -> Project:
    return Project.at(shutil.copytree(built.root, tmp_path / "mini"))


@pytest.mark.parametrize("asked", COMMANDS, ids=lambda words: words[0])
def test_damaged_rows_are_told_with_the_way_out(
    asked: tuple[str, ...],
    mini: Project,
    blocks: tuple[list[int], list[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(mini.root)
    _flip(mini.database, blocks[0])
    ran = nqpf(*asked, project=mini.root)
    assert (ran.status, ran.out) == (2, "")
    assert "damaged" in ran.err
    assert "remove it and run `nqpf refresh`" in ran.err


@pytest.mark.parametrize("damage", ["bits", "cut"])
def test_a_file_that_does_not_open_is_answered_from_its_tables(
    damage: str, mini: Project, blocks: tuple[list[int], list[int]]
) -> None:
    asked = ("query", "-f", "csv", "FROM panel.cell")
    before = nqpf(*asked, project=mini.root)
    if damage == "bits":
        _flip(mini.database, blocks[1])
    else:
        os.truncate(mini.database, mini.database.stat().st_size // 2)
    ran = nqpf(*asked, project=mini.root)
    assert (ran.status, ran.out) == (0, before.out)
    assert "is damaged" in ran.err
    assert "remove it and run `nqpf refresh`" in ran.err
    assert "open for writing" not in ran.err
