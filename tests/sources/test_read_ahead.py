"""Files that others read before their turn: the same collection, whoever reads, and whatever they leave."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.sources import cache, collector
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.sources.read_ahead import Unread
from nqpf_assets.user_input.project import Project

CATALOGUE = load_catalogue()
CARD = "publisher: 国家统计局\ntitle: 分省年度数据\nstatus: official\n"
TABLE = (
    "数据库：分省年度数据\n指标：地区生产总值(亿元)\n时间：最近5年\n"
    "地区,{year}年\n{unit},{value}\n数据来源：国家统计局\n"
)
Read = Callable[[Unread], None]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three files of two vintages, one of which says nothing that is known, and one a second time."""
    files = {
        "2022/a.csv": TABLE.format(year=2021, unit="北京市", value=1.5),
        "2022/b.csv": TABLE.format(year=2020, unit="天津市", value=2.5),
        "2022/again.csv": TABLE.format(year=2020, unit="天津市", value=2.5),
        "2023/c.csv": TABLE.format(year=2022, unit="不知县", value=3.5),
    }
    for name, text in files.items():
        path = tmp_path / "raw" / "nbs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        path.with_name("card.yaml").write_text(CARD, "utf-8")
    return Project.at(tmp_path)


def collected(project: Project, ahead: object = None) -> Collection:
    state = RawState.of(project)
    folder = project.warehouse / "cache"
    return collect(project.raw, CATALOGUE, cache=folder, state=state, ahead=ahead)  # type: ignore[arg-type]


def assert_alike(found: Collection, expected: Collection) -> None:
    assert found.problems == expected.problems
    assert found.files.equals(expected.files)
    assert found.observations.equals(expected.observations)
    assert found.refused == expected.refused


def test_what_others_read_is_read_by_nobody_else(project, monkeypatch) -> None:
    expected = collect(project.raw, CATALOGUE, state=RawState.of(project))
    seen: list[str] = []

    def ahead(read: Read, files: Sequence[Unread]) -> None:
        # As it goes to another process, and comes there.
        read, files = pickle.loads(pickle.dumps((read, list(files))))
        seen.extend(one.shown for one in files)
        for one in reversed(files):
            read(one)

    own: list[str] = []
    real = collector.read_file
    monkeypatch.setattr(collector, "read_file", lambda *given: own.append(given[3]) or real(*given))
    found = collected(project, ahead)
    assert seen == ["raw/nbs/2022/a.csv", "raw/nbs/2022/again.csv", "raw/nbs/2023/c.csv"]
    assert own == []
    assert found.n_read == 3
    assert_alike(found, expected)
    assert any(problem.severity == "error" for problem in found.problems)
    seen.clear()
    assert_alike(collected(project, ahead), expected)
    assert seen == []


def test_what_they_leave_is_read_in_its_turn(project) -> None:
    expected = collect(project.raw, CATALOGUE, state=RawState.of(project))

    def ahead(read: Read, files: Sequence[Unread]) -> None:
        gone, other, broken = files
        read(replace(gone, path=gone.path.with_name("gone.csv")))
        read(replace(other, path=broken.path))  # another content by then
        read(replace(broken, loaded=None))  # whatever may go wrong there

    found = collected(project, ahead)
    assert found.n_read == 3
    assert_alike(found, expected)


def test_another_release_keeps_what_nobody_asks_for(project, monkeypatch) -> None:
    expected = collect(project.raw, CATALOGUE, state=RawState.of(project))

    def ahead(read: Read, files: Sequence[Unread]) -> None:
        with monkeypatch.context() as there:
            there.setattr(cache, "reader_version", lambda: "another")
            for one in files:
                read(one)

    own: list[str] = []
    real = collector.read_file
    monkeypatch.setattr(collector, "read_file", lambda *given: own.append(given[3]) or real(*given))
    assert_alike(collected(project, ahead), expected)
    assert len(own) == 3
