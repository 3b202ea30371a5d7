"""Figures on the pages: drawn when asked for, once for each content, and kept from site to site."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.commands.site import run
from nqpf_assets.figures import FigureRequest, draw, find_figure
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.publications.publish import current
from nqpf_assets.site import figure_pages
from nqpf_assets.site.build import site_pages
from nqpf_assets.site.figure_pages import FormerFigures
from nqpf_assets.site.keep import keep_site
from nqpf_assets.site.write import put_in_place
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.refreshed import refresh_here
from tests.site.reading import dead_links, read_page
from tests.stages.mini import STUDY, walked, write_mini

pytestmark = pytest.mark.slow  # a browser, or pages of a whole project


class Counted:
    """Draws a picture of its name alone, and remembers that it did."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, _: object, request: FigureRequest, **said: object) -> Counted:
        assert said == {"language": request.language, "is_bare": True, "boundaries": None}
        self.names.append(f"{request.full_name} {request.language}")
        return self

    def svg(self) -> str:
        return f"<svg><!-- {self.names[-1]} --></svg>"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    found = Counted()
    monkeypatch.setattr(figure_pages, "draw", found)
    return found


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return walked(tmp_path_factory.mktemp("figures"), is_published=True).project


def written(project: Project, site: Path, draws: bool) -> str:
    """The page of the study of a site that is written."""
    with open_closed(project.database) as connection:
        put_in_place(site, site_pages(connection, project.root, FormerFigures(site, draws)), "x")
    read_page.cache_clear()
    assert dead_links(site) == set()
    return read_page(site / "mini" / "index.html").text


def test_a_figure_is_drawn_when_asked_for_and_kept_as_long_as_its_data_are_the_same(
    mini: Project, counted: Counted, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    assert "nqpf site --figures" in written(mini, site, draws=False)
    assert not counted.names
    written(mini, site, draws=True)
    n_drawn = len(counted.names)
    assert n_drawn == len(set(counted.names)) == len([*site.rglob("*.svg")]) > 8
    page = read_page(site / "mini" / "figures.html")
    assert "publication 1 of" in page.text
    assert "第 1 次发布" in page.text
    assert page.text.count("Synthetic data.") == n_drawn // 2
    for draws in (True, False):
        assert "nqpf site --figures" not in written(mini, site, draws)
    assert len(counted.names) == n_drawn, "nothing is drawn again"
    links = [href for href, _ in read_page(site / "mini" / "tables" / "table_1.html").links]
    assert any("figures.html#" in href for href in links)


def test_a_figure_of_other_data_is_not_shown_and_drawn_anew(
    mini: Project, counted: Counted, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    written(mini, site, draws=True)
    n_drawn = len(counted.names)
    other = walked(
        tmp_path / "other", STUDY.replace("title: Wealth", "title: Riches"), is_published=True
    ).project
    assert "nqpf site --figures" in written(other, site, draws=False)
    written(mini, site, draws=True)
    written(other, site, draws=True)
    assert len(counted.names) == 3 * n_drawn


def test_where_a_font_is_missing_the_english_figure_stands_in_both_languages(
    mini: Project, counted: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_font(tables: object, request: FigureRequest, **said: object) -> Counted:
        if request.language == "zh":
            raise InputError([Problem(file="", where="", expected="a font", found="", remedy="")])
        return counted(tables, request, **said)

    monkeypatch.setattr(figure_pages, "draw", no_font)
    written(mini, tmp_path / "site", draws=True)
    assert {name.split(".")[-3] for name in map(str, (tmp_path / "site").rglob("*.svg"))} == {"en"}


def test_without_the_library_pages_are_written_and_what_to_install_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = walked(tmp_path, is_published=True).project
    (project.root / "nqpf.yaml").write_text("site: figures\n", encoding="utf-8")
    monkeypatch.setattr("nqpf_assets.site.figure_pages.find_spec", lambda _: None)
    monkeypatch.setattr("nqpf_assets.figures.drawing.find_spec", lambda _: None)
    (told,) = keep_site(project, current(project))
    assert told.severity == "warning"
    assert "nqpf-assets[figures]" in told.remedy
    assert (project.site / "index.html").is_file()
    with pytest.raises(InputError, match=r"nqpf-assets\[figures\]"):
        run(project=project.root, figures=True)


def test_a_bare_figure_does_not_name_the_publication(mini: Project) -> None:
    with open_closed(mini.database) as connection:
        request = find_figure(connection, "mini", "wealth")
        whole = draw(connection, request).svg()
        bare = draw(connection, request, is_bare=True).svg()
    assert "publication 1 of" in whole
    assert "publication" not in bare
    assert "SYNTHETIC DATA" in bare


def test_figures_come_with_a_refresh_that_is_asked_for_them(tmp_path: Path) -> None:
    project = write_mini(tmp_path)
    (project.root / "nqpf.yaml").write_text("site: figures\n", encoding="utf-8")
    refresh_here(project)
    assert [*project.site.rglob("*.svg")]
    assert dead_links(project.site) == set()
