"""Where a cell of a raw file stands on the site: from its locator alone, without a look at the file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.explanations.told_places import parts_of
from nqpf_assets.site.page import slug

ROWS = 400
"""Rows of a raw file on one page; fewer where they are wide."""
MOST_READ = 200_000
"""Cells that are read of a file which has pages; a larger one is named."""
CELLS = 16_000
"""Cells of a raw file on one page, about a megabyte."""

_LINE = re.compile(r"line (\d+), column (\d+)")
_CELL = re.compile(r"[A-Z]+(\d+)")


@dataclass(frozen=True)
class Pages:
    """How a raw file is divided into pages.

    Attributes:
        file_id: of the file.
        sheets: those that cells were read from, in their order; empty where it has none.
        rows: on one page.
    """

    file_id: str
    sheets: tuple[str, ...]
    rows: int

    def page(self, sheet: str | None, row: int) -> str:
        """Path of the page of a row."""
        at = self.sheets.index(sheet) if sheet in self.sheets else 0
        part = row // self.rows
        more = f"-{at}-{part}" if at or part else ""
        return f"files/{slug(self.file_id)}{more}.html"

    def address(self, locator: str) -> str:
        """Path and anchor of a cell."""
        sheet, anchor, row = place_of(locator)
        return f"{self.page(sheet, row)}#{anchor}"


def place_of(locator: str) -> tuple[str | None, str, int]:
    """Sheet, anchor and row of a cell."""
    sheet, cell = parts_of(locator)
    cell = cell or ""
    if sheet is not None and (found := _CELL.fullmatch(cell)):
        return sheet, cell, int(found[1])
    if found := _LINE.fullmatch(cell):
        return None, f"L{found[1]}C{found[2]}", int(found[1])
    digits = re.search(r"\d+", locator)
    return None, slug(locator), min(int(digits[0]), 10**9) if digits else 0


def pages_of_files(study: PublishedStudy) -> dict[str, Pages]:
    """File → its pages, of all files that are no larger than pages can show."""
    rows = study.rows(r"""
        WITH cell AS (
            SELECT file_id, CASE WHEN contains(locator, '!') THEN regexp_replace(locator, '![^!]*$', '') END
                AS sheet, regexp_extract(locator, '(line |row |\[|![A-Z]+)(\d+)', 2) AS row
            FROM source.observation)
        , width AS (SELECT file_id, sheet, row, count(*) AS n FROM cell GROUP BY ALL)
        SELECT file_id, list_sort(list(DISTINCT sheet) FILTER (sheet IS NOT NULL)) AS sheets,
            max(n) AS widest, sum(n) AS n_read
        FROM width GROUP BY file_id""")
    return {
        row["file_id"]: Pages(
            row["file_id"],
            tuple(str(parts_of(f"{sheet}!A1")[0]) for sheet in row["sheets"] or ()),
            max(20, min(ROWS, CELLS // (row["widest"] + 2))),
        )
        for row in rows
        if row["n_read"] <= MOST_READ
    }
