"""Genuine workbooks cell for cell, as other readings have them.

The records of old workbooks are read here, where the project has calamine do it; new ones by openpyxl.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.ole import Container
from nqpf_assets.formats.recognise import read
from nqpf_assets.formats.workbook import open_workbook
from tests.formats.test_genuine_files import PAGES

Numbers = dict[str, float]
OLD = (
    *(f"yearbook/shanghai_2017/{page}.xls" for page in PAGES),
    *(f"more/yearbook/shanghai_2012_C{n}.xls" for n in ("0202", "0205", "0206", "1107", "1302", "1403")),
    "nbs_xls/分省年度数据.xls",
    "more/nbs_national/年度数据.xls",
    "more/nbs_national/废水中主要污染物排放年度数据.xls",
)  # fmt: skip
NEW = (
    "gdp_vintages/gdp_nbs_2023.xlsx",
    "eps/中国宏观经济数据库-年度（分省级）.xlsx",
    "more/eps/中国能源数据库-年度（分省）.xlsx",
    "more/tidy/总人口.xlsx",
)
C1107 = ("合计", "8～10层", "11～15层", "16～19层", "20～29层", "30层以上")


def _rk(raw: int) -> float:
    bits = struct.pack("<Q", (raw & 0xFFFFFFFC) << 32)
    value = float(raw >> 2 if raw < 1 << 31 else (raw >> 2) - (1 << 30)) if raw & 2 else (
        struct.unpack("<d", bits)[0]
    )  # fmt: skip
    return value / 100 if raw & 1 else value


def _old(content: bytes) -> Iterator[tuple[int, int, int, float]]:
    """Sheet, row, column and number of every numeric cell of an .xls file."""
    stream = Container(content).read("Workbook")
    at, sheet, depth = 0, -2, 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == 0x809:
            depth += 1
            sheet += depth == 1
        elif kind == 0x0A:
            depth -= 1
        elif kind == 0x203:
            row, column, _, value = struct.unpack("<HHHd", body)
            yield sheet, row, column, value
        elif kind == 0x27E:
            row, column, _, raw = struct.unpack("<HHHI", body)
            yield sheet, row, column, _rk(raw)
        elif kind == 0xBD:
            row, first = struct.unpack_from("<HH", body)
            for n in range((size - 6) // 6):
                yield sheet, row, first + n, _rk(struct.unpack_from("<I", body, 6 + 6 * n)[0])
        elif kind == 0x06 and body[12:14] != b"\xff\xff":
            row, column, _, value = struct.unpack_from("<HHHd", body)
            yield sheet, row, column, value


def _ours(content: bytes) -> list[Numbers]:
    grids, problems = open_workbook(content, "f")
    assert problems == []
    return [
        {
            grid.place(r, c).rsplit("!")[-1]: float(cell)
            for r, row in enumerate(grid.rows) for c, cell in enumerate(row)
            if isinstance(cell, int | float) and not isinstance(cell, bool)
        }
        for grid in grids
    ]  # fmt: skip


def _address(row: int, column: int) -> str:
    return f"{openpyxl.utils.get_column_letter(column + 1)}{row + 1}"


def _theirs(content: bytes) -> list[Numbers]:
    sheets: dict[int, Numbers] = {}
    for sheet, row, column, value in _old(content):
        sheets.setdefault(sheet, {})[_address(row, column)] = value
    return list(sheets.values())


@pytest.mark.parametrize("name", OLD)
def test_old_workbooks(real: Path, name: str) -> None:
    content = (real / name).read_bytes()
    theirs = _theirs(content)
    assert theirs
    assert [numbers for numbers in _ours(content) if numbers] == theirs


@pytest.mark.parametrize("name", NEW)
def test_new_workbooks(real: Path, name: str) -> None:
    content = (real / name).read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    theirs = [
        {
            cell.coordinate: float(cell.value)
            for row in sheet.iter_rows() for cell in row
            if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
        }
        for sheet in book.worksheets
    ]  # fmt: skip
    assert [n for n in _ours(content) if n] == [n for n in theirs if n]


def _held_against(content: bytes, layout: YearbookLayout) -> dict[str, str]:
    """Reads a page, holds each cell against the records, and gives the unit of each series."""
    reading = read(content, file="f", layout=layout)
    assert reading.problems == ()
    (theirs,) = _theirs(content)
    cells = reading.cells.drop_nulls("value")
    read_here = dict(cells.select("locator", "value").rows())
    assert read_here == {f"Sheet1!{place}": theirs[place.split("!")[-1]] for place in (
        locator.split("!")[1] for locator in read_here
    )}  # fmt: skip
    assert reading.account.seen == reading.account.read + reading.account.n_ignored
    assert all(reason.startswith(("total", "labels")) for reason in reading.account.ignored)
    # Texts that are numbers are counted too; whatever is stored as one is among the counted.
    assert reading.account.seen >= len(theirs)
    return dict(cells.select("series_label", "unit_label").unique().rows())


@pytest.mark.parametrize("page", PAGES)
def test_yearbook_pages(real: Path, page: str) -> None:
    content = (real / "yearbook" / "shanghai_2017" / f"{page}.xls").read_bytes()
    assert _held_against(content, YearbookLayout(columns=PAGES[page][0]))


def test_counts_of_buildings_are_no_areas(real: Path) -> None:
    content = (real / "more" / "yearbook" / "shanghai_2012_C1107.xls").read_bytes()
    headers = [f"{storeys} / {what}" for storeys in C1107 for what in ("幢", "面积")]
    layout = YearbookLayout(columns={f"c{n}": header for n, header in enumerate(headers)})
    units = _held_against(content, layout)
    assert units == {f"c{n}": "万平方米" if n % 2 else "幢" for n in range(12)}
