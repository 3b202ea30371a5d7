"""Figures of what describes a panel: what is drawn are the rows of the tables of these names."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from nqpf_assets.figures import Figure
from nqpf_assets.warehouse.connection import Connection
from tests.figures.conftest import estimates, named, points_of


@pytest.mark.slow
def test_lines_and_bands_of_trends(drawn: Callable[..., Figure], tables: Connection) -> None:
    axis = drawn("figure_1").picture.axes[0]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("People the year before", "Output")
    for group in ("left", "right"):
        rows = tables.execute(
            "SELECT x, fitted, conf_low, conf_high FROM mini.trend WHERE group_name = ? ORDER BY x",
            [group],
        ).fetchall()
        assert named(axis, f"line {group}") == [row[:2] for row in rows]
        (band,) = [one for one in axis.collections if one.get_gid() == f"band {group}"]
        corners = {(float(x), float(y)) for x, y in np.asarray(band.get_paths()[0].vertices)}
        assert corners == {(x, end) for x, _, *ends in rows for end in ends}
        points = tables.execute(
            "SELECT people_before, output FROM mini.panel WHERE side = ? AND output IS NOT NULL"
            " AND people_before IS NOT NULL ORDER BY unit, period",
            [group],
        ).fetchall()
        assert named(axis, f"points {group}") == points


def test_ridges_are_densities_over_their_base_lines(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    axis = drawn("regional_1.density").picture.axes[0]
    labels = [one.get_text() for one in axis.get_yticklabels()]
    assert labels == ["2015", "2016", "2017", "2018"]
    for base, year in zip(axis.get_yticks(), labels, strict=True):
        rows = tables.execute(
            "SELECT x, density FROM mini.density WHERE period = ? ORDER BY x", [int(year)]
        ).fetchall()
        x, y = zip(*named(axis, f"year {year}"), strict=True)
        assert list(x) == [row[0] for row in rows]
        assert [one - base for one in y] == pytest.approx([row[1] for row in rows])


def test_gini_of_all_and_of_groups_but_not_between_two(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    figure = drawn("regional_1.inequality")
    lines, parts = figure.picture.axes
    drawn_lines = {str(one.get_label()): points_of(one) for one in lines.get_lines()}
    for label, group in (("all units", None), ("left", "left"), ("right", "right")):
        rows = tables.execute(
            "SELECT period, value FROM mini.inequality WHERE measure = 'gini' AND other_group IS NULL"
            " AND group_name IS NOT DISTINCT FROM ? ORDER BY period",
            [group],
        ).fetchall()
        assert drawn_lines.pop(label) == rows
    assert not drawn_lines
    heights = [bar.get_height() for bar in parts.patches if isinstance(bar, Rectangle)]
    rows = tables.execute(
        "SELECT value FROM mini.inequality WHERE measure IN ('gini_within', 'gini_between',"
        " 'gini_overlap') ORDER BY measure = 'gini_overlap', measure = 'gini_between', period"
    ).fetchall()
    assert heights == pytest.approx([row[0] for row in rows])
    assert "within groups 33.3 %" in figure.request.caption


def test_convergence_and_spread(drawn: Callable[..., Figure], tables: Connection) -> None:
    figure = drawn("regional_1.convergence")
    beta, sigma = figure.picture.axes
    assert estimates(beta) == {0: (-0.11, -0.16, -0.06), 1: (-0.31, -0.42, 0.03)}
    rows = tables.execute(
        "SELECT period, value FROM mini.inequality WHERE measure = 'log_sd' AND group_name = 'left'"
        " ORDER BY period"
    ).fetchall()
    assert named(sigma, "spread left") == rows
    assert "Half-life: absolute 5.70 years." in figure.request.caption


def test_moran_scatter_and_its_slope(drawn: Callable[..., Figure], tables: Connection) -> None:
    first, last = drawn("clusters_1").picture.axes
    for axis, year in ((first, 2015), (last, 2018)):
        rows = tables.execute(
            "SELECT value, spatial_lag, is_significant FROM mini.local_moran WHERE period = ?"
            " ORDER BY unit",
            [year],
        ).fetchall()
        assert named(axis, "significant") == [row[:2] for row in rows if row[2]]
        assert named(axis, "others") == [row[:2] for row in rows if not row[2]]
        (x, y), (other_x, other_y) = named(axis, "slope")
        moran = tables.execute(
            "SELECT moran FROM mini.clusters_1 WHERE row_label = ?", [str(year)]
        ).fetchall()[0][0]
        assert (other_y - y) / (other_x - x) == pytest.approx(moran)


def test_only_significant_units_are_coloured(drawn: Callable[..., Figure]) -> None:
    figure = drawn("clusters_1.clusters")
    (axis,) = figure.picture.axes
    colours = {one.get_gid(): one.get_facecolor() for one in axis.patches}
    assert len(set(colours.values())) == 2
    assert [gid for gid, one in colours.items() if list(colours.values()).count(one) == 1] == [
        "120000"
    ]
    assert {one.get_text() for one in axis.texts} >= {"Tianjin\nLL", "Beijing\nHH"}
    assert "In 2018: low among low Tianjin." in figure.request.caption


@pytest.mark.slow
def test_coverage_counts_the_cells_of_the_study(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    figure = drawn("coverage")
    axis = figure.picture.axes[0]
    rows = tables.execute(
        "SELECT variable, period, count(value) / 4, count(value) FILTER (status <> 'reported')"
        " FROM mini.filled_cell WHERE period BETWEEN 2015 AND 2018 GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    (mesh,) = axis.collections
    assert np.asarray(mesh.get_array()).ravel().tolist() == [row[2] for row in rows]
    filled = [(row[1] - 2015 + 0.5, place // 4 + 0.5) for place, row in enumerate(rows) if row[3]]
    assert named(axis, "n_filled") == filled
    assert filled
    assert f"filled {sum(row[3] for row in rows)}," in figure.request.caption
