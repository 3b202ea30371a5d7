"""Pages of printed yearbooks: title with the year, two header rows, spaced names, totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sample.pages import Page, region_name
from sample.workbooks import Merge, xls_bytes

SOURCE = "资料来源：合成数据（nqpf-assets），并非年鉴原书。"
Areas = Mapping[str, Sequence[str]]


def yearbook_xls(
    number: str,
    title: str,
    year: int,
    pages: Sequence[Page],
    *,
    total: str | None = None,
    areas: Areas | None = None,
    has_full_names: bool = False,
) -> bytes:
    """One page for one year: names in the first header row, units in the second.

    Args:
        number: of the table in the book.
        title: without the year.
        year: whose column of the pages is printed.
        pages: the columns.
        total: label of the row that sums the others; none where left out.
        areas: rows that group the regions under them, in order.
        has_full_names: official names, where short ones meant other regions in that year.
    """
    width = len(pages) + 1
    rows: list[list[Any]] = [
        [f"表{number}  {title}（{year}）", *[""] * (width - 1)],
        [""] * width,
        ["地  区", *(page.label for page in pages)],
        ["", *(f"（{page.unit}）" for page in pages)],
    ]
    merges: list[Merge] = [(0, 0, 0, width - 1), (2, 3, 0, 0)]
    column = pages[0].years.index(year)
    units = pages[0].units
    if total is not None:
        rows.append([total, *(_summary(page, column, units) for page in pages)])
    listed = areas if areas is not None else {"": units}
    for area, members in listed.items():
        if area:
            rows.append([f" {area}", *(_summary(page, column, members) for page in pages)])
        for unit in members:
            cells = (page.number(units.index(unit), column) for page in pages)
            name = region_name(unit) if has_full_names else _spaced(unit)
            rows.append([f"  {name}", *("…" if c is None else c for c in cells)])
    rows.append([f"注：合成数据，仅供演示。{SOURCE}", *[""] * (width - 1)])
    merges.append((len(rows) - 1, len(rows) - 1, 0, width - 1))
    return xls_bytes("Sheet1", rows, merges)


def _summary(page: Page, column: int, members: Sequence[str]) -> float | str:
    values = page.values[[page.units.index(unit) for unit in members], column]
    if np.isnan(values).any():
        return "…"
    is_sum = page.unit in ("万人", "亿元", "万元", "人", "个", "件", "项", "次", "部", "万户", "条")
    return float(np.round(values.sum() if is_sum else values.mean(), page.decimals))


def _spaced(code: str) -> str:
    """Short names are set apart, as printers do: ``北  京``, ``忠 县``."""
    name = region_name(code, is_short=True)
    return f"{name[0]}  {name[1]}" if len(name) == 2 else name
