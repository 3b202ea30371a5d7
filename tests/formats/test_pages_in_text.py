"""Pages of yearbooks that somebody saved as text: read as their sheets would be, each number once or told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.recognise import read
from nqpf_assets.sources.collector import collect
from tests.command import nqpf

PAGE = (
    "6-5 2020年产值\n单位:亿元,,,\n地 区,农业,1.谷物,\n,,,#小麦\n北 京,3,2,1\n天 津,6,,4\n"
    "注：按当年价格计算。,,,\n"
)
LAYOUT = YearbookLayout(columns={"all": "农业", "grain": "1.谷物", "wheat": "1.谷物 / 小麦"})
UNITS = "Province,甲,乙\nUnit,元,%\nRemark,表1 2020年\n北京,1,2\n天津,3,4\n"
WIDE = "Area,甲\n" + "".join(f"区{n},{n},,\n" for n in range(20))


def test_a_page_in_text_is_read_by_its_layout() -> None:
    reading = read(PAGE.encode("gb18030"), file="x.csv", layout=LAYOUT)
    assert reading.problems == ()
    rows = reading.cells.select("series_label", "region_label", "period", "value", "locator").rows()
    assert rows[:3] == [
        ("all", "北 京", 2020, 3.0, "line 5, column 2"),
        ("grain", "北 京", 2020, 2.0, "line 5, column 3"),
        ("wheat", "北 京", 2020, 1.0, "line 5, column 4"),
    ]
    assert rows[4][3] is None
    assert set(reading.cells["unit_label"]) == {"亿元"}
    assert reading.account.read == 5


def test_a_header_over_blank_cells_is_over_what_stands_below_them_alone() -> None:
    layout = YearbookLayout(columns={"all": "农业", "grain": "1.谷物", "wheat": "小麦"})
    problems = read(PAGE.encode(), file="x.csv", layout=layout).problems
    assert any("1.谷物 / #小麦" in one.found for one in problems)


@pytest.mark.parametrize("text", ['"a\n地区,1\n', '表1\n地 区,"甲\n乙"\n北京,1\n', "地 区\n"])
def test_a_text_that_is_no_page_is_told(text: str) -> None:
    reading = read(text.encode(), file="x.csv", layout=LAYOUT)
    assert reading.cells.is_empty()
    assert any(one.severity == "error" for one in reading.problems)


def test_a_row_headed_unit_gives_the_units() -> None:
    reading = read(
        UNITS.encode(), file="x.csv",
        columns=TidyColumns(region="Province", year=2020, values=("甲", "乙")),
    )  # fmt: skip
    assert reading.problems == ()
    assert reading.cells.select("series_label", "unit_label", "region_label", "value").rows() == [
        ("甲", "元", "北京", 1.0), ("甲", "元", "天津", 3.0),
        ("乙", "%", "北京", 2.0), ("乙", "%", "天津", 4.0),
    ]  # fmt: skip
    assert any("表1 2020年" in note for note in reading.notes)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_that_all_end_in_blank_cells_are_whole(end: str) -> None:
    columns = TidyColumns(region="Area", year=2020, values=("甲",))
    reading = read(WIDE.replace("\n", end).encode(), file="x.csv", columns=columns)
    assert reading.problems == ()
    assert reading.cells["value"].to_list() == [float(n) for n in range(20)]


@pytest.mark.parametrize("row", ["区7,,7,,\n", "区7,7,1,\n", "区7,,7\n"])
def test_a_row_with_a_separator_too_many_is_told(row: str) -> None:
    columns = TidyColumns(region="Area", year=2020, values=("甲",))
    reading = read(WIDE.replace("区7,7,,\n", row).encode(), file="x.csv", columns=columns)
    told = [one for one in reading.problems if one.code == "row_width"]
    assert told
    assert any(one.where == "line 9" for one in told)


def _numbers(path: Path) -> list[float]:
    """Every number of a page but those of 全国, in the order of the text."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    rows = list(csv.reader(text.splitlines()))
    found = []
    for row in rows:
        own = ""
        for cell in row:
            name = "".join(cell.split())
            try:
                number = float(name)
            except ValueError:
                own = name or own
                continue
            if own != "全国":
                found.append(number)
    return sorted(found)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["6-5 2020年各地区农业分项产值", "6-7 2020年各地区畜牧业分项产值", "6-8 2020年各地区渔业分项产值",
             "11-7 2020年分地区农村居民可支配收入", "2-6 2020年各地区城乡居民收入水平",
             "3-2 2020年各地区乡村人口和乡村就业人员"])  # fmt: skip
def test_genuine_pages_in_text(real: Path, tmp_path: Path, name: str) -> None:
    """Added with one typed fact, who published them, and read to the last cell."""
    file = real / "more" / "rural_yearbook" / f"{name}.csv"
    ran = nqpf("add", file, "--publisher", "农调司", "--vintage", "2021", "-y", project=tmp_path)
    assert ran.status == 0, ran.err
    assert "0 cards with open facts" in ran.out
    found = collect(tmp_path / "raw", load_catalogue(None)).observations
    values = found.filter(found["region_code"] != "000000")
    assert set(values["period"]) == {2020}
    assert sorted(values["value"].drop_nulls().to_list()) == _numbers(file)
