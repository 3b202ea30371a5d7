"""When pages are written, over what, and what happens where they cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.messages.problems import InputError
from nqpf_assets.publications.publish import current
from nqpf_assets.site import build, places, table_pages, value_pages, values
from nqpf_assets.site.build import site_pages
from nqpf_assets.site.keep import keep_site, name_of
from nqpf_assets.site.page import Page
from nqpf_assets.site.write import RECORD, put_in_place, shows
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.refreshed import refresh_here, refreshed
from tests.site.reading import dead_links, read_page
from tests.stages.mini import walked, write_mini


def test_a_site_takes_the_place_of_the_former_one_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    assert put_in_place(folder, [Page("a.html", b"1"), Page("b/c.html", b"2")], "one") == 2
    assert shows(folder, "one")
    assert put_in_place(folder, [Page("a.html", b"3")], "two") == 1
    assert {path.name for path in folder.rglob("*") if path.is_file()} == {"a.html", RECORD}
    assert shows(folder, "two")
    assert not shows(folder, "one")
    assert [path.name for path in tmp_path.iterdir()] == ["site"], "nothing is left beside it"


def test_a_site_that_cannot_be_made_leaves_the_former_one(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    put_in_place(folder, [Page("a.html", b"1")], "one")

    def broken() -> list[Page]:
        raise OSError("disk full")

    def pages():  # type: ignore[no-untyped-def]
        yield Page("b.html", b"2")
        broken()

    with pytest.raises(OSError, match="disk full"):
        put_in_place(folder, pages(), "two")
    assert shows(folder, "one")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_stop_between_the_two_names_loses_no_site(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    put_in_place(folder, [Page("a.html", b"1")], "one")
    folder.rename(tmp_path / ".site.old")
    with pytest.raises(ZeroDivisionError):
        put_in_place(folder, (Page(str(1 // 0), b"") for _ in "x"), "two")
    assert shows(folder, "one")


@pytest.mark.parametrize("what", ["a file", "a folder of others", "a link"])
def test_what_is_no_site_is_never_replaced(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "site"
    if what == "a file":
        folder.write_text("mine")
    elif what == "a link":
        (tmp_path / "real").mkdir()
        folder.symlink_to(tmp_path / "real")
    else:
        folder.mkdir()
        (folder / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="a new or empty folder"):
        put_in_place(folder, [Page("a.html", b"1")], "one")
    assert folder.exists()


def test_a_stop_behind_the_last_step_leaves_nothing_for_long(tmp_path: Path) -> None:
    project = walked(tmp_path, is_published=True).project
    publication = current(project)
    assert publication is not None
    put_in_place(project.site, [Page("a.html", b"1")], name_of(publication))
    former = project.site.with_name(".site.old")
    put_in_place(former, [Page("b.html", b"2")], "another")
    assert keep_site(project, publication) == ()
    assert not former.exists()
    assert (project.site / "a.html").exists()


@pytest.mark.slow
def test_pages_follow_what_is_published(tmp_path: Path) -> None:
    """Written with the first publication; again where they were lost; not where nobody wants them."""
    project = refreshed(write_mini(tmp_path / "own"))
    first = project.site / "index.html"
    assert first.is_file()
    (project.site / RECORD).unlink()
    first.unlink()
    for path in sorted(project.site.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert "nothing new" in refresh_here(project)
    assert first.is_file(), "a refresh that was stopped after publishing is made good by the next"
    (project.root / "nqpf.yaml").write_text("site: false\n", encoding="utf-8")
    other = write_mini(tmp_path / "other")
    (other.root / "nqpf.yaml").write_text("site: false\n", encoding="utf-8")
    refresh_here(other)
    assert not other.site.exists()


@pytest.mark.slow
def test_something_of_the_users_in_its_place_is_told_and_costs_no_number(tmp_path: Path) -> None:
    project = write_mini(tmp_path)
    project.site.mkdir(parents=True)
    (project.site / "mine.txt").write_text("mine")
    told = refresh_here(project)
    assert project.database.is_file()
    assert "published" in told
    assert (project.site / "mine.txt").read_text() == "mine"


def test_a_study_of_too_many_values_says_so_and_has_no_dead_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = walked(tmp_path / "p", is_published=True).project
    monkeypatch.setattr(values, "MOST_VALUES", 10)
    monkeypatch.setattr(places, "MOST_READ", 0)
    with open_closed(project.database) as connection:
        put_in_place(tmp_path / "site", site_pages(connection, project.root), "one")
    found = {path.relative_to(tmp_path / "site").as_posix() for path in tmp_path.rglob("*.html")}
    assert not [path for path in found if "/series/" in path or "/variables/" in path]
    assert "nqpf explain mini.VARIABLE" in read_page(tmp_path / "site" / "mini" / "index.html").text
    assert dead_links(tmp_path / "site") == set()


@pytest.mark.parametrize(
    "error", [ValueError("a page"), OSError(28, "No space left"), KeyError("x")]
)
def test_whatever_stops_the_pages_is_told_as_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    project = walked(tmp_path, is_published=True).project

    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(build, "site_pages", broken)
    (told,) = keep_site(project, current(project))
    assert told.severity == "warning"
    assert type(error).__name__ in told.found
    assert not project.site.exists()


def test_long_rankings_and_samples_are_cut_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = walked(tmp_path / "p", is_published=True).project
    monkeypatch.setattr(value_pages, "MOST_RANKED", 2)
    monkeypatch.setattr(table_pages, "MOST_SPANS", 3)
    with open_closed(project.database) as connection:
        put_in_place(tmp_path / "site", site_pages(connection, project.root), "one")
    variable = (tmp_path / "site" / "mini" / "variables" / "wealth.html").read_text("utf-8")
    ranking = variable.partition('id="ranking"')[2].partition("</section>")[0]
    assert "2 / 4; <code>nqpf query --ready index_ranking" in ranking
    assert ranking.count('<th scope="row">') == 2
    assert ranking.count('lang="en">') > 2, "names of units in both languages"
    column = (tmp_path / "site" / "mini" / "columns" / "table_1-1.html").read_text("utf-8")
    rows = column.partition('id="rows"')[2].partition("</section>")[0]
    assert "3 / 4; <code>FROM mini.model_span" in rows
    assert rows.count("<li>") == 3
