"""What is written stands whole or not at all; a file system that refuses to flush is told once."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from nqpf_assets.defs.refresh import refresh
from nqpf_assets.warehouse import durable
from nqpf_assets.warehouse.durable import refused_flushes, replace_file, replace_folder
from tests.stages.mini import write_mini


def refuse(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def fsync(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(durable.os, "fsync", fsync)


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EPERM])
def test_a_refusal_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    refuse(monkeypatch, number)
    replace_file(tmp_path / "file", lambda beside: beside.write_text("new"))
    assert (tmp_path / "file").read_text() == "new"
    assert refused_flushes()
    assert refused_flushes() == []


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_failing_disk_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    (tmp_path / "file").write_text("old")
    refuse(monkeypatch, number)
    with pytest.raises(OSError) as caught:
        replace_file(tmp_path / "file", lambda beside: beside.write_text("new"))
    assert caught.value.errno == number
    assert caught.value.filename
    assert (tmp_path / "file").read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@pytest.mark.slow
def test_a_refresh_tells_a_refusal_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, errno.EINVAL)
    done = refresh(write_mini(tmp_path))
    assert done.publication is not None
    assert [one.code for one in done.warnings].count("not_flushed") == 1


def test_a_disk_that_is_full_while_a_file_is_written_names_the_file(tmp_path: Path) -> None:
    """As a write to an open file fails: with its number, and without a name."""

    def write(_beside: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError) as caught:
        replace_file(tmp_path / "file", write)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(tmp_path / "file"))


def test_a_folder_takes_the_place_of_another_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "made"
    replace_folder(target, lambda beside: (beside / "old").write_text("old"))

    def stop(beside: Path) -> None:
        (beside / "new").write_text("half")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        replace_folder(target, stop)
    assert [path.name for path in tmp_path.rglob("*")] == ["made", "old"]
    replace_folder(target, lambda beside: (beside / "new").write_text("new"))
    assert [path.name for path in tmp_path.rglob("*")] == ["made", "new"]


def test_nothing_but_a_file_is_replaced_by_one(tmp_path: Path) -> None:
    """`nqpf recall 1 -o /dev/null` made a file of the machine's /dev/null."""
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    for target in (pipe, folder, Path()):
        with pytest.raises(OSError) as caught:
            replace_file(target, lambda beside: beside.write_text("new"))
        assert caught.value.filename == str(target)
    assert pipe.is_fifo()
    assert sorted(tmp_path.iterdir()) == [folder, pipe]


def test_an_error_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    target = tmp_path / ("x" * 250)  # the file beside has a longer name
    for put in (replace_file, replace_folder):
        with pytest.raises(OSError) as caught:
            put(target, lambda beside: beside.write_text("new"))
        assert caught.value.filename == str(target)

    def as_duckdb(beside: Path) -> None:
        raise RuntimeError(f'IO Error: Cannot open file "{beside}": No such file or directory')

    with pytest.raises(FileNotFoundError) as missing:
        replace_file(tmp_path / "made", as_duckdb)
    assert missing.value.filename == str(tmp_path / "made")
