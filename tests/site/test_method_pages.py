"""Formulas on the site: every method that is registered has a page of them, and pages lead to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.questions.manual.pages import METHODS, pages
from nqpf_assets.site import method_pages
from nqpf_assets.site.addresses import method_page
from nqpf_assets.site.method_pages import ALWAYS, Method
from nqpf_assets.site.method_text import text_of
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.indices import INDEX_METHODS
from nqpf_assets.studies.tables import TABLE_KINDS
from tests.site.every_kind import page_of, site_of_every_kind
from tests.site.reading import dead_links, read_page

TOPICS = tuple(topic for topic in pages() if topic.startswith(METHODS))
WITHOUT = {"regression", "growth"}
"""Kinds of tables of which columns say the method, or that have none."""


def explained() -> dict[str, Method | None]:
    """What is registered here, and where it is explained."""
    said = {name: one.documentation for name, one in ESTIMATORS.items()}
    said |= {name: one.documentation for name, one in INDEX_METHODS.own.items()}
    found = {name: method_pages._documented(place) for name, place in said.items()}
    return found | {
        kind: method_pages._of_kinds().get(kind) for kind in {*TABLE_KINDS.own} - WITHOUT
    }


def test_every_method_is_explained_where_its_page_says() -> None:
    found = explained()
    assert [name for name, one in found.items() if one is None] == []
    for name, one in found.items():
        assert one is not None
        assert not one.anchor or pages()[one.topic].section(one.anchor), name
    assert found["spatial_durbin"] == Method("methods/spatial")
    assert found["entropy"] == Method("methods/indices", "entropy-weights")
    assert found["unit_roots"] == Method(
        "methods/descriptive", "unit-roots-and-dependence-between-units"
    )


def test_links_of_all_pages_lead_on_or_are_words(tmp_path: Path) -> None:
    for topic in TOPICS:
        page = tmp_path / method_page(topic)
        page.parent.mkdir(exist_ok=True)
        page.write_text(f"<main>{text_of(topic, TOPICS)}</main>", "utf-8")
    assert dead_links(tmp_path) == set()
    read = {topic: read_page(tmp_path / method_page(topic)) for topic in TOPICS}
    assert sum(len(one.links) for one in read.values()) > 3
    for topic, one in read.items():
        assert {*one.anchors} >= {section.anchor for section in pages()[topic].sections[1:]}


def test_a_page_that_is_not_on_the_site_is_words() -> None:
    alone = str(text_of("methods/indices", ("methods/indices",)))
    assert "<a href" not in alone.replace('<a href="#', "")
    assert "Σ p ln p" in alone
    assert '<h2 id="entropy-weights">' in alone
    assert alone.count('<div class="wide" role="group" tabindex="0"') == alone.count("</div>") > 0
    assert alone.count('<table class="plain">') == alone.count("<table") == alone.count("</div>")
    assert '<th scope="col">' in alone
    assert "<th>" not in alone


@pytest.mark.slow
def test_columns_and_indices_lead_to_their_formulas() -> None:
    site = site_of_every_kind()
    column, index = (page_of(site, kind).read_text("utf-8") for kind in ("column", "variable"))
    assert '<a href="../../methods/two_way_fe.html"><code>two_way_fe</code></a>' in column
    assert '<a href="../../methods/indices.html#entropy-weights"><code>entropy</code></a>' in index
    study = page_of(site, "study").read_text("utf-8")
    written = {path.stem for path in (site / "methods").iterdir()}
    assert written == {"two_way_fe", "indices", *(one.rpartition("/")[2] for one in ALWAYS)}
    assert all(f'<a href="../methods/{one}.html">' in study for one in written)
    assert "two_way_fe" in (site / "assets" / "search.js").read_text("utf-8")
