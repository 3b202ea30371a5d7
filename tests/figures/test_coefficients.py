"""Coefficients: what is drawn are the rows of `estimate`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nqpf_assets.figures import Figure
from nqpf_assets.warehouse.connection import Connection


def test_points_and_intervals_are_the_rows_of_the_table(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    axes = {axis.get_title("left"): axis for axis in drawn("table_1").picture.axes if axis.axison}
    rows = tables.execute(
        "SELECT term, column_position, estimate, conf_low, conf_high FROM mini.estimate"
        " INNER JOIN mini.model USING (table_name, column_label) WHERE term <> 'constant'"
    ).fetchall()
    titles = {"people_before": "People the year before", "wealth": "Wealth"}
    assert set(axes) == set(titles.values())
    drawn_rows = set()
    for term, title in titles.items():
        lines = axes[title].get_lines()
        points = {
            line.get_ydata()[0]: line.get_xdata()[0] for line in lines if len(line.get_xdata()) == 1
        }
        spans = {
            line.get_ydata()[0]: tuple(line.get_xdata())
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
