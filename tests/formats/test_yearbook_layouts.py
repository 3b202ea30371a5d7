"""Layouts: what a statistician writes in the card, and pages with every oddity of print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.recognise import read
from tests.formats.conftest import at, codes

CARD = """
title: 各区县.*人口
columns:
  residents: 年末常住人口
  women: 其中 / 女性
  share: 城镇化率
rows:
  totals: [全市]
  areas: [主城都市区, 渝东北三峡库区城镇群]
editions:
  2012:
    columns: {residents: 年末总人口}
    without: [share]
"""


def _page(year: int, first: str = "年末 常住人口", **extra: Any) -> list[list[Any]]:
    return [
        [f"表20-1  各区县 人口（{year}）"], [None],
        ["地  区  \u3000", first, "其  中", *(["城镇化率"] if year > 2012 else [])],
        [None, "（万人）", "# 女性", *(["(%)"] if year > 2012 else [])],
        ["全  市", 3000, 1500, 60],
        ["\u3000主城都市区", 2000, 1000, 70],
        ["  万州区①", 156.1, "…", "60.5%"],
        ["  # 酉　阳", 60.25, 30, 40],
        ["注：①含开发区。"], ["“…”表示数字不足一个单位，本表同。"], ["资料来源：统计局"],
    ]  # fmt: skip


def _layout(text: str = CARD) -> YearbookLayout:
    return YearbookLayout.model_validate(yaml.safe_load(text))


def test_page_with_levels_marks_and_areas(build: Callable[..., bytes]) -> None:
    reading = read(build(_page(2017), [(2, 0, 3, 0)], at=1), file="f", layout=_layout())
    assert reading.problems == ()
    assert reading.cells["region_label"].unique(maintain_order=True).to_list() == [
        "万州区",
        "酉　阳",
    ]
    cell = at(reading, "Sheet1!C8")
    assert (cell["series_label"], cell["unit_label"], cell["period"]) == ("residents", "万人", 2017)
    assert (cell["value"], cell["region_level"], cell["footnote"]) == (156.1, 1, "注：①含开发区。")
    women = at(reading, "Sheet1!D8")
    assert women["value"] is None
    assert "不足一个单位" in women["footnote"]
    assert women["unit_label"] == "万人"  # a part has the unit of the whole it is printed under
    assert at(reading, "Sheet1!E8")["value"] == 60.5
    assert at(reading, "Sheet1!C9")["region_level"] == 2
    assert reading.facts["source"] == "统计局"
    assert reading.facts["period"] == "2017"


def test_an_edition_with_other_headers(build: Callable[..., bytes]) -> None:
    rows = [row[:3] for row in _page(2012, "年末总人口")]
    reading = read(build(rows, [(2, 0, 3, 0)]), file="f", layout=_layout())
    assert reading.problems == ()
    assert set(reading.cells["period"]) == {2012}
    wrong = read(build(_page(2017, "年末总人口"), [(2, 0, 3, 0)]), file="f", layout=_layout())
    assert set(codes(wrong)) == {"missing_columns", "extra_columns"}


def test_table_continued_under_a_second_header(build: Callable[..., bytes]) -> None:
    rows = [
        ["表1 人口（2020）"], ["单位：人"], ["地区", "男", "女"], ["万州区", 1, 2],
        ["续表"], ["地区", "男", "女"], ["涪陵区", 3, 4], ["注：a"],
    ]  # fmt: skip
    layout = YearbookLayout(columns={"men": "男", "women": "女"})
    reading = read(build(rows), file="f", layout=layout)
    assert reading.problems == ()
    assert reading.notes == ("注：a",)
    assert reading.cells["value"].to_list() == [1, 2, 3, 4]
    assert reading.cells["unit_label"].unique().to_list() == ["人"]


def test_rows_that_are_years(build: Callable[..., bytes]) -> None:
    rows = [["表1 主要年份人口"], ["年份", "人口（万人）"], ["2019年", 1.5], [2020.0, 2.5]]
    layout = YearbookLayout(
        columns={"p": "人口"}, row_head="年份", row_kind="year", region="重庆市"
    )
    reading = read(build(rows), file="f", layout=layout)
    assert reading.problems == ()
    assert reading.cells.select("region_label", "period", "value").rows() == [
        ("重庆市", 2019, 1.5), ("重庆市", 2020, 2.5),
    ]  # fmt: skip


def test_page_without_a_year_asks_for_it(build: Callable[..., bytes]) -> None:
    rows = [["表1 人口（2019～2020）"], ["地区", "人口"], ["万州区", 1]]
    layout = YearbookLayout(columns={"p": "人口"})
    assert codes(read(build(rows), file="f", layout=layout)) == ["no_year"]
    told = layout.model_copy(update={"year": 2020})
    assert read(build(rows), file="f", layout=told).cells["period"].to_list() == [2020]


def test_header_rows_may_be_given(build: Callable[..., bytes]) -> None:
    rows = [["表1 人口（2020）"], ["各区", "人口", ""], ["", "男", "女"], ["万州区", 1, 2]]
    layout = YearbookLayout(columns={"m": "人口 / 男", "w": "女"}, header_rows=(2, 3))
    reading = read(build(rows, [(1, 1, 1, 2)]), file="f", layout=layout)
    assert codes(reading) == ["missing_columns", "extra_columns"]  # the merge reaches over both
    whole = layout.model_copy(update={"columns": {"m": "人口/男", "w": "人口/女"}})
    assert read(build(rows, [(1, 1, 1, 2)]), file="f", layout=whole).problems == ()
    below = whole.model_copy(update={"header_rows": (4, 5)})
    assert read(build(rows, [(1, 1, 1, 2)], at=2), file="f", layout=below).problems == ()


def test_truly_empty_cell_under_a_merged_label(build: Callable[..., bytes]) -> None:
    rows = [["表1 人口（2020）"], ["地区", "人口"], ["万州区", 1], [None, 2], [None, 3]]
    reading = read(
        build(rows, [(2, 0, 3, 0)]), file="f", layout=YearbookLayout(columns={"p": "人口"})
    )
    assert [(p.code, p.where) for p in reading.problems] == [
        ("no_label", "Sheet1!A5"), ("repeated_cell", "Sheet1!B4"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "columns: {}",
        "columns: {a: x}\ncolour: red",
        "columns: {a: x}\ntitle: '('",
        "columns: {a: x}\nrow_kind: year",
        "columns: {a: x}\neditions: {2012: {columns: {b: y}}}",
        "columns:\n  a: 其中 / # 居民住宅",  # a comment to YAML
    ],
)
def test_layouts_that_contradict_themselves(text: str) -> None:
    with pytest.raises(ValidationError):
        _layout(text)
