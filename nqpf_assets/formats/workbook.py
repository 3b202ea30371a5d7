"""Workbooks as grids of cells with their addresses, opened only after a look at their container.

Cells come from calamine at full precision. A cell under a merged label is empty here, always,
so that it cannot be mistaken for a cell that repeats the label; `Grid.label` looks the label
up where that is wanted. What calamine does not tell, errors, formulas without a value and what number
formats show, is put back as text (`cell_marks`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nqpf_assets.formats import biff, ole, ooxml
from nqpf_assets.formats.cell_marks import CellMarks, put_back
from nqpf_assets.formats.labels import find_label, strip
from nqpf_assets.formats.ledger import COVERED, HIDDEN_SHEET, Ledger
from nqpf_assets.formats.limits import PAGE_CELLS, PAGE_ROWS, REPEATED_TEXT
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.messages.problems import Problem


@dataclass(frozen=True)
class Grid:
    """One sheet.

    Attributes:
        sheet: name of the sheet.
        rows: cells of the used range, `''` where empty; all rows have the same length.
        anchors: every cell inside a merged range, but the first, to that first cell.
        is_visible: the sheet is not hidden.
        top: empty rows above the used range, which are not in `rows`.
        left: empty columns before it.
        covered: numbers under merged labels, which nobody sees and `rows` does not hold.
        hidden: rows and columns with cells that are not shown, as Excel names them.
    """

    sheet: str
    rows: list[list[Any]]
    anchors: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    is_visible: bool = True
    top: int = 0
    left: int = 0
    covered: int = 0
    hidden: tuple[str, ...] = ()

    def place(self, row: int, column: int) -> str:
        """The cell's address as Excel prints it, from its place in `rows`."""
        name = self.sheet
        if not re.fullmatch(r"[^\W\d]\w*", name):
            name = "'" + name.replace("'", "''") + "'"
        return f"{name}!{column_letters(column + self.left)}{row + self.top + 1}"

    def label(self, row: int, column: int) -> Any:
        """The cell, or the first cell of the merged range it lies in."""
        row, column = self.anchors.get((row, column), (row, column))
        return self.rows[row][column] if row < len(self.rows) else ""

    def is_blank(self, row: int) -> bool:
        return all(is_empty(cell) for cell in self.rows[row])


def is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not strip(cell))


def column_letters(column: int) -> str:
    """``0`` to ``A``, ``26`` to ``AA``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


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
    # Excel opens files that are locked with its default password without asking; CNKI's are.
    remedy = (
        "open it in Excel and remove the password: File, Info, Protect Workbook, Encrypt with Password, "
        "empty the field, save; where Excel does not ask, it is Excel's default, VelvetSweatshop"
    )
    return Problem(
        file=file,
        where="",
        expected="a workbook without a password",
        found="a password",
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
            return ooxml.Inspected(problems=[_password(file)])
        name = next((n for n in ("Workbook", "Book") if n in container.names), None)
        if name is None:
            found = f"no workbook in it: an OLE file with {sorted(container.names)[:6]}"
            return ooxml.Inspected(problems=[damaged(file, found)])
        stream = container.read(name)
        facts = biff.biff_facts(stream)
    except ole.DamagedFileError as error:
        found = f"a damaged or cut .xls file: {error}"
        return ooxml.Inspected(problems=[damaged(file, found)])
    if facts.has_password:
        return ooxml.Inspected(problems=[_password(file)])
    if facts.rows > max_rows or facts.cells > max_cells:
        size = f"{facts.rows} rows, {facts.columns} columns, {facts.cells} cells in all"
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
        content: bytes of an .xls or .xlsx file.
        file: display name for problems.
        max_rows: a sheet with more rows is reported and not materialised.
        max_cells: the same for its area.
    """
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
            size = f"{sheet.total_height} rows, {sheet.total_width} columns"
            problems.append(ooxml.too_large(file, about.name, size, max_rows, max_cells))
            continue
        area += sheet.total_height * sheet.total_width
        if area > max_cells:
            size = f"sheets of more than {max_cells} cells together"
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


def merged_number(
    grid: Grid, first: tuple[int, int], place: tuple[int, int], name: str, file: str
) -> Problem:
    """A number in a merged cell that covers another row or column too: it may be of both, or their sum."""
    return Problem(
        file=file,
        where=grid.place(*place),
        expected=f"a cell of its own for {name!r}",
        found=f"one merged with {grid.place(*first)}, which shows {grid.rows[first[0]][first[1]]!r}",
        remedy="unmerge the cells in Excel and write each its value; leave out what has none of its own",
        code="merged_value",
    )


def on_show(
    grids: list[Grid], ledger: Ledger, file: str, named: Sequence[str | None] = ()
) -> tuple[list[Grid], list[Problem]]:
    """The sheets that a person sees, and those that a card names; whatever is hidden is told.

    One rule for every reader: a hidden sheet is not read unless the card names it; hidden rows and
    columns, which a filter or a fold hides, are read like the others. The numbers of hidden sheets
    are entered in the ledger here; what becomes of those that are shown is for the reader to say.
    """
    shown: list[Grid] = []
    problems: list[Problem] = []
    names = [grid.sheet for grid in grids]
    named = [find_label(name, names) for name in named if name is not None]
    for grid in grids:
        ledger.pass_over(grid.covered, COVERED)
        if grid.is_visible or grid.sheet in named:
            shown.append(grid)
            problems += _folded(grid, file)
            continue
        n = sum(shows_number(cell) for row in grid.rows for cell in row)
        ledger.pass_over(n, f"{HIDDEN_SHEET}{grid.sheet}")
        found = f"the hidden sheet {grid.sheet!r} with {n} numbers, which was not read"
        remedy = "show the sheet in Excel and save the workbook, if it belongs to the data"
        problems.append(
            Problem(
                file=file,
                where=grid.sheet,
                expected="sheets that one sees",
                found=found,
                remedy=remedy,
                severity="warning",
                code="hidden_sheet",
            )
        )
    return shown, problems


def _folded(grid: Grid, file: str) -> list[Problem]:
    """Hidden rows and columns of a sheet, told at once."""
    if not grid.hidden:
        return []
    more = f" and {len(grid.hidden) - 5} more" if len(grid.hidden) > 5 else ""
    found = f"{', '.join(grid.hidden[:5])}{more} hidden, which are read like the others"
    remedy = "look at them in Excel; a filter hides rows, and what was folded away may not be meant"
    return [
        Problem(
            file=file,
            where=grid.sheet,
            expected="rows and columns that one sees",
            found=found,
            remedy=remedy,
            severity="warning",
            code="hidden_cells",
        )
    ]


def choose_sheet(
    grids: list[Grid], sheet: str | None, file: str
) -> tuple[Grid | None, list[Problem]]:
    """The sheet that the card names, or the only visible one with cells."""
    names = [grid.sheet for grid in grids]
    if sheet is not None:
        meant = find_label(sheet, names)
        found = next((grid for grid in grids if grid.sheet == meant), None)
        if found is not None:
            return found, []
        remedy = "correct the name of the sheet in the origin card"
        return None, [
            Problem(
                file=file,
                where="",
                expected=f"a sheet {sheet!r}",
                found=f"{names}",
                remedy=remedy,
                code="no_sheet",
            )
        ]
    visible = [grid for grid in grids if grid.is_visible]
    if len(visible) == 1:
        return visible[0], []
    if not visible:
        empty = Problem(
            file=file,
            where="",
            expected="a sheet with cells",
            found="none",
            remedy="look into the file",
            code="empty",
        )
        return None, [empty]
    shown = [grid.sheet for grid in visible]
    remedy = (
        "name one as `sheet`, or those that are wanted under `sheets`, in the origin card; sheets that go "
        "on with the first have 续表 in their first line"
    )
    return None, [
        Problem(
            file=file,
            where="",
            expected="one sheet with cells",
            found=f"{shown}",
            remedy=remedy,
            code="several_sheets",
        )
    ]
