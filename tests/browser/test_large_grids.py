"""Pages of 3,000 units: held to the rules of axe-core, of a size that opens at once, walked by keyboard."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import MARKS, chromium, opened, sync_api
from tests.browser.test_accessibility import violations
from tests.command import nqpf
from tests.once import once
from tests.pages import CARD, page, write_files
from tests.stages.mini import STUDY

pytestmark = MARKS
expect = sync_api.expect
N_UNITS = 3000
YEARS = range(2014, 2019)
LARGEST = 2_000_000  # bytes of a page
PATIENCE = 30.0  # seconds until a page stands, sorts or filters on a busy machine; one that hangs never does
HEAD = "region_code,gb_code,name,short,english,level,parent,valid_from,valid_to,successor,spellings"
UNITS = [f"甲{place:04d}县" for place in range(N_UNITS)]
PAGES = {
    "study": "mini/index.html",
    "index": "mini/variables/wealth.html",
    "variable": "mini/variables/output_per_person.html",
    "series": "mini/series/gdp.html",
    "table": "mini/tables/table_1.html",
    "column": "mini/columns/table_1-1.html",
    "file": "files/*.html",
}


def _output(place: int, year: int) -> float | None:
    """A gap in every hundredth unit, which is filled."""
    return None if place % 100 == 7 and year == 2016 else 100.5 + (place * 37 + year * 13) % 4001


def _people(place: int, year: int) -> float:
    return 50 + (place * 53 + year * 29) % 2003


def _build(folder: Path) -> None:
    units = "".join(
        f"99{at:04d},,{name},,County {at},county,990000,1949,,,\n"
        for at, name in enumerate(UNITS, 1)
    )
    study = STUDY.partition("      - {label: (3)")[0]
    study = study.replace(
        "units: {level: province, only: [北京, 天津, 河北, 山西], expect: 4}",
        f'units: {{level: county, parent: "990000", expect: {N_UNITS}}}',
    ).replace("expect: {n: 16}", f"expect: {{n: {4 * N_UNITS}}}")
    files = {
        "catalog/regions.csv": f"{HEAD}\n990000,,甲省,甲,Jia,province,000000,1949,,,\n{units}",
        "studies/mini.yaml": study,
    }
    for series, unit, cell in (("gdp", "亿元", _output), ("population", "万人", _people)):
        card = CARD.format(publisher="Bureau", status="synthetic", published="2019-10", unit=unit,
                           series=series, label=series)  # fmt: skip
        files[f"raw/bureau/2019/{series}.csv"] = page(series, UNITS, YEARS, cell)
        files[f"raw/bureau/2019/{series}.csv.card.yaml"] = card
    ran = nqpf("refresh", project=write_files(folder, files).root)
    assert ran.status == 0, ran.err


@pytest.fixture(scope="module")
def site() -> Path:
    return once("site_of_large_grids", _build) / "warehouse" / "site"


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with chromium() as browser:
        yield browser


def _one(site: Path, kind: str) -> Path:
    return next(
        path for path in sorted(site.glob(PAGES[kind])) if path.stem != "index" or kind == "study"
    )


def test_no_page_is_larger_than_a_browser_likes(site: Path) -> None:
    sizes = {path: path.stat().st_size for path in site.rglob("*.html")}
    assert max(sizes.values()) <= LARGEST
    assert len(sizes) > 30, "3,000 units stand on several pages"


@pytest.mark.parametrize("kind", PAGES)
def test_no_page_breaks_a_rule_and_each_stands_at_once(
    browser: sync_api.Browser, site: Path, kind: str
) -> None:
    with opened(browser) as shown:
        begun = time.monotonic()
        shown.goto(_one(site, kind).as_uri())
        assert time.monotonic() - begun < PATIENCE
        # Contrast takes minutes over ten thousand cells; small pages of the same style are held to it.
        assert violations(shown, "color-contrast") == []


def _tab_until(shown: sync_api.Page, is_there: str) -> None:
    """Press Tab until the element in focus, `one`, is the one that is looked for."""
    for _ in range(300):
        shown.keyboard.press("Tab")
        if shown.evaluate(f"(one => {is_there})(document.activeElement)"):
            return
    raise AssertionError(f"Tab never comes to {is_there}")


def test_a_ranking_of_thousands_is_filtered_and_sorted_by_keyboard(
    browser: sync_api.Browser, site: Path
) -> None:
    with opened(browser) as shown:
        shown.goto(_one(site, "index").as_uri())
        rows = shown.locator("[aria-labelledby=ranking] tbody tr:visible")
        n_rows = rows.count()
        assert n_rows > 1000
        _tab_until(shown, "one.getAttribute('aria-label') === 'Filter rows'")
        begun = time.monotonic()
        shown.keyboard.type("甲04")
        expect(rows.first).to_contain_text("甲04")
        assert 0 < rows.count() < n_rows / 10
        _tab_until(shown, "one.closest('thead') !== null")
        shown.keyboard.press("Enter")
        expect(shown.locator("th[aria-sort=ascending]")).to_have_count(1)
        assert time.monotonic() - begun < PATIENCE


def test_a_number_of_a_large_grid_leads_to_its_cell_by_keyboard(
    browser: sync_api.Browser, site: Path
) -> None:
    with opened(browser) as shown:
        shown.goto(_one(site, "series").as_uri())
        _tab_until(shown, "one.closest('tbody') !== null")
        printed = float(shown.locator(":focus").inner_text().replace(",", ""))
        shown.keyboard.press("Enter")
        marked = shown.locator("td:target")
        expect(marked).to_be_in_viewport()
        assert float(marked.inner_text().replace(",", "")) == pytest.approx(printed, rel=1e-5)
