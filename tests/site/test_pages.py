"""The site of the sample: whole, linked, and with the numbers that are published."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.exports.printed.table import number_in, without_stars
from nqpf_assets.user_input.project import Project
from tests.conftest import nqpf
from tests.site.reading import dead_links, read_page, target

pytestmark = pytest.mark.slow  # reads some twenty megabytes of pages

MOST_BYTES = 2_000_000


@pytest.fixture(scope="module")
def site(built_sample: Project) -> Path:
    return built_sample.site


@pytest.fixture(scope="module")
def published(built_sample: Project) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(built_sample.database), read_only=True)


def pages(site: Path) -> list[Path]:
    found = sorted(site.rglob("*.html"))
    assert len(found) > 100
    return found


def test_every_link_leads_to_a_place_that_is_there(site: Path) -> None:
    assert sum(len(read_page(page).links) for page in pages(site)) > 10_000
    assert dead_links(site) == set()


def test_every_page_is_small_and_says_where_it_is_from_and_that_its_data_are_made_up(
    site: Path,
) -> None:
    for page in pages(site):
        assert page.stat().st_size < MOST_BYTES, page
        text = page.read_text("utf-8")
        assert 'name="nqpf:content"' in text
        assert "[SYNTHETIC DATA]</title>" in text, page
        assert "合成数据" in text, page
        assert "http:" not in text
        assert "https:" not in text, "a page needs no network"


def test_every_estimate_of_a_printed_table_leads_to_itself(
    site: Path, published: duckdb.DuckDBPyConnection
) -> None:
    """The number behind a link, rounded as the table rounds, is the printed one."""
    tables = published.execute("SELECT DISTINCT study, table_name FROM result.model").fetchall()
    n_followed, n_printed = 0, 0
    for study, table in tables:
        page = site / study / "tables" / f"{table}.html"
        rows = published.execute(f"FROM {study}.{table} WHERE row_kind = 'estimate'").fetchall()
        n_printed += sum(bool(cell) for row in rows for cell in row[3:])
        for href, text in read_page(page).links:
            path, anchor = target(site, page, href)
            if not anchor.startswith(("estimate-", "effect-", "test-")) or text[0] in "([":
                continue
            shown = number_in(without_stars(text)[0])
            assert shown is not None, text
            row = read_page(path).anchors[anchor]
            numbers = [
                float(part)
                for part in row.replace("[", " ").replace(",", " ").split()
                if _is_number(part)
            ]
            half = 0.5 * 10.0**-shown.decimals * float(f"1{shown.power}" if shown.power else 1)
            assert any(abs(one - shown.value) <= half * (1 + 1e-6) for one in numbers), (
                page,
                text,
                row,
            )
            n_followed += 1
    assert n_followed >= n_printed > 100, (
        "each estimate, and other numbers that have a line of their own"
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_every_value_of_a_series_leads_to_the_cell_that_it_was_read_from(
    site: Path, published: duckdb.DuckDBPyConnection
) -> None:
    rows = published.execute(
        "SELECT c.study, c.variable, c.unit, c.period, o.reported_text"
        " FROM panel.cell AS c INNER JOIN source.observation AS o"
        " ON o.file_id = c.file_id AND o.locator = c.locator AND o.series_id = c.variable"
        " WHERE c.file_id IS NOT NULL AND c.period = 2021"
    ).fetchall()
    assert len(rows) > 1_000
    for study, series, unit, period, printed in rows:
        page = site / study / "series" / f"{series}.html"
        path, anchor = target(site, page, read_page(page).below[f"{unit}-{period}"])
        assert _plain(printed) in _plain(read_page(path).anchors[anchor]), (series, unit, period)


def _plain(text: str) -> str:
    return text.replace(",", "").strip()


def test_a_number_is_five_clicks_from_its_cell(site: Path) -> None:
    """Table → column → index → indicator → series → file: each by a link on the page before."""
    way = [
        ("province/tables/table_1.html", "columns/"),
        (None, "variables/nqpf.html"),
        (None, "variables/energy_intensity"),
        (None, "series/gdp"),
        (None, "files/"),
    ]
    page = site / str(way[0][0])
    for _, part in way:
        href = next(one for one, _ in read_page(page).links if part in one and "index" not in one)
        page, anchor = target(site, page, href)
    assert "files" in page.parts
    assert read_page(page).anchors[anchor]


def test_a_second_site_of_the_same_publication_has_the_same_bytes(
    site: Path, built_sample: Project, tmp_path: Path
) -> None:
    nqpf("site", "-o", str(tmp_path / "again"), project=built_sample.root)
    for page in pages(site):
        again = tmp_path / "again" / page.relative_to(site)
        assert again.read_bytes() == page.read_bytes(), page


def test_a_file_that_is_no_longer_as_it_was_read_is_told_by_its_cells(
    sample_copy: Project, tmp_path: Path
) -> None:
    shutil.rmtree(sample_copy.raw)
    nqpf("site", "-o", str(tmp_path / "without"), project=sample_copy.root)
    some = next(
        page
        for page in (tmp_path / "without" / "files").glob("*.html")
        if page.name != "index.html"
    )
    assert "no longer there" in read_page(some).text
    page = tmp_path / "without" / "province" / "series" / "gdp.html"
    href = next(one for one, _ in read_page(page).links if "files/" in one and "#" in one)
    path, anchor = target(tmp_path / "without", page, href)
    assert "gdp" in read_page(path).anchors[anchor]


def test_what_checks_told_stands_where_it_belongs(
    site: Path, published: duckdb.DuckDBPyConnection
) -> None:
    rows = published.execute("SELECT about, found FROM audit.check_finding").fetchall()
    assert {about.partition(".")[0] for about, _ in rows} == {"audit", "province"}
    for about, found in rows:
        of = about.partition(".")[0]
        page = site / ("index.html" if of == "audit" else f"{of}/index.html")
        assert found[:60] in read_page(page).text, about
    assert "What checks told" not in read_page(site / "chongqing" / "index.html").text
