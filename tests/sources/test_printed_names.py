"""A series is one series however its name is printed: either width of brackets, its unit behind it or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.expressions.compile import inputs
from nqpf_assets.projects.inspection import everything_wrong
from nqpf_assets.user_input.project import Project
from tests.stages.mini import walk

CARD = """\
publisher: x
title: x
status: survey
accessed: 2026-11-26
columns: {region: 省份, period: 年份, %s}
"""
STUDY = """\
study: l
title: l
units: {level: province, only: [北京, 天津]}
periods: {first: 2020, last: 2020}
sources: {series: {"%s": {interpolate: false}}}
variables: {u: {expression: "`%s`", unit: 比例}}
"""
WIDE = "省份,年份,{0}\n北京,2020,87.5\n天津,2020,84.7\n"
LONG = "省份,年份,指标,值\n北京,2020,{0},87.5\n天津,2020,{0},84.7\n"


@pytest.mark.parametrize(
    ("label", "name", "unit"),
    [
        ("城镇化率（%）", "城镇化率", "%"),
        ("城镇化率 (%)", "城镇化率", "%"),
        ("人口数（人口抽样调查）（人）", "人口数(人口抽样调查)", "人"),
        ("人均生产总值(元/人)", "人均生产总值", "元/人"),
        ("乡村专任教师数(小学)", "乡村专任教师数(小学)", None),
        ("居民消费价格指数(上年=100)", "居民消费价格指数(上年=100)", "上年=100"),
        ("x(2)", "x(2)", None),
        ("x(t)", "x(t)", None),
        ("(万人)", "(万人)", None),
        ("gdp", "gdp", None),
    ],
)
def test_a_unit_behind_a_name_is_no_part_of_it(label: str, name: str, unit: str | None) -> None:
    assert printed_series(label) == (name, unit)
    assert list(inputs(f"`{label}` + 0")) == [name]


def project(root: Path, table: str, columns: str, header: str, written: str) -> Project:
    files = {
        "studies/l.yaml": STUDY % (written, written),
        "raw/x/2026-01/card.yaml": CARD % columns.format(header),
        "raw/x/2026-01/a.csv": table.format(header),
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Project.at(root)


@pytest.mark.slow
@pytest.mark.parametrize("written", ["城镇化率", "城镇化率（%）", "城镇化率(%)"])
@pytest.mark.parametrize(
    ("table", "columns"), [(WIDE, 'values: ["{0}"]'), (LONG, "series: 指标, value: 值")]
)
def test_the_unit_is_read_and_the_name_is_found(
    tmp_path: Path, table: str, columns: str, written: str
) -> None:
    mine = project(tmp_path, table, columns, "城镇化率（%）", written)
    assert not everything_wrong(mine).problems
    done = walk(mine, ("l.variable_cell",))
    cells = done.opened.store.scan(("l", "variable_cell")).collect()
    assert sorted(cells["value"]) == pytest.approx([0.847, 0.875])


def test_a_card_that_contradicts_the_printed_unit_is_told(tmp_path: Path) -> None:
    mine = project(tmp_path, WIDE, 'values: ["{0}"]', "产值（万元）", "产值")
    card = mine.raw / "x/2026-01/card.yaml"
    card.write_text(card.read_text("utf-8") + "unit: 亿元\n", "utf-8")
    assert any("万元" in one.found + one.expected for one in everything_wrong(mine).problems)


def test_two_columns_of_one_series_are_told(tmp_path: Path) -> None:
    text = "省份,年份,产值（万元）,产值（亿元）\n北京,2020,1,2\n天津,2020,3,4\n"
    mine = project(tmp_path, text, 'values: ["产值（万元）", "产值（亿元）"]', "", "产值")
    assert any(one.severity == "error" for one in everything_wrong(mine).problems)
