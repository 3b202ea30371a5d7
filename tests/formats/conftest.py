"""Builders of small files in every format, and the optional folder of genuine ones.

Genuine exports are not part of the project; NQPF_SHARED names a folder that has them.
"""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
import xlwt

Rows = Sequence[Sequence[object]]
Merges = Sequence[tuple[int, int, int, int]]

CREATED = dt.datetime(2026, 1, 1)
"""The same bytes at every call: a workbook that tells the hour has another length each time."""


def build_xlsx(rows: Rows, merges: Merges = (), sheet: str = "Sheet1", at: int = 0) -> bytes:
    """A workbook whose rows begin `at` rows and columns from A1; None leaves a cell out."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        page = book.add_worksheet(sheet)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(r + at, c + at, cell)
                elif cell is not None:
                    page.write(r + at, c + at, cell)
        for top, left, bottom, right in merges:
            cell = rows[top][left]
            page.merge_range(top + at, left + at, bottom + at, right + at, "")
            page.write(top + at, left + at, cell)
    return buffer.getvalue()


def build_book(sheets: Mapping[str, Rows]) -> bytes:
    """A workbook of several sheets."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return buffer.getvalue()


def build_xls(rows: Rows, merges: Merges = (), sheet: str = "Sheet1", at: int = 0) -> bytes:
    """The same in the old binary format."""
    book = xlwt.Workbook()
    page = book.add_sheet(sheet, cell_overwrite_ok=True)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell is not None:
                page.write(r + at, c + at, cell)
    for top, left, bottom, right in merges:
        page.write_merge(top + at, bottom + at, left + at, right + at, rows[top][left])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture(params=[build_xlsx, build_xls], ids=["xlsx", "xls"])
def build(request: pytest.FixtureRequest) -> Callable[..., bytes]:
    return request.param


@pytest.fixture(scope="session")
def real() -> Path:
    shared = os.environ.get("NQPF_SHARED")
    if not shared:
        pytest.skip("NQPF_SHARED does not name a folder with genuine exports")
    return Path(shared) / "real"


def codes(reading: Any) -> list[str]:
    """The kinds of trouble in a reading, errors and warnings."""
    return [problem.code for problem in reading.problems]


def at(reading: Any, locator: str) -> dict[str, Any]:
    """The one cell with this locator."""
    return reading.cells.filter(pl.col("locator") == locator).row(0, named=True)
