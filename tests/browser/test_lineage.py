"""What a newcomer sees after `make ui`, in a real browser: lineage, runs, columns, checks.

Screenshots go to NQPF_SCREENSHOTS, or to the test's own folder; their place is printed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
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

from nqpf_assets.project import Project

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 90_000  # milliseconds; a page takes some seconds on two busy cores

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="chromium is not installed"),
]
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect


@pytest.fixture
def server(sample_copy: Project) -> Iterator[str]:
    """The address of `nqpf ui` on the built sample project; its whole process group ends with the test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "nqpf_assets.cli", "ui", "--port", str(port)]
    log = sample_copy.root / "ui.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [*command, "--project", str(sample_copy.root)],
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_served(f"http://127.0.0.1:{port}/server_info", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_served(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text("utf-8")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"no page at {address}:\n{log.read_text('utf-8')}")


@pytest.fixture
def page(tmp_path: Path) -> Iterator[sync_api.Page]:
    with sync_api.sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "browser",
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            viewport={"width": 1600, "height": 1000},
        )
        context.set_default_timeout(PATIENCE)
        yield context.pages[0]
        context.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = Path(os.environ.get("NQPF_SCREENSHOTS") or tmp_path / "screenshots")
    path.mkdir(parents=True, exist_ok=True)
    print(f"screenshots: {path}")
    return path


def test_a_newcomer_sees_the_walk(server: str, page: sync_api.Page, folder: Path) -> None:
    expect.set_options(timeout=PATIENCE)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))

    page.goto(f"{server}/asset-groups")
    groups = ["raw", "source", "catalog", "audit", "all_studies", "publication"]
    groups += [f"{s}_{g}" for s in ("chongqing", "province") for g in ("panel", "index", "result")]
    drawn = page.locator("foreignObject")  # a node of the graph; the list at the left has none
    for group in groups:
        expect(drawn.get_by_text(group, exact=True).first).to_be_visible()
    page.wait_for_timeout(1500)  # the picture is moved into place
    page.screenshot(path=folder / "lineage.png")

    page.goto(f"{server}/assets/panel/cell?view=lineage&lineageScope=upstream")
    for group in ("chongqing_panel", "province_panel"):
        expect(drawn.get_by_text(group, exact=True).first).to_be_visible()
    for table in ("filled_cell", "variable_cell"):
        expect(drawn.get_by_text(table, exact=True)).to_have_count(2)
    page.wait_for_timeout(1500)
    page.screenshot(path=folder / "both_studies.png")

    page.goto(f"{server}/runs")
    row = page.locator("tr, [data-index]").filter(has_text="nqpf/command: refresh").first
    expect(row).to_contain_text("Success")
    page.screenshot(path=folder / "runs.png")

    page.goto(f"{server}/assets/province/variable_cell")
    expect(page.get_by_text("One row per derived variable")).to_be_visible()
    expect(page.get_by_text("reported_value", exact=True).first).to_be_visible()
    expect(page.get_by_text("why the value is missing").first).to_be_visible()
    expect(page.get_by_text("province_panel", exact=True).first).to_be_visible()
    page.screenshot(path=folder / "columns.png", full_page=True)

    page.goto(f"{server}/assets/province/variable_cell?view=checks")
    expect(page.get_by_text("Checks (5)")).to_be_visible()
    for check in ("covered", "finite", "flagged", "grain", "ranges"):
        expect(page.get_by_text(check, exact=True).first).to_be_visible()
    expect(page.get_by_text("Succeeded")).to_have_count(5)
    page.screenshot(path=folder / "checks.png")

    assert asked == {server.removeprefix("http://")}, "no page asks another host"
    lineage = column_lineage(page, server)
    assert ("province", "derived_cell", "value") in lineage["value"]
    assert lineage["reason"] == [("province", "derived_cell", "reason")]


def column_lineage(page: sync_api.Page, server: str) -> dict[str, list[tuple[str, ...]]]:
    """Columns of `province.variable_cell` with the columns they are made from, as the server tells it."""
    query = """{ assetOrError(assetKey: {path: ["province", "variable_cell"]}) { ... on Asset {
        assetMaterializations(limit: 1) { metadataEntries {
            ... on TableColumnLineageMetadataEntry { lineage {
                columnName columnDeps { assetKey { path } columnName } } } } } } } }"""
    answer = page.request.post(f"{server}/graphql", data={"query": query}).json()
    (made,) = answer["data"]["assetOrError"]["assetMaterializations"]
    (found,) = [entry["lineage"] for entry in made["metadataEntries"] if entry]
    return {
        one["columnName"]: [
            (*dep["assetKey"]["path"], dep["columnName"]) for dep in one["columnDeps"]
        ]
        for one in found
    }
