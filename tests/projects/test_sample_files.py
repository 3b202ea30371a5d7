"""The sample in a project: all of its files, nobody's own, and nothing replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.projects import sample_files as sample
from tests.command import nqpf
from tests.conftest import CHECKOUT


def test_all_files_are_written_and_none_twice(tmp_path: Path) -> None:
    ran = nqpf("sample", project=tmp_path)
    assert ran.status == 0
    assert "SYNTHETIC" in ran.out
    assert "next: `nqpf refresh`, then `nqpf show province.table_1`" in ran.out
    raw = CHECKOUT / "raw"
    mine = {path.relative_to(tmp_path / "raw"): path.read_bytes()
            for path in (tmp_path / "raw").rglob("*") if path.is_file()}  # fmt: skip
    assert mine == {
        path.relative_to(raw): path.read_bytes() for path in raw.rglob("*") if path.is_file()
    }
    assert len(mine) > 80
    again = nqpf("sample", project=tmp_path)
    assert again.status == 2
    assert f"and {len(mine) - 3} more" in again.err
    assert "  see:      nqpf help sample_data" in again.err


def test_where_studies_are_none_of_the_package_is_named(tmp_path: Path) -> None:
    assert nqpf("new-study", "growth", project=tmp_path).status == 0
    assert "next: `nqpf refresh`; `nqpf help sample_data`" in nqpf("sample", project=tmp_path).out


def test_one_file_in_the_way_leaves_all_as_it_is(tmp_path: Path) -> None:
    there = tmp_path / "raw" / sample.sample_files()[-1].relative_to(sample.sample_root())
    there.parent.mkdir(parents=True)
    there.write_text("mine", "utf-8")
    assert nqpf("sample", project=tmp_path).status == 2
    assert [path for path in (tmp_path / "raw").rglob("*") if path.is_file()] == [there]
    assert there.read_text("utf-8") == "mine"


@pytest.mark.parametrize(("status", "is_taken"), [("synthetic", True), ("official", False)])
def test_files_of_ones_own_are_no_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str, is_taken: bool
) -> None:
    folder = tmp_path / "bureau" / "2026"
    folder.mkdir(parents=True)
    (folder / "card.yaml").write_text(f"publisher: a\nstatus: {status}\n", "utf-8")
    (folder / "mine.csv").write_text("a", "utf-8")
    monkeypatch.setattr(sample, "sample_root", lambda: tmp_path)
    assert [path.name for path in sample.sample_files()] == (
        ["card.yaml", "mine.csv"] if is_taken else []
    )
