"""Results as they would have been known on a day: as if what was published later had never come."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stages.mini import CARD, STUDY, Walk, output, page, walked

pytestmark = pytest.mark.slow  # whole builds and publications


def as_of(day: str) -> str:
    assert "sources:\n" in STUDY
    # A series that the catalogue does not know is measured in the unit of its newest known file.
    own = "  output_twice: {expression: 2 * `自有产出`}\nindices:"
    return STUDY.replace("sources:\n", f"sources:\n  vintage: as_of\n  as_of: {day}\n").replace(
        "indices:", own, 1
    )


def card(published: str, unit: str, series: str, label: str = "output") -> str:
    return CARD.format(publisher="Bureau", status="official", published=published, unit=unit,
                       label=label, series=series)  # fmt: skip


def own_card(published: str, unit: str) -> str:
    """Of a series that the catalogue does not know, and so keeps under its printed name."""
    text = card(published, unit, "", "自有产出")
    return "\n".join(line for line in text.splitlines() if not line.startswith("series:")) + "\n"


def own(region: int, year: int) -> float:
    return 1000.0 + 13 * region + 7 * year


FIRST = {
    "raw/bureau/2019/own.csv": page("自有产出", own),
    "raw/bureau/2019/own.csv.card.yaml": own_card("2019-10", "亿元"),
}
SECOND = {
    "raw/bureau/2020/output.csv": page("output", lambda r, y: 1e4 * (output(r, y) or 95) + 7),
    "raw/bureau/2020/output.csv.card.yaml": card("2020-10-15", "万元", "gdp"),
    "raw/bureau/2020/own.csv": page("自有产出", lambda r, y: 1e4 * own(r, y) + y % 3),
    "raw/bureau/2020/own.csv.card.yaml": own_card("2020-10-15", "万元"),
}
"""The next vintage: other values, one cell more, and another unit."""


def study_tables(done: Walk) -> dict[str, bytes]:
    """Every table of the study as its file."""
    found = {
        table: done.opened.store.path((schema, table)).read_bytes()
        for schema, table in done.opened.graph.tables
        if schema == "mini"
    }
    assert {"reported_cell", "series", "unit_conversion", "panel", "model", "table_1"} <= set(found)
    return found


def built(root: Path, day: str, **files: str) -> dict[str, bytes]:
    return study_tables(walked(root, as_of(day), FIRST | files))


def test_the_day_before_gives_the_tables_of_a_project_that_never_had_the_file(
    tmp_path: Path,
) -> None:
    before = built(tmp_path / "both", "2020-10-14", **SECOND)
    never = built(tmp_path / "first", "2020-10-14")
    assert before == never


def test_from_its_day_on_the_file_counts(tmp_path: Path) -> None:
    on_the_day = built(tmp_path / "both", "2020-10-15", **SECOND)
    never = built(tmp_path / "first", "2020-10-15")
    changed = {table for table in never if never[table] != on_the_day[table]}
    assert {"reported_cell", "series", "panel", "model", "table_1"} <= changed
    assert not {"unit", "rests_on"} & changed


@pytest.mark.parametrize("day", ["2019-10-31", "2019-11-29"])
def test_a_day_before_anything_was_published_is_refused(tmp_path: Path, day: str) -> None:
    with pytest.raises(Exception, match="published by"):
        built(tmp_path, day)
