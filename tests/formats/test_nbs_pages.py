"""Traps of the statistics bureau's exports, each in a page of a few lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nqpf_assets.formats.recognise import read
from tests.formats.conftest import at, codes

OLD = (
    "数据库：分省年度数据\n指标：人口数(人口抽样调查)(人)\n时间：最近5年\n"
    "地区,2016年,2015年,2014年\n北京市,18132,335775,\n重庆市,25264,460862,1.5\n"
    '"注：1.抽样,比"\n　　　2.续,注。\n数据来源：国家统计局\n'
)
NEW = (
    "\ufeff数据库：分省年度数据 \n时间：2023年-2024年 \n地区\t,2024年\t,2023年\t,\n"
    "北京市\t,\t,49670.2\t,\n重庆市\t,32193.2\t,\t,\n注：1. 修订。\n数据来源：国家统计局"
)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_old_page(encoding: str, end: str) -> None:
    reading = read(OLD.replace("\n", end).encode(encoding), file="f.csv")
    assert (reading.format, reading.problems) == ("nbs_csv_old", ())
    assert reading.facts == {
        "database": "分省年度数据", "indicator": "人口数(人口抽样调查)", "unit": "人",
        "period": "最近5年", "source": "国家统计局",
    }  # fmt: skip
    assert reading.notes == ("注：1.抽样,比", "2.续,注。")
    cell = at(reading, "line 6, column 3")
    assert (cell["region_label"], cell["period"], cell["value"]) == ("重庆市", 2015, 460862.0)
    assert at(reading, "line 5, column 4")["value"] is None


def test_page_that_begins_at_its_header() -> None:
    reading = read("地区,2024年,2023年\n北京,1,2\n".encode("gb18030"), file="f")
    assert (reading.format, reading.problems) == ("nbs_csv_old", ())
    assert reading.cells["series_label"].to_list() == [None, None]


def test_transposed_page_with_everything_quoted() -> None:
    text = '"时间","北京市","重庆市"\n"2012年","5267 ","12,34 "\n"2011年","","1,234"\n'
    reading = read(text.encode(), file="f")
    assert (reading.format, codes(reading)) == ("nbs_csv_old", ["not_a_number"])
    cell = at(reading, "line 2, column 2")
    assert (cell["region_label"], cell["period"], cell["value"]) == ("北京市", 2012, 5267.0)
    assert at(reading, "line 3, column 3")["value"] == 1234.0


def test_new_page() -> None:
    reading = read(NEW.encode(), file="f")
    assert (reading.format, reading.problems, reading.cells.height) == ("nbs_csv_new", (), 4)
    assert at(reading, "line 5, column 2")["value"] == 32193.2
    assert reading.facts == {
        "database": "分省年度数据", "period": "2023年-2024年", "source": "国家统计局",
    }  # fmt: skip


def test_new_page_of_one_region_does_not_name_it() -> None:
    text = (
        "\ufeff数据库：分省年度数据 \n时间： \n指标\t,2024年\t,2023年\t,\n"
        "地方财政一般公共服务支出 (亿元) \t,\t,545.81\t,\n数据来源：国家统计局"
    )
    reading = read(text.encode(), file="f")
    assert reading.problems == ()
    cell = at(reading, "line 4, column 3")
    assert (cell["series_label"], cell["unit_label"]) == ("地方财政一般公共服务支出", "亿元")
    assert (cell["region_label"], cell["period"]) == (None, 2023)


def test_workbook_page(build: Callable[..., bytes]) -> None:
    rows = [
        ["数据库：主要城市年度数据"], ["指标：地区生产总值(亿元)"], ["时间：最近5年"],
        ["地区", "2019年", "2018年"], ["北京", 35371.28, ""], ["银川", 1896.79, 1901.48],
        ["注：1.按当年价格计算。"], ["　　　2.修订后数据。"], ["数据来源：国家统计局"],
    ]  # fmt: skip
    reading = read(build(rows, sheet="主要城市年度数据"), file="f")
    assert (reading.format, reading.problems) == ("nbs_workbook", ())
    assert at(reading, "主要城市年度数据!C6")["value"] == 1901.48
    assert at(reading, "主要城市年度数据!C5")["value"] is None
    assert len(reading.notes) == 2
    assert reading.facts["unit"] == "亿元"


def test_workbook_whose_table_is_not_at_a1(build: Callable[..., bytes]) -> None:
    rows = [["地区", 2019.0, 2018.0], ["北京", 1.5, 2.5]]
    reading = read(build(rows, sheet="a b", at=2), file="f")
    assert reading.format == "nbs_workbook"
    assert at(reading, "'a b'!D4")["value"] == 1.5
    stacked = [[None, None, "2019"], ["甲（亿元）", "北京", "1.00000"], ["乙（亿元）", "", "2.0"]]
    reading = read(build(stacked, at=1), file="f")
    assert reading.format == "eps_workbook"
    assert [(p.code, p.where) for p in reading.problems] == [("no_label", "Sheet1!C4")]
    assert at(reading, "Sheet1!D3")["value"] == 1.0


def test_eps_edited_by_hand(build: Callable[..., bytes]) -> None:
    rows = [
        [None, None, None, "2007", "2008"],
        [1, "一般公共预算支出（亿元）i", "北京", "1649.50000", "1959.28510"], [2, None, "天津", None, "1"],
        [3, "财政支出（亿元）i", "北京", "1.5", None], [None], ["i 2007年起为新口径。"], ["由EPS DATA整理"],
    ]  # fmt: skip
    reading = read(build(rows), file="f")
    assert (reading.format, reading.problems) == ("eps_workbook", ())
    cell = at(reading, "Sheet1!E3")
    assert (cell["series_label"], cell["unit_label"], cell["region_label"], cell["value"]) == (
        "一般公共预算支出", "亿元", "天津", 1.0,
    )  # fmt: skip
    assert cell["footnote"] == "i 2007年起为新口径。"
    assert at(reading, "Sheet1!D4")["series_label"] == "财政支出"


def test_years_that_are_none_are_all_reported() -> None:
    text = "地区,2012年,2O21年,2012年,2024年5月\n北京市,1,2,3,4\n"
    reading = read(text.encode("gb18030"), file="f")
    assert sorted(codes(reading)) == ["bad_header", "not_annual", "repeated_header"]
    assert {p.where for p in reading.problems} == {
        "line 1, column 3", "line 1, column 5", "line 1, column 4",
    }  # fmt: skip


def test_values_that_are_none_are_all_reported() -> None:
    text = (
        "数据库：分省年度数据\n指标：人口(人)\n地区,2015年,2014年,2013年,2012年,2011年\n"
        "北京市,12.5%,nan,约5,1e300,inf\n天津市,…,—,-,..,无\n"
        "河北省,12①,13*,1O5,12a,１２３\n注：①初步数。\n数据来源：国家统计局\n"
    )
    reading = read(text.encode(), file="f")
    found = {(p.where, p.code) for p in reading.problems}
    assert found == {
        ("line 4, column 2", "percentage"), ("line 4, column 3", "not_finite"),
        ("line 4, column 4", "not_a_number"), ("line 4, column 5", "gigantic"),
        ("line 4, column 6", "not_finite"), ("line 6, column 4", "not_a_number"),
        ("line 6, column 3", "unexplained_mark"), ("line 6, column 5", "unexplained_mark"),
    }  # fmt: skip
    empty = reading.cells.filter(reading.cells["region_label"] == "天津市")
    assert empty["value"].null_count() == 5
    assert empty["text"].to_list() == [
        "…",
        "—",
        "-",
        "..",
        "无",
    ]
    marked = at(reading, "line 6, column 2")
    assert (marked["value"], marked["footnote"]) == (12.0, "注：①初步数。")
    assert at(reading, "line 6, column 6")["value"] == 123.0


def test_note_about_a_sign_goes_to_its_cells() -> None:
    text = (
        "数据库：x\n指标：人口(人)\n地区,2015年\n北京市,…\n注：“…”表示不足一个单位。\n数据来源：y\n"
    )
    cell = at(read(text.encode(), file="f"), "line 4, column 2")
    assert cell["value"] is None
    assert cell["footnote"] == "注：“…”表示不足一个单位。"


def test_percent_sign_is_fine_where_the_unit_is_percent() -> None:
    text = "数据库：x\n指标：比上年增长(%)\n地区,2015年\n北京市,-12.5%\n数据来源：y\n"
    reading = read(text.encode(), file="f")
    assert reading.problems == ()
    assert at(reading, "line 4, column 2")["value"] == -12.5


def test_quote_that_is_not_closed_spoils_its_line_only() -> None:
    text = '地区,2015年\n北京市,"1\n天津市,2\n'
    reading = read(text.encode(), file="f")
    assert "quotes" in codes(reading)
    assert at(reading, "line 3, column 2")["value"] == 2.0


@pytest.mark.parametrize("end", ["重庆市,25264,46", "重庆市,25264", "重庆"])
def test_csv_that_ends_in_mid_row(end: str) -> None:
    text = OLD[: OLD.index("重庆市")] + end
    reading = read(text.encode("gb18030"), file="f")
    assert "truncated" in codes(reading)
    assert any(p.severity == "error" for p in reading.problems)


def test_region_twice() -> None:
    reading = read("地区,2015年\n北京市,1\n北京市,2\n".encode(), file="f")
    assert codes(reading) == ["repeated_cell"]
    assert "line 2" in reading.problems[0].found


def test_declared_synthetic_data_say_so() -> None:
    text = "地区,2015年\n北京市,1\n注：合成数据，仅作示例。\n数据来源：项目自编\n"
    assert read(text.encode(), file="f").facts["status"] == "synthetic"


_PAGE = [
    ["数据库：分省年度数据"], ["指标：地区生产总值(亿元)"], ["地区", "2019年", "2018年"],
    ["北京市", 1.5, 2.5], ["天津市", 3.5, 4.5], ["数据来源：国家统计局"],
]  # fmt: skip
_STACK = [
    [None, None, "2019", "2018"],
    ["甲（亿元）", "北京", "1.5", "2.5"],
    [None, "天津", "3.5", "4.5"],
    [None],
    ["数据来源：x"],
]


@pytest.mark.parametrize(
    ("rows", "range", "place"),
    [
        (_PAGE, (3, 1, 4, 1), "Sheet1!B5"),
        (_PAGE, (3, 1, 3, 2), "Sheet1!C4"),
        (_STACK, (1, 2, 2, 2), "Sheet1!C3"),
        (_STACK, (1, 2, 1, 3), "Sheet1!D2"),
    ],
)
def test_a_number_in_a_merged_cell_is_of_nobody(
    build: Callable[..., bytes], rows: list[list[object]], range: tuple[int, ...], place: str
) -> None:
    under = {(r, c) for r in (range[0], range[2]) for c in (range[1], range[3])} - {range[:2]}
    rows = [
        [None if (r, c) in under else x for c, x in enumerate(row)] for r, row in enumerate(rows)
    ]
    reading = read(build(rows, [range]), file="f")
    assert [(problem.code, problem.where) for problem in reading.problems] == [
        ("merged_value", place)
    ]
    assert reading.account.read == 0
