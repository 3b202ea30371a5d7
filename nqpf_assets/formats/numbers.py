"""What is a number on a page: stored as one, or printed with separators, marks, full-width digits.

One rule for those that count the numbers of a file (`ledger`) and for the one that reads them
(`values`), so that the two can be held against each other.
"""

from __future__ import annotations

import re

import polars as pl

from nqpf_assets.formats.labels import BLANKS, NOTE_MARK

NUMBER = r"[+-]?(?:(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
"""Separators part three digits each, up to the point: in ``1,2345`` the comma may be a decimal one."""
HALF = dict(zip("０１２３４５６７８９．，－＋％−", "0123456789.,-+%-", strict=True))
PRINTED = rf"({NUMBER})\s*([%‰])?\s*({NOTE_MARK})?"
"""A number, its sign of percent or per mille, its note mark; in half-width digits."""
PART = 250_000
"""Rows that are looked at together: a column without its blanks is as large as the column."""
_PRINTED = re.compile(PRINTED, re.ASCII)
_TO_HALF = str.maketrans(HALF)


def shows_number(cell: object) -> bool:
    """Whether a cell holds a number, stored or printed."""
    if isinstance(cell, str):
        return _PRINTED.fullmatch(cell.strip(BLANKS).translate(_TO_HALF)) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def number_of(text: str, *, is_marked: bool = False) -> float | None:
    """The number that a text is, however it is written: ``-99.0``, ``－99``, ``-9,999``; else None.

    Args:
        text: of a cell, or a word of a card.
        is_marked: the mark of a note may stand behind it.
    """
    match = _PRINTED.fullmatch(text.strip(BLANKS).translate(_TO_HALF))
    if match is None or match[2] or (match[3] and not is_marked):
        return None
    return float(match[1].replace(",", ""))


def half_width(text: pl.Expr) -> pl.Expr:
    """Full-width digits and signs as half-width ones."""
    return text.str.replace_many(list(HALF), list(HALF.values()))


def count_numbers(table: pl.DataFrame, name: str) -> int:
    """How many cells of a column show a number, by the rule of `shows_number`."""
    column = table[name]
    if column.dtype.is_numeric():
        return column.len() - column.null_count()
    if column.dtype != pl.String:
        return 0
    return sum(_numbers_in(column.slice(at, PART)) for at in range(0, column.len(), PART))


def _numbers_in(column: pl.Series) -> int:
    """How many texts show a number."""
    clean = column.str.strip_chars(BLANKS)
    plain = clean.cast(pl.Float64, strict=False).is_finite().fill_null(False)
    if plain.all():
        return column.len()
    # Only what is no plain number is looked at more closely: there may be millions.
    odd = clean.filter(~plain).to_frame("cell").filter(pl.col("cell").str.contains(r"[0-9０-９]"))
    shown = odd.select(half_width(pl.col("cell")).str.contains(f"^{PRINTED}$").sum())
    return int(plain.sum()) + int(shown.item() or 0)
