"""`nqpf watch` in its own process: it builds, tells a bad edit, builds a good one, and ends by Ctrl-C."""

from __future__ import annotations

import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project
from tests.command import nqpf

PATIENCE = 240
"""Seconds for one build on a busy machine."""


def test_a_study_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    nqpf("new-study", "growth", project=tmp_path)
    ran = nqpf("watch", "grwth.table_1", project=tmp_path)
    assert ran.status == 2
    assert "did you mean `growth`?" in ran.err


@pytest.mark.slow
def test_edits_are_built_and_told_until_it_is_ended(built_small: Project, tmp_path: Path) -> None:
    root = tmp_path / "mine"
    shutil.copytree(built_small.root, root)
    before = (root / "warehouse" / "nqpf.duckdb").read_bytes()
    study = root / "studies" / "first.yaml"
    good = study.read_text("utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "nqpf_assets.cli", "watch", "first.table_1", "--project", root],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        lines = _lines(process)
        said = _until(lines, "waiting for changes")
        assert "first.table_1: Development and income" in said
        study.write_text(good.replace("outcome: development", "outcome: developmnt"), "utf-8")
        said = _until(lines, "waiting for changes")
        assert "changed: studies/first.yaml" in said
        assert "developmnt" in said
        assert "not built" in said
        study.write_text(good.replace("Development and income", "Another title"), "utf-8")
        said = _until(lines, "waiting for changes")
        assert "first.table_1: Another title" in said
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert "no longer watching" in _until(lines, "no longer watching")
    finally:
        process.kill()
    assert (root / "warehouse" / "nqpf.duckdb").read_bytes() == before


def _lines(process: subprocess.Popen[str]) -> queue.Queue[str]:
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)

    threading.Thread(target=read, daemon=True).start()
    return lines


def _until(lines: queue.Queue[str], words: str) -> str:
    end, said = time.monotonic() + PATIENCE, ""
    while words not in said:
        assert time.monotonic() < end, said
        said += lines.get(timeout=PATIENCE)
    return said
