"""What follows from the program's own text is worked out once, and never trusted unseen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import sqlglot

from nqpf_assets.projects.opened import open_project
from nqpf_assets.stages import sql
from nqpf_assets.stages.lineage.column_lineage import lineage_of_all
from nqpf_assets.steps import query_lineage
from nqpf_assets.warehouse import code_hash, kept_beside
from nqpf_assets.warehouse.kept_beside import keep, recall
from tests.stages.mini import write_mini


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it is kept; these tests ask for it to be, whatever the surroundings say."""
    monkeypatch.setattr(kept_beside, "FOLDER", tmp_path / "beside")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "beside"


def test_what_was_kept_is_there_for_the_same_and_for_nothing_else() -> None:
    keep({"a": [1, "全国"]}, "word", "SELECT 1", (("s", "t"),))
    assert recall("word", "SELECT 1", (("s", "t"),)) == {"a": [1, "全国"]}
    assert recall("word", "SELECT 2", (("s", "t"),)) is None
    assert recall("other", "SELECT 1", (("s", "t"),)) is None


@pytest.mark.parametrize("damage", ["another", "half", "none", "no JSON"])
def test_what_is_not_what_was_written_counts_as_nothing(folder: Path, damage: str) -> None:
    keep("one", "word", 1)
    (path,) = folder.rglob("*.json")
    text = path.read_text("utf-8")
    changed = {"another": text.replace("one", "two"), "half": text[: len(text) // 2], "none": ""}
    path.write_text(changed.get(damage, "["), "utf-8")
    assert recall("word", 1) is None
    keep("one", "word", 1)
    assert recall("word", 1) == "one"


def test_nothing_is_kept_where_python_keeps_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    keep("one", "word", 1)
    assert not folder.exists()


def test_a_place_that_cannot_be_written_stops_nothing(folder: Path) -> None:
    folder.write_text("a file where a folder would stand", "utf-8")
    keep("one", "word", 1)
    assert recall("word", 1) is None


def test_of_too_many_the_older_ones_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_beside, "MOST", 4)
    for number in range(9):
        keep(number, "word", number)
        assert recall("word", number) == number
        assert len([*folder.rglob("*.json")]) <= 4


def forget() -> None:
    """What this process knows of queries and modules, as a new one knows nothing."""
    code_hash._running.clear()
    code_hash._asked.clear()
    for known in (
        code_hash.source_of,
        code_hash._hash_of_file,
        sql._bind,
        query_lineage.query_lineage,
    ):
        known.cache_clear()


@pytest.mark.slow
def test_the_next_project_parses_no_module_and_no_query_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is told the same: its steps are as stale, its columns are made from the same ones."""

    def seen(name: str) -> tuple[object, ...]:
        forget()
        opened = open_project(write_mini(tmp_path / name))
        steps = opened.graph.steps
        codes = [(one.name, one.code, one.sql, one.inputs) for one in steps]
        return codes, dict(lineage_of_all(steps))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("parsed again")

    try:
        first = seen("first")
        monkeypatch.setattr(code_hash, "running_text", refuse)
        monkeypatch.setattr(sqlglot, "parse_one", refuse)
        assert seen("second") == first
    finally:
        forget()
