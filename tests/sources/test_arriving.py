"""Files that are still on their way: told by name, by a writer, by change; and what becomes of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nqpf_assets.sources import raw_listing
from nqpf_assets.sources import unfinished_files as arriving
from nqpf_assets.sources.raw_state import CHANGING, FOR_ITS_CARD, RawState
from nqpf_assets.sources.unfinished_files import finished_name
from nqpf_assets.user_input.project import Project
from tests.stages.mini import page, people, write_mini

FILE = "raw/bureau/2020/new.csv"
CARD = f"{FILE}.card.yaml"
linux_only = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no /proc here")


@pytest.fixture
def mini(tmp_path: Path) -> Project:
    return write_mini(tmp_path)


def put(project: Project, shown: str, text: str = "x\n") -> Path:
    path = project.root / shown
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def long_ago(path: Path) -> None:
    os.utime(path, (1, 1))


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("表.csv.crdownload", "表.csv"),
        ("表.csv.part", "表.csv"),
        ("表.csv.PARTIAL", "表.csv"),
        ("表.csv.filepart", "表.csv"),
        ("表.csv.tmp", "表.csv"),
        ("表.csv~", "表.csv"),
        ("~表.csv", "表.csv"),
        ("~$表.xlsx", None),
        ("表.csv", None),
        ("partial.csv", None),
        ("department.csv", None),
    ],
)
def test_names_of_unfinished_files(name: str, whole: str | None) -> None:
    assert finished_name(name) == whole


def test_an_unfinished_name_waits_with_its_card(mini: Project) -> None:
    put(mini, f"{FILE}.part")
    put(mini, CARD, "publisher: Bureau\n")
    state = RawState.of(mini)
    assert state.arriving == {f"{FILE}.part": "the name of an unfinished file"}
    assert state.waiting == {CARD}
    assert not {FILE, f"{FILE}.part", CARD} & set(state.hashes)
    (warning,) = state.warnings
    assert (warning.code, warning.severity, warning.file) == (
        "arriving", "warning", f"{FILE}.part")  # fmt: skip
    (mini.root / f"{FILE}.part").rename(mini.root / FILE)
    whole = RawState.of(mini)
    assert {FILE, CARD} <= set(whole.hashes)
    assert not whole.arriving


def test_what_safari_keeps_in_a_folder_waits_too(mini: Project) -> None:
    put(mini, "raw/bureau/2020/new.csv.download/new.csv")
    assert set(RawState.of(mini).arriving) == {"raw/bureau/2020/new.csv.download/new.csv"}


@linux_only
def test_a_file_that_a_process_has_open_for_writing(mini: Project) -> None:
    path = put(mini, FILE)
    long_ago(path)
    code = f"f = open({str(path)!r}, 'a'); print(flush=True); input(); f.close(); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdout.readline()
        words = f"a file that process {writer.pid} has open for writing"
        assert RawState.of(mini).arriving == {FILE: words}
        writer.stdin.write("\n")
        writer.stdin.flush()
        writer.stdout.readline()
        assert not RawState.of(mini).arriving
        writer.stdin.write("\n")


@linux_only
def test_a_file_that_is_open_for_reading_is_whole(mini: Project) -> None:
    with put(mini, FILE).open():
        assert not RawState.of(mini).arriving


def growing(path: Path, seconds: float) -> Iterator[None]:
    """While the generator lives, the file is opened, made longer and closed again and again."""
    stop = threading.Event()

    def grow() -> None:
        while not stop.wait(seconds):
            with path.open("a") as stream:
                stream.write("more\n")

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_file_that_grows_between_two_looks(
    mini: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "MOMENT", 0.3)
    monkeypatch.setattr(arriving, "_writers", lambda _: {})
    path = put(mini, FILE)
    for _ in growing(path, 0.05):
        assert FILE in RawState.of(mini).arriving
    clock = time.perf_counter()
    assert FILE in RawState.of(mini).hashes
    assert time.perf_counter() - clock > 0.3, "changed a moment ago, and so looked at twice"
    long_ago(path)
    os.rename(path, path.with_name("other.csv"))  # noqa: PTH104  its own name for what is tested
    assert "raw/bureau/2020/other.csv" in RawState.of(mini).hashes


def test_a_file_that_changes_while_it_is_hashed(
    mini: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(mini, FILE)
    sha256_of = raw_listing.sha256_of

    def slow(hashed: Path) -> str:
        found = sha256_of(hashed)
        if hashed == path:
            put(mini, FILE, "x\nand more\n")
        return found

    monkeypatch.setattr(raw_listing, "sha256_of", slow)
    state = RawState.of(mini)
    assert state.arriving == {FILE: CHANGING}
    assert FILE not in state.hashes


def test_a_file_that_was_built_before_stays_as_it_was(
    mini: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = RawState.of(mini)
    known = "raw/survey/2019/people.csv"
    put(mini, known, page("people", people)[:40])
    monkeypatch.setattr(arriving, "_writers", lambda paths: dict.fromkeys(paths, 7))
    state = RawState.of(mini, before.hashes)
    assert state.hashes == before.hashes
    assert set(state.arriving) == {known}


def test_new_files_wait_for_a_card_that_is_being_written(
    mini: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(mini, FILE)
    card = put(mini, "raw/bureau/2020/card.yaml", "publisher: Bur")
    monkeypatch.setattr(arriving, "_writers", lambda paths: {p: 7 for p in paths if p == card})
    state = RawState.of(mini)
    assert state.arriving == {FILE: FOR_ITS_CARD}
    assert state.waiting == {"raw/bureau/2020/card.yaml"}


def test_what_is_no_file_is_no_content(mini: Project) -> None:
    before = RawState.of(mini)
    os.mkfifo(mini.root / "raw/bureau/2019/pipe.csv")
    (mini.root / "raw/bureau/2019/README.md").write_text("about", "utf-8")
    (mini.root / "raw/bureau/2019/.hidden").write_text("x", "utf-8")
    assert RawState.of(mini) == before
    link = mini.root / "raw/bureau/2019/link.csv"
    link.symlink_to("/etc/hostname")
    assert RawState.of(mini).hashes["raw/bureau/2019/link.csv"] == "link to /etc/hostname"


def test_an_atomic_save_and_a_copy_are_contents_like_any_other(mini: Project) -> None:
    before = RawState.of(mini)
    path = mini.root / "raw/survey/2019/people.csv"
    beside = path.with_name(".people.csv.swp")
    shutil.copy(path, beside)
    beside.replace(path)
    assert RawState.of(mini) == before, "written beside and renamed, with the same content"
    path.touch()
    assert RawState.of(mini) == before
