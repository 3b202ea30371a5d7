"""Pages with tables side by side, below each other and over several sheets; units inside headers."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.recognise import read
from tests.formats.conftest import at, codes

TITLE = ["表1 各区县测试（2020）"]


def _layout(**columns: str) -> YearbookLayout:
    return YearbookLayout(columns=columns)


def _cells(reading: Any) -> list[tuple[Any, ...]]:
    return reading.cells.select("series_label", "region_label", "period", "value").rows()


def test_tables_side_by_side_are_read_each_by_its_own_labels(build: Callable[..., bytes]) -> None:
    rows = [
        TITLE, ["地区", "生产总值", None, "地  区", "常住人口"], [None, "（亿元）", None, None, "（万人）"],
        ["全市", 100, None, "万州区", 10], ["万州区", 1, None, "涪陵区①", 20],
        ["涪陵区", 2, None, "合计", 30], ["注：①初步数。"],
    ]  # fmt: skip
    layout = _layout(g="生产总值", p="常住人口")
    for given in (layout, layout.model_copy(update={"ignore": ("地区",)})):
        reading = read(build(rows), file="f", layout=given)
        assert reading.problems == ()
        assert _cells(reading) == [
            ("g", "万州区", 2020, 1.0), ("g", "涪陵区", 2020, 2.0),
            ("p", "万州区", 2020, 10.0), ("p", "涪陵区", 2020, 20.0),
        ]  # fmt: skip
        assert at(reading, "Sheet1!E5")["footnote"] == "注：①初步数。"
        assert reading.account.seen == 6
        assert reading.account.ignored == {"total 全市": 1, "total 合计": 1}


def test_a_table_that_goes_on_beside_itself(build: Callable[..., bytes]) -> None:
    rows = [TITLE, ["地区", "人口", "地区", "人口"], ["万州区", 1, "江北区", 3], ["涪陵区", 2]]
    reading = read(build(rows), file="f", layout=_layout(p="人口"))
    assert reading.problems == ()
    assert dict(reading.cells.select("region_label", "value").rows()) == {
        "万州区": 1, "涪陵区": 2, "江北区": 3,
    }  # fmt: skip


def test_each_table_has_the_unit_above_it(build: Callable[..., bytes]) -> None:
    rows = [
        TITLE, ["单位：亿元", None, "单位：万人"], ["地区", "产值", "地区", "人口"],
        ["万州区", 1, "万州区", 2],
        ["续表"], ["单位：万元"], ["地区", "产值", "地区", "人口"], ["涪陵区", 3, "涪陵区", 4],
    ]  # fmt: skip
    reading = read(build(rows), file="f", layout=_layout(g="产值", p="人口"))
    assert reading.problems == ()
    assert reading.cells.select("unit_label", "value").rows() == [
        ("亿元", 1.0), ("万人", 2.0), ("万元", 3.0), ("万人", 4.0),
    ]  # fmt: skip


def test_a_column_that_is_left_out_must_not_name_other_rows(build: Callable[..., bytes]) -> None:
    rows = [
        TITLE,
        ["地区", "产值", "区县", "人口"],
        ["万州区", 1, "涪陵区", 2],
        ["涪陵区", 3, "万州区", 4],
    ]
    layout = _layout(g="产值", p="人口").model_copy(update={"ignore": ("区县",)})
    assert codes(read(build(rows), file="f", layout=layout)) == ["other_labels"]
    english = [[*row[:2], name, row[3]] for row, name in zip(
        rows[1:], ("区县", "Wanzhou", "Fuling"), strict=True
    )]  # fmt: skip
    assert read(build([TITLE, *english]), file="f", layout=layout).problems == ()


@pytest.mark.parametrize(
    ("line", "header", "unit", "told"),
    [
        ("单位：万平方米", "幢", "幢", False),
        ("单位：万平方米", "合计\n幢", "幢", False),
        ("单位：万元", "户", "户", False),
        ("单位：万元", "增长，%", "%", False),
        ("单位：万人", "人数", "万人", False),
        ("单位：%", "人数", "%", False),
        ("单位：万平方米", "面积", "万平方米", False),
        ("单位：万元", "年", "万元", False),
        ("单位：万元", "其他", "万元", False),
        ("单位：人", "每平方公里（人/平方公里）", "人/平方公里", False),
        # May be read in two ways: the column has no unit then, which the card must give.
        ("单位：万户", "户", None, True),
        ("单位：万元", "户数", None, True),
        ("单位：万人", "人口/平方公里", None, True),
        ("单位：万元", "村", None, True),
        *[
            (f"单位：{unit}", name, None, True)
            for unit in ("万元", "亿元", "万美元")
            for name in (
                "从业人数",
                "年末从业人员数",
                "增速",
                "增长率",
                "占比",
                "比重",
                "指数",
                "名次",
                "学生数",
                "机构数",
                "床位数",
                "企业单位数",
                "面积",
                "建筑面积",
                "年末人口",
            )
        ],
        ("单位：万元", "决算数", "万元", False),
        ("单位：万元", "增长额", "万元", False),
        ("单位：万元", "总数", "万元", False),
        ("单位：公顷", "面积", "公顷", False),
        ("单位：万元", "面积（公顷）", "公顷", False),
    ],
)
def test_a_unit_inside_a_header(
    build: Callable[..., bytes], line: str, header: str, unit: str | None, told: bool
) -> None:
    rows = [TITLE, [line], ["地区", "合计", None], [None, header, "总量"], ["万州区", 1, 2]]
    name = header.split("（")[0]
    layout = YearbookLayout(columns={"x": f"合计 / {name}"}, ignore=("合计 / 总量",))
    reading = read(build(rows, [(2, 0, 3, 0), (2, 1, 2, 2)]), file="f", layout=layout)
    assert codes(reading) == ["doubtful_unit"] * told
    assert reading.cells["unit_label"].to_list() == [unit]


def test_a_part_has_the_unit_of_its_whole_or_its_own(build: Callable[..., bytes]) -> None:
    rows = [
        TITLE, ["单位：万平方米"], ["地区", "户数（户）", "# 幢", "# 面积", "# 居民（万平方米）"],
        ["万州区", 1, 2, 3, 4],
    ]  # fmt: skip
    layout = _layout(a="户数", b="幢", c="面积", d="居民")
    reading = read(build(rows), file="f", layout=layout)
    assert reading.problems == ()
    assert reading.cells["unit_label"].to_list() == ["户", "幢", "户", "万平方米"]


def test_a_unit_in_the_layout_must_not_contradict_the_page(build: Callable[..., bytes]) -> None:
    rows = [TITLE, ["单位：万元"], ["地区", "产值"], ["万州区", 1]]
    layout = _layout(g="产值").model_copy(update={"unit": "亿元"})
    assert codes(read(build(rows), file="f", layout=layout)) == ["disagrees_unit"]
    silent = [rows[0], *rows[2:]]
    assert read(build(silent), file="f", layout=layout).cells["unit_label"].to_list() == ["亿元"]


def test_notes_end_no_table(build: Callable[..., bytes]) -> None:
    rows = [
        TITLE, ["地区", "人口"], ["万州区", 1], ["注：1.含开发区。"], ["2.本表为初步数"],
        ["涪陵区", 2], [None], ["江北区", 3], ["资料来源：统计局"],
    ]  # fmt: skip
    reading = read(build(rows), file="f", layout=_layout(p="人口"))
    assert reading.problems == ()
    assert reading.cells["value"].to_list() == [1, 2, 3]
    assert (reading.notes, reading.facts["source"]) == (
        ("注：1.含开发区。", "2.本表为初步数"),
        "统计局",
    )


def test_a_second_table_of_another_year_is_told(build: Callable[..., bytes]) -> None:
    rows = [
        TITLE, ["地区", "人口"], ["万州区", 1],
        ["表2 各区县测试（2021）"], ["地区", "人口"], ["涪陵区", 2],
    ]  # fmt: skip
    assert "other_table" in codes(read(build(rows), file="f", layout=_layout(p="人口")))


def test_numbers_under_an_empty_header_are_told(build: Callable[..., bytes]) -> None:
    rows = [TITLE, ["地区", "人口", None], ["万州区", 1, 2]]
    reading = read(build(rows), file="f", layout=_layout(p="人口"))
    assert [(p.code, p.where) for p in reading.problems] == [("lost_cells", "Sheet1!C3")]


def test_years_alone_over_the_columns(build: Callable[..., bytes]) -> None:
    rows = [
        ["表1 测试"],
        ["地区", "2019年", "2020年", "2020年比2019年增长（%）"],
        ["万州区", 1, 2, 100],
    ]
    wrong = read(build(rows), file="f", layout=_layout(g="生产总值"))
    assert set(codes(wrong)) == {"missing_columns", "extra_columns"}
    assert {p.code: p.found for p in wrong.problems} == {
        "missing_columns": "年份 (2019), 年份 (2020), 2020年比2019年增长",
        "extra_columns": "also 年份 (2019), 年份 (2020), 2020年比2019年增长",
    }
    layout = _layout(g="年份").model_copy(update={"ignore": ("2020年比2019年增长",)})
    reading = read(build(rows), file="f", layout=layout)
    assert reading.problems == ()
    assert _cells(reading) == [("g", "万州区", 2019, 1.0), ("g", "万州区", 2020, 2.0)]


def test_rows_of_years_with_marks(build: Callable[..., bytes]) -> None:
    rows = [
        ["表1 主要年份测试"], ["年份", "产值"], [1978, 1], ["1980", 2], ["2000年", 3], ["“十五”时期", 9],
        ["2005①", 4], ["2020\n", 5], ["注：①初步数"],
    ]  # fmt: skip
    layout = YearbookLayout(
        columns={"g": "产值"}, row_head="年份", row_kind="year", region="重庆市"
    )
    reading = read(build(rows), file="f", layout=layout)
    assert [(p.code, p.where) for p in reading.problems] == [("bad_period", "Sheet1!A6")]
    assert reading.cells["period"].to_list() == [1978, 1980, 2000, 2005, 2020]
    without = layout.model_copy(
        update={"rows": layout.rows.model_copy(update={"areas": ("“十五”时期",)})}
    )
    left_out = read(build(rows), file="f", layout=without)
    assert left_out.problems == ()
    assert left_out.account.ignored["area “十五”时期"] == 1
    assert at(left_out, "Sheet1!B7")["footnote"] == "注：①初步数"


def _sheets(**pages: list[list[Any]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for name, rows in pages.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def test_a_table_that_goes_on_on_the_next_sheet() -> None:
    head = ["地区", "人口"]
    first = [TITLE, ["单位：万人"], head, ["万州区", 1]]
    content = _sheets(
        一=first, 二=[["表1 续表"], head, ["涪陵区", 2]], 三=[["续表"], head, ["江北区", 3]]
    )
    reading = read(content, file="f", layout=_layout(p="人口"))
    assert reading.problems == ()
    assert reading.cells.select("region_label", "value", "unit_label").rows() == [
        ("万州区", 1.0, "万人"), ("涪陵区", 2.0, "万人"), ("江北区", 3.0, "万人"),
    ]  # fmt: skip
    other = _sheets(一=first, 二=[["表2 面积"], head, ["涪陵区", 2]])
    (several,) = read(other, file="f", layout=_layout(p="人口")).problems
    assert (several.code, several.found) == ("several_sheets", "一, 二")


@pytest.mark.parametrize("total", ["全国", "全  省", "全区", "全县", "总  计", "合计①", "共计"])
def test_rows_that_sum_others_are_left_out_by_name(build: Callable[..., bytes], total: str) -> None:
    rows = [TITLE, ["地区", "人口"], [total, 3], ["万州区", 1], ["涪陵区", 2], ["注：①初步数"]]
    reading = read(build(rows), file="f", layout=_layout(p="人口"))
    assert reading.problems == ()
    assert reading.account.ignored == {f"total {total}": 1}
    kept = YearbookLayout(columns={"p": "人口"}, rows={"keep": ["totals"]})
    assert read(build(rows), file="f", layout=kept).cells.height == 3


@pytest.mark.parametrize(
    "title",
    [
        ["续表（2019）"], ["续表 2019年"], ["续表", "2019年"], ["续表", None, "2019年"], ["表1（续） 2019"],
        ["续表1：2019年各区县测试"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_on_next_sheet", [False, True])
@pytest.mark.parametrize("year", [None, 2020])
def test_a_table_that_goes_on_with_another_year_is_told(
    title: list[str | None], is_on_next_sheet: bool, year: int | None
) -> None:
    first = [TITLE if year is None else ["表1 各区县测试"], ["地区", "人口"], ["万州区", 1]]
    second = [title, ["地区", "人口"], ["涪陵区", 2]]
    layout = _layout(p="人口").model_copy(update={"year": year})
    pages = [first, second] if is_on_next_sheet else [[*first, *second]]
    assert codes(read(_pages(*pages), file="f", layout=layout)) == ["other_table"]
    second[0] = [text and text.replace("2019", "2020") for text in title]
    pages = [first, second] if is_on_next_sheet else [[*first, *second]]
    assert read(_pages(*pages), file="f", layout=layout).problems == ()


def _pages(*pages: list[list[Any]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for page in pages:
            sheet = book.add_worksheet()
            for number, row in enumerate(page):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def test_a_line_with_a_year_below_a_title_that_goes_on_is_told() -> None:
    first = [TITLE, ["地区", "人口"], ["万州区", 1]]
    second = [["续表"], ["2019年"], ["地区", "人口"], ["涪陵区", 2]]
    assert codes(read(_pages(first, second), file="f", layout=_layout(p="人口"))) == ["other_table"]
    second[1] = ["注：2019年起口径不同"]
    assert read(_pages(first, second), file="f", layout=_layout(p="人口")).problems == ()


@pytest.mark.parametrize(
    ("header", "is_told"),
    [
        ("2019年生产总值", True), ("生产总值2019年", True), ("2019生产总值", True),
        ("２０１９年生产总值", True), ("2020年生产总值", False), ("生产总值(2015年不变价)", False),
        ("按2015年价格计算的产值", False), ("比2019年增长", False), ("生产总值指数(2019年=100)", False),
        ("2015年可比价产值", False), ("2016-2020年平均增长", False), ("2019年以来新增", False),
        ("2019年底人口", True),
    ],
)  # fmt: skip
def test_a_header_that_names_another_year_is_told(
    build: Callable[..., bytes], header: str, is_told: bool
) -> None:
    rows = [TITLE, ["地区", header], ["万州区", 1]]
    reading = read(build(rows), file="f", layout=_layout(g=header))
    assert ("other_year" in codes(reading)) is is_told


@pytest.mark.parametrize(
    "title",
    [
        "2021年统计年鉴 表1 各区县测试",
        "重庆统计年鉴2021 表1",
        "表1 人口（重庆统计年鉴（2021））",
        "2021年版 表1",
    ],
)
def test_an_edition_is_no_year_of_the_numbers(build: Callable[..., bytes], title: str) -> None:
    rows = [[title], ["地区", "人口"], ["万州区", 1]]
    assert codes(read(build(rows), file="f", layout=_layout(p="人口"))) == ["no_year"]
    rows[0] = [f"{title} 2020年"]
    reading = read(build(rows), file="f", layout=_layout(p="人口"))
    assert reading.cells["period"].to_list() == [2020]


@pytest.mark.parametrize(
    ("head", "first", "second"),
    [
        (None, "涪陵区", "万州区"), ("区名", "涪陵", "万州"), ("代码", "500102", "500101"),
        ("代码", 500102, 500101), ("拼音", "Fuling", "Wanzhou"), (None, "FULING", "WANZHOU"),
        ("Region", "Somewhere", "Elsewhere"),
        ("区县", "# 涪陵区", "万州区①"),
    ],
)  # fmt: skip
def test_labels_among_the_values_are_those_of_another_table(
    build: Callable[..., bytes], head: str | None, first: object, second: object
) -> None:
    rows = [
        TITLE,
        ["地区", "产值", head, "人口"],
        ["万州区", 1, first, 2],
        ["涪陵区", 3, second, 4],
    ]
    layout = _layout(g="产值", p="人口").model_copy(update={"ignore": (head,) if head else ()})
    assert "other_labels" in codes(read(build(rows), file="f", layout=layout))


@pytest.mark.parametrize(
    ("head", "first", "second"),
    [
        ("区名", "万州", "涪陵"),
        ("等级", "A", "A"),
        ("名次", 1, 2),
        ("备注", "初步数", None),
        (None,) * 3,
    ],
)
def test_other_words_among_the_values_are_no_labels(
    build: Callable[..., bytes], head: str | None, first: object, second: object
) -> None:
    rows = [
        TITLE,
        ["地区", "产值", head, "人口"],
        ["万州区", 1, first, 2],
        ["涪陵区", 3, second, 4],
    ]
    layout = _layout(g="产值", p="人口").model_copy(update={"ignore": (head,) if head else ()})
    assert read(build(rows), file="f", layout=layout).problems == ()


def test_names_in_letters_before_the_values_are_no_second_table(
    build: Callable[..., bytes],
) -> None:
    rows = [
        TITLE, ["地区", "Region", "代码", "产值", "人口"], ["万州区", "Wanzhou", 500101, 1, 2],
        ["涪陵区", "Fuling", 500102, 3, 4],
    ]  # fmt: skip
    layout = _layout(g="产值", p="人口").model_copy(update={"ignore": ("Region", "代码")})
    assert read(build(rows), file="f", layout=layout).problems == ()


def test_a_number_that_is_merged_over_rows_or_columns_is_told(build: Callable[..., bytes]) -> None:
    rows = [
        TITLE,
        ["地区", "产值", "人口"],
        ["万州区", 1, 2],
        ["涪陵区", None, 4],
        ["江北区", 5, None],
    ]
    layout = _layout(g="产值", p="人口")
    reading = read(build(rows, [(2, 1, 3, 1)]), file="f", layout=layout)
    assert codes(reading) == ["merged_value"]
    assert "B4" in reading.problems[0].where
    assert codes(read(build(rows, [(4, 1, 4, 2)]), file="f", layout=layout)) == ["merged_value"]
    missing = [*rows[:2], ["万州区", "…", 2], *rows[3:]]
    assert codes(read(build(missing, [(2, 1, 3, 1)]), file="f", layout=layout)) == []
