"""Coefficients: what is drawn are the rows of `estimate`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nqpf_assets.figures import Figure
from nqpf_assets.figures.words import number
from nqpf_assets.warehouse.connection import Connection
from tests.figures.conftest import points_of


def test_points_and_intervals_are_the_rows_of_the_table(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    axes = {
        axis.get_title("left").replace("\n", " "): axis
        for axis in drawn("table_1").picture.axes
        if axis.axison
    }
    rows = tables.execute(
        "SELECT term, column_position, estimate, conf_low, conf_high FROM mini.estimate"
        " INNER JOIN mini.model USING (table_name, column_label) WHERE term <> 'constant'"
    ).fetchall()
    titles = {"people_before": "People the year before", "wealth": "Wealth"}
    assert set(axes) == set(titles.values())
    drawn_rows = set()
    for term, title in titles.items():
        lines = axes[title].get_lines()
        points = {y: x for line in lines for x, y in points_of(line) if len(points_of(line)) == 1}
        spans = {
            points_of(line)[0][1]: [x for x, _ in points_of(line)]
            for line in lines
            if (line.get_gid() or "").startswith("interval")
        }
        drawn_rows |= {
            (term, int(place) + 1, value, *spans[place]) for place, value in points.items()
        }
    assert drawn_rows == set(rows)


def test_columns_stand_from_above_to_below(drawn: Callable[..., Figure]) -> None:
    axis = drawn("table_1").picture.axes[0]
    assert [one.get_text() for one in axis.get_yticklabels()] == ["(1)", "(2)", "(3)"]
    assert np.greater(*axis.get_ylim())


def test_the_caption_tells_the_first_term_in_numbers(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    term = "people_before"
    rows = tables.execute(
        "SELECT column_label, estimate, conf_low > 0 OR conf_high < 0 FROM mini.estimate"
        " WHERE table_name = 'table_1' AND term = ? ORDER BY ALL",
        [term],
    ).fetchall()
    caption = drawn("table_1").request.caption
    for label, value, _ in rows:
        assert f"{label} {number(value)}" in caption
    off = sum(one[2] for one in rows)
    assert f"excludes zero in {off} of {len(rows)} columns" in caption
