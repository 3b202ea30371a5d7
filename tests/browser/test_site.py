"""The pages of a publication in a real browser, opened from a folder: no server, no network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project
from tests.browser.chromium import MARKS, chromium, opened, sync_api

pytestmark = MARKS
expect = sync_api.expect


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: sync_api.Browser) -> Iterator[sync_api.Page]:
    with opened(browser) as page:
        yield page


def test_from_a_coefficient_to_the_marked_cell_of_the_raw_file(
    page: sync_api.Page, built_sample: Project, tmp_path: Path
) -> None:
    shots = Path(os.environ.get("NQPF_SCREENSHOTS") or tmp_path)
    page.goto((built_sample.site / "index.html").as_uri())
    page.get_by_role("main").get_by_role("link", name="province").click()
    expect(page.get_by_role("heading", name="What was found")).to_be_visible()
    page.screenshot(path=shots / "site_study.png")
    page.get_by_role("link", name="Benchmark regression results").click()
    page.screenshot(path=shots / "site_table.png")
    page.get_by_role("link", name="0.440").click()
    row = page.locator("tr:target")
    expect(row).to_contain_text("0.439835478")
    page.screenshot(path=shots / "site_number.png")
    page.get_by_role("link", name="New quality productive forces", exact=True).click()
    page.get_by_role("link", name="energy_intensity").first.click()
    first = page.locator("table.grid tr.below").first
    first.get_by_role("link").nth(1).click()
    cell = page.locator("td:target")
    printed = cell.inner_text()
    cell.get_by_role("link").click()
    marked = page.locator("td:target")
    expect(marked).to_be_visible()
    assert float(marked.inner_text().replace(",", "")) == pytest.approx(float(printed), rel=1e-5)
    assert "outline" in marked.evaluate("one => getComputedStyle(one).outlineStyle + ' outline'")
    page.screenshot(path=shots / "site_cell.png")


def test_language_search_sort_and_filter(page: sync_api.Page, built_sample: Project) -> None:
    page.goto((built_sample.site / "province" / "index.html").as_uri())
    expect(page.get_by_role("heading", name="What was found")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="主要结果")).to_be_visible()
    expect(page.get_by_text("合成数据：").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="主要结果")).to_be_visible()
    page.get_by_role("button", name="English").click()
    page.locator("#search").fill("grain")
    page.locator("#found a").first.wait_for()
    page.locator("#search").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Grain")
    page.goto((built_sample.site / "province" / "variables" / "nqpf.html").as_uri())
    weights = page.locator("section", has=page.get_by_role("heading", name="Weights")).locator(
        "table"
    )
    head = weights.get_by_role("button", name="Weight")
    head.click()
    shown = [float(one) for one in weights.locator("tbody tr td:last-child").all_inner_texts()]
    assert shown == sorted(shown)
    head.click()
    shown = [float(one) for one in weights.locator("tbody tr td:last-child").all_inner_texts()]
    assert shown == sorted(shown, reverse=True)
    page.get_by_label("Filter rows").first.fill("telecom")
    assert weights.locator("tbody tr:visible").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_narrow_screens_scroll_tables_and_not_the_page(
    page: sync_api.Page, built_sample: Project, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("province/index.html", "province/tables/spatial.html", "province/series/gdp.html"):
        page.goto((built_sample.site / path).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    ink, paper = page.evaluate(
        "['color', 'backgroundColor'].map(name => getComputedStyle(document.body)[name])"
    )
    light = [sum(map(int, one.strip("rgb()").split(","))) for one in (ink, paper)]
    assert (light[0] > light[1]) == (scheme == "dark")


def test_without_scripts_every_page_is_whole(
    browser: sync_api.Browser, built_sample: Project
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((built_sample.site / "province" / "tables" / "table_1.html").as_uri())
    expect(page.get_by_role("link", name="0.440")).to_be_visible()
    expect(page.locator("#language")).to_be_hidden()
    context.close()
