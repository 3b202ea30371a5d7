"""Slips that a card puts right: by every reader, nothing else is read otherwise, and none goes stale."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.formats import recognise
from nqpf_assets.formats.grid import column_letters
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.reader import Reader
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.recognise import read
from nqpf_assets.formats.slips import Slip
from nqpf_assets.formats.values import empty_cells
from tests.formats.conftest import build_xls
from tests.sources.every_card import book

Rows = list[list[Any]]
SAID = ["locator", "text", "footnote"]
NBS: Rows = [
    ["数据库：分省年度数据"],
    ["指标：地区生产总值(亿元)"],
    ["时间：2018-2019"],
    ["地区", "2019年", "2018年"],
    ["北京市", 2.5, 1.5],
    ["天津市", 4.5, 3.5],
    ["数据来源：国家统计局"],
]
LONG: Rows = [
    ["数据集名称", "指标名称", "地区", "年份", "数值", "单位"],
    ["甲", "地区生产总值", "北京市", 2018, 1.5, "亿元"],
    ["甲", "地区生产总值", "天津市", 2018, 2.5, "亿元"],
]
WIDE: Rows = [
    ["地区", "年份", "gdp", "people", "另"],
    ["北京市", 2018, 1.5, 5, 7],
    ["天津市", 2018, 2.5, 6, 8],
    ["上海市", 2018, 3.5, 4, 9],
]
PAGE: Rows = [
    ["表1 生产总值（2018）"],
    ["地区", "生产总值", "人口"],
    [None, "（亿元）", "（万人）"],
    ["北京市", 1.5, 2],
    ["天津市", 3.5, 4],
]
EPS: Rows = [
    [None, None, "2018", "2019"],
    ["地区生产总值(亿元)", "北京市", "1.50000", "2.50000"],
    [None, "天津市", "3.50000", "4.50000"],
]
COLUMNS = {"columns": TidyColumns(region="地区", period="年份", values=("gdp", "people"))}
LAYOUT = {"layout": YearbookLayout(columns={"gdp": "生产总值", "people": "人口"})}
TABLES: dict[str, tuple[Rows, dict[str, Any], int, int, int]] = {
    "bureau": (NBS, {}, 4, 1, 0), "long": (LONG, {}, 1, 4, 2), "wide": (WIDE, COLUMNS, 1, 2, 0),
    "page": (PAGE, LAYOUT, 3, 1, 0), "EPS": (EPS, {}, 1, 2, 1),
}  # fmt: skip
"""Rows, what the card says of them, the row and column of a number, and the column of its region."""


def text(rows: Sequence[Sequence[Any]], separator: str = ",", end: str = "\n") -> str:
    stream = io.StringIO()
    written = [["" if cell is None else cell for cell in row] for row in rows]
    csv.writer(stream, delimiter=separator, lineterminator=end).writerows(written)
    return stream.getvalue()


def page_of_web(rows: Rows) -> bytes:
    cells = ("".join(f"<td>{'' if c is None else c}</td>" for c in row) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return f"<html><meta charset=utf-8><table>{body}</table></html>".encode()


def in_line(row: int, column: int) -> str:
    return f"line {row + 1}, column {column + 1}"


def in_sheet(row: int, column: int) -> str:
    return f"Sheet1!{column_letters(column)}{row + 1}"


FILES: dict[str, tuple[Callable[[Rows], bytes], Callable[[int, int], str], tuple[str, ...]]] = {
    "UTF-8": (lambda rows: text(rows).encode(), in_line, ("bureau", "long", "wide", "page")),
    "a mark and CRLF": (
        lambda rows: text(rows, end="\r\n").encode("utf-8-sig"), in_line, ("bureau", "wide", "page"),
    ),
    "GB18030": (lambda rows: text(rows).encode("gb18030"), in_line, ("bureau", "wide", "page")),
    "ends of old Macs": (lambda rows: text(rows, end="\r").encode(), in_line, ("wide", "page")),
    "tabs": (lambda rows: text(rows, "\t").encode(), in_line, ("wide", "page")),
    "workbook": (lambda rows: book(Sheet1=rows), in_sheet, ("bureau", "wide", "page", "EPS")),
    "old workbook, three from A1": (
        lambda rows: build_xls(rows, at=3), lambda r, c: in_sheet(r + 3, c + 3),
        ("bureau", "wide", "page"),
    ),
    "web page": (
        page_of_web, lambda r, c: in_sheet(r, c).replace("Sheet1", "'table 1'"), ("wide", "page"),
    ),
}  # fmt: skip
CASES = [(file, table) for file, (_, _, tables) in FILES.items() for table in tables]


def slip(at: str, printed: str, read: str) -> Slip:
    return Slip(at=at, printed=printed, read=read, reason="a slip")


def changed(rows: Rows, row: int, column: int, cell: Any) -> Rows:
    return [
        [cell if (r, c) == (row, column) else old for c, old in enumerate(line)]
        for r, line in enumerate(rows)
    ]


def told(reading: Reading, severity: str = "error") -> list[str]:
    return [one.code for one in reading.problems if one.severity == severity]


@pytest.mark.parametrize(("file", "table"), CASES)
def test_every_reader_reads_by_a_slip(file: str, table: str) -> None:
    make, place, _ = FILES[file]
    rows, card, row, column, region = TABLES[table]
    sound = read(make(rows), file="a", **card)
    assert not told(sound)
    # A number.
    at = place(row, column)
    wrong = make(changed(rows, row, column, "e"))
    assert told(read(wrong, file="a", **card)) == ["not_a_number"]
    found = read(wrong, file="a", slips=[slip(at, "e", str(rows[row][column]))], **card)
    assert not told(found)
    assert found.cells.drop(SAID).equals(sound.cells.drop(SAID))
    own = found.cells.filter(pl.col("locator") == at).row(0, named=True)
    assert (own["text"], own["footnote"]) == (
        "e",
        f"printed 'e', read as {str(rows[row][column])!r}: a slip",
    )
    assert found.cells["footnote"].null_count() == found.cells.height - 1
    assert found.notes == (*sound.notes, f"{at}: 'e', read as {str(rows[row][column])!r}: a slip")
    assert told(found, "warning").count("slip") == 1
    # No value there.
    none = read(wrong, file="a", slips=[slip(at, "e", "missing")], **card).cells
    others = pl.col("locator") != at
    assert none.filter(others).equals(sound.cells.filter(others))
    assert none.filter(~others)["value"].to_list() == [None]
    # A number that is left out is counted.
    out = read(make(rows), file="a", slips=[slip(at, str(rows[row][column]), "missing")], **card)
    assert not told(out)
    assert out.account.seen == sound.account.seen == out.account.read + out.account.n_ignored
    # A region, with every number of its row.
    named = rows[row][region]
    at = place(row, region)
    wrong = make(changed(rows, row, region, "某处7"))
    found = read(wrong, file="a", slips=[slip(at, "某处7", named)], **card)
    assert not told(found)
    assert found.cells.drop("footnote").equals(sound.cells.drop("footnote"))
    rests = found.cells.select(pl.col("footnote").str.contains("某处7").fill_null(value=False))
    assert rests.to_series().equals(sound.cells["region_label"] == named, check_names=False)


@pytest.mark.parametrize(("file", "table"), CASES)
def test_a_slip_that_does_not_fit_is_refused_by_every_reader(file: str, table: str) -> None:
    make, place, _ = FILES[file]
    rows, card, row, column, _ = TABLES[table]
    for at, printed in ((place(row, column), "e"), (place(99, column), "e"), (place(row, 99), "e")):
        found = read(make(rows), file="a", slips=[slip(at, printed, "1")], **card)
        (one,) = [each for each in found.problems if each.severity == "error"]
        assert (one.code, one.where, one.asked_at) == ("slip_not_there", at, ("slips", 0))


@pytest.mark.parametrize("content", [b'{"a": 1}', b"PAR1....PAR1"])
def test_files_that_programs_wrote_have_no_slips(content: bytes) -> None:
    found = read(content, file="a", slips=[slip("line 1, column 1", "a", "b")])
    assert "slip_not_there" in told(found)


def test_a_workbook_that_a_package_opens_has_no_slips(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = Reader(
        name="theirs",
        formats=("theirs",),
        holds="workbooks of theirs",
        sees=lambda raw: "theirs",
        read=lambda raw: Reading("theirs", {}, (), empty_cells()),
    )
    monkeypatch.setattr(recognise, "in_order", lambda: (theirs,))
    found = read(book(Sheet1=WIDE), file="a", slips=[slip("A2", "北京市", "天津市")])
    assert told(found) == ["slip_not_there"]
    assert "theirs" in found.problems[0].expected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_line_is_left_out_or_given_as_it_should_be(end: str, encoding: str) -> None:
    lines = text(WIDE).splitlines()
    long = "天津市,2018,,2.5,6,8"
    wrong = end.join([*lines[:2], long, *lines[3:], ""]).encode(encoding)
    assert told(read(wrong, file="a", **COLUMNS)) == ["row_width"]
    found = read(wrong, file="a", slips=[slip("line 3", long, "missing")], **COLUMNS)
    assert not told(found)
    assert found.cells["region_label"].unique().sort().to_list() == ["上海市", "北京市"]
    assert found.account.ignored["slip at line 3"] == 4
    assert found.account.seen == found.account.read + found.account.n_ignored
    whole = read(wrong, file="a", slips=[slip("line 3", long, lines[2])], **COLUMNS)
    sound = read(text(WIDE).encode(), file="a", **COLUMNS).cells
    assert whole.cells.drop("footnote").equals(sound.drop("footnote"))
    rests = whole.cells.filter(pl.col("footnote").is_not_null())["region_label"].unique()
    assert rests.to_list() == ["天津市"]
    other = read(wrong, file="a", slips=[slip("line 3", long + ",", "missing")], **COLUMNS)
    assert "slip_not_there" in told(other)


@pytest.mark.parametrize(("line", "resting"), [(1, 4), (2, 4), (5, 0), (6, 0)])
def test_a_line_over_a_table_that_is_left_out_is_of_all_numbers(line: int, resting: int) -> None:
    printed = text([NBS[line]]).rstrip("\n")
    slips = [slip(f"line {line + 1}", printed, "missing")]
    found = read(text(NBS).encode(), file="a", slips=slips)
    assert not told(found)
    assert found.cells["footnote"].count() == resting


def test_numbers_left_out_with_their_line_are_no_title_of_the_others() -> None:
    lines = text(NBS).splitlines()
    slips = [slip("line 5", lines[4], "missing")]
    found = read(text(NBS).encode(), file="a", slips=slips)
    assert not told(found)
    assert found.cells["footnote"].count() == 0


def test_a_lone_title_inside_of_a_file_is_of_the_numbers_below_it() -> None:
    second = changed(NBS[:-1], 1, 0, "指标：年末常住人口(万八)")
    lines = [*text(NBS[:-1]).splitlines(), *text(second).splitlines(), ""]
    for at in (f"line {len(NBS) + 1}, column 1", f"line {len(NBS) + 1}"):
        slips = [slip(at, "指标：年末常住人口(万八)", "指标：年末常住人口(万人)")]
        found = read("\n".join(lines).encode(), file="a", slips=slips)
        assert not told(found)
        said = found.cells.filter(pl.col("footnote").is_not_null())["series_label"].unique()
        assert (said.to_list(), found.cells["footnote"].count()) == (["年末常住人口"], 4)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("within", ["\n", "\r\n", "\r", "\r\r\n"])
def test_ends_of_lines_inside_of_a_cell_with_a_slip(end: str, within: str) -> None:
    lines = ["地区,年份,gdp,people", f'"北京{within}市",2018,1,2', "天津市,2018,3,4", ""]
    at = slip("line 2, column 1", f"北京{within}市", "北京市")
    found = read(end.join(lines).encode(), file="a", slips=[at], **COLUMNS)
    assert not told(found)
    assert found.cells["region_label"].unique().sort().to_list() == ["北京市", "天津市"]
    last = f"line {3 + within.count(chr(10))}, column 3"
    assert last in found.cells["locator"].to_list()


def test_cells_in_quotes_keep_their_separators_and_lines() -> None:
    content = '地区,年份,gdp,注\n北京市,2018,"1,234.5","a, ""b""\nc"\n天津市,2018,e,"x,y"\n'
    card = {"columns": TidyColumns(region="地区", period="年份", values=("gdp",))}
    slips = [slip("line 4, column 3", "e", "2,345.5"), slip("line 2, column 4", 'a, "b"\nc', "d")]
    found = read(content.encode(), file="a", slips=slips, **card)
    assert not told(found)
    assert found.cells["value"].to_list() == [1234.5, 2345.5]
    assert told(found, "warning") == ["slip", "slip_unneeded"]  # the notes are not read
    # A record that loses a line moves none: the slip below it is said at its number.
    assert found.cells["locator"].to_list() == ["line 2, column 3", "line 4, column 3"]
    assert found.cells["text"].to_list() == ["1,234.5", "e"]
    first = '北京市,2018,"1,234.5","a, ""b""\nc"'
    without = read(
        content.encode(), file="a", slips=[slip("line 2", first, "missing"), slips[0]], **card
    )
    assert not told(without)
    assert without.cells.select("value", "text", "locator").rows() == [
        (2345.5, "e", "line 4, column 3")
    ]


def test_a_quote_inside_of_a_text_opens_none_for_a_slip() -> None:
    content = '地区,年份,gdp,people,管\n北京市1,2018,1,2,5" x\n天津市,2018,3,4,6" y\n'
    at = slip("line 2, column 1", "北京市1", "北京市")
    found = read(content.encode(), file="a", slips=[at], **COLUMNS)
    sound = read(content.replace("市1", "市").encode(), file="a", **COLUMNS)
    assert told(found) == told(sound)
    assert found.cells.drop("footnote").equals(sound.cells.drop("footnote"))


def test_two_slips_on_one_line() -> None:
    rows = changed(changed(WIDE, 1, 2, "e"), 1, 0, "北京市1")
    slips = [slip(in_line(1, 0), "北京市1", "北京市"), slip(in_line(1, 2), "e", "1.5")]
    found = read(text(rows).encode(), file="a", slips=slips, **COLUMNS)
    assert not told(found)
    first = found.cells.row(0, named=True)
    assert first["value"] == 1.5
    assert first["footnote"].count("a slip") == 2


@pytest.mark.parametrize(("file", "table"), [("UTF-8", "wide"), ("workbook", "wide")])
def test_headers(file: str, table: str) -> None:
    make, place, _ = FILES[file]
    rows, card, *_ = TABLES[table]
    for column, resting in ((2, 3), (0, 6)):
        wrong = make(changed(rows, 0, column, "错"))
        slips = [slip(place(0, column), "错", rows[0][column])]
        found = read(wrong, file="a", slips=slips, **card)
        assert not told(found)
        assert found.cells["footnote"].count() == resting


def test_titles_and_units_are_of_all_numbers() -> None:
    rows = changed(changed(PAGE, 0, 0, "表1 生产总值（2O18）"), 2, 1, "（亿园）")
    slips = [
        slip("A1", "表1 生产总值（2O18）", "表1 生产总值（2018）"),
        slip("Sheet1!B3", "（亿园）", "（亿元）"),
    ]
    found = read(book(Sheet1=rows), file="a", slips=slips, **LAYOUT)
    assert not told(found)
    notes = found.cells["footnote"].to_list()
    assert [note.count("a slip") for note in notes] == [2, 1, 2, 1] or [
        note.count("a slip") for note in notes
    ] == [2, 2, 1, 1]


PLACES = [
    (table, row, column)
    for table, (rows, *_) in TABLES.items()
    for row, line in enumerate(rows)
    for column, cell in enumerate(line)
    if cell is not None and (table, column) != ("wide", 4)
]


@pytest.mark.parametrize(("table", "row", "column"), PLACES)
def test_every_cell_of_a_file_can_have_a_slip(table: str, row: int, column: int) -> None:
    """Title, block, unit, header, year, region, number, note: what is read is what a sound file gives."""
    rows, card, *_ = TABLES[table]
    make, place, _ = FILES["workbook" if table == "EPS" else "UTF-8"]
    printed = f"{rows[row][column]}q7"
    slips = [slip(place(row, column), printed, str(rows[row][column]))]
    found = read(make(changed(rows, row, column, printed)), file="a", slips=slips, **card)
    sound = read(make(rows), file="a", **card)
    assert not told(found)
    assert found.format == sound.format
    assert found.cells.drop(SAID).equals(sound.cells.drop(SAID))
    assert told(found, "warning").count("slip") == 1


def test_needless_slips_are_told() -> None:
    rows = changed(changed(WIDE, 1, 2, "…"), 2, 3, "1,234")
    slips = [
        slip(in_line(1, 2), "…", "missing"),
        slip(in_line(2, 3), "1,234", "1234"),
        slip(in_line(1, 4), "7", "8"),
        slip(in_line(0, 4), "另", "他"),
        slip(in_line(3, 0), "上海市", "上 海 市"),
    ]
    found = read(text(rows).encode(), file="a", slips=slips, **COLUMNS)
    assert not told(found)
    assert told(found, "warning") == ["slip_unneeded"] * 5
    assert found.cells["footnote"].count() == 0


def merged_book(label: str) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        sheet = made.add_worksheet("Sheet1")
        sheet.write_row(0, 0, ["地区", "年份", "gdp"])
        sheet.merge_range(1, 0, 2, 0, label)
        sheet.write_row(1, 1, [2018, 1.5])
        sheet.write_row(2, 1, [2019, 2.5])
        sheet.write_row(3, 0, ["天津市", 2018, 3.5])
    return buffer.getvalue()


def test_a_merged_label_is_that_of_all_its_rows() -> None:
    card = {"columns": TidyColumns(region="地区", period="年份", values=("gdp",))}
    content = merged_book("北京市1")
    found = read(content, file="a", slips=[slip("A2", "北京市1", "北京市")], **card)
    assert found.cells["region_label"].to_list() == ["北京市", "北京市", "天津市"]
    assert found.cells["footnote"].is_not_null().to_list() == [True, True, False]
    covered = read(content, file="a", slips=[slip("A3", "北京市1", "北京市")], **card)
    (problem,) = [one for one in covered.problems if one.code == "slip_not_there"]
    assert problem.found == "a cell that is merged with Sheet1!A2, where its text stands"


def test_a_place_names_its_sheet_where_there_are_several() -> None:
    content = book(A=WIDE, B=changed(WIDE, 1, 2, "e"))
    card = {"columns": COLUMNS["columns"].model_copy(update={"sheet": "B"})}
    for at in ("C2", "B!C2"):
        assert not told(read(content, file="a", slips=[slip(at, "e", "1.5")], **card))
    unread = read(content, file="a", slips=[slip("A!C2", "1.5", "2"), slip("C2", "e", "1")], **card)
    assert told(unread, "warning") == ["slip_unneeded", "slip"]
    nowhere = read(content, file="a", slips=[slip("X!C2", "e", "1.5")], **card)
    assert "slip_not_there" in told(nowhere)


FEW = 30
"""Examples, each a file that is made and read twice."""
NUMBERS = st.integers(0, 10**6).map(lambda n: n / 8)


@settings(max_examples=FEW)
@given(
    rows=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=6),
    where=st.tuples(st.integers(0, 99), st.integers(0, 1)),
    printed=st.text("e约x,;\"' 1", min_size=1, max_size=5).filter(str.strip),
    number=NUMBERS,
    file=st.sampled_from(["UTF-8", "GB18030", "tabs", "workbook"]),
)
def test_any_place_is_read_as_the_card_says_and_no_other_is_touched(
    rows: list[tuple[float, float]],
    where: tuple[int, int],
    printed: str,
    number: float,
    file: str,
) -> None:
    make, place, _ = FILES[file]
    names = ["北京市", "天津市", "上海市", "河北省", "山西省", "重庆市"]
    table: Rows = [WIDE[0][:4], *([n, 2018, *row] for n, row in zip(names, rows, strict=False))]
    row, column = 1 + where[0] % len(rows), 2 + where[1]
    right = read(make(changed(table, row, column, number)), file="a", **COLUMNS)
    wrong = make(changed(table, row, column, printed))
    slips = [slip(place(row, column), printed, f" {number}")]
    found = read(wrong, file="a", slips=slips, **COLUMNS)
    assert not told(found)
    assert found.cells.drop(SAID).equals(right.cells.drop(SAID))
    others = pl.col("locator") != place(row, column)
    assert found.cells.filter(others).equals(right.cells.filter(others))
    assert found.account.seen == found.account.read + found.account.n_ignored
