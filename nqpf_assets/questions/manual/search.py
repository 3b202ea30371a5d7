"""Where the documentation speaks of words: sections that have all of them, the nearest first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nqpf_assets.questions.manual.pages import Page, Section, pages

MOST = 15
"""Sections that are told; a word that stands everywhere names nothing."""
LONGEST = 90
"""Characters of a line that is shown of a section."""


@dataclass(frozen=True)
class Hit:
    """A section that has all words, and a line of it that has one."""

    section: Section
    line: str


def search(words: list[str], page: Page | None = None) -> list[Hit]:
    """Sections with all of these words: those with them in the heading first, and pages before parts.

    Args:
        words: in any case; part of a longer word counts.
        page: where to look; all pages where not given.
    """
    wanted = [word.casefold() for word in words if word.strip()]
    if not wanted:
        return []
    found: list[tuple[tuple[int, bool, int], Hit]] = []
    for one in [page] if page is not None else list(pages().values()):
        for section in one.sections:
            text = section.own.casefold()
            if all(word in text for word in wanted):
                title = section.title.casefold()
                in_title = sum(word in title for word in wanted)
                lines = [line for line in section.own.splitlines()[1:] if _has(line, wanted)]
                hit = Hit(section, _shown(lines[0], wanted) if lines else "")
                found.append(((-in_title, section.anchor != "", -len(lines)), hit))
    return [hit for _, hit in sorted(found, key=lambda one: one[0])]


def _has(line: str, wanted: list[str]) -> bool:
    return any(word in line.casefold() for word in wanted)


def _shown(line: str, wanted: list[str]) -> str:
    """The line without its marks, or the part of a long one that has a word."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line)
    plain = re.sub(r"[`*|]+", " ", plain)
    plain = " ".join(plain.split()).lstrip("-# ")
    if len(plain) <= LONGEST:
        return plain
    places = [at for word in wanted if (at := plain.casefold().find(word)) >= 0]
    start = max(min(places, default=0) - LONGEST // 3, 0)
    part = plain[start : start + LONGEST]
    return f"{'…' if start else ''}{part}{'…' if start + LONGEST < len(plain) else ''}"
