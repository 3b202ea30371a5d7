"""Likelihood ratios of thresholds: the curve by which the published set is found, and the figure of it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from nqpf_assets.figures import draw, find_figure
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.stages.mini import STUDY, Walk, walked

pytestmark = pytest.mark.slow  # whole projects are built

COLUMN = """\
  bends:
    title: Bends
    model: {outcome: output, regressors: [people_before], effects: [unit], estimator: threshold}
    columns:
      - {label: one, threshold: {variable: wealth, regime: [people_before], draws: 0, trim: 0.2}}
      - {label: two, threshold: {variable: wealth, regime: [people_before], count: 2, draws: 0, trim: 0.15}}
"""
CRITICAL = 7.35228
"""Hansen (1999), at 5 %, to more digits: -2 ln(1 - √0.95)."""


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(
        tmp_path_factory.mktemp("ratio"), STUDY.rstrip() + "\n" + COLUMN, is_published=True
    )


def _rows(walk: Walk, sql: str) -> pl.DataFrame:
    with duckdb.connect(str(walk.project.database), read_only=True) as connection:
        rows = pl.from_arrow(connection.sql(sql).to_arrow_table())
    assert isinstance(rows, pl.DataFrame)
    return rows


def test_the_set_is_what_lies_at_or_below_the_critical_value(walk: Walk) -> None:
    rows = _rows(
        walk,
        "SELECT column_label, effect, list(threshold_value ORDER BY threshold_value) AS v,"
        " list(likelihood_ratio ORDER BY threshold_value) AS r,"
        " list(is_in_set ORDER BY threshold_value) AS i,"
        " min(critical_value) AS c, max(critical_value) AS most, any_value(term) AS term,"
        " any_value(estimate) AS e, any_value(conf_low) AS low, any_value(conf_high) AS high"
        " FROM result.threshold_ratio"
        " JOIN result.effect USING (study, table_name, column_label, effect, term)"
        " GROUP BY ALL ORDER BY ALL",
    )
    assert [(one["column_label"], one["effect"]) for one in rows.to_dicts()] == [
        ("one", "threshold_1"), ("two", "threshold_1"), ("two", "threshold_2")]  # fmt: skip
    for one in rows.to_dicts():
        values, ratios = np.array(one["v"]), np.array(one["r"])
        assert one["c"] == one["most"] == pytest.approx(CRITICAL, abs=1e-5)
        assert one["term"] == "wealth"
        assert len(set(values)) == len(values) > 5
        assert values[ratios.argmin()] == one["e"]
        assert ratios.min() == 0
        inside = values[ratios <= one["c"]]
        assert (inside.min(), inside.max()) == (one["low"], one["high"])
        assert one["i"] == [*(ratios <= one["c"])]


def test_ratios_are_those_of_least_squares_at_each_value(walk: Walk) -> None:
    """With one threshold, unit dummies and both regimes, by numpy: S(γ) at each value that was tried."""
    rows = _rows(
        walk,
        "SELECT unit, p.wealth, p.people_before AS x, p.output AS y FROM mini.panel AS p"
        " JOIN mini.model_sample USING (unit, period) JOIN mini.model AS m USING (sample_id)"
        " WHERE m.table_name = 'bends' AND m.column_label = 'one'",
    )
    tried = _rows(
        walk,
        "SELECT threshold_value AS v, likelihood_ratio AS r FROM result.threshold_ratio"
        " WHERE column_label = 'one' ORDER BY v",
    )
    q, x, y = (rows[name].to_numpy() for name in ("wealth", "x", "y"))
    dummies = (rows["unit"].to_numpy()[:, None] == np.unique(rows["unit"].to_numpy())).astype(float)

    def rss(value: float) -> float:
        low = q <= value
        design = np.column_stack([dummies, x * low, x * ~low])
        scale = np.abs(design).max(axis=0)
        left = y - design / scale @ np.linalg.lstsq(design / scale, y, rcond=None)[0]
        return float(left @ left)

    sums = np.array([rss(value) for value in tried["v"]])
    least = sums.min()
    shapes = (sums - least) / least
    ratios = tried["r"].to_numpy()
    at = shapes.argmax()
    divisor = ratios[at] / shapes[at]
    n, units = len(y), dummies.shape[1]
    assert divisor in (pytest.approx(n), pytest.approx(n - units), pytest.approx(n - units - 2))
    np.testing.assert_allclose(ratios, shapes * divisor, rtol=1e-6, atol=1e-8)


def test_the_figure_draws_the_rows(walk: Walk, tmp_path: Path) -> None:
    with open_closed(walk.project.database) as tables:
        figure = draw(tables, find_figure(tables, "mini", "bends.likelihood_ratio"))
        curve = tables.execute(
            "SELECT threshold_value, likelihood_ratio, is_in_set FROM mini.threshold_ratio"
            " WHERE column_label = 'one' ORDER BY 1"
        ).fetchall()
    axis = figure.picture.axes[0]
    lines = {one.get_gid(): np.asarray(one.get_xydata()) for one in axis.get_lines()}
    assert [tuple(one) for one in lines["ratios"]] == [row[:2] for row in curve]
    assert [one[0] for one in lines["inside"]] == [row[0] for row in curve if row[2]]
    assert [*lines["critical"][:, 1]] == pytest.approx([CRITICAL] * 2, abs=1e-5)
    assert len(figure.picture.axes) == 3
    assert "one " in figure.request.caption
    assert "threshold 2" in figure.request.caption
    assert "7.35" in figure.request.caption
