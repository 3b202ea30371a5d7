"""Second columns of row labels that no head names: tables side by side whose rows may have moved.

A column that is not read and prints labels, in full, shortened, as codes or in letters, begins a table of
its own beside the first. Read by the labels of the first, every region would get its neighbour's number.
"""

from __future__ import annotations

import re

from nqpf_assets.formats import labels
from nqpf_assets.formats.grid import Grid
from nqpf_assets.formats.known_regions import regions_named
from nqpf_assets.formats.values import printed
from nqpf_assets.formats.yearbook_blocks import Block
from nqpf_assets.formats.yearbook_column import Column
from nqpf_assets.formats.yearbook_header import key_of_label
from nqpf_assets.messages.problems import Problem

_CODE = re.compile(r"[1-9]\d{5}(?:\d{3}|\d{6})?")
_LATIN = re.compile(r"[a-z][a-z\s.'’-]+", re.I)
_SHORTEST, _SEVERAL = 2, 2


def other_labels(grid: Grid, block: Block, columns: list[Column], file: str) -> list[Problem]:
    """Columns that are not read and print labels of their own.

    Args:
        grid: the page.
        block: one of its tables.
        columns: those that are read.
        file: display name for problems.
    """
    if not columns:
        return []
    problems = []
    read = {column.number for column in columns}
    starts = {column.label for column in columns} | {0}
    for number in range(1, len(grid.rows[block.head])):
        if number in read | starts:
            continue
        start = max(one for one in starts if one < number)
        row = _row_of_another(grid, block, start, number)
        beside = [column.number for column in columns if column.label == start]
        is_among = any(one < number for one in beside) and max(beside) > number
        if row is None and is_among:
            row = _named_otherwise(grid, block, start, number)
        if row is not None:
            problems.append(_other_labels(grid, file, row, start, number))
    return problems


def _row_of_another(grid: Grid, block: Block, start: int, number: int) -> int | None:
    """The first row whose cell in a column is, in full, shortened or as a code, the label of another row."""
    own = {row: key_of_label(grid, row, start) for row in block.data}
    known = set(own.values()) - {""}
    words = {key for key in known if not key.isdigit()}
    begins = {key[:length] for key in words for length in range(_SHORTEST, len(key))}
    of_rows = {row: regions_named(key) for row, key in own.items()}
    every = frozenset().union(*of_rows.values())
    for row in block.data:
        key = key_of_label(grid, row, number)
        if (key in known or key in begins) and not own[row].startswith(key):
            return row
        if (meant := regions_named(key)) & every and not meant & of_rows[row]:
            return row
    return None


def _named_otherwise(grid: Grid, block: Block, start: int, number: int) -> int | None:
    """The first row of codes or names in letters, each once, that stand among the values.

    Where the catalogue knows a row by its label and by its other name, `_row_of_another` has compared them.
    """
    cells = {row: labels.strip(printed(grid.rows[row][number])) for row in block.data}
    filled = {row: text for row, text in cells.items() if text}
    if len(filled) < _SEVERAL or len(set(filled.values())) < len(filled):
        return None
    if not any(all(map(shape.fullmatch, filled.values())) for shape in (_CODE, _LATIN)):
        return None
    unknown = (
        row
        for row in filled
        if not regions_named(key_of_label(grid, row, start))
        & regions_named(key_of_label(grid, row, number))
    )
    return next(unknown, None)


def _other_labels(grid: Grid, file: str, row: int, start: int, number: int) -> Problem:
    return Problem(
        file=file,
        where=grid.place(row, number),
        expected=f"the row of {printed(grid.label(row, start))!r} to its end",
        found=f"{printed(grid.rows[row][number])!r}, which names a row itself",
        remedy="give both columns of labels the head that `row_head` names, so that each table is read by "
        "its own; if the column names the same rows, move it before the first of the values",
        code="other_labels",
    )
