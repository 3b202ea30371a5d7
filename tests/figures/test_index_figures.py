"""Figures of an index: what is drawn are its published scores and weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from nqpf_assets.figures import Figure
from nqpf_assets.figures.kinds import trend
from nqpf_assets.figures.tiles import can_be_tiled, maps
from nqpf_assets.figures.words import number
from nqpf_assets.warehouse.connection import Connection
from tests.figures.conftest import named, points_of


def _scores(tables: Connection) -> dict[str, list[float]]:
    rows = tables.execute(
        "SELECT unit, list(score ORDER BY period) FROM mini.index_score GROUP BY unit"
    ).fetchall()
    return dict(rows)


def _means(tables: Connection) -> list[float]:
    rows = tables.execute(
        "SELECT avg(score) FROM mini.index_score GROUP BY period ORDER BY period"
    ).fetchall()
    return [row[0] for row in rows]


def test_thin_lines_are_units_and_thick_ones_means_of_groups(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    figure = drawn("wealth.trend")
    lines = figure.picture.axes[0].get_lines()
    thin = [[y for _, y in points_of(line)] for line in lines if line.get_linewidth() < 1]
    assert sorted(thin) == sorted(_scores(tables).values())
    thick = {
        line.get_label(): [y for _, y in points_of(line)]
        for line in lines
        if line.get_linewidth() > 1
    }
    for group in ("left", "right"):
        rows = tables.execute(
            "SELECT avg(score) FROM mini.index_score INNER JOIN mini.unit_group USING (unit)"
            " WHERE group_name = ? GROUP BY period ORDER BY period",
            [group],
        ).fetchall()
        means = [row[0] for row in rows]
        assert thick[group] == pytest.approx(means, rel=1e-12)  # sums in another order
        assert f"{group} {number(means[0])} to {number(means[-1])}" in figure.request.caption


def test_many_units_are_one_area_from_the_lowest_to_the_highest(
    drawn: Callable[..., Figure], tables: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trend, "_MOST_LINES", 3)
    figure = drawn("wealth.trend")
    (area,) = figure.picture.axes[0].collections
    rows = tables.execute(
        "SELECT period, min(score), max(score) FROM mini.index_score GROUP BY period"
    ).fetchall()
    corners = {(float(x), float(y)) for x, y in np.asarray(area.get_paths()[0].vertices)}
    assert corners == {(year, end) for year, *ends in rows for end in ends}
    assert "Grey area: from the lowest to the highest unit." in figure.request.caption
    assert len(figure.picture.axes[0].get_lines()) == 2


def test_each_unit_has_a_panel_before_the_mean_of_all(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    axes = [axis for axis in drawn("wealth.units").picture.axes if axis.axison]
    for axis, (unit, scores) in zip(axes, sorted(_scores(tables).items()), strict=True):
        assert [y for _, y in named(axis, unit)] == scores
        mean = [y for _, y in named(axis, "mean")]
        assert mean == pytest.approx(_means(tables), rel=1e-12)


def test_tiles_bear_the_scores_of_the_last_year(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    axis = drawn("wealth.map").picture.axes[0]
    rows = tables.execute(
        "SELECT name_en, score FROM mini.index_score INNER JOIN mini.unit USING (unit)"
        " WHERE period = 2018"
    ).fetchall()
    assert {one.get_text() for one in axis.texts} == {f"{n}\n{number(v)}" for n, v in rows}
    darkness = [(sum(to_rgb(one.get_facecolor())), str(one.get_gid())) for one in axis.patches]
    by_score = sorted(_scores(tables).items(), key=lambda one: -one[1][-1])
    assert [unit for _, unit in sorted(darkness)] == [unit for unit, _ in by_score]


def test_every_province_has_a_tile_of_its_own(tables: Connection) -> None:
    rows = tables.execute("SELECT region_code FROM catalog.region WHERE level = 'province'")
    provinces = {row[0] for row in rows.fetchall()}
    assert provinces == set(maps()["china"])
    assert can_be_tiled(provinces)
    assert not can_be_tiled([*provinces, "500101"])


def test_every_district_and_county_of_chongqing_has_a_tile_of_its_own(tables: Connection) -> None:
    rows = tables.execute(
        "SELECT DISTINCT unit_code FROM catalog.region"
        " WHERE parent_code = '500000' AND level = 'county' AND valid_from <= 2023"
        " AND coalesce(valid_to, 2023) >= 2023"
    )
    districts = {row[0] for row in rows.fetchall()}
    assert districts == set(maps()["chongqing"])
    assert can_be_tiled(districts)


@pytest.mark.parametrize("name", ["china", "chongqing"])
def test_no_tile_lies_on_another(name: str) -> None:
    places = list(maps()[name].values())
    assert len(set(places)) == len(places)


def test_bars_are_weights(drawn: Callable[..., Figure], tables: Connection) -> None:
    axis = drawn("wealth.weights").picture.axes[0]
    rows = tables.execute("SELECT weight FROM mini.index_weight ORDER BY weight DESC").fetchall()
    assert [bar.get_width() for bar in axis.patches if isinstance(bar, Rectangle)] == [
        row[0] for row in rows
    ]
    assert [one.get_text().startswith("− ") for one in axis.get_yticklabels()].count(True) == 1
