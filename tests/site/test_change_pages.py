"""The page of what changed: the rows of the difference, each linked to what is there now."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.exports.told_numbers import pair_words
from nqpf_assets.publications.difference import Difference
from nqpf_assets.site.build import site_pages
from nqpf_assets.site.change_pages import since_the_one_before
from nqpf_assets.site.write import put_in_place
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.publications.revisions import published_twice
from tests.site.reading import dead_links, read_page, target

pytestmark = pytest.mark.slow  # publishes twice


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One cell of 山西 2017 is ten per cent higher in a later vintage."""
    return published_twice(tmp_path_factory.mktemp("changes"))


@pytest.fixture(scope="module")
def found(twice: Project) -> Difference:
    difference = since_the_one_before(twice, 2)
    assert difference is not None
    return difference


@pytest.fixture(scope="module")
def site(twice: Project, found: Difference, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages") / "site"
    with open_closed(twice.database) as connection:
        put_in_place(folder, site_pages(connection, twice.root, changes=found), "two")
    return folder


def test_no_link_is_dead_and_every_page_leads_there(site: Path) -> None:
    assert dead_links(site) == set()
    for page in site.rglob("*.html"):
        links = [target(site, page, href)[0] for href, _ in read_page(page).links]
        assert site / "changes.html" in links


def test_the_cell_and_every_coefficient_stand_there_before_and_after(
    site: Path, found: Difference
) -> None:
    page = site / "changes.html"
    text = read_page(page).text
    assert "because   file added: raw/bureau/2020/output.csv" in text
    assert "moved by 1 cell of gdp (raw/bureau/2020/output.csv, added)" in text
    places = [target(site, page, href) for href, _ in read_page(page).links]
    (cell,) = found.parts["cell"].to_dicts()
    assert all(one in text for one in pair_words(cell["old_value"], cell["new_value"], 6))
    assert (site / "mini" / "series" / "gdp.html", "140000-2017") in places
    rows = found.parts["estimate"].to_dicts()
    assert len(rows) > 2
    for row in rows:
        assert all(one in text for one in pair_words(row["old_estimate"], row["new_estimate"]))
        anchor = f"estimate-{row['term']}"
        assert any(path.parent.name == "columns" and anchor == at for path, at in places)
    for row in (*found.parts["weight"].to_dicts(), *found.parts["score"].to_dicts()):
        assert (site / "mini" / "variables" / f"{row['index_name']}.html", "") in places


def test_the_first_publication_changes_nothing(twice: Project) -> None:
    assert since_the_one_before(twice, 1) is None


def test_where_the_one_before_is_not_kept_there_is_no_page(
    twice: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nqpf_assets.site.change_pages.numbers", lambda _: [2])
    assert since_the_one_before(twice, 2) is None
