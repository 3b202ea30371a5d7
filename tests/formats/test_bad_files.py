"""Files that are broken, foreign or hostile: told in one clear problem, never an exception."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections.abc import Callable

import msoffcrypto.format.ooxml
import polars as pl
import pytest

from nqpf_assets.formats.default_password import opened_by_default
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.ole import Container, packed
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.recognise import read, recognise
from nqpf_assets.formats.text_grid import text_grid
from nqpf_assets.formats.workbook import open_workbook
from tests.formats.conftest import build_xls, build_xlsx, codes

PAGE = [["地区", "2019年", "2018年"], *[[f"区{i}", 1.5 * i, 2.5 * i] for i in range(60)]]
TEXT = "地区,2019年\n重庆市,1\n四川省,2\n"
COLUMNS = TidyColumns(region="地区", period="年份", values=("x",))


def _only(content: bytes, code: str, **card: object) -> str:
    reading = read(content, file="raw/a.xls", **card)  # type: ignore[arg-type]
    assert codes(reading) == [code], reading.problems
    assert reading.cells.is_empty()
    assert recognise(content) in ("unknown", reading.format) or card
    problem = reading.problems[0]
    assert problem.file == "raw/a.xls"
    assert problem.remedy
    assert problem.severity == "error"
    return problem.found


@pytest.mark.parametrize("content", [b"", b"  \n\n", b"\xef\xbb\xbf"])
def test_empty(content: bytes) -> None:
    assert codes(read(content, file="f"))[0] in ("empty", "unknown_format", "encoding")


def test_cut_workbooks() -> None:
    for content in (build_xlsx(PAGE), build_xls(PAGE)):
        for share in (0.3, 0.6, 0.9):
            _only(content[: int(len(content) * share)], "damaged_file")


@pytest.mark.slow
def test_password(build: Callable[..., bytes]) -> None:
    encrypted = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(build_xlsx(PAGE))).encrypt("x", encrypted)
    _only(encrypted.getvalue(), "password")


@pytest.mark.slow
def test_the_password_that_excel_tries_by_itself(build: Callable[..., bytes]) -> None:
    """Yearbooks of CNKI are locked with it, and nobody who opens them in Excel knows."""
    default = io.BytesIO()
    plain = msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(build_xlsx(PAGE)))
    plain.encrypt("VelvetSweatshop", default)
    found = read(default.getvalue(), file="f")
    expected = read(build_xlsx(PAGE), file="f")
    assert found.problems == expected.problems
    assert found.cells.equals(expected.cells)
    assert found.cells.height
    about = Container(default.getvalue()).read("EncryptionInfo")
    for word in (b'spinCount="999999999"', b"<!DOCTYPE x>"):
        assert opened_by_default(default.getvalue(), about + word) is None
    cut = default.getvalue()[:-3000]
    assert read(cut, file="f").problems


def locked_xls(password: str) -> bytes:
    """An old workbook encrypted with RC4, [MS-XLS] 2.2.10: all but the heads of records and some records."""
    from msoffcrypto.method.rc4 import DocumentRC4

    stream = Container(build_xls(PAGE)).read("Workbook")
    salt, verifier = bytes(range(16)), bytes(range(16, 32))
    check = DocumentRC4.decrypt(
        password, salt, io.BytesIO(verifier + hashlib.md5(verifier).digest())
    )
    pass_ = struct.pack("<HHHHH", 0x2F, 54, 1, 1, 1) + salt + check.read()
    plain, is_plain, at = bytearray(), bytearray(), 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        body = bytearray(stream[at + 4 : at + 4 + size])
        kept = size if kind in (0x809, 0xE1) else 0
        if kind == 0x85:
            (place,) = struct.unpack_from("<I", body)
            struct.pack_into("<I", body, 0, place + len(pass_))
            kept = 4
        plain += stream[at : at + 4] + body
        is_plain += b"\1" * (4 + kept) + b"\0" * (size - kept)
        if at == 0:
            plain += pass_
            is_plain += b"\1" * len(pass_)
        at += 4 + size
    locked = DocumentRC4.decrypt(password, salt, io.BytesIO(bytes(plain)), blocksize=1024).read()
    return packed(
        "Workbook", bytes(p if k else x for p, k, x in zip(plain, is_plain, locked, strict=True))
    )


def test_an_old_workbook_with_the_password_that_excel_tries_by_itself() -> None:
    found, expected = (
        read(one, file="f") for one in (locked_xls("VelvetSweatshop"), build_xls(PAGE))
    )
    assert found.problems == expected.problems
    assert found.cells.equals(expected.cells)
    assert found.cells.height
    _only(locked_xls("another"), "password")


def test_password_in_an_old_workbook() -> None:
    content = build_xls(PAGE)
    # FILEPASS follows the workbook's first BOF; here it takes the place of the record after it
    first = content.index(struct.pack("<HH", 0x809, 16))
    after = first + 20
    size = struct.unpack_from("<H", content, after + 2)[0]
    changed = content[:after] + struct.pack("<HH", 0x2F, size) + content[after + 4 :]
    _only(changed, "password")


def test_zip_bomb() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 1024**2))
    assert "unfold" in _only(buffer.getvalue(), "zip_bomb")


def _with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", 8) as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part.filename, change(data) if part.filename == name else data)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_two_cells_in_opposite_corners() -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content = _with_part(build_xlsx(PAGE), SHEET, lambda x: x.replace(b"</sheetData>", far))
    assert "1048576 rows, 16384 columns" in _only(content, "too_large")


def test_a_page_of_all_counties_in_ten_years_is_not_too_long() -> None:
    """26,091 rows, as the index of Peking University has; what counts is the memory of its cells."""
    lines = ["指数", "地区,2020年", *[f"r{i},{i}" for i in range(26_091)]]
    grids, problems = text_grid("\n".join(lines).encode(), "page.csv")
    assert not problems
    assert len(grids[0].rows) == 26_093
    wide = "\n".join([",1" * 40] * 26_091).encode()
    assert [problem.code for problem in text_grid(wide, "page.csv")[1]] == ["too_large"]


@pytest.mark.slow
def test_a_page_of_too_many_rows() -> None:
    row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    rows = b"".join(row % (i, i) for i in range(100, 200_100))
    content = _with_part(
        build_xlsx(PAGE), SHEET, lambda x: x.replace(b"</sheetData>", rows + b"</sheetData>")
    )
    _only(content, "too_large")
    long = build_xls([["地区", "2019年"], *[[f"r{i}", i] for i in range(2_000)]])
    (problem,) = open_workbook(long, "page.xls", max_rows=2_000)[1]
    assert (problem.code, problem.expected[:18]) == ("too_large", "at most 2000 rows ")


def test_external_entities() -> None:
    evil = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet'
    content = _with_part(build_xlsx(PAGE), SHEET, lambda x: x.replace(b"<worksheet", evil))
    _only(content, "xml_entities")


def test_counts_that_would_ask_for_all_memory() -> None:
    content = _with_part(
        build_xlsx(PAGE),
        "xl/sharedStrings.xml",
        lambda x: x.replace(b'uniqueCount="', b'uniqueCount="99999999999'),
    )
    _only(content, "damaged_file")
    old = build_xls([[f"text {i}", "x"] for i in range(2000)])
    table = old.index(struct.pack("<H", 0xFC), old.index(struct.pack("<HH", 0x809, 16)) + 100)
    size, total, unique = struct.unpack_from("<HII", old, table + 2)
    assert (size, total, unique) == (8224, 4000, 2001)
    _only(old[: table + 8] + b"\xff\xff\xff\xff" + old[table + 12 :], "damaged_file")


def test_broken_xml_and_foreign_zip() -> None:
    _only(_with_part(build_xlsx(PAGE), "xl/workbook.xml", lambda x: x[:-40]), "damaged_file")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "word/document.xml" in _only(buffer.getvalue(), "damaged_file")


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body><table><tr><td>1</td></tr></table></body></html>",
        b"\xef\xbb\xbf <!DOCTYPE html><html></html>",
        b"%PDF-1.7 ...",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_files_of_another_kind(content: bytes) -> None:
    reading = read(content, file="f.xls")
    assert codes(reading) == ["unknown_format"]
    assert "Stata" in reading.problems[0].expected


def test_a_page_of_a_yearbook_that_was_saved_as_text_is_told_the_way_to_its_card() -> None:
    page = "6-5 各地区农业产值\n(按当年价格计算),,\n单位:亿元,,\n地 区,农业,谷物\n北 京,107.6,5.9\n"
    for encoding in ("utf-8-sig", "gb18030"):
        (problem,) = read(page.encode(encoding), file="f.csv").problems
        assert problem.code == "unknown_format"
        assert "`nqpf add`" in problem.remedy
        assert "`layout`" in problem.remedy


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_long_text_of_another_kind_is_shown_as_text(encoding: str) -> None:
    """Its first bytes may end in the middle of a character."""
    for shift in range(4):
        (problem,) = read(
            ("x" * shift + "渔业产值，" * 400 + "\n").encode(encoding), file="f"
        ).problems
        assert problem.code == "unknown_format"
        assert problem.found.startswith(f"'{'x' * shift}渔业产值")


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        "地區,2019年\n重慶,1\n".encode("big5"),
        TEXT.encode("utf-8").decode("gb18030", "ignore").encode("utf-8"),
        TEXT.encode("gb18030").decode("latin-1").encode("utf-8"),
        b"a,\xff\xff\n\x80\x81,\xff\n" * 3,
    ],
    ids=["utf-16", "utf-16 unmarked", "big5", "utf-8 as gbk", "gbk as latin-1", "neither"],
)
def test_wrong_encoding(content: bytes) -> None:
    _only(content, "encoding")
    _only(content, "encoding", columns=COLUMNS)


def test_cut_in_the_middle_of_a_character() -> None:
    for encoding in ("utf-8", "gb18030"):
        content = (TEXT + "陕西省,3\n西藏").encode(encoding)[:-1]
        assert "truncated" in codes(read(content, file="f"))


def test_error_cells_do_not_pass_for_empty_ones() -> None:
    rows = [["地区", "2019年"], ["重庆", 1.0]]
    content = _with_part(
        build_xlsx([*rows, ["四川", 2.0]]),
        SHEET,
        lambda x: x.replace(b'<c r="B3"><v>2</v></c>', b'<c r="B3" t="e"><v>#DIV/0!</v></c>'),
    )
    reading = read(content, file="f")
    assert [(p.where, p.code) for p in reading.problems] == [("Sheet1!B3", "not_finite")]


def test_damaged_tables() -> None:
    buffer = io.BytesIO()
    pl.DataFrame({"a": [1.0] * 1000}).write_parquet(buffer)
    _only(buffer.getvalue()[:-100], "damaged_file", columns=COLUMNS)
    _only(b"<stata_dta><header>", "damaged_file", columns=COLUMNS)
    _only(b'{"returncode":200,"returnda', "damaged_file")
    _only(b"[" * 100_000, "damaged_file")


def test_cards_that_do_not_fit_the_file() -> None:
    layout = YearbookLayout(columns={"a": "x"})
    assert set(codes(read(TEXT.encode(), file="f", layout=layout))) == {
        "missing_columns",
        "extra_columns",
    }
    _only(b"PAR1PAR1", "input", layout=layout)
    _only(TEXT.encode(), "input", layout=layout, columns=COLUMNS)


def test_which_sheet() -> None:
    from tests.formats.conftest import build_xlsx as build_one

    reading = read(
        build_one([["a", "b"], [1, 2]]),
        file="f",
        columns=COLUMNS.model_copy(update={"sheet": "Sheet9"}),
    )
    assert codes(reading) == ["no_sheet"]
    assert "Sheet1" in reading.problems[0].found
