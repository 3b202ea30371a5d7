"""Contents that were made to exhaust, deceive or run: each with the card it comes with, if any."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable

import polars as pl

from tests.formats.conftest import build_xls
from tests.hostile.entry_points import sound_workbook, with_part
from tests.hostile.project import CARD, PAGE
from tests.hostile.seeds import NEW_ANSWER, workbooks

SHEET = "xl/worksheets/sheet1.xml"
WORKSHEET = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"%s<sheetData>%s</sheetData>%s</worksheet>"
)
TABLE_CARD = """\
publisher: 国家统计局
title: 表
status: official
published: 2020-10
columns: {region: 地区, period: 年份, values: [gdp], units: {gdp: 亿元}}
"""
Content = Callable[[], bytes]


def sheet(rows: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """A sound workbook but for its sheet."""
    return with_part(sound_workbook(), SHEET, WORKSHEET % (before, rows, after))


def part(name: str, change: Callable[[bytes], bytes]) -> Content:
    def content() -> bytes:
        with zipfile.ZipFile(io.BytesIO(sound_workbook())) as archive:
            return with_part(sound_workbook(), name, change(archive.read(name)))

    return content


def entities(declaration: bytes) -> Content:
    """A document type in a part of a workbook: expanded, it would fill the memory or read a file."""
    return part(
        "xl/workbook.xml", lambda xml: xml.replace(b"<workbook", declaration + b"<workbook", 1)
    )


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return buffer.getvalue()


def longer_than_it_says() -> bytes:
    """A part that unfolds to 50 MB, and says 100 bytes everywhere, with their checksum."""
    name, data = b"xl/workbook.xml", b" " * (50 * 1024**2)
    folder = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = folder.compress(data) + folder.flush()
    numbers = (zlib.crc32(data[:100]), len(packed), 100)
    local = (
        struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, *numbers, len(name), 0) + name + packed
    )
    central = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, *numbers, len(name), 0, 0, 0, 0, 0, 0
    )
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(central + name), len(local), 0)
    return local + central + name + end


def overlapping() -> bytes:
    """Two entries of the directory that name the same bytes."""
    content = bytearray(archive(**{"xl/a.xml": b"x" * 1000, "xl/b.xml": b"x" * 1000}))
    second = content.rindex(b"PK\1\2")
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(content)


def repeated_text() -> bytes:
    """A text of 32,767 characters that 100,000 cells show: 3 GB from 3 MB."""
    texts = b"<si><t>" + b"x" * 32_767 + b"</t></si>"
    cells = b"".join(b'<c r="%s1" t="s"><v>0</v></c>' % bytes([65 + n]) for n in range(20))
    rows = b"".join(b'<row r="%d">%s</row>' % (n, cells) for n in range(1, 5001))
    return with_part(sheet(rows), "xl/sharedStrings.xml", b"<sst>" + texts + b"</sst>")


def overlapping_merges() -> bytes:
    rows = b"".join(b'<row r="%d"><c r="J%d"><v>1</v></c></row>' % (n, n) for n in range(1, 10_000))
    merges = b'<mergeCell ref="A1:J10000"/>' * 5_000
    return sheet(rows, after=b"<mergeCells>" + merges + b"</mergeCells>")


def xls_that_claims_65536_columns() -> bytes:
    """The finding of 2026-11-24: calamine set 137 GB aside for this statement, and the process ended."""
    content = bytearray(workbooks()["page.xls"])
    at = content.index(struct.pack("<HH", 0x200, 14))
    struct.pack_into("<IIHH", content, at + 4, 0, 65_536, 0, 65_535)
    return bytes(content)


def xls_that_claims_a_size_of_another_length() -> bytes:
    """Found by the fuzzer: a size in sixteen bytes was passed by, and calamine set 513 GB aside for it."""
    content = bytearray(workbooks()["page.xls"])
    at = content.index(struct.pack("<HH", 0x208, 16))
    struct.pack_into("<HHIIHH", content, at, 0x200, 16, 4, 0xFF000000, 0, 3)
    return bytes(content)


def xls_with_a_sheet_that_ends_before_it_begins() -> bytes:
    content = bytearray(workbooks()["page.xls"])
    at = content.index(struct.pack("<HH", 0x200, 14))
    struct.pack_into("<IIHH", content, at + 4, 9, 3, 7, 2)
    return bytes(content)


def xls_whose_sectors_form_a_circle() -> bytes:
    content = bytearray(build_xls([[f"text {n}", n] for n in range(500)]))
    table = struct.unpack_from("<I", content, 0x4C)[0] * 512 + 512
    start = next(
        n for n in range(10) if struct.unpack_from("<I", content, table + 4 * n)[0] == n + 1
    )
    struct.pack_into("<I", content, table + 4 * (start + 5), start)
    return bytes(content)


def xls_with_two_workbooks() -> bytes:
    content = bytearray(build_xls([["a", 1]]))
    name = "Workbook".encode("utf-16-le")
    at = content.index(name)
    content[at + 128 : at + 256] = content[at : at + 128]
    return bytes(content)


def xls_that_repeats_a_text() -> bytes:
    """A text of 32,000 characters in 20,000 cells, told by a number only."""
    return build_xls([["x" * 32_000] * 20] * 1_000)


def many_values(rows: int) -> bytes:
    """A Parquet file of some kilobytes for every ten million rows."""
    buffer = io.BytesIO()
    same = {"地区": "北京", "年份": 2015, "gdp": 1.5}
    columns = [pl.repeat(value, rows, eager=True).alias(name) for name, value in same.items()]
    pl.DataFrame(columns).write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def answer(value: str) -> bytes:
    """A saved answer with this JSON text for its one value."""
    return json.dumps(NEW_ANSWER).replace('"101.2"', value).encode()


def page_with(value: str, instead: str = "7269.8") -> bytes:
    return PAGE.replace(instead, f'"{value}"' if "," in value else value, 1).encode()


FAR = b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
LAUGHS = (
    b"<!DOCTYPE x [<!ENTITY a 'ha'>"
    + b"".join(
        b"<!ENTITY %s '%s'>" % (bytes([98 + n]), b"&%s;" % bytes([97 + n]) * 10) for n in range(9)
    )
    + b"]>"
)
CONTENTS: dict[str, tuple[Content, str, tuple[str, ...]]] = {
    # name: content, card, what is said of it; all are refused with status 2
    "zip bomb": (
        lambda: archive(**{"xl/workbook.xml": b"0" * 60 * 1024**2}), CARD, ("unfold to 62914560",)),
    "zip of zips": (
        lambda: archive(**{"a.zip": archive(**{"b.zip": b"0" * 10**7})}), CARD, ("a zip file with",)),
    "12,000 parts": (lambda: archive(**{f"xl/{n}.xml": b"" for n in range(12_000)}), CARD, ("12000 parts",)),
    "part longer than it says": (longer_than_it_says, CARD, ("is not what it says",)),
    "parts that overlap": (overlapping, CARD, ("parts overlap", "do not open it")),
    "two parts of one name": (
        lambda: archive(**{"xl/workbook.xml": b"1", "XL/Workbook.xml": b"2"}), CARD, ("have one name",)),
    "cells in opposite corners": (lambda: sheet(FAR), CARD, ("1048576 rows, 16384 columns",)),
    "a million rows without numbers": (lambda: sheet(b"<row/>" * 10**6), CARD, ("1000000 rows",)),
    "one text in 100,000 cells": (repeated_text, CARD, ("repeat long texts",)),
    "merges over each other": (overlapping_merges, CARD, ("lie over each other",)),
    "billion laughs": (entities(LAUGHS), CARD, ("document type", "do not open it")),
    "quadratic entities": (
        entities(b"<!DOCTYPE x [<!ENTITY a '" + b"a" * 10**5 + b"'>]>"), CARD, ("document type",)),
    "entity that is a file": (
        entities(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), CARD, ("document type",)),
    "entities in UTF-16": (
        part("xl/workbook.xml", lambda xml: xml.decode().encode("utf-16")), CARD, ("not in UTF-8",)),
    "xls of 65,536 columns": (xls_that_claims_65536_columns, CARD, ("65536 rows, 65535 columns",)),
    "xls sheet without an end": (
        xls_with_a_sheet_that_ends_before_it_begins, CARD, ("ends before it begins",)),
    "xls sectors in a circle": (xls_whose_sectors_form_a_circle, CARD, ("leads nowhere",)),
    "xls with two workbooks": (xls_with_two_workbooks, CARD, ("two streams are named",)),
    "xls with one text in 20,000 cells": (xls_that_repeats_a_text, CARD, ("repeat long texts",)),
    "a million columns": (
        lambda: b"a," * 10**6 + b"b\n" + b"1," * 10**6 + b"1\n", TABLE_CARD, ("1000001 columns",)),
    "page of a million columns": (
        lambda: PAGE.replace("2018年", ",".join(["2018年"] * 10**6)).encode(), CARD, ("1000000 fields",)),
    "eleven million lines": (
        lambda: "地区,年份,gdp\n".encode() + b"\n" * 11 * 10**6, TABLE_CARD, ("11000001 rows",)),
    "Parquet of 11 million rows": (lambda: many_values(11 * 10**6), TABLE_CARD, ("11000000 rows",)),
    "JSON 100,000 levels deep": (
        lambda: b'{"data":' * 100_000 + b"1" + b"}" * 100_000, CARD, ("a whole JSON text",)),
    "JSON of empty answers": (lambda: b"[" + b"{}," * 1000 + b"{}]", CARD, ("an answer with",)),
    "JSON with half a character": (lambda: answer('"\\ud800"'), CARD, ("a whole JSON text",)),
    "JSON number of 5,000 digits": (lambda: answer("9" * 5_000), CARD, ("a whole JSON text",)),
    "JSON NaN": (lambda: answer("NaN"), CARD, ("'nan'", "a number, or an empty cell")),
    "JSON 1e999": (lambda: answer("1e999"), CARD, ("'inf'", "a number, or an empty cell")),
    "Stata with 2**40 rows": (lambda: stata(2**40), TABLE_CARD, ("a whole Stata .dta file",)),
    "zero bytes": (lambda: PAGE.replace("北京", "北\0京").encode(), CARD, ("zero bytes",)),
}  # fmt: skip


def stata(rows: int) -> bytes:
    """A Stata file that claims so many rows."""
    from tests.hostile.seeds import tables

    content = bytearray(tables()["table118.dta"])
    at = content.index(b"<N>") + 3
    content[at : at + 8] = struct.pack("<Q", rows)
    return bytes(content)


NO_NUMBERS = (
    "1e400", "-1e400", "NaN", "nan", "inf", "-inf", "Infinity", "∞", "1_000", "0x10", "0b1", "1e5e5",
    "9" * 400, "1e308", "1,2,3", "--5", "+-5", "1..2", "1 000", "½", "٣", "1d5", "1\u200b2", "1\u202e2",
    "#N/A", "TRUE", "=1+1", "@SUM(1)", "+1+1", "=cmd|' /C calc'!A0", "<b>1</b>", "$(touch pwned)",
)  # fmt: skip
NUMBERS = {
    "１２３": 123.0,
    "−5": -5.0,
    "-5": -5.0,
    "+5": 5.0,
    "1e3": 1000.0,
    "1e-400": 0.0,
    "1,234.5": 1234.5,
}
