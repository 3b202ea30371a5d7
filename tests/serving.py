"""`nqpf ui` as a process of its own, for tests that ask its pages."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project

PATIENCE = 90.0  # seconds; a server or a page takes some on two busy cores


@contextlib.contextmanager
def served(project: Project) -> Iterator[str]:
    """The address of `nqpf ui`; its whole process group ends with the block.

    A port that was free a moment ago may be taken by now: then another one is tried.
    """
    for last in (False, False, True):
        try:
            with _served_at(free_port(), project) as address:
                yield address
                return
        except _PortTaken:
            if last:
                raise


class _PortTaken(Exception):
    """Somebody else listens where `nqpf ui` was told to."""


def free_port() -> int:
    """A port of this machine at which nobody listened a moment ago."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def _served_at(port: int, project: Project) -> Iterator[str]:
    command = [sys.executable, "-m", "nqpf_assets.cli", "ui", "--port", str(port)]
    log = project.root / "ui.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [*command, "--project", str(project.root)],
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/server_info", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """A process that leads a group of its own, with all that it started: asked first, then made to."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            said = log.read_text("utf-8")
            raise _PortTaken(said) if "in use" in said else AssertionError(said)
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"no page at {address}:\n{log.read_text('utf-8')}")
