"""Panels of 300 prefectures and 1,800 counties, as tidy files name them, without a table of regions."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from nqpf_assets.catalog.region_files import load_regions
from tests.command import nqpf

YEARS = range(2018, 2021)
CARD = """\
publisher: x
title: A made-up panel
status: synthetic
unit: {x: 亿元, y: 亿元}
"""
STUDY = """\
study: NAME
title: Units of a level
units: {level: LEVEL}
periods: {first: 2018, last: 2020}
variables:
  x: {series: LEVEL_x, unit: 亿元}
  y: {series: LEVEL_y, unit: 亿元}
tables:
  one:
    title: A table
    model: {estimator: two_way_fe, outcome: y, regressors: [x], vcov: {type: robust}}
    columns: [{label: "(1)"}COLUMNS]
"""
NEIGHBOURS = """, {label: "(2)", estimator: spatial_slx, space: {weights: inverse_distance}}"""
"""Seats of all prefectures are known; of some counties there is none."""


def panel(level: str, n: int) -> pl.DataFrame:
    """Rows ``省份, 城市, 地区, 年份, x, y`` of the first regions; y = 2x, a unit’s own, noise."""
    regions, _ = load_regions()
    names = regions.frame.select("region_code", "name")
    rows = (
        regions.units(level, year=2020)
        .filter(pl.col("valid_from") <= YEARS[0])  # one that is younger was another before
        .head(n)
        .join(regions.provinces, on="region_code")
        .join(names.rename({"region_code": "province", "name": "省份"}), on="province")
        .join(names.rename({"region_code": "parent", "name": "城市"}), on="parent")
        .select("region_code", "省份", "城市", 地区="name")
        .join(pl.DataFrame({"年份": list(YEARS)}), how="cross")
    )
    draw = np.random.default_rng(20201231)
    x, own = draw.uniform(1, 2, rows.height), np.repeat(draw.uniform(1, 2, n), len(YEARS))
    noise = draw.normal(0, 0.01, rows.height)
    return rows.with_columns(x=pl.Series(x), y=pl.Series(2 * x + own + noise))


@pytest.mark.slow
def test_prefectures_and_counties_are_studied_without_a_table_of_regions(tmp_path: Path) -> None:
    sizes = {"prefecture": 300, "county": 1800}
    for level, n in sizes.items():
        folder = tmp_path / "raw" / level / "2026-01"
        folder.mkdir(parents=True)
        columns = "columns: {region: 地区, period: 年份, values: [x, y]}\n"
        series = f"series: {{x: {level}_x, y: {level}_y}}\n"
        (folder / "card.yaml").write_text(CARD + columns + series, encoding="utf-8")
        panel(level, n).drop("region_code").write_csv(folder / "panel.csv")
        study = STUDY.replace("LEVEL", level).replace("NAME", level)
        study = study.replace("COLUMNS", NEIGHBOURS if level == "prefecture" else "")
        (tmp_path / "studies").mkdir(exist_ok=True)
        (tmp_path / "studies" / f"{level}.yaml").write_text(study, encoding="utf-8")
    done = nqpf("refresh", project=tmp_path)
    assert done.status == 0, done.err + done.out
    with duckdb.connect(str(tmp_path / "warehouse" / "nqpf.duckdb"), read_only=True) as base:
        for level, n in sizes.items():
            written = panel(level, n)
            read = base.sql(
                "SELECT unit AS region_code, period AS 年份, value AS x_read FROM panel.cell "
                f"WHERE study = '{level}' AND variable = 'x' AND value IS NOT NULL"
            ).pl()
            both = written.join(read, on=["region_code", "年份"])
            assert both.height == n * len(YEARS) == read.height
            assert both.filter((pl.col("x") - pl.col("x_read")).abs() > 1e-12).is_empty()
            model = base.sql(
                f"SELECT n_units, estimate FROM result.model JOIN result.estimate USING (study, "
                f"table_name, column_label) WHERE study = '{level}' AND term = 'x'"
            ).fetchall()
            n_columns = 2 if level == "prefecture" else 1
            # Ten standard errors: .01 / (.29 √600).
            assert model == [(n, pytest.approx(2, abs=0.015))] * n_columns
