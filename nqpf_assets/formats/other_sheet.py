"""A sheet of a workbook that the reader of its other sheets does not know: told, and passed over by name."""

from __future__ import annotations

from nqpf_assets.formats.grid import Grid
from nqpf_assets.formats.ledger import OTHER_SHEET, Ledger
from nqpf_assets.messages.problems import Problem


def pass_over(grid: Grid, file: str, expected: str, ledger: Ledger) -> Problem:
    """Account for the numbers of the sheet as ignored; gives the warning that says so."""
    for number, row in enumerate(grid.rows):
        ledger.ignore_row(grid.place, number, len(row), f"{OTHER_SHEET}{grid.sheet}")
    return Problem(
        file=file,
        where=grid.sheet,
        expected=expected,
        found="a sheet of another kind, which was not read",
        remedy="move it to a file of its own",
        severity="warning",
        code="other_sheet",
    )
