"""Searching, sorting, filtering and copying in a real browser: what a reader sees is what happens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import MARKS, chromium, opened, sync_api
from tests.site.every_kind import page_of, site_of_every_kind

pytestmark = MARKS
expect = sync_api.expect


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(site_of_every_kind(), tmp_path_factory.mktemp("tables") / "site"))


@pytest.fixture
def page(browser: sync_api.Browser) -> Iterator[sync_api.Page]:
    with opened(browser) as page:
        yield page


ROWS = ["10", "", "-2.5", "9", "1e-05", "1,200", "−∞", "none", "abc", "0", "2", "30"]


HEAD = (
    "<thead><tr><th scope='col'>at</th><th scope='col'><span class='en' lang='en'>one</span>"
    "<span class='zh' lang='zh-Hans'>一</span></th></tr></thead>"
)


def shown_rows(page: sync_api.Page, site: Path, rows: list[str]) -> sync_api.Locator:
    """The list of files with rows of a test's own in its table, which the script then makes sortable."""
    body = "".join(
        f"<tr><th scope='row'>{at}</th><td>{one}</td></tr>" for at, one in enumerate(rows)
    )
    text = page_of(site, "files").read_text("utf-8")
    before, _, rest = text.partition("<tbody>")
    after = rest.partition("</tbody>")[2]
    path = site / "files" / "own_rows.html"
    head = before.partition("<thead>")[0] + HEAD
    path.write_text(f"{head}<tbody>{body}</tbody>{after}", "utf-8")
    page.goto(path.as_uri())
    return page.locator("tbody tr:visible td")


def test_numbers_sort_before_words_and_nothing_stays_last(page: sync_api.Page, site: Path) -> None:
    cells = shown_rows(page, site, ROWS)
    head = page.get_by_role("button", name="one")
    head.click()
    assert cells.all_inner_texts() == [
        "−∞", "-2.5", "0", "1e-05", "2", "9", "10", "30", "1,200", "abc", "none", "",
    ]  # fmt: skip
    expect(page.get_by_role("columnheader", name="one")).to_have_attribute("aria-sort", "ascending")
    head.click()
    assert cells.all_inner_texts() == [
        "1,200", "30", "10", "9", "2", "1e-05", "0", "-2.5", "−∞", "none", "abc", "",
    ]  # fmt: skip


def test_filtered_rows_are_counted_and_stay_filtered_when_sorted(
    page: sync_api.Page, site: Path
) -> None:
    cells = shown_rows(page, site, ROWS)
    page.get_by_label("Filter rows").fill("0")
    n_left = cells.count()
    expect(page.locator("#told")).to_have_text(f"{n_left} of {len(ROWS)} rows")
    page.get_by_role("button", name="one").click()
    assert cells.count() == n_left
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_label("筛选行")).to_have_attribute("placeholder", "筛选")
    expect(page.get_by_role("button", name="复制表格")).to_be_visible()


def pasted(page: sync_api.Page) -> dict[str, str]:
    """What a program is given that pastes: text, and a table."""
    page.evaluate("""() => {
        const area = document.body.appendChild(document.createElement("textarea"));
        area.id = "area";
        area.addEventListener("paste", (event) => {
            window.pasted = Object.fromEntries(["text/plain", "text/html"].map(
                (kind) => [kind, event.clipboardData.getData(kind)]));
            event.preventDefault();
            area.dataset.pasted = "yes";
        });
        area.focus();
    }""")
    page.keyboard.press("Control+V")
    expect(page.locator("#area")).to_have_attribute("data-pasted", "yes")
    return page.evaluate("window.pasted")


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_a_printed_table_is_copied_as_it_is_read(
    browser: sync_api.Browser, site: Path, language: str
) -> None:
    """In one language, cell by cell; what stands in parentheses is no negative number in Excel."""
    with opened(browser, locale=language) as page:
        page.goto(page_of(site, "table").as_uri())
        seen = page.evaluate(
            "[...document.querySelectorAll('table.paper tr')]"
            ".map(row => [...row.cells].map(cell => cell.innerText.trim()))"
        )
        page.get_by_role("button", name="Copy table" if language == "en-GB" else "复制表格").click()
        got = pasted(page)
        rows = [line.split("\t") for line in got["text/plain"].split("\n")]
        assert rows == seen
        in_parentheses = [cell for row in rows for cell in row if cell.startswith("(")]
        assert len(in_parentheses) > 3
        assert got["text/html"].count("mso-number-format:") == len(in_parentheses)
        assert got["text/html"].count("<td") == sum(map(len, rows))


def test_only_rows_that_are_seen_are_copied_in_the_language_that_is_read(
    page: sync_api.Page, site: Path
) -> None:
    cells = shown_rows(page, site, ROWS)
    page.get_by_label("Filter rows").fill("0")
    left = cells.all_inner_texts()
    assert 0 < len(left) < len(ROWS)
    page.get_by_role("button", name="Copy table").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    head, *lines = pasted(page)["text/plain"].split("\n")
    assert head == "at\tone"
    assert [line.split("\t")[1] for line in lines] == left


def test_nothing_found_is_said(page: sync_api.Page, site: Path) -> None:
    page.goto(page_of(site, "home").as_uri())
    page.locator("#search").fill("zzzz")
    expect(page.locator("#found")).to_contain_text("0 found")
    page.locator("#search").fill("")
    expect(page.locator("#found")).to_be_hidden()
