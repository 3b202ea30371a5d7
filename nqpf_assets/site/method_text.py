"""A page of the documentation, written in Markdown, as markup of the site.

Links lead on where the site has the page, and are plain words elsewhere.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from nqpf_assets.questions.manual.pages import pages
from nqpf_assets.site.addresses import method_page

if TYPE_CHECKING:
    from markdown_it.token import Token


@cache
def text_of(topic: str, topics: tuple[str, ...]) -> Markup:
    """The text of a page; what it says in HTML is shown as text."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(pages()[topic].text)
    anchors = iter([section.anchor for section in pages()[topic].sections])
    for token in tokens:
        if token.type == "heading_open" and (anchor := next(anchors, "")):
            token.attrSet("id", anchor)
        elif token.type == "inline":
            token.children = list(_linked(token.children or [], topic, topics))
    html = parser.renderer.render([*_in_reach(tokens, pages()[topic].title)], parser.options, {})
    # The renderer has no place for attributes around fenced code; any other `<` is escaped.
    return Markup(html.replace("<pre>", '<pre tabindex="0">'))


def _in_reach(tokens: Sequence[Token], title: str) -> Iterator[Token]:
    """Tables that can be scrolled by keys, under heads that say of what they are; an empty head is a cell."""
    from markdown_it.token import Token

    scrolled = {"class": "wide", "role": "group", "tabindex": "0", "aria-label": title}
    for place, token in enumerate(tokens):
        if token.type == "table_open":
            token.attrSet("class", "plain")
            yield Token("wide_open", "div", 1, attrs={**scrolled})
        elif token.type == "th_open" and tokens[place + 1].content:
            token.attrSet("scope", "col")
        elif token.type == "th_open":
            token.tag = tokens[place + 2].tag = "td"
        yield token
        if token.type == "table_close":
            yield Token("wide_close", "div", -1, block=True)


def _linked(tokens: list[Token], topic: str, topics: tuple[str, ...]) -> Iterator[Token]:
    """Links to pages that the site has, with their addresses there; of others the words alone."""
    is_kept: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            address = _on_site(str(token.attrGet("href") or ""), topic, topics)
            is_kept.append(bool(address))
            if address:
                token.attrSet("href", address)
        if token.type == "link_close" and not is_kept.pop():
            continue
        if token.type == "link_open" and not is_kept[-1]:
            continue
        yield token


def _on_site(link: str, topic: str, topics: tuple[str, ...]) -> str:
    """Where a link of the documentation leads on the site; empty for nowhere."""
    path, hash_, anchor = link.partition("#")
    to = posixpath.normpath(posixpath.join(posixpath.dirname(topic), path.removesuffix(".md")))
    to = to if path else topic
    if to not in topics or (anchor and pages()[to].section(anchor) is None):
        return ""
    return posixpath.basename(method_page(to)) * (to != topic) + hash_ + anchor
