"""Figures of an index: what is drawn are its published scores."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nqpf_assets.figures import Figure
from nqpf_assets.figures.words import number
from nqpf_assets.warehouse.connection import Connection
from tests.figures.conftest import points_of


def test_thin_lines_are_units_and_the_thick_one_their_mean(
    drawn: Callable[..., Figure], tables: Connection
) -> None:
    lines = drawn("wealth.trend").picture.axes[0].get_lines()
    rows = tables.execute(
        "SELECT list(score ORDER BY period) FROM mini.index_score GROUP BY unit"
    ).fetchall()
    thin = [[y for _, y in points_of(line)] for line in lines if line.get_linewidth() < 1]
    assert sorted(thin) == sorted(row[0] for row in rows)
    (mean,) = [[y for _, y in points_of(line)] for line in lines if line.get_linewidth() > 1]
    means = tables.execute(
        "SELECT avg(score) FROM mini.index_score GROUP BY period ORDER BY period"
    ).fetchall()
    assert mean == pytest.approx([row[0] for row in means], rel=1e-12)
    caption = drawn("wealth.trend").request.caption
    assert f"all units {number(means[0][0])} to {number(means[-1][0])}" in caption
