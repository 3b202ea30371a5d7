"""A site read back as a browser would: pages, anchors, links, and the text that each link has."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path


@dataclass
class Read:
    """One page.

    Attributes:
        anchors: id → text of the element, of table cells and rows.
        links: address and text.
        below: id → address of the last link inside the element.
        text: all of it.
    """

    anchors: dict[str, str] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    below: dict[str, str] = field(default_factory=dict)
    text: str = ""


class _Reader(HTMLParser):
    VOID = frozenset({"meta", "link", "input", "br", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.read = Read()
        self.open: list[tuple[str, str | None, str | None, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        assert not [name for name in known if name.startswith("on")], "no script in attributes"
        if tag in self.VOID:
            if tag == "link" and known["rel"] != "icon":
                self.read.links.append((known["href"] or "", "style"))
            if tag == "img":
                assert known["alt"], "a picture is told to those who do not see it"
                self.read.links.append((known["src"] or "", "picture"))
            return
        if tag == "script":
            self.read.links.append((known["src"] or "", "script"))
        self.open.append((tag, known.get("id"), known.get("href"), []))

    def handle_endtag(self, tag: str) -> None:
        name, anchor, href, parts = self.open.pop()
        assert name == tag, f"<{name}> is closed by </{tag}>"
        text = " ".join(parts) if name == "tr" else "".join(parts)
        if anchor is not None:
            assert anchor not in self.read.anchors, f"two places are called {anchor}"
            self.read.anchors[anchor] = text
        if href is not None:
            self.read.links.append((href, text))
            self.read.below |= {one[1]: href for one in self.open if one[1] is not None}
        if self.open:
            self.open[-1][3].append(text)
        self.read.text += text if not self.open else ""

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1][3].append(data)


@cache
def read_page(path: Path) -> Read:
    """One page, held to be well-formed."""
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    assert not reader.open, f"{path}: {reader.open[-1][0]} is not closed"
    return reader.read


def target(site: Path, page: Path, href: str) -> tuple[Path, str]:
    """The page that a link of a page leads to, and the anchor there."""
    address, _, anchor = href.partition("#")
    folder = page.relative_to(site).parent.as_posix()
    path = (
        posixpath.normpath(posixpath.join(folder, address)) if address else page.relative_to(site)
    )
    return site / path, anchor


def dead_links(site: Path) -> set[tuple[str, str]]:
    """Pages with links that lead to no page, or to no place on it."""
    found = set()
    for page in sorted(site.rglob("*.html")):
        for href, _ in read_page(page).links:
            path, anchor = target(site, page, href)
            if not path.is_file() or (anchor and anchor not in read_page(path).anchors):
                found.add((page.relative_to(site).as_posix(), href))
    return found
