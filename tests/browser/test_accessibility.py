"""Every kind of page, for readers of all kinds: the rules of axe-core, and a walk by keyboard alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import nqpf_assets.site as room
from nqpf_assets.user_input.project import Project
from tests.browser.chromium import MARKS, chromium, opened, sync_api
from tests.site.every_kind import NO_PAGE, PAGES, page_of, site_of_every_kind

pytestmark = MARKS
expect = sync_api.expect
axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
)

OPTIONS = {"resultTypes": ["violations"], "preload": False}
"""All rules; style sheets are not fetched a second time, which the pages forbid."""
READERS = {
    "light": {"locale": "en-GB", "color_scheme": "light"},
    "dark": {"locale": "zh-CN", "color_scheme": "dark"},
    "phone, light": {
        "locale": "zh-CN", "color_scheme": "light", "viewport": {"width": 390, "height": 800},
    },
    "phone, dark": {
        "locale": "en-GB", "color_scheme": "dark", "viewport": {"width": 390, "height": 800},
    },
}  # fmt: skip
"""Reader → how pages come to them: both languages on both grounds and both widths."""


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def site() -> Path:
    return site_of_every_kind()


def violations(page: sync_api.Page, *without: str) -> list[tuple[str, str, str, str]]:
    """Rule, weight, first element and what is wrong with it; of everything that is seen now.

    Args:
        without: rules that are not held here.
    """
    rules = {name: {"enabled": False} for name in without}
    found = axe.Axe().run(page, options=OPTIONS | {"rules": rules}).response["violations"]
    return [
        (one["id"], one["impact"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"])
        for one in found
    ]


def test_every_template_has_a_page_here() -> None:
    templates = {path.stem for path in (Path(room.__file__).parent / "templates").glob("*.html")}
    assert templates - NO_PAGE == PAGES.keys() - {"series"}


@pytest.mark.parametrize("reader", READERS)
def test_no_page_breaks_a_rule(browser: sync_api.Browser, site: Path, reader: str) -> None:
    with opened(browser, **READERS[reader]) as page:
        for kind in PAGES:
            page.goto(page_of(site, kind).as_uri())
            assert violations(page) == [], kind
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= page.viewport_size["width"], f"{kind}: tables scroll, the page does not"
        page.goto(page_of(site, "study").as_uri())
        page.locator("#search").fill("g")
        expect(page.locator("#found a").first).to_be_visible()
        assert violations(page) == [], "with what was found"


@pytest.mark.parametrize("path", ["index.html", "tables/spatial.html", "columns/table_1-2.html"])
def test_nor_does_a_long_one(browser: sync_api.Browser, built_sample: Project, path: str) -> None:
    with opened(browser, color_scheme="dark") as page:
        page.goto((built_sample.site / "province" / path).as_uri())
        assert violations(page) == []
        shots = os.environ.get("NQPF_SCREENSHOTS")
        if shots:
            page.screenshot(path=Path(shots) / f"site_{Path(path).stem}_dark.png", full_page=True)


def test_by_keyboard_alone_from_the_search_to_the_cell(
    browser: sync_api.Browser, site: Path
) -> None:
    """Tab, arrows, Enter and Escape reach everything, and where one is can be seen."""
    with opened(browser) as page:
        page.goto(page_of(site, "home").as_uri())
        press, focused = page.keyboard.press, page.locator(":focus")
        press("Tab")
        expect(focused).to_have_text("Skip to content", use_inner_text=True)
        expect(focused).to_be_in_viewport()
        press("Enter")
        press("Tab")
        expect(focused).to_have_text("mini")
        assert focused.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
        press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("mini")

        while page.evaluate("document.activeElement.id") != "search":
            press("Tab")
        page.keyboard.type("gdp")
        expect(page.locator("#told")).to_contain_text("found")
        press("ArrowDown")
        expect(focused).to_contain_text("gdp")
        press("ArrowUp")
        expect(page.locator("#search")).to_be_focused()
        press("Escape")
        expect(page.locator("#found")).to_be_hidden()
        page.keyboard.type("mini: gdp")
        press("ArrowDown")
        press("Enter")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert "/series/" in page.url

        while page.evaluate("document.activeElement.closest('table') === null"):
            press("Tab")
        printed = float(focused.inner_text().replace(",", ""))
        press("Enter")
        marked = page.locator("td:target")
        expect(marked).to_be_in_viewport()
        assert float(marked.inner_text().replace(",", "")) == pytest.approx(printed, rel=1e-5)


def test_a_wide_table_scrolls_by_keyboard(browser: sync_api.Browser, site: Path) -> None:
    with opened(browser, viewport={"width": 390, "height": 800}) as page:
        page.goto(page_of(site, "series").as_uri())
        frame = page.locator(".wide").first
        frame.focus()
        page.keyboard.press("ArrowRight")
        # Asked from outside: the page's policy lets no text be run as a script, not even the test's.
        expect(frame).not_to_have_js_property("scrollLeft", 0)
