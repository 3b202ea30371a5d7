"""How many rows and columns a plain table may have, told before it is unfolded."""

from __future__ import annotations

from nqpf_assets.formats.limits import COLUMNS, TABLE_LINES
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem


def too_large(file: str, rows: int, columns: int) -> list[Problem]:
    """A table that would take more memory than there may be."""
    if rows <= TABLE_LINES and columns <= COLUMNS:
        return []
    limit, found = (
        f"at most {TABLE_LINES} rows",
        f"{counted(rows, 'rows')}, {counted(columns, 'columns')}",
    )
    remedy = "divide the table into several files, and leave out columns that are not read"
    return [
        Problem(
            file=file,
            where="",
            expected=f"{limit} and {COLUMNS} columns",
            found=found,
            remedy=remedy,
            code="too_large",
        )
    ]
