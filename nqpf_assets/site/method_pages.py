"""Pages of methods: formulas and conventions of what a publication uses, as the documentation has them.

Which page a method is explained on is what its registration and the documentation say themselves. Their
Markdown becomes markup here; links lead on where the site has the page, and are plain words elsewhere.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from nqpf_assets.questions.manual.pages import METHODS, Section, anchor_of, pages
from nqpf_assets.site.addresses import method_page
from nqpf_assets.site.page import Page, drawn
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.indices import INDEX_METHODS

if TYPE_CHECKING:
    from markdown_it.token import Token

    from nqpf_assets.explanations.published import PublishedStudy

_MORE = re.compile(rf"^- More: \[[^\]]+\]\(({METHODS}[\w-]+)\.md(?:#([\w-]+))?\)", re.MULTILINE)
"""How a section on what can be estimated leads to the page of its method."""
_KIND = re.compile(r"^\s*kind: (\w+)", re.MULTILINE)
ALWAYS = ("methods/vintages", "methods/influence")
"""Pages on what all studies do with published cells."""


@dataclass(frozen=True)
class Method:
    """Where a method is explained.

    Attributes:
        topic: of the page, as the documentation calls it.
        anchor: of the section; empty for the whole page.
    """

    topic: str
    anchor: str = ""

    @property
    def title(self) -> str:
        """Of the section, or of the page."""
        section = pages()[self.topic].section(self.anchor)
        return section.title if section else pages()[self.topic].title

    @property
    def address(self) -> str:
        """The same on the site."""
        return method_page(self.topic) + (f"#{self.anchor}" if self.anchor else "")


def methods_used(studies: Iterable[PublishedStudy]) -> dict[str, dict[str, Method]]:
    """Study → estimator, index method, or printed table of another kind → where it is explained."""
    return {study.name: dict(_used(study)) for study in studies}


def _used(study: PublishedStudy) -> Iterator[tuple[str, Method]]:
    for row in study.rows("SELECT DISTINCT estimator FROM {study}.model ORDER BY 1"):
        name = row["estimator"]
        if name in ESTIMATORS and (found := _documented(ESTIMATORS[name].documentation)):
            yield name, found
    for row in study.rows("SELECT DISTINCT method FROM {study}.index_definition ORDER BY 1"):
        name = row["method"]
        if name in INDEX_METHODS.all and (
            found := _documented(INDEX_METHODS.all[name].documentation)
        ):
            yield name, found
    if study.has("table_definition", "definition"):
        for row in study.rows("FROM {study}.table_definition ORDER BY table_name"):
            if found := _of_kinds().get(json.loads(row["definition"])["kind"]):
                yield row["table_name"], found


def _documented(said: str) -> Method | None:
    """The page of methods that a registered place leads to; None of a package's own."""
    path, _, heading = said.removeprefix("docs/").partition("#")
    page = pages().get(path.removesuffix(".md"))
    if page is None:
        return None
    anchor = anchor_of(heading) if heading else ""
    if page.topic.startswith(METHODS):
        return Method(page.topic, anchor if page.section(anchor) else "")
    section = page.section(anchor)
    return _more(section) if section else None


def _more(section: Section) -> Method | None:
    found = _MORE.search(section.own)
    return Method(found[1], found[2] or "") if found and found[1] in pages() else None


@cache
def _of_kinds() -> Mapping[str, Method]:
    """Kind of table → its page, of the sections that show one as an example."""
    return {
        kind: method
        for section in pages()["estimators"].sections[1:]
        for kind in _KIND.findall(section.own)
        if (method := _more(section)) is not None
    }


def method_pages(used: Mapping[str, Mapping[str, Method]], about: dict[str, Any]) -> Iterator[Page]:
    """A page for each that is used anywhere."""
    for topic in topics_of(used):
        yield drawn(
            "method.html",
            method_page(topic),
            title=pages()[topic].title,
            text=_markup(topic, topics_of(used)),
            **about,
        )


def topics_of(used: Mapping[str, Mapping[str, Method]]) -> tuple[str, ...]:
    """Pages of methods, sorted; none where nothing is published."""
    found = {method.topic for of in used.values() for method in of.values()}
    return tuple(sorted(found | {*ALWAYS})) if used else ()


@cache
def _markup(topic: str, topics: tuple[str, ...]) -> Markup:
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
    html = parser.renderer.render(tokens, parser.options, {})
    wide = '<div class="wide" role="group" tabindex="0" aria-label="{}"><table class="plain">'
    html = html.replace("<table>", wide.format(pages()[topic].title)).replace(
        "</table>", "</table></div>"
    )
    html = html.replace("<th></th>", "<td></td>").replace("<th>", '<th scope="col">')
    html = html.replace("<pre>", '<pre tabindex="0">')
    return Markup(html)


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
