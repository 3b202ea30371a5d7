"""A table of numbers in the file formats that are measured: region and year in front, then columns of values.

What the readers of this package do beside reading numbers is told on the page: every cell has its text and
place, every number of the file is accounted for.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

N_COLUMNS = 10
"""Columns of values: a size is their cells."""
NAMES = tuple(f"x{place}" for place in range(N_COLUMNS))
HEAD = ("code", "year", *NAMES)


def rows(n_cells: int) -> Iterator[tuple[Any, ...]]:
    """Regions and years, with values of two digits behind the point."""
    values = np.random.default_rng(1).uniform(0, 100_000, (n_cells // N_COLUMNS, N_COLUMNS))
    for place, row in enumerate(values.round(2).tolist()):
        yield str(110_000 + place // 100), 1921 + place % 100, *row


@cache
def as_csv(n_cells: int) -> bytes:
    lines = (",".join(map(str, row)) for row in rows(n_cells))
    return "\n".join((",".join(HEAD), *lines, "")).encode()


@cache
def as_xlsx(n_cells: int) -> bytes:
    import xlsxwriter

    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        _fill(book.add_worksheet(), n_cells)
    return written.getvalue()


@cache
def as_xls(n_cells: int) -> bytes:
    import xlwt

    written = io.BytesIO()
    book = xlwt.Workbook()
    _fill(book.add_sheet("Sheet1"), n_cells)
    book.save(written)
    return written.getvalue()


def _fill(sheet: Any, n_cells: int) -> None:
    for at, row in enumerate((HEAD, *rows(n_cells))):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)


def ours(content: bytes) -> tuple[float, ...]:
    """Cells and their sum, as the other readers give them."""
    from nqpf_assets.formats.own_columns import TidyColumns
    from nqpf_assets.formats.recognise import read

    columns = TidyColumns(region="code", period="year", values=NAMES)
    reading = read(content, file="table", columns=columns)
    assert not reading.problems, reading.problems
    return float(reading.cells.height), float(reading.cells["value"].sum())


def summed(frame: Any) -> tuple[float, ...]:
    """Of a frame of pandas or Polars."""
    values = frame[list(NAMES)].to_numpy()
    return float(values.size), float(values.sum())


def summed_rows(found: Iterator[Any]) -> tuple[float, ...]:
    """Of rows as they come, the header in front."""
    next(found)
    values = np.array([row[2:] for row in found], dtype=float)
    return float(values.size), float(values.sum())
