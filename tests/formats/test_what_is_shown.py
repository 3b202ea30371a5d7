"""A workbook is read as it is seen: number formats, formulas, in every reader of workbooks."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt

from nqpf_assets.formats.biff_cells import CODEPAGE, FONT, RSTRING, XF, BiffFormats, BiffSheet
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.number_formats import changes, shown
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.recognise import read
from nqpf_assets.formats.workbook import open_workbook
from tests.formats.conftest import codes

Rows = list[list[Any]]
PAGES: dict[str, tuple[Callable[[Any], Rows], dict[str, Any]]] = {
    "nbs": (
        lambda cell: [
            ["数据库：分省年度数据"], ["指标：城镇人口比重(%)"], ["地区", "2020年"], ["北京市", cell],
            ["数据来源：国家统计局"],
        ],
        {},
    ),
    "eps": (
        lambda cell: [["", "", "2020", "2019"], ["城镇人口比重（%）", "北京", cell, ""]],
        {},
    ),
    "yearbook": (
        lambda cell: [["表1 人口（2020）"], ["地区", "城镇人口比重（%）"], ["北京市", cell]],
        {"layout": YearbookLayout(columns={"share": "城镇人口比重"})},
    ),
    "tidy": (
        lambda cell: [["地区", "年份", "share"], ["北京市", 2020, cell]],
        {"columns": TidyColumns(
            region="地区", period="年份", values=("share",), units={"share": "%"}
        )},
    ),
    "long": (
        lambda cell: [["地区", "年份", "名", "值", "单位"], ["北京市", 2020, "share", cell, "%"]],
        {"columns": TidyColumns(region="地区", period="年份", series="名", value="值", unit="单位")},
    ),
}  # fmt: skip
RICH = ("xlsx", "xls")
WRITERS = ("xlsx", "xls", "openpyxl")


def _written(rows: Rows, writer: str) -> bytes:
    """A workbook; a pair is a number and its format, a text that begins with = a formula."""
    buffer = io.BytesIO()
    if writer == "xlsx":
        with xlsxwriter.Workbook(buffer) as book:
            page = book.add_worksheet()
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if isinstance(cell, tuple):
                        page.write_number(r, c, cell[0], book.add_format({"num_format": cell[1]}))
                    else:
                        page.write(r, c, cell)
    elif writer == "xls":
        old = xlwt.Workbook()
        sheet = old.add_sheet("Sheet1")
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, tuple):
                    sheet.write(r, c, cell[0], xlwt.easyxf(num_format_str=cell[1]))
                elif isinstance(cell, str) and cell.startswith("="):
                    sheet.write(r, c, xlwt.Formula(cell[1:]))
                elif cell != "":
                    sheet.write(r, c, cell)
        old.save(buffer)
    else:
        new = openpyxl.Workbook()
        for r, row in enumerate(rows, start=1):
            for c, cell in enumerate(row, start=1):
                place = new.active.cell(r, c)
                place.value = cell[0] if isinstance(cell, tuple) else cell or None
                if isinstance(cell, tuple):
                    place.number_format = cell[1]
        new.save(buffer)
    return buffer.getvalue()


def _reading(page: str, cell: Any, writer: str) -> Reading:
    rows, card = PAGES[page]
    return read(_written(rows(cell), writer), file="f", **card)


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ((0.8755, "0.00%"), 87.55),
        ((0.07, "0%"), 7.0),
        ((-0.0325, "0.0%;[Red]-0.0%"), -3.25),
        ((1 / 3, "0%"), 33.33333333333333),  # every digit that the cell holds
        ((0.0, "0.0%"), 0.0),
        ((87.55, '0.00"%"'), 87.55),  # the sign is set behind the number, which is not a share
        ((87.55, "#,##0.00_ "), 87.55),
        ("87.55%", 87.55),
    ],
)
def test_a_percentage_is_read_as_it_is_shown(
    page: str, writer: str, cell: Any, value: float
) -> None:
    reading = _reading(page, cell, writer)
    assert reading.problems == ()
    assert reading.cells.drop_nulls("value")["value"].to_list() == [value]


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("=21/2", "formula"),
        ((123456.0, '0!.0,"万"'), "shown_otherwise"),
        ((123456.0, "#,##0,"), "shown_otherwise"),
        ((12.5, ";;;"), "shown_otherwise"),
        ((12.5, '0.0"万"'), "shown_otherwise"),
        ("(12.3)", "negative"),
        ("（12.3）", "negative"),
        ("△12.3", "negative"),
        ("–12.3", "negative"),
        ("12.3-", "negative"),
        ("#DIV/0!", "not_finite"),
        ("#N/A", "not_finite"),
        ("12,3", "not_a_number"),
        ("1.234,5", "not_a_number"),
        ("0,5", "not_a_number"),
        ("1 234.5", "not_a_number"),
        ("30）", "not_a_number"),
        ("5‰", "percentage"),
        ("12.5a", "unexplained_mark"),
        ("12.5①", "unexplained_mark"),
        ("12.5%*", "unexplained_mark"),
    ],
)
def test_what_is_no_plain_number_is_told_by_every_reader(
    page: str, writer: str, cell: Any, code: str
) -> None:
    reading = _reading(page, cell, writer)
    assert codes(reading) == [code]
    if code != "unexplained_mark":
        assert reading.cells.drop_nulls("value").is_empty()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("１２３４．５", 1234.5), ("２，０００", 2000.0), ("1,234.5", 1234.5), ("1234.5\xa0", 1234.5),
        ("－12.3", -12.3), ("−12.3", -12.3), ("+4", 4.0), ("12.5％", 12.5), (" 20 ", 20.0),
    ],
)  # fmt: skip
def test_numbers_as_printed(page: str, text: str, value: float) -> None:
    reading = _reading(page, text, "xlsx")
    assert reading.problems == ()
    assert reading.cells.drop_nulls("value")["value"].to_list() == [value]


SETTINGS: dict[str, tuple[dict[str, Any], str]] = {
    "raised": ({"font_script": 1}, "font: escapement superscript"),
    "lowered": ({"font_script": 2}, "font: escapement subscript"),
    "struck": ({"font_strikeout": True}, "font: struck_out on"),
}


def _rich(rows: Rows, runs: list[str], setting: str, writer: str) -> bytes:
    """A workbook whose cells of 0 hold runs of letters, every second of them set in another way."""
    new, old = SETTINGS[setting]
    buffer = io.BytesIO()
    if writer == "xls":
        book = xlwt.Workbook()
        sheet = book.add_sheet("Sheet1")
        font = xlwt.easyxf(old).font
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell == 0:
                    fonts = [None if n % 2 == 0 else font for n in range(len(runs))]
                    whole = [
                        text if one is None else (text, one)
                        for text, one in zip(runs, fonts, strict=True)
                    ]
                    sheet.write_rich_text(r, c, whole)
                elif cell != "":
                    sheet.write(r, c, cell)
        book.save(buffer)
        return buffer.getvalue()
    with xlsxwriter.Workbook(buffer) as written:
        page, form = written.add_worksheet(), written.add_format(new)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell == 0:
                    parts = [
                        p for n, run in enumerate(runs) for p in ([form, run] if n % 2 else [run])
                    ]
                    page.write_rich_string(r, c, *parts)
                else:
                    page.write(r, c, cell)
    return buffer.getvalue()


@pytest.mark.parametrize("writer", RICH)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("runs", "setting", "code", "value"),
    [
        (["1234", "1"], "raised", "unexplained_mark", 1234.0),
        (["1234.5", "12"], "raised", "unexplained_mark", 1234.5),
        (["1234", "10"], "raised", "unexplained_mark", 1234.0),
        (["1234", "1)"], "raised", "unexplained_mark", 1234.0),
        (["1234", "(2)"], "raised", "unexplained_mark", 1234.0),
        (["1234", " a"], "raised", "unexplained_mark", 1234.0),
        (["10", "3"], "lowered", "not_a_number", None),
        (["1.2×10", "-3"], "raised", "not_a_number", None),
        (["12", "34", "56"], "raised", "not_a_number", None),
        (["56", "1234"], "struck", "not_a_number", None),
        (["1", "2", "3"], "struck", "not_a_number", None),
    ],
)
def test_letters_that_are_set_otherwise_are_no_digits(
    page: str, writer: str, runs: list[str], setting: str, code: str, value: float | None
) -> None:
    rows, card = PAGES[page]
    reading = read(_rich(rows(0), runs, setting, writer), file="f", **card)
    assert codes(reading) == [code]
    assert reading.cells.drop_nulls("value")["value"].to_list() == [value][: value is not None]


@pytest.mark.parametrize("writer", RICH)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("cell", [12.5, 1200.0, "12.5"])
def test_a_cell_that_is_struck_out_holds_no_number(page: str, writer: str, cell: Any) -> None:
    rows, card = PAGES[page]
    buffer = io.BytesIO()
    whole = rows(None)
    if writer == "xls":
        book = xlwt.Workbook()
        sheet, style = book.add_sheet("Sheet1"), xlwt.easyxf(SETTINGS["struck"][1])
        for r, row in enumerate(whole):
            for c, one in enumerate(row):
                if one is None:
                    sheet.write(r, c, cell, style)
                elif one != "":
                    sheet.write(r, c, one)
        book.save(buffer)
    else:
        with xlsxwriter.Workbook(buffer) as new:
            place, form = new.add_worksheet(), new.add_format(SETTINGS["struck"][0])
            for r, row in enumerate(whole):
                for c, one in enumerate(row):
                    place.write(r, c, *((cell, form) if one is None else (one,)))
    reading = read(buffer.getvalue(), file="f", **card)
    assert codes(reading) == ["not_a_number"]
    assert reading.cells.drop_nulls("value").is_empty()


@pytest.mark.parametrize("writer", RICH)
def test_a_raised_mark_is_explained_by_its_note(writer: str) -> None:
    rows = [
        ["表1 人口（2020）"], ["地区", "人口（万人）"], ["万州区", 0], ["涪陵区", 2], ["¹ 含开发区"],
    ]  # fmt: skip
    layout = YearbookLayout(columns={"p": "人口"})
    reading = read(_rich(rows, ["1", "1"], "raised", writer), file="f", layout=layout)
    assert reading.problems == ()
    assert reading.cells.row(0, named=True)["footnote"] == "¹ 含开发区"
    assert reading.cells["value"].to_list() == [1.0, 2.0]


@pytest.mark.parametrize("writer", RICH)
def test_a_raised_mark_at_a_label_is_a_mark_and_a_raised_power_a_unit(writer: str) -> None:
    rows = [["表1 面积（2020）"], ["地区", "面积（平方公里）"], [0, 2]]
    layout = YearbookLayout(columns={"p": "面积"})
    reading = read(_rich(rows, ["万州区", "12"], "raised", writer), file="f", layout=layout)
    assert codes(reading) == ["unexplained_mark"]
    assert reading.cells["region_label"].to_list() == ["万州区"]


def test_a_percentage_without_a_unit_above_says_its_own() -> None:
    rows = [["地区", "年份", "x", "y"], ["北京市", 2020, (0.125, "0.0%"), (0.5, "0%")]]
    columns = TidyColumns(region="地区", period="年份", values=("x", "y"), units={"y": "亿元"})
    reading = read(_written(rows, "xlsx"), file="f", columns=columns)
    x, y = reading.cells.rows(named=True)
    assert (x["value"], x["unit_label"], x["text"]) == (12.5, "%", "12.5%")
    assert (y["value"], codes(reading)) == (None, ["percentage"])


def _changed(content: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            for before, after in changes:
                data = data.replace(before, after)
            new.writestr(part.filename, data)
    return buffer.getvalue()


def test_formulas_that_were_calculated_are_values() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet()
        page.write_formula(0, 0, "=1+1", None, 2)
        page.write_formula(0, 1, '=""', None, "nothing")
        page.write_formula(0, 2, "=1-1")  # a 0 that the writer put in for want of a value
    content = _changed(buffer.getvalue(), (b"<v>nothing</v>", b"<v></v>"))
    assert open_workbook(content, "f")[0][0].rows == [[2.0, "", "=1-1"]]
    calculated = _changed(content, (b' fullCalcOnLoad="1"', b""))
    assert open_workbook(calculated, "f")[0][0].rows == [[2.0, "", 0.0]]


def test_cells_without_an_address_and_prefixed_tags_keep_their_format() -> None:
    content = _written([["a", "b"], [(0.5, "0%"), 1.5]], "xlsx")
    gone = [(place, b"") for place in (b' r="A2"', b' r="B2"', b' r="2"')]
    changed = _changed(content, *gone, (b's="1"', b"s = '1'"))
    assert open_workbook(changed, "f")[0][0].rows[1] == ["50%", 1.5]


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("General", (None, None, None)),
        ("G/通用格式", (None, None, None)),
        ("0.00%", ("150%", "-1230%", "0%")),
        ("0.0\\%", ("1.5%", "-12.3%", None)),
        ("[<1]0.0%;0.0", (None, "-1230%", "0%")),
        ("0.0‰", ("1.5‰", "-12.3‰", None)),
        ("0_);[Red]\\(0\\)", (None, None, None)),
        ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', (None, None, None)),
        ("[$¥-804]#,##0.00", (None, None, None)),
        ('0"年"', (None, None, None)),
        ("0\\.00", ("1.5 shown as 0\\.00", "-12.3 shown as 0\\.00", None)),
        ("0;;", (None, "-12.3 shown as 0;;", None)),
        *[
            (code, (f"1.5 shown as {code}", f"-12.3 shown as {code}", f"0 shown as {code}"))
            for code in (
                "0.0[$万元]",
                '0.0"元"',
                '0.0"人"',
                '0.0"倍"',
                '"1"0.0',
                '"约"0.0',
                "0.0[$亿元-804]",
                'General"人"',
                '0.0"*"',
                "0.0\\r",
                '0"△"',
                '0.0"万元"',
            )
        ],
        ("0.0[$%]", ("1.5%", "-12.3%", None)),
        ("0;0", (None, "-12.3 shown as 0;0", None)),
        ("0.0;0.0;0.0", (None, "-12.3 shown as 0.0;0.0;0.0", None)),
        ("0.0;[Red]0.0", (None, None, None)),
        ("0.0;[红色]0.0", (None, None, None)),
        ("-0.0", ("1.5 shown as -0.0", "-12.3 shown as -0.0", None)),
        ("\\-0.0", ("1.5 shown as \\-0.0", "-12.3 shown as \\-0.0", None)),
        ("(0.0)", ("1.5 shown as (0.0)", None, None)),
        ("0;-0;0", (None, None, None)),
        ('General;-General;"—"', (None, None, '0 shown as General;-General;"—"')),
        ('General;-General;"…"', (None, None, '0 shown as General;-General;"…"')),
        ('0;-0;"-"', (None, None, None)),
        ("$#,##0;($#,##0)", (None, None, None)),
        ("0.00E+00", (None, None, None)),
        ("0.00E-00", (None, None, None)),
        ("[$€-2] 0.0", (None, None, None)),
        ("[>100]0;0", (None, None, None)),
    ],
)
def test_what_a_format_shows(code: str, texts: tuple[str | None, ...]) -> None:
    assert tuple(shown(value, code) for value in (1.5, -12.3, 0.0)) == texts
    assert changes(code) == any(text is not None for text in texts)


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ('[>=1000]0.0,"千";0', 1500.0, '1500 shown as [>=1000]0.0,"千";0'),
        ('[>=1000]0.0,"千";0', 999.0, None),
        ('[<-5]0"亏";0', -6.0, '-6 shown as [<-5]0"亏";0'),
        ('[=7]"不详";0', 7.0, '7 shown as [=7]"不详";0'),
        ("[>=100000000]0!.00,,;0", 3e8, "300000000 shown as [>=100000000]0!.00,,;0"),
        ("[>2]0%;0.0", 3.0, "300%"),
    ],
)
def test_formats_that_change_some_numbers_only_are_looked_at(
    code: str, value: float, text: str | None
) -> None:
    assert shown(value, code) == text
    assert changes(code)


def test_raised_letters_of_excel_95_are_marks() -> None:
    """RSTRING: row, column, style, length, letters, number of runs, and (place, font) of each."""
    formats = BiffFormats(version=0x500)
    formats.add(CODEPAGE, struct.pack("<H", 936))
    for script in (0, 1):
        formats.add(FONT, struct.pack("<6H", 200, 0, 0, 400, script, 0))
    formats.add(XF, struct.pack("<2H", 0, 0))
    letters = "人口12".encode("gb18030")
    record = struct.pack("<4H", 3, 1, 0, len(letters)) + letters
    sheet = BiffSheet()
    sheet.take(RSTRING, record + bytes([1, 5, 1]), formats)
    assert sheet.marks.texts == {(3, 1): "人口1²"}
    sheet = BiffSheet()
    sheet.take(RSTRING, record + bytes([1, 5, 0]), formats)
    assert sheet.marks.texts == {}


def test_marks_are_explained_wherever_the_note_names_them(build: Callable[..., bytes]) -> None:
    rows = [
        ["表1 人口（2020）"], ["地区①", "人口②（万人）"], ["万州区*", "1①"], ["涪陵区", "2a"],
        ["注：①含开发区；②为初步数。"], ["带*的为新区；a. 估计数"],
    ]  # fmt: skip
    layout = YearbookLayout(columns={"p": "人口"}, row_head="地区①")
    reading = read(build(rows), file="f", layout=layout)
    assert reading.problems == ()
    first = reading.cells.row(0, named=True)
    assert first["footnote"].split("; ") == [
        "带*的为新区；a. 估计数", "注：①含开发区；②为初步数。", "注：①含开发区；②为初步数。",
    ]  # fmt: skip
    unexplained = read(build(rows[:4]), file="f", layout=layout)
    assert codes(unexplained) == ["unexplained_mark"] * 4


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("writer", ["xlsx", "xls"])
def test_what_is_hidden_is_told_by_every_reader(page: str, writer: str) -> None:
    rows, card = PAGES[page]
    content = rows(12.5)
    at = max(n for n, row in enumerate(content) if 12.5 in row)
    column = content[at].index(12.5)
    buffer = io.BytesIO()
    if writer == "xlsx":
        with xlsxwriter.Workbook(buffer) as book:
            sheet, other = book.add_worksheet("A"), book.add_worksheet("B")
            for r, row in enumerate(content):
                sheet.write_row(r, 0, row)
            other.write_row(0, 0, ["2019", 7])
            sheet.set_row(at, None, None, {"hidden": True})
            sheet.set_column(column, column, None, None, {"hidden": True})
            other.hide()
    else:
        old = xlwt.Workbook()
        first, second = old.add_sheet("A"), old.add_sheet("B")
        for r, row in enumerate(content):
            for c, cell in enumerate(row):
                first.write(r, c, cell)
        second.write(0, 1, 7)
        first.row(at).hidden = True
        first.col(column).hidden = True
        second.visibility = 1
        old.save(buffer)
    reading = read(buffer.getvalue(), file="f", **card)
    assert sorted(codes(reading)) == ["hidden_cells", "hidden_sheet"]
    assert reading.cells.drop_nulls("value")["value"].to_list() == [12.5]
    (told,) = (p for p in reading.problems if p.code == "hidden_cells")
    assert f"row {at + 1}, column {'ABCDE'[column]} hidden" in told.found
