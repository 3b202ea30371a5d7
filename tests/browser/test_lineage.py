"""What a newcomer sees after `make ui`, in a real browser: lineage, runs, columns, checks.

Screenshots go to NQPF_SCREENSHOTS, or to the test's own folder; their place is printed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project
from tests.browser.chromium import ARGUMENTS, CHROMIUM, MARKS, sync_api
from tests.command import nqpf
from tests.serving import PATIENCE as SECONDS
from tests.serving import served
from tests.stages.mini import STUDY, write_mini

PATIENCE = int(SECONDS * 1000)  # milliseconds

pytestmark = MARKS
expect = sync_api.expect


@pytest.fixture
def server(sample_copy: Project) -> Iterator[str]:
    """The address of `nqpf ui` on the built sample project."""
    with served(sample_copy) as address:
        yield address


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
    groups += ["study_chongqing", "study_province"]
    drawn = page.locator("foreignObject")  # a node of the graph; the list at the left has none
    for group in groups:
        expect(drawn.get_by_text(group, exact=True).first).to_be_visible()
    page.wait_for_timeout(1500)  # the picture is moved into place
    page.screenshot(path=folder / "lineage.png")

    page.goto(f"{server}/assets/panel/cell?view=lineage&lineageScope=upstream")
    for group in ("study_chongqing", "study_province"):
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
    expect(page.get_by_text("study_province", exact=True).first).to_be_visible()
    page.screenshot(path=folder / "columns.png", full_page=True)

    page.goto(f"{server}/assets/province/variable_cell?view=checks")
    checks = ("covered", "finite", "flagged", "grain", "numbers", "ranges")
    expect(page.get_by_text(f"Checks ({len(checks)})")).to_be_visible()
    for check in checks:
        expect(page.get_by_text(check, exact=True).first).to_be_visible()
    expect(page.get_by_text("Succeeded")).to_have_count(len(checks))
    page.screenshot(path=folder / "checks.png")

    assert asked == {server.removeprefix("http://")}, "no page asks another host"
    lineage = column_lineage(page, server)
    assert ("province", "derived_cell", "value") in lineage["value"]
    assert lineage["reason"] == [("province", "derived_cell", "reason")]


def test_a_failed_check_and_what_looks_for_news_are_shown(
    tmp_path: Path, page: sync_api.Page, folder: Path
) -> None:
    expect.set_options(timeout=PATIENCE)
    project = write_mini(tmp_path / "mini", STUDY.replace("maximum: 1e9", "maximum: 2"))
    assert nqpf("refresh", project=project.root).status == 1
    with served(project) as server:
        page.goto(f"{server}/assets/mini/variable_cell?view=checks&checkDetail=ranges")
        expect(page.get_by_text("output_per_person").first).to_be_visible()  # what was found
        page.screenshot(path=folder / "failed_check.png")
        for kind, name, picture in (
            ("sensors", "new_raw_files", "sensor"),
            ("schedules", "yearbook_look", "schedule"),
        ):
            page.goto(f"{server}/locations/nqpf_assets.definitions/{kind}/{name}")
            expect(page.get_by_text(name).first).to_be_visible()
            expect(page.get_by_text("refresh", exact=True).first).to_be_visible()
            page.screenshot(path=folder / f"{picture}.png")


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
