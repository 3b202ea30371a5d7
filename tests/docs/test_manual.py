"""The documentation as a site: every page, no link that leads nowhere, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from tests.docs.manual import build, moved, pages_of_site, write_pages
from tests.docs.markdown import CHECKOUT

PAGES = pages_of_site()


def test_every_page_has_its_place_in_the_menu() -> None:
    def pages(entry: object) -> list[str]:
        if isinstance(entry, str):
            return [entry]
        inside = entry.values() if isinstance(entry, dict) else entry
        return [page for one in inside for page in pages(one)]  # type: ignore[attr-defined]

    text = (CHECKOUT / "mkdocs.yml").read_text("utf-8").replace("!!python/object/apply:", "# ")
    named = pages(yaml.safe_load(text)["nav"])
    assert sorted(named) == sorted(PAGES)


def test_links_lead_to_where_pages_stand_on_the_site() -> None:
    def led(text: str, name: str) -> str:
        return moved(text, name, PAGES)

    assert led("[a](docs/cards.md#x)", "start.md") == "[a](cards.md#x)"
    assert led("[`a`](../README.md)", "cards.md") == "[`a`](start.md)"
    assert led("![a](docs/images/nqpf.svg)", "start.zh.md") == "![a](images/nqpf.svg)"
    assert led("[a](../studies.md)", "methods/tobit.md") == "[a](../studies.md)"
    assert led("[a](../nqpf_assets/cli.py)", "plugins.md") == "a"
    assert led("[a](none.md) `[b](cards.md)`", "index.md") == "[a](none.md) `[b](cards.md)`"


@pytest.mark.slow
def test_the_site_is_built_strictly_and_asks_nothing_of_others(tmp_path: Path) -> None:
    write_pages(tmp_path / "pages")
    done = build(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    built = {path: path.read_text("utf-8") for path in (tmp_path / "site").rglob("*.html")}
    assert len(built) >= len(PAGES)
    built.pop(tmp_path / "site" / "404.html")  # its links are those of a web server
    for path, text in built.items():
        fetched = re.findall(r'(?:src|<link[^>]*href)="?(https?:[^"\s>]+)', text)
        assert [one for one in fetched if 'rel="canonical"' not in one] == [], path
        for target in re.findall(r'<a [^>]*href="([^":]+)"', text):
            to, _, anchor = unquote(target).partition("#")
            page = (path.parent / to).resolve() if to else path
            assert page.is_file(), (path, target)
            if anchor and not anchor.startswith("__"):
                assert f'id="{anchor}"' in page.read_text("utf-8"), (path, target)
    assert "新质生产力" in built[tmp_path / "site" / "start.zh.html"]


@pytest.mark.slow
@pytest.mark.parametrize("dead", ["[a](none.md)", "[a](cards.md#none)"])
def test_a_dead_link_stops_it(tmp_path: Path, dead: str) -> None:
    write_pages(tmp_path / "pages")
    page = tmp_path / "pages" / "index.md"
    page.write_text(f"{page.read_text('utf-8')}\n{dead}\n", "utf-8")
    assert build(tmp_path).returncode != 0
