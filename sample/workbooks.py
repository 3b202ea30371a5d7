"""Workbooks that are the same bytes in every run: no clock, no name of a user.

xlwt and xlsxwriter serve the sample alone and come with the tools for development, so they are loaded when
a workbook is written.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TITLE = "合成数据 synthetic data (nqpf-assets)"
Merge = tuple[int, int, int, int]
"""First row, last row, first column, last column, from 0."""


def absent_writers() -> tuple[str, ...]:
    """The packages that write workbooks and are not installed."""
    return tuple(name for name in ("xlsxwriter", "xlwt") if find_spec(name) is None)


def xlsx_bytes(
    sheets: Mapping[str, Sequence[Sequence[Any]]], merges: Sequence[Merge] = ()
) -> bytes:
    """A workbook of rows; empty texts are left out, merged ranges hold their first cell."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": TITLE, "created": CREATED.replace(tzinfo=None)})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell != "":
                    sheet.write(row, column, cell)
        for first, last, left, right in merges:
            sheet.merge_range(first, left, last, right, rows[first][left])
    book.close()
    return buffer.getvalue()


def xls_bytes(
    name: str,
    rows: Sequence[Sequence[Any]],
    merges: Sequence[Merge] = (),
    *,
    has_empty_texts: bool = False,
) -> bytes:
    """A BIFF8 workbook of one sheet; empty texts are cells of their own, or left out."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name)
    merged = {(first, left): (last, right) for first, last, left, right in merges}
    covered = {
        (row, column)
        for first, last, left, right in merges
        for row in range(first, last + 1)
        for column in range(left, right + 1)
    }
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if (row, column) in merged:
                last, right = merged[row, column]
                sheet.write_merge(row, last, column, right, cell)
            elif (row, column) not in covered and (cell != "" or has_empty_texts):
                sheet.write(row, column, cell)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
