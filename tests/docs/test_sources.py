"""Every page of a source: its commands are run, and its card is the one that they write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import nqpf
from tests.docs.console import run_page_here
from tests.docs.downloads import county_yearbook, put, write_downloads
from tests.docs.markdown import CHECKOUT, blocks

PAGES = sorted((CHECKOUT / "docs" / "sources").glob("*.md"))
SOURCES = {
    *("nbs", "eps", "county_yearbook", "provincial_yearbook"),
    *("digital_finance", "marketization", "questionnaire"),
}
"""What the two papers name."""


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("downloads") / "downloads"
    write_downloads(folder)
    return folder


def test_every_source_of_the_papers_has_its_page() -> None:
    assert {page.stem for page in PAGES} == SOURCES


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_its_commands_give_what_the_page_shows(page: Path, downloads: Path, tmp_path: Path) -> None:
    text = page.read_text("utf-8")
    (tmp_path / "downloads").symlink_to(downloads)
    run_page_here(text, tmp_path, tmp_path)
    said = text.replace("\n", " ")
    assert "othing here was run against" in said
    assert all(f"**{part}" in said for part in ("Where.", "What one gets.", "The card", "Traps"))


@pytest.mark.slow
def test_a_slip_is_told_as_the_page_says(tmp_path: Path) -> None:
    name = "中国县域统计年鉴（县市）.csv"
    put(tmp_path / name, county_yearbook(has_slip=True))
    (tmp_path / "mine").mkdir()
    ran = nqpf(
        "add",
        tmp_path / name,
        "--publisher",
        "某",
        "--year",
        2020,
        "--yes",
        project=tmp_path / "mine",
    )
    page = (CHECKOUT / "docs" / "sources" / "county_yearbook.md").read_text("utf-8")
    (shown,) = blocks(page, "text")
    assert ran.status == 0
    assert shown.strip() in ran.out
    assert "line 4, column 4" in nqpf("check", project=tmp_path / "mine").err
