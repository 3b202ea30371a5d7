"""Tables of web pages: bureaus publish yearbooks so; read as their cells are shown, or told."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.recognise import read
from nqpf_assets.formats.workbook import open_workbook
from nqpf_assets.sources.collector import collect
from tests.command import nqpf
from tests.formats.conftest import codes

PAGE = """<html><head><meta charset="{charset}"><title>统计年鉴</title></head><body>
<table><tr><td><h3>2-1 各区县人口（2020年）</h3>
<table border=1>
<tr><td colspan=4>2-1 各区县人口（2020年）</td></tr>
<tr><td rowspan=2>地&nbsp;&nbsp;区</td><td colspan=2>人&nbsp;口</td>
<td rowspan=2>面积<br>（平方公里）</td></tr>
<tr><td>合计<br>（万人）</td><td># 城镇<br>（万人）</td></tr>
<tr><td>全&nbsp;&nbsp;市</td><td>30</td><td>12</td><td>3.5</td></tr>
<tr><td>&nbsp;&nbsp;万州区</td><td>10.5</td><td>4<sup>1)</sup></td><td>1.5</td></tr>
<tr><td>&nbsp;&nbsp;涪陵区<sup>2</sup></td><td>19.5</td><td>8</td><td>2.0</td></tr>
<tr><td colspan=4>注：[1] 初步数。[2] 含开发区。</td></tr>
</table></td></tr></table></body></html>"""
LAYOUT = YearbookLayout(
    columns={"all": "人口 / 合计", "town": "人口 / 城镇", "area": "面积"},
)


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_page_is_read_as_it_is_shown(charset: str) -> None:
    reading = read(PAGE.format(charset=charset).encode(charset), file="x.xls", layout=LAYOUT)
    assert codes(reading) == ["web_page"]
    columns = ("series_label", "region_label", "period", "value", "unit_label", "footnote")
    rows = reading.cells.select(columns).rows()
    assert [row[:5] for row in rows] == [
        ("all", "万州区", 2020, 10.5, "万人"), ("town", "万州区", 2020, 4.0, "万人"),
        ("area", "万州区", 2020, 1.5, "平方公里"), ("all", "涪陵区", 2020, 19.5, "万人"),
        ("town", "涪陵区", 2020, 8.0, "万人"), ("area", "涪陵区", 2020, 2.0, "平方公里"),
    ]  # fmt: skip
    assert "初步数" in rows[1][5]
    assert reading.cells["locator"][0] == "'table 1'!B5"


def test_a_table_of_one_row_is_told_and_no_table_is_lost_behind_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pager = "<table><tr><td>1</td><td>2</td></tr></table>"
    text = PAGE.format(charset="utf-8").replace("</body>", f"{pager}</body>")
    reading = read(text.encode(), file="x.xls", layout=LAYOUT)
    assert sorted(codes(reading)) == ["hidden_sheet", "web_page"]
    assert reading.cells.height == 6
    (told,) = [one for one in reading.problems if one.code == "hidden_sheet"]
    assert "'table 2', one row or column with 2 numbers" in told.found
    monkeypatch.setattr("nqpf_assets.formats.web_tables.SHEETS", 1)
    _, problems = open_workbook(text.encode(), "x")
    assert [one.found for one in problems] == ["2 tables"]


def test_the_cells_are_those_of_another_reader() -> None:
    content = PAGE.format(charset="utf-8")
    grids, problems = open_workbook(content.encode(), "x")
    assert problems == []
    (grid,) = grids
    theirs = pd.read_html(io.StringIO(content), flavor="lxml")[-1].map(str)
    ours = [grid.label(r, c) for r in (3, 4, 5) for c in (1, 3)]
    assert [float(cell) for cell in ours] == [
        float(theirs.iat[r, c]) for r in (3, 4, 5) for c in (1, 3)
    ]


def test_a_table_of_ones_own_and_a_page_of_the_bureau() -> None:
    head = "<tr><th>r</th><th>y</th><th>v</th></tr>"
    table = f"<table>{head}<tr><td>北京</td><td>2020</td><td>1</td></tr></table>"
    columns = TidyColumns(region="r", period="y", values=("v",))
    reading = read(table.encode(), file="x", columns=columns)
    assert codes(reading) == ["web_page"]
    assert reading.cells["locator"].to_list() == ["'table 1'!C2"]
    head = "<tr><td>地区</td><td>2012年</td></tr>"
    bureau = f"<html><table>{head}<tr><td>北京市</td><td>1</td></tr></table></html>"
    reading = read(bureau.encode(), file="x")
    assert (reading.format, reading.cells["value"].to_list()) == ("nbs_workbook", [1.0])


def test_one_of_several_tables_is_named_by_its_sheet() -> None:
    one = "<tr><th>r</th><th>y</th><th>v</th></tr><tr><td>北京</td><td>2020</td><td>{}</td></tr>"
    page = f"<html><table>{one.format(1)}</table><table>{one.format(2)}</table></html>".encode()
    columns = TidyColumns(region="r", period="y", values=("v",))
    assert (
        "no_sheet" in codes(read(page, file="x", columns=columns))
        or read(page, file="x", columns=columns).cells.is_empty()
    )
    second = columns.model_copy(update={"sheet": "table 2"})
    assert read(page, file="x", columns=second).cells["value"].to_list() == [2.0]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<html><body>403 Forbidden</body></html>", "unknown_format"),
        ("<html><table><tr><td>1</td></tr></table></html>", "unknown_format"),
        ("<html><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "unknown_format"),
        ("<html><table><tr><td>a</td><td>1</td></tr><tr><td>c</td><td>2</td></tr>", "damaged_file"),
        ("<html><table><tr><td rowspan=900 colspan=900>" + "</td><td rowspan=900 colspan=900>" * 9
         + "1</td></tr><tr><td>1</td></tr></table>", "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_numbers_is_told(page: str, code: str) -> None:
    reading = read(page.encode(), file="x.xls")
    assert codes(reading) == [code]
    assert reading.cells.is_empty()


@pytest.mark.parametrize(
    ("cell", "told"),
    [("12<sup>2</sup>", "unexplained_mark"), ("12<sup>abc</sup>", "not_a_number")],
)
def test_raised_signs_are_no_digits(cell: str, told: str) -> None:
    page = PAGE.format(charset="utf-8").replace("10.5", cell).replace("[2]", "")
    reading = read(page.encode(), file="x", layout=LAYOUT)
    assert told in codes(reading)
    assert 122.0 not in reading.cells["value"].to_list()


def test_deep_markup_is_told_or_read_whole() -> None:
    page = "<html>" + "<div>" * 5_000 + PAGE.format(charset="utf-8") + "</html>"
    reading = read(page.encode(), file="x", layout=LAYOUT)
    assert reading.cells.height in (0, 6)
    assert reading.cells.height or any(one.severity == "error" for one in reading.problems)


def test_a_web_page_is_added(tmp_path: Path) -> None:
    file = tmp_path / "0201.xls"
    file.write_bytes(PAGE.format(charset="gb18030").encode("gb18030"))
    project = tmp_path / "p"
    project.mkdir()
    ran = nqpf("add", file, "--publisher", "某局", "--yes", project=project)
    assert ran.status == 0, ran.err
    found = collect(project / "raw", load_catalogue(None)).observations
    assert sorted(found["value"].to_list()) == [1.5, 2.0, 4.0, 8.0, 10.5, 19.5]
