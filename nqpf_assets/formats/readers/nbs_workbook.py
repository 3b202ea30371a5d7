"""Workbook exports (.xls, .xlsx) of the statistics bureau's data site, whole or trimmed by hand.

The page is that of the text exports and is read by `nbs_page`; every sheet that holds one is
read, since people collect several downloads in one workbook.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.formats.grid import Grid
from nqpf_assets.formats.labels import parse_year
from nqpf_assets.formats.ledger import Ledger
from nqpf_assets.formats.nbs_page import read_page
from nqpf_assets.formats.nbs_rows import Page
from nqpf_assets.formats.other_sheet import pass_over
from nqpf_assets.formats.reader import FormatWords, Reader
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.statements import block_entry, find_header, is_label
from nqpf_assets.formats.values import empty_cells
from nqpf_assets.messages.problems import Problem

FORMAT = "nbs_workbook"


def is_nbs(grid: Grid) -> bool:
    """Whether a sheet holds an exported page: a header row whose next cells are years."""
    head = find_header(grid.rows)
    if head is None:
        return False
    has_block = any(block_entry(row[0]) is not None for row in grid.rows[:head])
    return has_block or (
        head == 0
        and any(parse_year(cell) is not None for cell in grid.rows[head][1:])
        and not is_label(grid.rows[head][1])
    )


def read_nbs_workbook(grids: list[Grid], file: str, ledger: Ledger) -> Reading:
    """Read every sheet that holds an exported page, and tell of those that do not."""
    facts: dict[str, str] = {}
    notes: list[str] = []
    frames: list[pl.DataFrame] = []
    problems: list[Problem] = []
    for grid in grids:
        if not is_nbs(grid):
            problems.append(pass_over(grid, file, "an exported page on every sheet", ledger))
            continue
        reading = read_page(Page(file, grid.rows, grid.place, grid.sheet), FORMAT, ledger)
        facts = {**reading.facts, **facts}
        notes += reading.notes
        frames.append(reading.cells)
        problems += reading.problems
    cells = pl.concat(frames) if frames else empty_cells()
    return Reading(FORMAT, facts, tuple(notes), cells, tuple(problems), ledger)


READER = Reader(
    name="nbs_workbook",
    formats=(FORMAT,),
    holds="exports of the statistics bureau in workbooks (.xls, .xlsx)",
    sees=lambda raw: FORMAT if any(map(is_nbs, raw.grids)) else None,
    read=lambda raw: raw.read_sheets(FORMAT, read_nbs_workbook),
    order=140,
    words=(
        FormatWords(
            ("nbs_workbook",),
            known_by="the same page in a sheet (`.xls`, `.xlsx`)",
            series="as `nbs_csv_old`",
            region="row and column heads",
            card="as `nbs_csv_old`",
        ),
    ),
    documentation="formats.md",
)
