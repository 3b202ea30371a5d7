"""Tables of one's own as people save them: a title and a unit over the header, notes below the last row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.recognise import read, recognise
from tests.command import nqpf
from tests.examples import examples
from tests.formats.conftest import at, build_xlsx, codes

COLUMNS = TidyColumns(region="地区", period="年份", values=("gdp",))
ROWS = ["地区,年份,gdp", "北京市,2019,1", "天津市,2019,2.5"]
TITLE = "表1 各省地区生产总值（2019年）"


def text(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


@pytest.mark.parametrize(
    "above",
    [
        [TITLE],
        [f"{TITLE},,"],
        [TITLE, "Table 1, Gross Regional Product, by Region", "单位：亿元"],
        ["", f'"{TITLE}', '（续）"', ",,单位：亿元"],
        [f"{TITLE};a;b;c;d"],
        ["# 注释", TITLE],
    ],
)
def test_the_header_is_known_by_its_columns(above: list[str]) -> None:
    reading = read(text(*above, *ROWS), file="f", columns=COLUMNS)
    assert reading.problems == ()
    line = len(above) + 3
    cell = at(reading, f"line {line}, column 3")
    assert (cell["region_label"], cell["value"]) == ("天津市", 2.5)
    assert cell["unit_label"] == ("亿元" if "亿元" in "".join(above) else None)
    assert reading.cells.height == 2
    assert any(TITLE in note for note in reading.notes)
    assert reading.account.seen == reading.account.read + reading.account.n_ignored


def test_a_year_over_the_header_is_counted_as_a_label() -> None:
    reading = read(text("2019年,,", "2019,,", *ROWS), file="f", columns=COLUMNS)
    assert reading.problems == ()
    assert reading.account.ignored == {"labels and years": 3}


@pytest.mark.parametrize("as_workbook", [False, True])
def test_numbers_over_the_header_are_told(as_workbook: bool) -> None:
    rows = [["地区", "年份", "pop"], ["北京市", "2019", "2154"], *(row.split(",") for row in ROWS)]
    content = build_xlsx(rows) if as_workbook else text(*map(",".join, rows))
    reading = read(content, file="f", columns=COLUMNS)
    assert codes(reading) == ["numbers_above"]
    assert reading.problems[0].where == ("Sheet1!C2" if as_workbook else "line 2, column 3")
    assert "2154" in reading.problems[0].found


@pytest.mark.parametrize("as_workbook", [False, True])
def test_a_column_that_is_missing_is_told_with_the_header(as_workbook: bool) -> None:
    rows = [[TITLE], *(row.split(",") for row in ROWS)]
    content = build_xlsx(rows) if as_workbook else text(*map(",".join, rows))
    wrong = TidyColumns(region="地区", period="年份", values=("gpd",))
    reading = read(content, file="f", columns=wrong)
    assert codes(reading) == ["missing_columns"]
    assert "地区, 年份, gdp" in reading.problems[0].found


NOTES = ["注：1.2019年为初步数。", "2.数据不含港澳台。", "（3）按当年价格计算", "Source: yearbook"]


@pytest.mark.parametrize("end", ["", ",,"])
def test_notes_go_on_below_the_table(end: str) -> None:
    reading = read(text(*ROWS, *(f"{note}{end}" for note in NOTES)), file="f", columns=COLUMNS)
    assert reading.problems == ()
    assert reading.cells.height == 2
    assert list(reading.notes) == NOTES


@pytest.mark.parametrize(
    "row", ["2.数据不含港澳台。", "2.数据不含港澳台。,,", "2.数据,2019,5", "天津,2019"]
)
def test_a_row_that_no_note_is_above_or_that_has_cells_is_none(row: str) -> None:
    reading = read(text(ROWS[0], row, *ROWS[1:]), file="f", columns=COLUMNS)
    if row.endswith("5"):  # a name for the catalogue to refuse
        assert reading.cells["region_label"].to_list() == ["2.数据", "北京市", "天津市"]
    else:
        assert reading.problems
    below = read(text(*ROWS, "注：见下", row, "河北省,2019,4"), file="f", columns=COLUMNS)
    assert below.cells.height >= 3
    assert at(below, "line 6, column 3")["value"] == 4.0


PROSE = st.text("表各省产值年（）.:-a Z", min_size=1, max_size=12).filter(str.strip)


@pytest.mark.slow
@settings(max_examples=examples(100))
@given(st.lists(PROSE, max_size=6), st.lists(PROSE, max_size=4), st.sampled_from(",;\t"))
def test_what_stands_over_and_under_a_table_moves_its_lines_alone(
    above: list[str], below: list[str], separator: str
) -> None:
    rows = [row.replace(",", separator) for row in ROWS]
    plain = read(text(*rows), file="f", columns=COLUMNS)
    notes = [f"注：{one}" for one in below]
    moved = read(text(*above, *rows, *notes), file="f", columns=COLUMNS)
    assert moved.problems == plain.problems == ()
    assert moved.cells.drop("locator").equals(plain.cells.drop("locator"))
    assert [int(place.split(",")[0][5:]) - len(above) for place in moved.cells["locator"]] == [2, 3]
    assert len(moved.notes) == len(above) + len(below)


@pytest.mark.slow
@pytest.mark.parametrize("write", [lambda rows: text(*map(",".join, rows)), build_xlsx])
def test_a_table_below_a_title_is_added_with_its_card(
    tmp_path: Path, write: Callable[..., bytes]
) -> None:
    rows = [[TITLE], ["单位：亿元"], *(row.split(",") for row in ROWS), ["北京市", "2020", "3"]]
    rows += [["注：1.初步数。"], ["2.不含港澳台。"]]
    content = write(rows)
    name = "gdp.xlsx" if content.startswith(b"PK") else "gdp.csv"
    (tmp_path / name).write_bytes(content)
    ran = nqpf("add", tmp_path / name, "--yes", "--publisher", "某", project=tmp_path)
    assert ran.status == 0, ran.err
    assert "0 cards with open facts" in ran.out
    card = next((tmp_path / "raw").rglob("*.card.yaml")).read_text(encoding="utf-8")
    assert f"title: {TITLE}" in card
    assert "region: 地区\n  period: 年份\n  values: [gdp]" in card


def test_a_table_below_a_title_is_recognised_and_its_columns_are_proposed() -> None:
    content = text(TITLE, *ROWS)
    assert recognise(content) == "tidy_csv"
    reading = read(content, file="f")
    assert codes(reading) == ["undeclared"]
    assert "columns: {region: 地区, period: 年份, values: [gdp]}" in reading.problems[0].remedy


def test_a_header_over_several_lines_is_one_name() -> None:
    content = text('"地区', 'Region",年份,gdp', *ROWS[1:])
    columns = COLUMNS.model_copy(update={"region": "地区 Region"})
    reading = read(content, file="f", columns=columns)
    assert reading.problems == ()
    assert at(reading, "line 4, column 3")["value"] == 2.5
