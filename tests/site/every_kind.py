"""A small site that has a page of every template: published twice, with pictures in the place of figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.site import figure_pages
from nqpf_assets.site.ask_page import Asking, Engine
from nqpf_assets.site.build import site_pages
from nqpf_assets.site.change_pages import since_the_one_before
from nqpf_assets.site.figure_pages import FormerFigures
from nqpf_assets.site.write import put_in_place
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.once import once
from tests.publications.revisions import published_twice

PAGES = {
    "home": "index.html",
    "study": "mini/index.html",
    "table": "mini/tables/table_1.html",
    "column": "mini/columns/table_1-1.html",
    "variable": "mini/variables/wealth.html",
    "series": "mini/series/gdp.html",
    "lineage": "mini/lineage.html",
    "method": "methods/two_way_fe.html",
    "figures": "mini/figures.html",
    "changes": "changes.html",
    "ask": "ask/index.html",
    "files": "files/index.html",
    "file": "files/*.html",
}
"""Kind of page → one of it; a series has the template of a variable."""

NO_PAGE = {"layout", "figure", "checks"}
"""Templates that others are made from."""

_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><path d="M0 0h40v30H0z"/></svg>'
)


class _Picture:
    def svg(self) -> str:
        return _PICTURE


def site_of_every_kind() -> Path:
    """The site, made once in a run and not to be changed; `page_of` finds a page of a kind."""
    return once("site_of_every_kind", _build) / "site"


def project_of_every_kind() -> Project:
    """The project that it shows, not to be changed either."""
    return Project.at(site_of_every_kind().with_name("project"))


def _build(folder: Path) -> None:
    project = published_twice(folder / "project")
    site = folder / "site"
    with pytest.MonkeyPatch.context() as patched, open_closed(project.database) as connection:
        patched.setattr(figure_pages, "draw", lambda *_, **__: _Picture())
        changes = since_the_one_before(project, 2)
        former = FormerFigures(site, draws=True)
        asking = Asking(
            Engine(()), project.database
        )  # a page opened from a folder has no use for it
        pages = site_pages(connection, project.root, former, changes, asking)
        put_in_place(site, pages, "two")


def page_of(site: Path, kind: str) -> Path:
    """A page of a kind."""
    return next(
        path
        for path in sorted(site.glob(PAGES[kind]))
        if kind == "files" or "files/index" not in str(path)
    )
