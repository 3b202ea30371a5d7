"""`nqpf ui` answers its own page, refuses others, and ends whole."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from nqpf_assets.defs.pages import refusal
from tests.serving import PATIENCE, _wait, free_port
from tests.stages.mini import write_mini

OWN = "127.0.0.1:3000"


def asked(
    method: str = "POST", path: str = "/graphql", query: str = "", **headers: str
) -> str | None:
    given = {"host": OWN, "content-type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return refusal({
        "type": "websocket" if method == "WS" else "http", "method": "GET" if method == "WS" else method,
        "path": path, "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    })  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"origin": f"http://{OWN}"},
        {"host": "localhost:3000", "origin": "http://localhost:3000"},
        {"host": "[::1]:3000"},
        {"method": "GET", "path": "/asset-groups", "sec_fetch_site": "cross-site"},
        {"method": "GET"},
        {"method": "WS", "origin": f"http://{OWN}"},
    ],
)
def test_its_own_page_is_answered(given: dict[str, str]) -> None:
    assert asked(**given) is None


@pytest.mark.parametrize(
    "given",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8000"},
        {"host": "evil.example:3000"},
        {"host": "evil.example:3000", "origin": "http://evil.example:3000"},
        {"host": ""},
        {"method": "GET", "query": "query=mutation"},
        {"content_type": "text/plain"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"method": "WS", "origin": "http://evil.example"},
        {"path": "/report_asset_materialization/x", "origin": "http://evil.example"},
        {"path": "/report_asset_materialization/x", "sec_fetch_site": "cross-site"},
    ],
)
def test_other_pages_are_refused(given: dict[str, str]) -> None:
    assert asked(**given)


@pytest.mark.slow
def test_the_server_refuses_and_ends_with_its_children(tmp_path: Path) -> None:
    project = write_mini(tmp_path)
    port = free_port()
    log = tmp_path / "ui.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "nqpf_assets.cli", "ui", "--port", str(port), "-p", str(project.root)],
            stdout=stream, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(f"{address}/server_info", process, log)
        query = json.dumps({"query": "{ version }"}).encode()

        def status(**headers: str) -> int:
            of = {"Content-Type": "application/json"} | headers
            try:
                with urllib.request.urlopen(
                    urllib.request.Request(f"{address}/graphql", query, of), timeout=PATIENCE
                ) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                return error.code

        assert status() == 200
        assert status(Origin=address) == 200
        assert status(Origin="http://evil.example") == 403
        assert status(Host="evil.example") == 403
        os.kill(process.pid, signal.SIGTERM)  # the first process alone
        process.wait(PATIENCE)
        until = time.monotonic() + PATIENCE
        while _group(process.pid) and time.monotonic() < until:
            time.sleep(0.3)
        assert _group(process.pid) == []
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _group(leader: int) -> list[str]:
    """Processes of the session that `leader` began, those apart that only wait to be collected."""
    listed = subprocess.run(
        ["ps", "-eo", "sid=,stat=,args="], capture_output=True, encoding="utf-8"
    )
    rows = (line.split(None, 2) for line in listed.stdout.splitlines())
    return [" ".join(row) for row in rows if row[0] == str(leader) and not row[1].startswith("Z")]
