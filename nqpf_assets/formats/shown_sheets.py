"""Which sheets of a workbook are read: those that a person sees, and those that a card names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nqpf_assets.formats.grid import Grid
from nqpf_assets.formats.labels import find_label
from nqpf_assets.formats.ledger import COVERED, HIDDEN_SHEET, Ledger
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed


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
        found = f"the hidden sheet {grid.sheet!r} with {counted(n, 'numbers')}, a sheet that is not read"
        remedy = "show the sheet in Excel and save the workbook, if it belongs to the data"
        if grid.from_web:
            found = (
                f"{grid.sheet!r}, one row or column with {counted(n, 'numbers')}, which is not read"
            )
            remedy = "name it as `sheet` in the card, if it belongs to the data"
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
    return shown, [*problems, *_of_web_page(shown, file)]


def _of_web_page(grids: list[Grid], file: str) -> Iterator[Problem]:
    """That the sheets are tables of a web page, told once."""
    found = [
        f"{grid.sheet} of {counted(len(grid.rows), 'rows')}" for grid in grids if grid.from_web
    ]
    if found:
        remedy = (
            "nothing, if that is what you downloaded; a card names one of several as its `sheet`"
        )
        yield Problem(
            file=file,
            where="",
            expected="a workbook or a text",
            found=f"a web page, whatever its name says, with {listed(found)}",
            remedy=remedy,
            severity="warning",
            code="web_page",
        )


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
    grids: list[Grid], sheet: str | None, file: str, asked_at: tuple[str | int, ...] = ()
) -> tuple[Grid | None, list[Problem]]:
    """The sheet that the card names, or the only visible one with cells.

    Args:
        grids: sheets with cells.
        sheet: the one that is named.
        file: display name for problems.
        asked_at: keys of the card that name it.
    """
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
                found=listed(names) or "none",
                remedy=remedy,
                code="no_sheet",
                asked_at=asked_at,
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
            found=listed(shown),
            remedy=remedy,
            code="several_sheets",
        )
    ]
