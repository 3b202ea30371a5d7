"""Pages of methods: formulas and conventions of what a publication uses, as the documentation has them.

Which page a method is explained on is what its registration and the documentation say themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from nqpf_assets.questions.manual.pages import METHODS, Section, anchor_of, pages
from nqpf_assets.site.addresses import method_page
from nqpf_assets.site.method_text import text_of
from nqpf_assets.site.page import Page, drawn
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.indices import INDEX_METHODS

if TYPE_CHECKING:
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
    topics = topics_of(used)
    for topic in topics:
        yield drawn(
            "method.html",
            method_page(topic),
            title=pages()[topic].title,
            text=text_of(topic, topics),
            **about,
        )


def topics_of(used: Mapping[str, Mapping[str, Method]]) -> tuple[str, ...]:
    """Pages of methods, sorted; none where nothing is published."""
    found = {method.topic for of in used.values() for method in of.values()}
    return tuple(sorted(found | {*ALWAYS})) if used else ()
