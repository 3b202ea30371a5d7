"""Commas of numbers in a table separated by semicolons, where they may stand before the decimals.

Programs write semicolons where a comma is the sign of decimals, and ``1,531`` is then 1.531. Two commas in a
number, or a point behind one, show that they part thousands, in all of the table.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.formats.limits import PROBLEMS
from nqpf_assets.messages.problems import Problem

_EITHER = r"^\s*[+-]?[1-9]\d{0,2},\d{3}\s*$"
_THOUSANDS = r"^\s*[+-]?[1-9]\d{0,2}(?:(?:,\d{3}){2,}|(?:,\d{3})+\.\d*)\s*$"


def decimal_commas(table: pl.DataFrame, lines: pl.Series, file: str) -> list[Problem]:
    """The numbers that could be read in two ways; none where another number of the table tells.

    Args:
        table: columns of text, as printed.
        lines: of the file, on which its rows stand.
        file: display name for problems.
    """
    if table.select(pl.any_horizontal(pl.all().str.contains(_THOUSANDS).any())).item():
        return []
    problems = []
    for number, column in enumerate(table, start=1):
        doubtful = column.str.contains(_EITHER).fill_null(False)
        for line, cell in zip(lines.filter(doubtful), column.filter(doubtful), strict=True):
            problems.append(
                Problem(
                    file=file,
                    where=f"line {line}, column {number}",
                    expected="a point before the decimals, in a table separated by semicolons",
                    found=f"{cell!r}, which may be {cell.replace(',', '')} or {cell.replace(',', '.')}",
                    remedy="take the commas out, or write points for them",
                    code="decimal_comma",
                )
            )
            if len(problems) > PROBLEMS:
                return problems
    return problems
