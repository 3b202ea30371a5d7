"""`nqpf serve` runs pages and daemon as services: read-only, by name, ended with what they started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from nqpf_assets.defs.page_names import NAMES
from nqpf_assets.defs.pages import refusal
from tests.command import nqpf
from tests.serving import PATIENCE, _wait, free_port
from tests.stages.mini import write_mini


def _asked(host: str, origin: str | None = None) -> str | None:
    headers = [(b"host", host.encode()), (b"content-type", b"application/json")]
    headers += [(b"origin", origin.encode())] if origin else []
    return refusal({"type": "http", "method": "POST", "path": "/graphql", "headers": headers})


def test_pages_answer_for_the_names_that_were_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _asked("panel.example.org") is not None
    monkeypatch.setenv(NAMES, "panel.example.org, Other.example")
    assert _asked("panel.example.org") is None
    assert _asked("panel.example.org:3000", "http://panel.example.org:3000") is None
    assert _asked("OTHER.example") is None
    assert _asked("127.0.0.1:3000") is None
    assert _asked("panel.example.org", "http://evil.example") is not None
    assert _asked("evil.example") is not None


@pytest.mark.parametrize(
    "option", [["--port", "3"], ["--host", "::"], ["--name", "a"], ["--may-run"]]
)
def test_the_daemon_answers_nobody(tmp_path: Path, option: list[str]) -> None:
    ran = nqpf("serve", "daemon", *option, project=tmp_path)
    assert ran.status == 2
    assert "the daemon answers nobody" in ran.err


@pytest.mark.parametrize("option", [["--host", "::"], ["--name", "a"], ["--may-run"]])
def test_a_look_at_the_pages_takes_their_port_only(tmp_path: Path, option: list[str]) -> None:
    ran = nqpf("serve", "web", "--check", *option, project=tmp_path)
    assert ran.status == 2
    assert "--port says where the pages listen" in ran.err


@pytest.mark.parametrize("command", [["serve", "web", "--check"], ["ui"]])
@pytest.mark.parametrize("port", ["0", "-1", "65536"])
def test_what_is_no_port_is_none(tmp_path: Path, command: list[str], port: str) -> None:
    ran = nqpf(*command, "--port", port, project=tmp_path)
    assert ran.status == 2
    assert "--port" in ran.err


def test_a_history_without_its_variable_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NQPF_HISTORY", raising=False)
    (tmp_path / "nqpf.yaml").write_text("history: NQPF_HISTORY\n", "utf-8")
    ran = nqpf("serve", "daemon", project=tmp_path)
    assert ran.status == 2
    assert "NQPF_HISTORY, which is not set" in ran.err


def test_pages_that_are_not_there_are_not_well(tmp_path: Path) -> None:
    ran = nqpf("serve", "web", "--check", "--port", str(free_port()), project=tmp_path)
    assert ran.status == 1
    assert "no pages answer" in ran.err


@pytest.mark.slow
def test_the_pages_show_and_start_nothing(tmp_path: Path) -> None:
    project, port = write_mini(tmp_path), free_port()
    command = [sys.executable, "-m", "nqpf_assets.cli", "serve", "web", "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--project", str(project.root)],
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(f"http://127.0.0.1:{port}/server_info", server, tmp_path / "log")
            check = nqpf("serve", "web", "--check", "--port", str(port), project=project.root)
            assert check.status == 0
            query = json.dumps({"query": "{permissions{permission value}}"}).encode()
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}/graphql", query, {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
                found = json.load(answer)["data"]["permissions"]
            may = {one["permission"]: one["value"] for one in found}
            assert may["launch_pipeline_execution"] is False
            assert may["start_schedule"] is False
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(PATIENCE)
    until = time.monotonic() + PATIENCE  # what loads the definitions ends a moment after the server
    while _is_alive(server.pid):
        assert time.monotonic() < until
        time.sleep(0.2)


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
