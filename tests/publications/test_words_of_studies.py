"""What a study says of itself in words reaches those who read what is published."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.exports.about import about_publication
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.command import nqpf
from tests.stages.mini import STUDY, walk, walked

pytestmark = pytest.mark.slow  # a project of its own

PAPER = "Li, M. (2025). Output & people. Journal of Provinces 3(1)."
WORDS = """\
citation: >-
  Li, M. (2025). Output & people.
  Journal of Provinces 3(1).
notes:
  - The second   province began later.
  - People <are> counted.
"""
CATALOG = """\
gdp: {names: [地区生产总值], unit: 亿元, kind: flow, english: GDP, note: Prices of the year.}
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("told")
    files = {"catalog/series.yaml": CATALOG}
    return walked(root, STUDY + WORDS, files, is_published=True).project


def test_title_paper_and_remarks_are_published(told: Project) -> None:
    with open_closed(told.database) as connection:
        rows = connection.execute("FROM catalog.study").fetchall()
        note = connection.execute(
            "SELECT note FROM catalog.series WHERE series_id = 'gdp'"
        ).fetchall()
        about = about_publication(connection)
    notes = "The second province began later.\nPeople <are> counted."
    assert rows == [("mini", "A study of four provinces", PAPER, notes)]
    assert note == [("Prices of the year.",)]
    assert about.papers == {"mini": PAPER}


def test_what_is_exported_says_the_paper(told: Project, tmp_path: Path) -> None:
    for suffix in ("html", "md", "tex"):
        file = tmp_path / f"t.{suffix}"
        ran = nqpf("export", "mini.table_1", "-o", str(file), project=told.root)
        assert ran.status == 0, ran.err
        text = file.read_text("utf-8").replace("\\", "").replace("&amp;", "&")
        assert f"Belongs to: {PAPER}" in text, suffix


def test_pages_and_the_terminal_say_them(told: Project, tmp_path: Path) -> None:
    assert nqpf("site", "-o", str(tmp_path / "site"), project=told.root).status == 0
    page = (tmp_path / "site" / "mini" / "index.html").read_text("utf-8")
    for text in (
        "A study of four provinces",
        PAPER.replace("&", "&amp;"),
        "People &lt;are&gt; counted.",
    ):
        assert text in page
    (series,) = (tmp_path / "site").rglob("series/gdp.html")
    assert "Prices of the year." in series.read_text("utf-8")
    ran = nqpf("describe", "mini", project=told.root)
    assert ran.out.splitlines()[:3] == [
        "A study of four provinces",
        PAPER,
        "The second province began later.",
    ]


def test_a_changed_remark_makes_nothing_else(told: Project) -> None:
    file = told.root / "studies" / "mini.yaml"
    file.write_text(file.read_text("utf-8").replace("counted", "estimated"), "utf-8")
    assert walk(told).rebuilt == {"catalog.study"}


def test_a_file_of_an_older_release_is_read_without_them(told: Project, tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(told.database)) as connection:
        connection.execute("DROP TABLE catalog.study")
    with open_closed(told.database) as connection:
        assert PublishedStudy(connection, "mini").words is None
        assert about_publication(connection).papers == {}
