"""Workbooks as EPS DATA exports them: stacked indicators, numbers as text with five decimals."""

from __future__ import annotations

from typing import Any

from sample.pages import Page, region_name
from sample.workbooks import xlsx_bytes


def eps_xlsx(database: str, pages: list[Page]) -> bytes:
    """One sheet; the indicator is merged over its regions, the template's HTML is left in."""
    rows: list[list[Any]] = [["", "", *(str(year) for year in pages[0].years)]]
    merges = []
    for page in pages:
        merges.append((len(rows), len(rows) + len(page.units) - 1, 0, 0))
        for row, unit in enumerate(page.units):
            numbers = (page.number(row, column) for column in range(len(page.years)))
            rows.append(
                [
                    f"{page.label}（{page.unit}）" if row == 0 else "",
                    region_name(unit, is_short=True),
                    *("" if n is None else f"{n:.5f}" for n in numbers),
                ]
            )
    rows += [
        [],
        ["数据来源：<p>合成数据（nqpf-assets）</p>"],
        ["由EPS DATA整理的版式，数字为合成数据"],
    ]
    return xlsx_bytes({database: rows}, merges)
