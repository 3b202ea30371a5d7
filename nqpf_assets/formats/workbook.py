"""Workbooks as grids of cells with their addresses, opened only after a look at their container.

Cells come from calamine at full precision. A cell under a merged label is empty here, always,
so that it cannot be mistaken for a cell that repeats the label; `grid.Grid.label` looks the label
up where that is wanted. What calamine does not tell, errors, formulas without a value and what number
formats show, is put back as text (`cell_marks`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nqpf_assets.formats import biff, ole, ooxml
from nqpf_assets.formats.cell_marks import CellMarks, put_back
from nqpf_assets.formats.default_password import opened_by_default
from nqpf_assets.formats.grid import Grid, column_letters, is_empty
from nqpf_assets.formats.limits import PAGE_CELLS, PAGE_ROWS, REPEATED_TEXT
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.web_tables import is_web_table, web_grids
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed


def damaged(file: str, found: str) -> Problem:
    remedy = "download it again, or open it in Excel and save it as .xlsx"
    return Problem(
        file=file,
        where="",
        expected="a whole workbook",
        found=found,
        remedy=remedy,
        code="damaged_file",
    )


def _password(file: str) -> Problem:
    remedy = (
        "open it in Excel and remove the password: File, Info, Protect Workbook, Encrypt with Password, "
        "empty the field, save"
    )
    return Problem(
        file=file,
        where="",
        expected="a workbook without a password",
        found="a password, and not the one that Excel tries by itself",
        remedy=remedy,
        code="password",
    )


def inspect(content: bytes, file: str, *, max_rows: int, max_cells: int) -> ooxml.Inspected:
    """What may be opened, with what stands at the cells of each sheet, and what forbids it."""
    if not content.startswith(ole.SIGNATURE):
        return ooxml.inspect(content, file, max_rows=max_rows, max_cells=max_cells)
    try:
        container = ole.Container(content)
        if "EncryptedPackage" in container.names:
            about = container.read("EncryptionInfo") if "EncryptionInfo" in container.names else b""
            plain = opened_by_default(content, about)
            if plain is None or plain.startswith(ole.SIGNATURE):
                return ooxml.Inspected(problems=[_password(file)])
            return ooxml.inspect(plain, file, max_rows=max_rows, max_cells=max_cells)
        name = next((n for n in ("Workbook", "Book") if n in container.names), None)
        if name is None:
            found = f"no workbook in it: an OLE file with {listed(sorted(container.names)[:6])}"
            return ooxml.Inspected(problems=[damaged(file, found)])
        stream = container.read(name)
        facts = biff.biff_facts(stream)
        if facts.has_password and (plain := opened_by_default(content, b"")) is not None:
            stream = ole.Container(plain).read(name)
            facts = biff.biff_facts(stream)
    except ole.DamagedFileError as error:
        found = f"a damaged or cut .xls file: {error}"
        return ooxml.Inspected(problems=[damaged(file, found)])
    if facts.has_password:
        return ooxml.Inspected(problems=[_password(file)])
    if facts.rows > max_rows or facts.cells > max_cells:
        size = (
            f"{counted(facts.rows, 'rows')}, {counted(facts.columns, 'columns')}, "
            f"{counted(facts.cells, 'cells')} in all"
        )
        large = ooxml.too_large(file, "", size, max_rows, max_cells)
        return ooxml.Inspected(problems=[large])
    if facts.characters > REPEATED_TEXT:
        return ooxml.Inspected(problems=[ooxml.repeated_texts(file, facts.characters)])
    return ooxml.Inspected(ole.packed(name, stream), list(facts.marks))


def open_workbook(
    content: bytes, file: str, *, max_rows: int = PAGE_ROWS, max_cells: int = PAGE_CELLS
) -> tuple[list[Grid], list[Problem]]:
    """The sheets that hold cells, and what is wrong with the workbook.

    Args:
        content: bytes of an .xls or .xlsx file, or of a web page with tables.
        file: display name for problems.
        max_rows: a sheet with more rows is reported and not materialised.
        max_cells: the same for its area.
    """
    if is_web_table(content):
        return web_grids(content, file, max_rows=max_rows, max_cells=max_cells)
    found = inspect(content, file, max_rows=max_rows, max_cells=max_cells)
    if found.problems:
        return [], found.problems
    try:
        return _grids(found.content, file, found.marks, max_rows, max_cells)
    except BaseException as error:
        # A panic in calamine's Rust code arrives as a BaseException of its own.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        return [], [damaged(file, f"a workbook that cannot be read: {str(error)[:150]}")]


def _grids(
    content: bytes,
    file: str,
    marks: list[CellMarks],
    max_rows: int,
    max_cells: int,
) -> tuple[list[Grid], list[Problem]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    grids: list[Grid] = []
    problems: list[Problem] = []
    area = 0
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for number, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        if sheet.total_height > max_rows or sheet.total_height * sheet.total_width > max_cells:
            size = f"{counted(sheet.total_height, 'rows')}, {counted(sheet.total_width, 'columns')}"
            problems.append(ooxml.too_large(file, about.name, size, max_rows, max_cells))
            continue
        area += sheet.total_height * sheet.total_width
        if area > max_cells:
            size = f"sheets of more than {counted(max_cells, 'cells')} together"
            return [], [ooxml.too_large(file, about.name, size, max_rows, max_cells)]
        rows = sheet.to_python(skip_empty_area=False)
        rows = put_back(rows, marks[number])
        anchors, covered = _merge(rows, sheet.merged_cell_ranges or [])
        visible = about.visible == SheetVisibleEnum.Visible
        if (grid := _trimmed(about.name, rows, anchors, visible)) is not None:
            grids.append(replace(grid, covered=covered, hidden=_hidden(rows, marks[number])))
    return grids, problems


def _merge(
    rows: list[list[Any]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]
) -> tuple[dict[tuple[int, int], tuple[int, int]], int]:
    """Empty the cells under merged labels; gives for each the place of its label, and the numbers
    that stood there.

    Raises:
        ValueError: the ranges lie over each other, which would take as long as there are many.
    """
    anchors: dict[tuple[int, int], tuple[int, int]] = {}
    covered = 0
    free = sum(map(len, rows))
    for (top, left), (bottom, right) in ranges:
        for row in range(top, min(bottom + 1, len(rows))):
            end = min(right + 1, len(rows[row]))
            free -= max(0, end - left)
            if free < 0:
                raise ValueError("merged ranges that lie over each other")
            for column in range(left, end):
                if (row, column) != (top, left):
                    anchors[row, column] = (top, left)
                    covered += shows_number(rows[row][column])
                    rows[row][column] = ""
    return anchors, covered


def _trimmed(
    sheet: str,
    rows: list[list[Any]],
    anchors: dict[tuple[int, int], tuple[int, int]],
    is_visible: bool,
) -> Grid | None:
    """The used range of a sheet, or None where it has no cells."""
    top = next((n for n, row in enumerate(rows) if not all(map(is_empty, row))), None)
    if top is None:
        return None
    left = next(n for n in range(len(rows[0])) if not all(is_empty(row[n]) for row in rows))
    if top == left == 0:
        return Grid(sheet, rows, anchors, is_visible)
    moved = {
        (row - top, column - left): (first_row - top, first_column - left)
        for (row, column), (first_row, first_column) in anchors.items()
        if first_row >= top and first_column >= left
    }
    return Grid(sheet, [row[left:] for row in rows[top:]], moved, is_visible, top, left)


def _hidden(rows: list[list[Any]], marks: CellMarks) -> tuple[str, ...]:
    """Names of the hidden rows and columns that hold cells."""
    found = [
        f"row {n + 1}"
        for n in sorted(marks.hidden_rows)
        if n < len(rows) and any(not is_empty(cell) for cell in rows[n])
    ]
    return (
        *found,
        *(
            f"column {column_letters(n)}"
            for n in sorted(marks.hidden_columns)
            if any(n < len(row) and not is_empty(row[n]) for row in rows)
        ),
    )
