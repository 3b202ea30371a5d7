"""Figures of tables that describe a panel: what is drawn are the numbers of their rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from matplotlib.patches import Rectangle
from scipy import stats

from nqpf_assets.figures import Figure
from nqpf_assets.warehouse.connection import Connection
from tests.figures.conftest import estimates, named


@pytest.mark.slow
def test_a_triangle_has_every_correlation_once(drawn: Callable[..., Figure]) -> None:
    figure = drawn("corr_1")
    (axis,) = figure.picture.axes
    written = {(*one.get_position(), one.get_text()) for one in axis.texts}
    assert written == {(0, 1, "0.31***"), (0, 2, "\u22120.82**"), (1, 2, "0.12")}
    assert [one.get_text() for one in axis.get_yticklabels()] == [
        "People the year before",
        "Wealth",
    ]
    assert [one.get_text() for one in axis.get_xticklabels()] == [
        "Output",
        "People the year before",
    ]
    assert "Output with" in figure.request.caption or "with Output" in figure.request.caption
    assert "n = 14 to 16" in figure.request.caption


@pytest.mark.slow
def test_intervals_of_differences_are_those_of_t(drawn: Callable[..., Figure]) -> None:
    """Half of an interval is the quantile of t times the standard error, which is difference / t."""
    first, second, *_ = drawn("means_1").picture.axes
    for axis, difference, t, df in ((first, 2.0, 4.0, 10.0), (second, -0.1, -0.5, 13.5)):
        half = stats.t.ppf(0.975, df) * difference / t
        assert estimates(axis)[0] == pytest.approx(
            (difference, difference - half, difference + half)
        )
    assert "1 of 2 intervals exclude zero" in drawn("means_1").request.caption


@pytest.mark.slow
def test_ranges_and_quartiles_of_each_variable_and_group(drawn: Callable[..., Figure]) -> None:
    output, wealth = drawn("stats_1").picture.axes[:2]
    assert named(output, "range output 1") == [(2, 1), (8, 1)]
    assert named(output, "most output 0") == [(3, 0), (6, 0)]
    assert named(wealth, "range wealth 1") == [(0, 1), (0.7, 1)]
    assert [one.get_text() for one in wealth.get_yticklabels()] == ["left", "right"]
    assert (output.get_title("left"), wealth.get_title("left")) == ("Output", "Wealth")
    (axis,) = drawn("stats_2").picture.axes
    assert named(axis, "most output 0") == [(3.5, 0), (6.5, 0)]


def test_bars_of_shares(drawn: Callable[..., Figure]) -> None:
    figure = drawn("parts_1")
    (axis,) = figure.picture.axes
    bars = [one.get_width() for one in axis.patches if isinstance(one, Rectangle)]
    assert bars == pytest.approx([0.3, 0.1])
    assert [one.get_text() for one in axis.texts] == ["75.0 %", "25.0 %"]
    assert "R² = 0.400 of Output; the largest: Wealth, 75.0 %" in figure.request.caption


def test_obstacles_of_a_year_add_up_to_one(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    (axis,) = drawn("obstacles_1").picture.axes
    first = tables.execute(
        "SELECT avg(obstacle_degree) FROM mini.obstacle WHERE indicator = 'per_head' GROUP BY period"
        " ORDER BY period"
    ).fetchall()
    heights = [[bar.get_height() for bar in one.patches] for one in axis.containers]
    assert heights[0] == pytest.approx([row[0] for row in first])
    assert [sum(one) for one in zip(*heights, strict=True)] == pytest.approx([1.0] * 4)
    assert len(heights) == 6
    assert str(axis.containers[5].get_label()) == "all others"


def test_places_of_the_last_year_with_and_without(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    figure = drawn("places_1")
    (axis,) = figure.picture.axes
    rows = tables.execute(
        "SELECT unit, rank_all, rank_without FROM mini.rank_change WHERE period = 2018"
        " AND indicator = 'people' ORDER BY rank_all"
    ).fetchall()
    assert len(rows) == 4
    for place, (unit, rank, without) in enumerate(rows):
        assert named(axis, f"move {unit}") == [(rank, place), (without, place)]
    assert "4 of 4 units move" in figure.request.caption
