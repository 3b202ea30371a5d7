"""What becomes of every number of a file: each reader accounts for all it is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.ledger import LABELS, Ledger
from nqpf_assets.formats.numbers import count_numbers, shows_number
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.reading import CELL_SCHEMA
from nqpf_assets.formats.recognise import read
from nqpf_assets.sources.collector import collect
from tests.formats.conftest import at, codes

NURSES = (
    "数据库：分省年度数据\n地区：北京市\n时间：最近5年\n指标,2019年,2018年\n"
    "卫生技术人员(万人),27.0,25.6\n注册护士(万人),11.9,11.1\n\u3000\u3000其中：女(万人),11.0,10.5\n"
    "注册会计师(人),,\n药师(士)(万人),1.5,1.4\n数据来源：国家统计局\n"
)
BELOW = (
    "数据库：分省年度数据\n指标：地区生产总值(亿元)\n时间：最近5年\n地区,2018年,2017年\n"
    "北京市,33106.0,29883.0\n注：修订数据。\n河北省,32494.6,30640.8\n"
    "数据来源：国家统计局\n山西省,15958.1,14484.3\n"
)
SECOND = (
    "数据库：分省年度数据\n指标：年末常住人口(万人)\n时间：最近5年\n地区,2018年,2017年\n"
    "北京市,2192,2194\n数据来源：国家统计局\n"
)


@pytest.mark.parametrize(
    ("cell", "is_number"),
    [
        (1, True), (2.5, True), (True, False), ("", False), ("1,234.5", True), ("１２３", True),
        ("12①", True), ("12.5%", True), ("12,34", False), ("1O5", False), ("2019年", False),
        (".", False), ("-0.5", True), ("…", False), (None, False), ("注1", False), ("1e5", True),
        ("1,2345", False), ("1,234,5678", False), ("1,234,567.", True), ("12..5", False), (".5", True),
    ],
)  # fmt: skip
def test_one_rule_for_cells_and_columns(cell: object, is_number: bool) -> None:
    assert shows_number(cell) == is_number
    if isinstance(cell, str):
        assert count_numbers(pl.DataFrame({"x": [cell]}), "x") == is_number


def test_a_row_of_the_table_is_no_note_however_it_begins() -> None:
    reading = read(NURSES.encode(), file="f")
    assert reading.problems == ()
    assert reading.cells["series_label"].unique(maintain_order=True).to_list() == [
        "卫生技术人员", "注册护士", "其中：女", "注册会计师", "药师(士)",
    ]  # fmt: skip
    assert (reading.account.seen, reading.account.read) == (8, 8)


def test_rows_below_notes_and_a_second_page_are_read() -> None:
    reading = read((BELOW + SECOND).encode(), file="f")
    assert [(p.code, p.where, p.severity) for p in reading.problems] == [
        ("below_notes", "line 7", "warning")
    ]
    assert at(reading, "line 9, column 2")["value"] == 15958.1
    second = at(reading, "line 14, column 3")
    assert (second["series_label"], second["unit_label"], second["value"]) == (
        "年末常住人口", "万人", 2194.0,
    )  # fmt: skip
    assert (reading.account.seen, reading.account.read) == (8, 8)


def test_second_header_without_a_block_is_refused_at_its_place() -> None:
    pasted = SECOND.split("\n", 3)[3]
    reading = read((BELOW + pasted).encode(), file="f")
    assert ("second_header", "line 10") in {(p.code, p.where) for p in reading.problems}
    assert reading.account.refused == reading.account.seen


def test_numbers_that_stand_nowhere_are_told_with_their_places(build: Callable[..., bytes]) -> None:
    rows = [
        ["指标：地区生产总值(亿元)"], ["上海", 38155, 36011], ["地区", "2019年", "2018年"],
        ["北京", 35371.28, 1.0], ["数据来源：国家统计局"],
    ]  # fmt: skip
    reading = read(build(rows), file="f")
    assert [(p.code, p.where) for p in reading.problems] == [
        ("lost_cells", "Sheet1!B2"), ("lost_cells", "Sheet1!C2"),
    ]  # fmt: skip


def test_what_a_layout_leaves_out_is_named(build: Callable[..., bytes]) -> None:
    rows = [
        ["表1 各区县人口（2020）"], ["地区", "人口（万人）", "密度"], ["全 市", 30.0, 1.0],
        ["主城", 20.0, 2.0], ["万州区", 10.0, 3.0],
    ]  # fmt: skip
    layout = YearbookLayout(columns={"a": "人口"}, ignore=("密度",), rows={"areas": ["主城"]})
    account = read(build(rows), file="f", layout=layout).account
    assert account.ignored == {"area 主城": 1, "column 密度": 3, "total 全 市": 1}
    assert (account.seen, account.read, account.refused) == (6, 1, 0)
    assert account.words == "area 主城: 1; column 密度: 3; total 全 市: 1"


def test_column_without_a_header_is_not_lost(build: Callable[..., bytes]) -> None:
    rows = [["表1 人口（2020）"], ["地区", "人口（万人）", None], ["万州区", 10.0, 3.0]]
    reading = read(build(rows), file="f", layout=YearbookLayout(columns={"a": "人口"}))
    assert [(p.code, p.where) for p in reading.problems] == [("lost_cells", "Sheet1!C3")]


def test_columns_and_codes_of_a_table_are_named() -> None:
    table = b"region,year,x,y,code\nA,2001,1,7,11\nB,2001,-99,8,12\nC,2001,,9,13\n"
    columns = TidyColumns(region="region", period="year", values=("x",), missing=("-99",))
    account = read(table, file="f", columns=columns).account
    assert account.ignored == {
        "codes for a missing value": 1, "column code": 3, "column y": 3, LABELS: 3,
    }  # fmt: skip
    assert (account.seen, account.read) == (11, 1)


def test_a_cell_read_twice_is_an_error_too() -> None:
    ledger = Ledger()
    ledger.see_rows([["A", 1]], lambda row, column: f"{row},{column}")
    cells = pl.DataFrame(
        {**dict.fromkeys(CELL_SCHEMA), "locator": ["0,1"] * 2, "value": [1.0] * 2},
        schema=dict(CELL_SCHEMA),
    )
    assert [p.code for p in ledger.close(cells, "f", is_refused=False)[1]] == ["lost_cells"]


def test_hidden_sheets_are_told_and_not_read() -> None:
    import io

    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, value in (("a", 1), ("b", 2)):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["地区", "2019年"])
            page.write_row(1, 0, ["北京", value])
            if name == "b":
                page.hide()
    reading = read(buffer.getvalue(), file="f")
    assert codes(reading) == ["hidden_sheet"]
    assert reading.cells["value"].to_list() == [1.0]
    assert reading.account.ignored == {"hidden sheet b": 1}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("region,year,x\n万州区,2020,1\n,2020,2\n", "missing_region"),
        ("region,year,x\n,2020,2\n", None),
    ],
)
def test_a_blank_among_regions_is_not_the_region_of_the_card(
    tmp_path: Path, text: str, code: str | None
) -> None:
    place = tmp_path / "raw" / "x" / "2026"
    place.mkdir(parents=True)
    (place / "a.csv").write_text(text, encoding="utf-8")
    (place / "a.csv.card.yaml").write_text(
        "publisher: x\ntitle: y\nstatus: official\nregion: 重庆市\nunit: 亿元\n"
        "columns: {region: region, period: year, values: [x]}\n",
        encoding="utf-8",
    )
    found = collect(tmp_path / "raw", load_catalogue())
    assert [problem.code for problem in found.problems] == [code] * (code is not None)


def test_a_blank_among_indicators_is_not_the_series_of_the_card(tmp_path: Path) -> None:
    place = tmp_path / "raw" / "x" / "2026"
    place.mkdir(parents=True)
    text = "item,region,year,x\ngdp,北京,2020,1\n,北京,2021,2\n"
    (place / "a.csv").write_text(text, encoding="utf-8")
    (place / "a.csv.card.yaml").write_text(
        "publisher: x\ntitle: y\nstatus: official\nseries: gdp\nunit: 亿元\n"
        "columns: {region: region, period: year, series: item, value: x}\n",
        encoding="utf-8",
    )
    (problem,) = collect(tmp_path / "raw", load_catalogue()).problems
    assert (problem.code, problem.where) == ("missing_series", "line 3, column 4")


@pytest.mark.parametrize("cut", ["甲 (亿元),北京,2020,539.\n", "甲 (亿元),北京,2020,539.3"])
def test_a_table_that_breaks_off_is_told(cut: str) -> None:
    reading = read(f"指标名称,地区,年份,数值\n{cut}".encode(), file="f")
    assert codes(reading) == ["breaks_off" if cut.endswith("\n") else "open_end"]


def test_a_workbook_page_without_its_foot_is_told(build: Callable[..., bytes]) -> None:
    rows = [["指标：地区生产总值(亿元)"], ["地区", "2019年"], ["北京", 35371.28], ["天津", 1.0]]
    reading = read(build(rows), file="f")
    assert [(p.code, p.where, p.severity) for p in reading.problems] == [
        ("truncated", "Sheet1!A4", "warning")
    ]


def test_a_stack_that_stops_before_the_regions_above_it_is_told(
    build: Callable[..., bytes],
) -> None:
    regions = ("北京", "天津", "河北", "山西", "辽宁", "吉林", "上海")
    rows = [
        [None, None, "2019"],
        *([name, r, "1.5"] for name in ("甲（亿元）", "乙（人）") for r in regions),
    ]
    assert read(build(rows), file="f").problems == ()
    reading = read(build(rows[:-4]), file="f")
    assert [(p.code, p.where, p.severity) for p in reading.problems] == [
        ("truncated", "Sheet1!C11", "warning")
    ]
    assert "7 regions" in reading.problems[0].expected
