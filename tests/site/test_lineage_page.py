"""The picture of a study's lineage: everything that its tables rest on, drawn from left to right."""

from __future__ import annotations

import re

import pytest

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.exports.published_tables import known_tables
from nqpf_assets.site.lineage_page import LETTERS, Lineage, Node
from nqpf_assets.site.values import Values
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.site.every_kind import page_of, project_of_every_kind, site_of_every_kind

pytestmark = pytest.mark.slow  # a site that is published twice


def lineage_of(project: Project, study: str) -> tuple[dict[str, set[str]], Lineage]:
    """Thing → what it is made of, by kind and name; and where all of it stands."""
    with open_closed(project.database) as connection:
        titles = {
            name: title
            for name, title in known_tables(connection).items()
            if name.startswith(f"{study}.")
        }
        drawn = Lineage(Values(PublishedStudy(connection, study)), titles)
        found = {
            f"{node.kind} {node.name}": {f"{one.kind} {one.name}" for one in reads}
            for node, reads in drawn.made_of.items()
        }
        assert drawn.boxes
    return found, drawn


def test_what_is_made_of_what_is_what_the_study_says() -> None:
    found, drawn = lineage_of(project_of_every_kind(), "mini")
    assert found["variable people_before"] == {"series population"}
    assert found["variable output_per_person"] == {"series gdp", "series population"}
    assert found["index wealth"] == {"variable per_person", "variable people"}
    assert found["table table_1"] == {"variable output", "variable people_before", "index wealth"}
    assert found["series gdp"] == {"source 2020 Bureau"}, "the newest that was taken"
    for node, reads in drawn.made_of.items():
        assert all(drawn.boxes[one].x < drawn.boxes[node].x for one in reads), node
    places = [(box.x, box.y) for box in drawn.boxes.values()]
    assert len({*places}) == len(places)
    text = page_of(site_of_every_kind(), "lineage").read_text("utf-8")
    assert text.count("<path d=") == sum(map(len, found.values()))
    assert len(re.findall(r"<a href=[^>]*><title>", text)) == len(found)


def test_every_table_of_the_shipped_studies_rests_on_something(built_sample: Project) -> None:
    for study in ("province", "chongqing"):
        found, drawn = lineage_of(built_sample, study)
        tables = {name.removeprefix("table ") for name in found if name.startswith("table ")}
        assert tables == {name.partition(".")[2] for name in drawn.titles}
        assert max(box.y for box in drawn.boxes.values()) < 3000


def test_a_long_name_is_cut_by_the_width_of_its_letters() -> None:
    assert Node("series", "gdp", "").shown == "gdp"
    assert len(Node("series", "a" * 40, "").shown) == LETTERS
    assert len(Node("series", "新" * 40, "").shown) == LETTERS // 2
