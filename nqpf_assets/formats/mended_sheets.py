"""The slips of a workbook or web page put right in the cells of its sheets, as they are opened.

What comes of each slip is kept by `mending`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.labels import find_label
from nqpf_assets.formats.mending import Mending, Reach
from nqpf_assets.formats.values import printed
from nqpf_assets.messages.shown_text import listed


def mended_sheets(grids: list[Grid], mending: Mending) -> list[Grid]:
    """The sheets with their slips put right."""
    if not mending.slips or not grids:
        return grids
    found = {grid.sheet: grid for grid in grids}
    changed = {name: [list(row) for row in grid.rows] for name, grid in found.items()}
    for number, slip in enumerate(mending.slips):
        if slip.place.is_text:
            mending.refuse(number, "a cell of a sheet, `Sheet1!C5`; rows are left out by `ignore`")
        elif (name := _sheet_of(mending, number, grids)) is not None:
            _put_right(mending, number, found[name], changed[name])
    return [replace(grid, rows=changed[grid.sheet]) for grid in grids]


def _sheet_of(mending: Mending, number: int, grids: list[Grid]) -> str | None:
    """The sheet on which a slip is, told where there is none."""
    wanted = mending.slips[number].place.sheet or mending.sheet
    names = [grid.sheet for grid in grids]
    if wanted is None:
        shown = [grid.sheet for grid in grids if grid.is_visible]
        if len(shown) == 1:
            return shown[0]
        mending.refuse(number, "a place with its sheet, `Sheet1!C5`")
        return None
    name = find_label(wanted, names)
    if name is None:
        mending.differs(number, f"no sheet {wanted!r}; sheets with cells: {listed(names)}")
    return name


def _put_right(mending: Mending, number: int, grid: Grid, rows: list[list[Any]]) -> None:
    """A cell with a slip put right among the rows of its sheet."""
    slip = mending.slips[number]
    assert slip.place.column is not None
    place = slip.place.row - 1 - grid.top, slip.place.column - 1 - grid.left
    row, column = place
    if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
        mending.differs(number, "no such cell: the sheet ends before it")
        return
    if place in grid.anchors:
        first = grid.place(*grid.anchors[place])
        mending.differs(number, f"a cell that is merged with {first}, where its text stands")
        return
    cell = rows[row][column]
    if not mending.is_printed(number, "" if cell is None else printed(cell)):
        return
    merged = [place, *(inside for inside, first in grid.anchors.items() if first == place)]
    reach = Reach(
        tuple(sorted({at + 1 + grid.top for at, _ in merged})),
        tuple(sorted({at + 1 + grid.left for _, at in merged})),
        grid.sheet,
        is_alone=sum(not is_empty(one) for one in rows[row]) == 1,
    )
    mending.put_right(number, reach)
    rows[row][column] = "" if slip.is_missing else _as_cell(slip.read)


def _as_cell(text: str) -> object:
    """A text as a workbook stores it: a plain number as one."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if printed(number) == text else text
