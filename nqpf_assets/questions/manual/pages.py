"""Pages of the documentation by topic, and their sections by the anchors of their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from nqpf_assets.user_input.project import docs_root

METHODS = "methods/"
"""Folder whose pages are topics by their names alone as well: `threshold` for `methods/threshold`."""
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it, up to the next heading of its rank.

    Attributes:
        topic: of the page.
        anchor: by which links and `nqpf help TOPIC SECTION` find it; empty for the page itself.
        text: Markdown, with the heading.
        own: that part of the text that no heading below it has.
    """

    topic: str
    anchor: str
    title: str
    text: str
    own: str

    @property
    def call(self) -> str:
        """The command that shows it."""
        return " ".join(filter(None, ("nqpf help", self.topic, self.anchor)))


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        topic: its path below `docs/` without the suffix.
        path: where it stands.
    """

    topic: str
    path: Path

    @cached_property
    def text(self) -> str:
        """Markdown, as it stands."""
        return self.path.read_text("utf-8")

    @property
    def title(self) -> str:
        """The heading of the page."""
        return self.sections[0].title

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The page itself, then each of its sections in order."""
        lines = self.text.splitlines()
        heads = list(_headings(lines))
        found: list[Section] = []
        for place, (start, rank, title) in enumerate(heads):
            later = heads[place + 1 :]
            next_start = later[0][0] if later else len(lines)
            end = next((at for at, other, _ in later if other <= rank), len(lines))
            if not found:
                end = len(lines)
            found.append(
                Section(
                    self.topic,
                    _free(anchor_of(title), found) if found else "",
                    title,
                    "\n".join(lines[start:end]),
                    "\n".join(lines[start:next_start]),
                )
            )
        return tuple(found)

    def section(self, anchor: str) -> Section | None:
        """The section of an anchor."""
        return next((one for one in self.sections if one.anchor == anchor), None)


def _headings(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Line, rank and words of each heading that is none of a block of code."""
    fence = ""
    for number, line in enumerate(lines):
        if mark := _FENCE.match(line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        elif not fence and (head := _HEADING.match(line)):
            yield number, len(head[1]), re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", head[2])


def anchor_of(title: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _free(anchor: str, found: list[Section]) -> str:
    """An anchor that no section before has."""
    known, number, name = {one.anchor for one in found}, 0, anchor
    while name in known:
        number += 1
        name = f"{anchor}-{number}"
    return name


@cache
def pages() -> dict[str, Page]:
    """All of them by topic: the index, pages of the folder itself, then those of folders below it."""
    root = docs_root()
    topics = {
        path.relative_to(root).with_suffix("").as_posix().lower(): path
        for path in root.rglob("*.md")
    }
    order = sorted(topics, key=lambda topic: (topic.count("/"), topic != "index", topic))
    return {topic: Page(topic, topics[topic]) for topic in order}


def page_named(word: str) -> Page | None:
    """The page of a topic; one of methods, or of a package's folder, by its name alone too."""
    known, asked = pages(), word.lower().removesuffix(".md").removeprefix("docs/").strip("/")
    named = known.get(asked) or known.get(asked.replace("-", "_"))
    return named or known.get(f"{METHODS}{asked.replace('-', '_')}")


def section_named(word: str) -> Section | None:
    """The one section of all pages with this anchor, or that of a command in the list of commands."""
    anchor = anchor_of(word)
    if (of_command := pages()["commands"].section(f"nqpf-{anchor}")) is not None:
        return of_command
    same = [one for page in pages().values() if (one := page.section(anchor)) is not None]
    return same[0] if len(same) == 1 else None
