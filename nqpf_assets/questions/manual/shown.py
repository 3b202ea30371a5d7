"""A page in the terminal: set by rich, with links as the commands that show where they lead."""

from __future__ import annotations

import posixpath
import re
from itertools import groupby
from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import counted
from nqpf_assets.questions.manual.pages import page_named, pages
from nqpf_assets.questions.manual.search import MOST, Hit

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 100
"""Columns of a page; longer lines are hard to read."""
_LINK = re.compile(
    r"^(?:```|~~~).*?^(?:```|~~~)\s*$"
    r"|(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*<?([^)\s>]+)>?\s*\)|`[^`\n]+`",
    re.MULTILINE | re.DOTALL,
)
"""A block of code, a link, or a span of code: whichever begins first holds what is in it."""
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)


def print_page(console: Console, text: str, topic: str) -> None:
    """Markdown of a page; a wide screen is not filled."""
    from rich.markdown import Markdown

    words = Markdown(with_calls(text, topic), hyperlinks=False)
    console.print(words, width=min(console.width, WIDEST))


def print_topics(console: Console) -> None:
    """All topics with their titles, those of a folder apart."""
    for folder, members in groupby(pages().values(), key=lambda one: posixpath.dirname(one.topic)):
        if folder:
            console.print(f"\n{folder}")
        for page in members:
            console.print(f"  {page.topic.removeprefix(f'{folder}/'):<22} {page.title}")
    console.print(
        "\n`nqpf help TOPIC` shows a page, `nqpf help TOPIC SECTION` a section of it, "
        "`nqpf help WORD …` where it is spoken of;\n`nqpf COMMAND --help` what a command is told",
        soft_wrap=True,
    )


def print_hits(console: Console, words: str, hits: list[Hit]) -> None:
    """Sections that speak of something, each with the command that shows it."""
    console.print(f"`{words}` is spoken of in {counted(len(hits), 'sections')}", soft_wrap=True)
    for hit in hits[:MOST]:
        console.print(f"\n{hit.section.call}", soft_wrap=True)
        console.print(f"  {hit.section.title}{f': {hit.line}' if hit.line else ''}", soft_wrap=True)
    if len(hits) > MOST:
        console.print(f"\n… and {len(hits) - MOST} more: add a word")


def with_calls(text: str, topic: str) -> str:
    """A page whose links to other pages say how to open these, and whose comments are gone."""
    return _LINK.sub(lambda one: _called(one, topic), _COMMENT.sub("", text))


def _called(link: re.Match[str], topic: str) -> str:
    picture, words, target = link.groups()
    if target is None:
        return link[0]
    if picture:
        return f"*(picture: {words})*"
    if "://" in target:
        return f"{words} ({target})"
    path, _, anchor = target.partition("#")
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(topic), path)) if path else topic
    page = page_named(beside) if not path or path.endswith(".md") else None
    if page is None:  # a file of the checkout, of which the package has no page
        return words
    name = page.topic if not path or page.topic.count("/") != 1 else posixpath.basename(page.topic)
    name = name if page_named(name) is page else page.topic
    return f"{words} (`help {' '.join(filter(None, (name, anchor)))}`)"
