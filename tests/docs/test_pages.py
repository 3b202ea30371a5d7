"""Pages that are made from the code are current, and no link leads nowhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.generated import PAGES, SCHEMAS, command_names, registry
from tests.docs.markdown import CHECKOUT, anchors, links, markdown_files

CONTRACT = {"refresh", "status", "query", "show", "check", "new-study"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_current(page: Path) -> None:
    assert page.read_text("utf-8") == PAGES[page](), "not current: run `make docs`"


def test_every_schema_has_its_place_on_the_page() -> None:
    assert {schema for schema, _ in registry()} == set(SCHEMAS)


def test_every_command_is_found_in_the_help() -> None:
    assert set(command_names()) >= CONTRACT


@pytest.mark.parametrize("page", markdown_files(), ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    dead = []
    for link in links(text):
        if "://" in link or link.startswith("mailto:"):
            continue
        target, _, anchor = unquote(link).partition("#")
        path = (page.parent / target).resolve() if target else page
        if (
            not path.exists()
            or not path.is_relative_to(CHECKOUT)
            or (anchor and anchor not in anchors(path.read_text("utf-8")))
        ):
            dead.append(link)
    assert dead == []


def test_every_page_of_the_documentation_is_in_the_index() -> None:
    index = CHECKOUT / "docs" / "index.md"
    pages = {
        page for page in markdown_files(committed=True) if page.is_relative_to(CHECKOUT / "docs")
    }
    linked = {
        (index.parent / link.partition("#")[0]).resolve()
        for link in links(index.read_text("utf-8"))
    }
    assert pages - linked - {index} == set()


def test_a_dead_link_and_a_dead_anchor_would_be_seen() -> None:
    text = "# One thing\n[a](docs/none.md) `[b](c)`\n```text\n[d](e)\n```\n## One thing\n"
    assert links(text) == ["docs/none.md"]
    assert anchors(text) == {"one-thing", "one-thing-1"}
