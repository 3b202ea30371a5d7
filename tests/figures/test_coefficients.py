"""Coefficients, effects and paths: what is drawn are the rows of `estimate` and `effect`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import numpy as np
import pytest

from nqpf_assets.estimation.result_rows import STANDARDIZED
from nqpf_assets.figures import Figure, draw
from nqpf_assets.figures.kinds.coefficients import _of_other_size
from nqpf_assets.figures.words import number
from nqpf_assets.warehouse.connection import Connection
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.figures.conftest import estimates, named


def _panels(figure: Figure) -> dict[str, dict[int, tuple[float, ...]]]:
    axes = [axis for axis in figure.picture.axes if axis.axison]
    return {axis.get_title("left").replace("\n", " "): estimates(axis) for axis in axes}


@pytest.mark.slow
def test_points_and_intervals_are_the_rows_of_the_table(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    titles = {"people_before": "People the year before", "wealth": "Wealth"}
    rows = tables.execute(
        "SELECT term, column_position, estimate, conf_low, conf_high FROM mini.estimate"
        " INNER JOIN mini.model USING (table_name, column_label)"
        " WHERE term <> 'constant' AND table_name = 'table_1'"
    ).fetchall()
    expected: dict[str, dict[int, tuple[float, ...]]] = {title: {} for title in titles.values()}
    for term, position, *values in rows:
        expected[titles[term]][position - 1] = tuple(values)
    assert _panels(drawn("table_1")) == expected


@pytest.mark.slow
def test_terms_are_named_as_in_printed_tables_explaining_ones_first(
    drawn: Callable[..., Figure],
) -> None:
    assert list(_panels(drawn("more_1.coefficients"))) == [
        "People the year before",
        "Wealth",
        "Neighbours: People the year before",
        "Spatial lag of the outcome (ρ)",
    ]


def test_columns_stand_from_above_to_below(drawn: Callable[..., Figure]) -> None:
    axis = drawn("table_1").picture.axes[0]
    assert [one.get_text() for one in axis.get_yticklabels()] == ["(1)", "(2)", "(3)"]
    assert np.greater(*axis.get_ylim())


def test_the_caption_tells_the_first_term_in_numbers(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    rows = tables.execute(
        "SELECT column_label, estimate, conf_low > 0 OR conf_high < 0 FROM mini.estimate"
        " WHERE table_name = 'table_1' AND term = 'people_before' ORDER BY ALL"
    ).fetchall()
    caption = drawn("table_1").request.caption
    for label, value, _ in rows:
        assert f"{label} {number(value)}" in caption
    off = sum(one[2] for one in rows)
    assert f"excludes zero in {off} of {len(rows)} columns" in caption


def test_effects_are_those_of_spatial_columns_alone(drawn: Callable[..., Figure]) -> None:
    assert _panels(drawn("more_1.effects")) == {
        "direct": {0: (0.81, 0.63, 0.98)},
        "indirect": {0: (0.29, -0.1, 0.65)},
        "total": {0: (1.1, 0.7, 1.5)},
    }


def test_paths_bear_the_coefficients_of_their_equations(drawn: Callable[..., Figure]) -> None:
    figure = drawn("more_1.paths")
    (axis,) = figure.picture.axes
    said = {one.get_gid(): one.get_text() for one in axis.texts if one.get_gid()}
    assert said == {
        "two a": "0.310\n[0.210, 0.410]",
        "two b": "0.450\n[0.350, 0.550]",
        "two direct": "direct 0.120\n[−0.0300, 0.270]",
        "two effects": "indirect 0.140 [0.0500, 0.200]\ntotal 0.260 [0.110, 0.400]",
    }
    dashes = [one.arrow_patch.get_linestyle() for one in axis.texts if hasattr(one, "arrow_patch")]
    assert dashes == ["solid", "solid", "dashed"]
    assert "Through Wealth: 0.140, 53.8 % of the total" in figure.request.caption


@pytest.mark.slow
def test_indirect_effects_stand_in_a_panel_for_each_column(drawn: Callable[..., Figure]) -> None:
    """In their order, without intervals of other kinds and without the index, which is on another scale."""
    figure = drawn("more_3.indirect")
    assert _panels(figure) == {
        "chain: People the year before": {
            0: (0.21, 0.11, 0.31), 1: (-0.13, -0.24, -0.02), 2: (0.04,), 3: (0.12, -0.03, 0.28),
        },
        "levels: People the year before": {0: (0.17, 0.07, 0.27), 1: (0.46, 0.36, 0.56)},
    }  # fmt: skip
    words = [[one.get_text() for one in axis.get_yticklabels()] for axis in figure.picture.axes]
    chain = ["by the first mediator", "by the second mediator", "by both in turn", "all"]
    assert words == [chain, ["low moderator", "high moderator"]]
    assert all(np.greater(*axis.get_ylim()) for axis in figure.picture.axes)
    assert "levels: low moderator 0.170, high moderator 0.460." in figure.request.caption


@pytest.mark.slow
def test_a_path_of_another_equation_bears_no_number(
    more: Path, tmp_path: Path, drawn: Callable[..., Figure]
) -> None:
    other = tmp_path / "other.duckdb"
    shutil.copyfile(more, other)
    with duckdb.connect(str(other)) as connection:
        connection.execute("UPDATE mini.estimate SET estimate = 0.32 WHERE column_label = 'one'")
    with open_closed(other) as connection:
        figure = draw(connection, drawn("more_1.paths").request)
    said = {one.get_gid(): one.get_text() for one in figure.picture.axes[0].texts}
    assert said["two a"] == "not in the table"


@pytest.mark.slow
def test_thresholds_lie_among_the_values_of_their_rows(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    figure = drawn("more_1.threshold")
    (axis,) = figure.picture.axes
    rows = tables.execute(
        "SELECT p.output FROM mini.panel AS p INNER JOIN mini.model_sample USING (unit, period)"
        " INNER JOIN mini.model AS m USING (sample_id)"
        " WHERE m.table_name = 'more_1' AND m.column_label = 'one' ORDER BY ALL"
    ).fetchall()
    assert [x for x, _ in named(axis, "values")] == [row[0] for row in rows]
    assert {x for x, _ in named(axis, "threshold 1")} == {300}
    (area,) = [one for one in axis.patches if one.get_gid() == "interval 1"]
    assert {round(float(x), 6) for x in np.asarray(area.get_extents().intervalx)} == {
        round(float(x), 6) for x, _ in axis.transData.transform([(250, 0), (420, 0)])
    }
    assert "one 300 [250, 420], F 9.70, p 0.0430" in figure.request.caption


def test_a_set_of_a_threshold_that_is_not_connected_is_told(drawn: Callable[..., Figure]) -> None:
    figure = drawn("more_1.likelihood_ratio")
    (axis,) = figure.picture.axes
    assert named(axis, "inside") == [(250, 0), (300, 0), (420, 0)]
    assert named(axis, "ratios") == [(240, 9.5), (250, 6.1), (300, 0), (360, 8.2), (420, 5.5)]
    assert "one 300 [250, 420], with gaps" in figure.request.caption


def test_the_caption_tells_columns_whose_numbers_have_another_size() -> None:
    study: Any = SimpleNamespace(say=lambda english, _: english)
    plain = {"column_label": "(1)", "estimator": "two_way_fe", "note": None}
    others = [
        plain | {"column_label": "(2)", "note": f"{STANDARDIZED}. More."},
        plain | {"column_label": "(3)", "estimator": "group_difference"},
    ]
    assert _of_other_size(study, [plain]) == ""
    words = "(2): in standard deviations. (3): differences between groups. "
    assert _of_other_size(study, [plain, *others]) == words


def test_years_stand_at_their_year_and_the_base_year_at_zero(drawn: Callable[..., Figure]) -> None:
    figure = drawn("more_2")
    (axis,) = figure.picture.axes
    assert named(axis, "years") == [(2015, -0.11), (2017, 0.23), (2018, 0.41)]
    assert named(axis, "base") == [(2016, 0)]
    assert named(axis, "interval 2017") == [(2017, 0.13), (2017, 0.33)]
    gids = {one.get_gid() for one in axis.get_lines()}
    assert "interval 2018" not in gids  # it has no standard error
    assert "Wealth against 2016: all years F = 4.56 (p = 0.0123)" in figure.request.caption


@pytest.mark.slow
def test_years_are_told_in_chinese(drawn: Callable[..., Figure]) -> None:
    caption = drawn("more_2", language="zh").request.caption
    assert "基年 2016：各年联合 F = 4.56（p = 0.0123）" in caption
